"""The reach of a token: what it can know after each layer, as a growing diagram and over the text."""

from longformer_viz.ui.reach_view.component import Reach, reach_view

__all__ = ["Reach", "reach_view"]
