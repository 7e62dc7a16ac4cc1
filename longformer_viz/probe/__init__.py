"""Measured time and memory, each point in a process of its own, and what the measurements say."""
