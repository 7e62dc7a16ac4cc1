"""Measured time and memory, each point in its own process, and what follows from the measurements."""
