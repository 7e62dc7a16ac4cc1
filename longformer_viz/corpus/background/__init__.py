"""Jobs in the background of a server, each in a process of its own and a folder of its own."""
