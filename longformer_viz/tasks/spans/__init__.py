"""Spans of a document as answers: ranking, merging, units of amounts, and contradictions."""
