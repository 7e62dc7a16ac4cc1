"""What one token can know after each layer, as a growing diagram and over the text."""

from longformer_viz.ui.reach_view.component import reach_view
from longformer_viz.widget.reach_payload import Reach

__all__ = ["Reach", "reach_view"]
