"""The panels as a Streamlit component: one head under several patterns, side by side."""

from collections.abc import Sequence

from streamlit.components.v2 import component

from longformer_viz.trace.trace import Trace
from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.panel_payload import Shown, panels_payload

_component = component("longformer_viz_pattern_panels", js=script("panels"), css=style("panels"))


def pattern_panels(trace: Trace, layer: int, head: int, shown: Sequence[Shown], *, key: str) -> None:
    """Show one head under several patterns, side by side.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        shown: The panels.
        key: Streamlit's key of the component.
    """
    _component(key=key, data=panels_payload(trace, layer, head, shown))
