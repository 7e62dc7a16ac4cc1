"""The map's view in the page address, so that a link restores it.

The session keeps the view as well, because Streamlit clears the address when the visitor opens another page.
"""

import re
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from longformer_viz.spec import InputError, shown
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.components.attention_map import MapResult
from longformer_viz.ui.shared.link_param import LinkParam, one_of, whole
from longformer_viz.widget.map_choices import MODES, SCALES, checked_place
from longformer_viz.widget.text_parts import UNITS

_KEPT = "map_view"
Otherwise = TypeVar("Otherwise", int, None)


def _check_place(text: str) -> None:
    if _place(text) is None:
        raise InputError(
            f"The map position must be column, row and zoom, such as 100,200,4; got {shown(text)}. "
            "Copy the link from the map again."
        )


def _place(text: str) -> tuple[float, float, float] | None:
    found = re.fullmatch(r"(-?[0-9.]{1,12}),(-?[0-9.]{1,12}),([0-9.]{1,12})", text)
    return None if found is None else checked_place(found.groups())


# The map writes them into the address itself, also where the visitor has clicked nothing.
LINK_PARAMS = (
    LinkParam("layer", whole("Layer"), default=2, is_control=False),
    LinkParam("head", whole("Head"), default=0, is_control=False),
    LinkParam("locked", whole("The selected token"), None, is_control=False),
    LinkParam("unit", one_of("The unit of the selection", UNITS), default=UNITS[0], is_control=False),
    LinkParam("place", _check_place, None, is_control=False),
    LinkParam("mode", one_of("Mode", MODES), default=MODES[0], is_control=False),
    LinkParam("scale", one_of("Scale", SCALES), default=SCALES[0], is_control=False),
)


@dataclass(frozen=True, slots=True)
class MapView:
    """The view that a link asks for, limited to what the run has.

    Attributes:
        layer: The layer shown.
        head: The head shown.
        locked: The selected token, or None.
        unit: What is selected around it: "token", "sentence" or "paragraph".
        place: Column, row and zoom of the visible part; None for the whole document.
        mode: "square" or "straight".
        scale: "log" or "linear".
    """

    layer: int
    head: int
    locked: int | None
    unit: str
    place: tuple[float, float, float] | None
    mode: str
    scale: str


def linked_view(trace: Trace, key: str) -> MapView:
    """Return the view that the address names, or the last view if the visitor comes back to the page.

    Args:
        trace: The run that the map shows.
        key: The component's key.

    Returns:
        The view. Values that the run does not have are replaced by defaults.
    """
    kept_text, kept = st.session_state.get(_KEPT, ("", {}))
    if key not in st.session_state and kept_text == trace.tokens.text:
        for name, value in kept.items():
            if name not in st.query_params:
                st.query_params[name] = value
    address = st.query_params
    last_layer = len(trace.layers) - 1
    return MapView(
        layer=_number("layer", last_layer, min(2, last_layer)),
        head=_number("head", trace.heads - 1, 0),
        locked=_number("locked", len(trace.tokens) - 1, None),
        unit=address["unit"] if address.get("unit") in UNITS else UNITS[0],
        place=_place(address.get("place", "")),
        mode=address["mode"] if address.get("mode") in MODES else MODES[0],
        scale=address["scale"] if address.get("scale") in SCALES else SCALES[0],
    )


def remember_view(result: MapResult, trace: Trace) -> None:
    """Write the map's view into the address and the session.

    Args:
        result: What the visitor chose in the map.
        trace: The run that the map shows.
    """
    place = None if result.place is None else ",".join(f"{number:.6g}" for number in result.place)
    values: dict[str, Any] = {
        "layer": result.layer,
        "head": result.head,
        "locked": result.locked,
        "unit": None if result.unit == UNITS[0] else result.unit,
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


def _number(name: str, last: int, otherwise: Otherwise) -> int | Otherwise:
    text = st.query_params.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) and int(text) <= last else otherwise
