"""The figures of the Curves page."""
