"""Tests of the figures and of what can be taken away."""
