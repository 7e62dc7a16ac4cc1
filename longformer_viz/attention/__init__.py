"""Banded attention with global tokens: `api.attention`, the table of kernels, and their reference."""
