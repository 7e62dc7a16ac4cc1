"""A document with passages marked, and beside it a list of bars: the browser's part and what it is given."""

from longformer_viz.ui.marked_text.component import Part, Row, marked_parts, marked_text

__all__ = ["Part", "Row", "marked_parts", "marked_text"]
