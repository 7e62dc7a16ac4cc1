"""A document with marked passages, and a list of bars beside it."""

from longformer_viz.ui.marked_text.component import marked_text
from longformer_viz.widget.marked_parts import Part, Row, marked_parts

__all__ = ["Part", "Row", "marked_parts", "marked_text"]
