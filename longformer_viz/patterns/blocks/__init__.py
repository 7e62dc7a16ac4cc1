"""BigBird's own block-sparse attention, as transformers computes it."""
