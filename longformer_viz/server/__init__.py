"""What the server of the app allows its visitors."""
