"""The attention map: a whole document's real attention at full resolution, linked to its text and to every head."""

from longformer_viz.ui.attention_map.component import MapResult, attention_map

__all__ = ["MapResult", "attention_map"]
