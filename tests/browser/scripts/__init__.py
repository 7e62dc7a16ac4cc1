"""Small pages for browser tests of one part alone."""
