"""Spans of a document as answers: ranked, merged, with their units, and what contradicts them."""
