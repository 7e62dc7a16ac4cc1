"""The panels: several patterns over one head, on one scale, with a common cursor."""

from longformer_viz.ui.pattern_panels.component import Shown, pattern_panels

__all__ = ["Shown", "pattern_panels"]
