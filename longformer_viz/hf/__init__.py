"""Integration with transformers: faster attention in place, and the settings of one run."""
