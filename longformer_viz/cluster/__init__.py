"""Work on other machines through Ray: the connection, and the workers that several web servers share."""
