"""Runs of encoder-decoders: a document, and a target text that is given or generated."""
