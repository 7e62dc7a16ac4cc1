"""Helpers for receptive fields: additional global tokens, and closed-form counts."""
