"""Measured time and memory, each point in its own process, and the results derived from them."""
