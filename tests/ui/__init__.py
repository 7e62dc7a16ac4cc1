"""Tests of the fragments that pages are made of."""
