"""The pinned runs of a session, and which of them the map shows: kept in the session and in the address.

In the address `maps` is the comparison and what it is with, joined by "_": `side_1_3` shows the first and the third
pinned run beside the page's own, `difference_h5-0` the difference from layer 5, head 0.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from longformer_viz.spec import InputError, shown
from longformer_viz.ui.address_echo import (
    arrived,
    read_address,
    restore_address,
    write_address,
    written_address,
)
from longformer_viz.ui.attention.pins import MAX_PINS, PINS, Pin, pins_text, read_pins
from longformer_viz.ui.components.map.payload import MAX_MAPS
from longformer_viz.ui.shared.link_param import LinkParam

SINGLE, SIDE, DIFFERENCE = "Single", "Side by side", "Difference"
LAYOUTS = (SINGLE, SIDE, DIFFERENCE)
MAX_OTHERS = MAX_MAPS - 1
_WORDS = {"side": SIDE, "difference": DIFFERENCE}
_MAPS = re.compile(r"(side|difference)((?:_(?:[1-8]|h[0-9]{1,3}-[0-9]{1,3})){1,3})")
_STATE = "pinned_runs"
_NOWHERE = Pin("", "", "", model="?")  # has neither document nor model in common with a pin


def _check_maps(text: str) -> None:
    if not _MAPS.fullmatch(text):
        raise InputError(
            "Compared maps must be side or difference, and numbers of pinned runs, such as side_1_2. "
            f"The link has {shown(text)}."
        )


MAPS = LinkParam("maps", _check_maps, None, is_control=False, otherwise="The page shows one map.")
LINK_PARAMS = (PINS, MAPS)


@dataclass(frozen=True, slots=True)
class HeadChoice:
    """Another head of the run that the page shows.

    Attributes:
        layer: Its layer.
        head: Its number in the layer.
    """

    layer: int
    head: int


Other = Pin | HeadChoice


@dataclass(frozen=True, slots=True)
class Pinned:
    """Pinned runs, and what the map compares.

    Attributes:
        pins: The pinned runs, in the order in which they were pinned.
        layout: One map, maps side by side, or a difference.
        others: What the chosen head is compared with, the latest choice last.
    """

    pins: tuple[Pin, ...] = ()
    layout: str = SINGLE
    others: tuple[Other, ...] = ()

    def with_pin(self, pin: Pin) -> "Pinned":
        """Return these with one more pinned run, which a comparison shows next."""
        return replace(self, pins=(*self.pins, pin))

    def without(self, pin: Pin) -> "Pinned":
        """Return these without a pinned run."""
        others = tuple(other for other in self.others if other != pin)
        return replace(self, pins=tuple(one for one in self.pins if one != pin)).compared(self.layout, others)

    def renamed(self, pin: Pin, name: str) -> "Pinned":
        """Return these with another name of a pinned run.

        Args:
            pin: The pinned run.
            name: Its new name; empty for a name made from what differs.
        """
        named = replace(pin, name=name)
        pins = tuple(named if one == pin else one for one in self.pins)
        return replace(self, pins=pins, others=tuple(named if other == pin else other for other in self.others))

    def compared(self, layout: str, others: Sequence[Other]) -> "Pinned":
        """Return these with another comparison. A difference is with the latest choice, and no choice is one map.

        Args:
            layout: One of `LAYOUTS`.
            others: What to compare with, the latest choice last.
        """
        if not others:
            layout = SINGLE
        most = {SINGLE: 0, SIDE: MAX_OTHERS, DIFFERENCE: 1}[layout]
        return replace(self, layout=layout, others=tuple(others)[len(others) - min(most, len(others)) :])


def pinned_of(here: Pin) -> Pinned:
    """Return the session's pinned runs; those of the address where a link or the Back button brings others.

    Args:
        here: The pin of the run that the page shows.
    """
    kept = kept_pinned()
    if kept is None:
        restore_address(arrived(param.key for param in LINK_PARAMS))
    elif _is_back_on_page():
        restore_address(_address(kept, here))
    before = written_address(PINS.key), written_address(MAPS.key)
    address = read_address(PINS.key), read_address(MAPS.key)
    if kept is not None and address == before:
        return kept
    pins = read_pins(address[0], here)
    layout, others = _read_maps(address[1], pins)
    return Pinned(pins).compared(layout, others)


def keep_pinned(pinned: Pinned, here: Pin) -> None:
    """Keep pinned runs in the session and in the address.

    Args:
        pinned: The pinned runs.
        here: The pin of the run that the page shows.
    """
    st.session_state[_STATE] = pinned
    address: dict[str, Any] = {PINS.key: None, MAPS.key: None, **_address(pinned, here)}
    write_address(address)


def kept_pinned() -> Pinned | None:
    """Return the pinned runs that the session keeps; None before the page was shown."""
    return st.session_state.get(_STATE)


def change_pinned(pinned: Pinned) -> None:
    """Keep changed pinned runs; the next run writes them into the address."""
    st.session_state[_STATE] = pinned


def pins_for_file() -> str:
    """Return the pins for a session file, which another page with another document or model may save."""
    kept = kept_pinned()
    return pins_text(kept.pins, _NOWHERE) if kept is not None else ""


def _is_back_on_page() -> bool:
    """Whether the visitor comes back from another page, where Streamlit cleared the address."""
    return "map" not in st.session_state


def _address(pinned: Pinned, here: Pin) -> dict[str, str]:
    found = {}
    if pinned.pins:
        found[PINS.key] = pins_text(pinned.pins, here)
    if pinned.layout != SINGLE:
        word = next(word for word, layout in _WORDS.items() if layout == pinned.layout)
        parts = [
            f"h{other.layer}-{other.head}" if isinstance(other, HeadChoice) else str(pinned.pins.index(other) + 1)
            for other in pinned.others
        ]
        found[MAPS.key] = "_".join([word, *parts])
    return found


def _read_maps(text: str, pins: Sequence[Pin]) -> tuple[str, list[Other]]:
    found = _MAPS.fullmatch(text)
    if found is None:
        return SINGLE, []
    others: list[Other] = []
    for part in found[2].split("_")[1:]:
        if part.startswith("h"):
            layer, head = part[1:].split("-")
            others.append(HeadChoice(int(layer), int(head)))
        elif int(part) <= len(pins):
            others.append(pins[int(part) - 1])
    return _WORDS[found[1]], others


def is_full(pinned: Pinned) -> bool:
    """Return whether no further run can be pinned."""
    return len(pinned.pins) >= MAX_PINS
