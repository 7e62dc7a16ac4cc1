"""Recorded runs of encoder-decoders."""
