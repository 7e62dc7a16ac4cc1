"""Whether a backend honours windows, padding and global tokens."""
