"""Several patterns over one head, on one scale, with one cursor."""

from longformer_viz.ui.pattern_panels.component import pattern_panels
from longformer_viz.widget.panel_payload import Shown

__all__ = ["Shown", "pattern_panels"]
