"""Statements of two articles on Longformer, each with a verdict and its evidence."""
