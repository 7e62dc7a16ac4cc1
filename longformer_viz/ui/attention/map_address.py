"""Where the map stands, in the address: read and checked on every run, and written as the reader moves.

It is kept in the session too: the address forgets it with the page, and a reader who comes back finds the same view.
"""

import re
from dataclasses import dataclass
from typing import Any

import streamlit as st

from longformer_viz.trace.trace import Trace
from longformer_viz.ui.components.attention_map import MODES, SCALES, MapResult, checked_place

_KEPT = "map_place"


@dataclass(frozen=True, slots=True)
class MapPlace:
    """What a link says of the map; whatever the trace has no room for is left out."""

    layer: int
    head: int
    locked: int | None
    place: tuple[float, float, float] | None
    mode: str
    scale: str


def linked_place(trace: Trace, key: str) -> MapPlace:
    """The place in the address, cut to what this trace has; where the map comes back, the place that it had.

    Args:
        trace: What the map shows.
        key: The map's.
    """
    kept_text, kept = st.session_state.get(_KEPT, ("", {}))
    if key not in st.session_state and kept_text == trace.tokens.text:
        for name, value in kept.items():
            if name not in st.query_params:
                st.query_params[name] = value
    address = st.query_params
    place = re.fullmatch(r"(-?[0-9.]{1,12}),(-?[0-9.]{1,12}),([0-9.]{1,12})", address.get("place", ""))
    last_layer = len(trace.layers) - 1
    return MapPlace(
        layer=_number("layer", last_layer, min(2, last_layer)),
        head=_number("head", trace.heads - 1, 0),
        locked=_number("locked", len(trace.tokens) - 1, None),
        place=checked_place(place.groups()) if place else None,
        mode=address["mode"] if address.get("mode") in MODES else MODES[0],
        scale=address["scale"] if address.get("scale") in SCALES else SCALES[0],
    )


def remember(result: MapResult, trace: Trace) -> None:
    """Write the map's place into the address, so that the link brings it back, and into the session."""
    place = None if result.place is None else ",".join(f"{number:.6g}" for number in result.place)
    values: dict[str, Any] = {
        "layer": result.layer,
        "head": result.head,
        "locked": result.locked,
        "place": place,
        "mode": None if result.mode == MODES[0] else result.mode,
        "scale": None if result.scale == SCALES[0] else result.scale,
    }
    kept = {name: str(value) for name, value in values.items() if value is not None}
    st.session_state[_KEPT] = (trace.tokens.text, kept)
    for name, value in values.items():
        if value is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != str(value):
            st.query_params[name] = str(value)


def _number(name: str, last: int, otherwise: int | None) -> int | None:
    text = st.query_params.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) and int(text) <= last else otherwise
