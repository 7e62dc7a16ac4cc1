"""The map's view in the page address, so that a link restores it.

The session keeps the view as well, because Streamlit clears the address when the visitor opens another page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import streamlit as st

from longformer_viz.spec import InputError, shown
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.address_echo import arrived, read_address, restore_address, write_address
from longformer_viz.ui.components.map.view import MapView, Place
from longformer_viz.ui.shared.link_param import LinkParam, one_of, whole
from longformer_viz.widget.map_choices import MODES, SCALES, SORTS, checked_place
from longformer_viz.widget.text_parts import UNITS

_KEPT = "map_view"
Otherwise = TypeVar("Otherwise", int, None)


def _check_place(text: str) -> None:
    if _place(text) is None:
        raise InputError(
            f"The map position must be column, row and zoom, such as 100,200,4. The link has {shown(text)}. "
            "Copy the link from the map again."
        )


def _place(text: str) -> Place | None:
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
    LinkParam("sort", one_of("The order of the heads", SORTS), default=SORTS[0], is_control=False),
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The view that was shown last: the document, and the view as the address has it."""

    tokens: Tokens
    address: Mapping[str, str]


def linked_view(trace: Trace, key: str) -> MapView:
    """Return the view that the address names, or the last view if the visitor comes back to the page.

    Args:
        trace: The run that the map shows.
        key: The component's key.

    Returns:
        The view. Values that the run does not have are replaced by defaults.
    """
    kept = st.session_state.get(_KEPT)
    if kept is None:
        restore_address(arrived(param.key for param in LINK_PARAMS))
    elif key not in st.session_state:
        restore_address(kept.address)
    address = {param.key: read_address(param.key) for param in LINK_PARAMS}
    last_layer = len(trace.layers) - 1
    view = MapView(
        layer=_number(address["layer"], last_layer, min(2, last_layer)),
        head=_number(address["head"], trace.heads - 1, 0),
        locked=_number(address["locked"], len(trace.tokens) - 1, None),
        unit=address["unit"] if address["unit"] in UNITS else UNITS[0],
        place=_place(address["place"]),
        mode=address["mode"] if address["mode"] in MODES else MODES[0],
        scale=address["scale"] if address["scale"] in SCALES else SCALES[0],
        sort=address["sort"] if address["sort"] in SORTS else SORTS[0],
    )
    if kept is None or kept.tokens.ids == trace.tokens.ids:
        return view
    return _carried_over(view, address, kept, trace.tokens)


def remember_view(view: MapView, trace: Trace) -> None:
    """Write the map's view into the address and the session.

    Args:
        view: What the map shows.
        trace: The run that the map shows.
    """
    place = None if view.place is None else ",".join(f"{number:.6g}" for number in view.place)
    values = {
        "layer": str(view.layer),
        "head": str(view.head),
        "locked": None if view.locked is None else str(view.locked),
        "unit": None if view.unit == UNITS[0] else view.unit,
        "place": place,
        "mode": None if view.mode == MODES[0] else view.mode,
        "scale": None if view.scale == SCALES[0] else view.scale,
        "sort": None if view.sort == SORTS[0] else view.sort,
    }
    kept = {name: value for name, value in values.items() if value is not None}
    st.session_state[_KEPT] = _Kept(trace.tokens, kept)
    write_address(values)


def _carried_over(view: MapView, address: Mapping[str, str], kept: _Kept, tokens: Tokens) -> MapView:
    """Return a view of other tokens than those shown last. What does not exist there is cleared, with a word."""
    if address["place"] == kept.address.get("place"):
        view = replace(view, place=None)
    if not address["locked"] or address["locked"] != kept.address.get("locked"):
        return view
    before, locked = int(address["locked"]), None
    if kept.tokens.text == tokens.text:  # another model's tokenizer splits it in its own way
        locked = 0 if before == 0 else token_at(tokens, kept.tokens.offsets[before])
    if locked is None:
        st.toast("The selection was cleared, because the document has changed.", icon=":material/deselect:")
    return replace(view, locked=locked)


def token_at(tokens: Tokens, span: tuple[int, int]) -> int | None:
    """Return the first token that shares a character with a span of the text; None where none does.

    Args:
        tokens: The document's tokens.
        span: Start and stop in characters.
    """
    start, stop = span
    found = (index for index, (first, last) in enumerate(tokens.offsets) if first < stop and last > start)
    return next(found, None)


def _number(text: str, last: int, otherwise: Otherwise) -> int | Otherwise:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) and int(text) <= last else otherwise
