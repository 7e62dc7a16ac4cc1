"""Predicted parameters, FLOPs, bytes and peak memory of a model, from formulas."""
