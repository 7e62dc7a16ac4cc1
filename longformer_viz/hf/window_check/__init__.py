"""Check whether a backend honours windows, padding and global tokens."""
