"""Families with attention code of their own in transformers, replaced by ours."""
