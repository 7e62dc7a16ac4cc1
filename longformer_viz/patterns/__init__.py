"""Attention patterns: which pairs of tokens may attend to each other, one file for each system."""
