"""The numbers: exact banded attention with global tokens, its oracle, and what a run leaves for looking."""
