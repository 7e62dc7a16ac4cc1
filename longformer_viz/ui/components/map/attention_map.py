"""The attention map as a Streamlit component: one head of a run, or several, with text and head grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.trace.trace import Trace
from longformer_viz.ui.components.kept_state import keep_state
from longformer_viz.ui.components.map.memory import MapMemory
from longformer_viz.ui.components.map.payload import Comparison, Grid, MapPayload
from longformer_viz.ui.components.map.view import MapView
from longformer_viz.ui.components.pattern_values import PatternValues
from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.map_choices import is_position

_component = component(
    "longformer_viz_attention_map", html='<div class="lv-room"></div>', js=script("map"), css=style("map")
)


@dataclass(frozen=True, slots=True)
class MapChange:
    """What a reader just changed in the map that needs another run of the model.

    Attributes:
        global_toggled: A position that was made global or local, else None.
        pattern: The pattern that was chosen beside the map, else None.
    """

    global_toggled: int | None
    pattern: PatternValues | None


def map_change(key: str, trace: Trace) -> MapChange:
    """Return what a reader just changed. It is known before the map is drawn, so that an old one need not be.

    Args:
        key: Streamlit's key of the component.
        trace: The run that the map shows.
    """
    state = st.session_state.get(key) or {}
    toggled = state.get("global_toggled")
    return MapChange(toggled if is_position(toggled, trace) else None, PatternValues.told(state.get("pattern")))


def attention_map(
    trace: Trace,
    view: MapView,
    *,
    is_command: bool = False,
    comparison: Comparison | None = None,
    theme: str = "light",
    grid: Grid | None = None,
    pattern: Mapping[str, Any] | None = None,
    key: str,
    height: int | None = None,
) -> MapView:
    """Show one head, or several, and return what the map shows: what a reader chose there stays until `view` changes.

    Args:
        trace: The recorded forward pass.
        view: What to show of it.
        is_command: Whether `view` counts although it was asked for before, as when the visitor goes back.
        comparison: What to show besides.
        theme: "light" or "dark".
        grid: Header and arrays of the head grid.
        pattern: What the controls of the pattern show and offer; None shows none.
        key: Streamlit's key of the component.
        height: CSS pixels of the map; None gives it the height of the screen.

    Raises:
        InputError: A head that is not there, two documents, or a difference that is too large.
    """
    memory, payload = _kept(key)
    state = st.session_state.get(key) or {}
    chosen = memory.chosen(view, state.get("shown"), trace, is_command=is_command)
    controls = {**memory.controls(), "theme": theme, "pattern": pattern, "height": height}
    _component(
        key=key,
        data=payload.encoded(trace, chosen, comparison, state.get("tile"), grid, controls),
        on_shown_change=keep_state,
        on_tile_change=keep_state,
        on_global_toggled_change=keep_state,
        on_pattern_change=keep_state,
    )
    return chosen


def _kept(key: str) -> tuple[MapMemory, MapPayload]:
    """Return what the session keeps of a map."""
    return st.session_state.setdefault(f"_{key}_memory", (MapMemory(), MapPayload()))
