"""The attention map as a Streamlit component: one head of a trace, or two, with text and head grid."""

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.spec import InputError, shown
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.components.pattern_values import PatternValues
from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.map_choices import MODES, SCALES, checked, is_position
from longformer_viz.widget.map_tiles import Region, overview_view, with_details
from longformer_viz.widget.map_views import check_same_document, difference_view, head_view, is_over_budget
from longformer_viz.widget.payload import Part, encode
from longformer_viz.widget.text_parts import UNITS, unit_span

Head = tuple[Trace, int, int]
Span = tuple[int, int]


_component = component(
    "longformer_viz_attention_map", html='<div class="lv-room"></div>', js=script("map"), css=style("map")
)


@dataclass(frozen=True, slots=True)
class MapResult:
    """The state of the map that the visitor sees.

    Attributes:
        layer: The layer shown.
        head: The head shown.
        locked: The selected token, a query position.
        unit: The unit selected around it: "token", "sentence" or "paragraph".
        global_toggled: A position that was just made global or local, else None.
        place: Column, row and zoom of the visible part; None for the whole document.
        mode: "square" or "straight".
        scale: "log" or "linear".
        percent: Share of each row's weight that the drawn pairs carry, in per cent.
        pattern: The pattern that was just chosen beside the map, else None.
    """

    layer: int
    head: int
    locked: int | None
    global_toggled: int | None
    place: tuple[float, float, float] | None
    mode: str
    scale: str
    percent: int
    unit: str = UNITS[0]
    pattern: PatternValues | None = None


def attention_map(
    trace: Trace,
    layer: int,
    head: int,
    *,
    other: Trace | tuple[int, int] | None = None,
    difference: bool = False,
    locked: int | None = None,
    unit: str = UNITS[0],
    place: tuple[float, float, float] | None = None,
    mode: str = "square",
    scale: str = "log",
    theme: str = "light",
    grid: tuple[Mapping[str, Any], Mapping[str, np.ndarray]] | None = None,
    labels: tuple[str, str] | None = None,
    pattern: Mapping[str, Any] | None = None,
    key: str,
    height: int | None = None,
) -> MapResult:
    """Show one head, or two. What a reader chose in the map stays until these arguments change.

    Args:
        trace: The recorded forward pass.
        layer: The layer to show.
        head: The head to show.
        other: A second (layer, head) of this run, or another run over the same document.
        difference: Show one map, the other minus the first, instead of two.
        locked: The selected token, a query position.
        unit: What is selected around it: "token", "sentence" or "paragraph".
        place: Column, row and zoom of what is in sight; None for the whole document.
        mode: "square" or "straight".
        scale: "log" or "linear".
        theme: "light" or "dark".
        grid: Header and arrays of the head grid.
        labels: Names of the two heads.
        pattern: What the controls of the pattern show and offer; None shows none.
        key: Streamlit's key of the component.
        height: CSS pixels of the map; None gives it the height of the screen.

    Raises:
        InputError: A head that is not there, an unknown mode or scale, or two documents.
    """
    _check("Mode", mode, MODES)
    _check("Scale", scale, SCALES)
    _check("Unit", unit, UNITS)
    memory = _memory(key)
    state = st.session_state.get(key) or {}
    asked = {
        "layer": layer,
        "head": head,
        "locked": locked,
        "unit": unit,
        "mode": mode,
        "scale": scale,
        "percent": 100,
        "place": place,
    }
    chosen = memory.chosen(asked, state.get("shown"), trace)
    data = memory.payload(
        trace,
        chosen,
        other,
        difference,
        labels,
        state.get("tile"),
        grid,
        {"theme": theme, "pattern": pattern, "height": height},
    )
    result = _component(
        key=key,
        data=data,
        on_shown_change=_ignore,
        on_tile_change=_ignore,
        on_global_toggled_change=_ignore,
        on_pattern_change=_ignore,
    )
    toggled = result.global_toggled
    return MapResult(
        **{name: chosen[name] for name in ("layer", "head", "locked", "unit", "place", "mode", "scale", "percent")},
        global_toggled=toggled if is_position(toggled, trace) else None,
        pattern=PatternValues.told(result.pattern),
    )


def _ignore() -> None:
    """Do nothing. Streamlit keeps a component's state only if a callback is named."""


def _check(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(f"{name} must be {' or '.join(allowed)}; got {shown(value)}. Try {allowed[0]}.")


def _memory(key: str) -> "_Memory":
    name = f"_{key}_memory"
    if name not in st.session_state:
        st.session_state[name] = _Memory()
    return st.session_state[name]


class _Memory:
    """The last arguments and payload of one map, so that the same payload is not computed or sent again."""

    def __init__(self) -> None:
        self.generation = 0
        self.asked: dict[str, Any] = {}
        self.answered: dict[str, Any] = {}
        self.sent: dict[str, Any] = {}
        self.views: dict[Any, tuple[tuple[weakref.ref, ...], Part]] = {}
        self.last: tuple[Any, bytes] | None = None

    def chosen(self, asked: dict[str, Any], told: Any, trace: Trace) -> dict[str, Any]:
        """Return the view to show: a new one from the page, otherwise the visitor's choice in the map."""
        current = self.sent
        if isinstance(told, Mapping) and told.get("generation") == self.generation:
            current = checked(told, self.sent, trace)
        elif told is None and self.answered != self.sent:
            # The browser's map is new and has only the values sent to it, so the visitor's view is sent again.
            self.generation += 1
            self.sent = current = self.answered
        # A page that repeats the map's last values asks for nothing new. The visitor may have moved on since.
        news = {
            name: value
            for name, value in asked.items()
            if not (_is_same(self.asked, name, value) or _is_same(self.answered, name, value))
        }
        self.asked = asked
        if any(not _is_same(current, name, value) for name, value in news.items()):
            self.generation += 1
            self.sent = current = {**current, **news}
        if not is_position(current["locked"], trace):
            current = {**current, "locked": None}
        self.answered = current
        return current

    def payload(
        self,
        trace: Trace,
        chosen: dict[str, Any],
        other: Trace | tuple[int, int] | None,
        difference: bool,
        labels: tuple[str, str] | None,
        wish: Any,
        grid: tuple[Mapping[str, Any], Mapping[str, np.ndarray]] | None,
        looks: dict[str, Any],
    ) -> bytes:
        """Return the payload, computed again only if an input has changed."""
        heads: list[Head] = [(trace, chosen["layer"], chosen["head"])]
        if isinstance(other, Trace):
            check_same_document(trace, other)
            heads.append((other, min(chosen["layer"], len(other.layers) - 1), min(chosen["head"], other.heads - 1)))
        elif other is not None:
            heads.append((trace, *other))
        names = labels or (None, None)
        region = Region.asked(wish, len(trace.tokens)) if wish else None
        lock = chosen["locked"]
        queries = None if lock is None else unit_span(trace.tokens, lock, chosen["unit"])
        fresh: dict[Any, tuple[tuple[weakref.ref, ...], Part]] = {}
        views = []
        if difference and len(heads) == 2:
            label = f"{names[1]} minus {names[0]}" if labels else None
            views.append(self._kept(fresh, heads, label, lambda: difference_view(heads[0], heads[1], label)))
        else:
            for number, (single, name) in enumerate(zip(heads, names, strict=False)):
                views.append(self._detailed(fresh, single, (number, name), region, queries))
        self.views = fresh
        controls = {**self.sent, **looks, "generation": self.generation}
        controls |= {"layer": chosen["layer"], "head": chosen["head"]}
        signature = ([id(view) for view in views], controls, grid and grid[0])
        if self.last is None or self.last[0] != signature:
            shared = {
                "layers": len(trace.layers),
                "heads": trace.heads,
                "trained_tokens": trace.trained_tokens,
                "controls": controls,
            }
            self.last = (signature, encode(shared, trace.tokens, views, None if grid is None else Part(*grid)))
        return self.last[1]

    def _detailed(
        self, fresh: dict, single: Head, which: tuple[int, str | None], region: Region | None, queries: Span | None
    ) -> Part:
        if not is_over_budget(*single):
            return self._kept(fresh, [single], which, lambda: head_view(*single, which[1]))
        whole = self._kept(fresh, [single], which, lambda: overview_view(*single, which[1]))
        return self._kept(
            fresh, [single], (which, region, queries), lambda: with_details(single[0], whole, region, queries)
        )

    def _kept(self, fresh: dict, heads: list[Head], more: Any, make: Callable[[], Part]) -> Part:
        """Return an earlier view while its trace is alive. A tensor identifies the trace, which is not kept."""
        signature = (*((layer, head) for _, layer, head in heads), more)
        marks = [trace.layers[0].log_sum_exp for trace, _, _ in heads]
        found = self.views.get(signature)
        if found is None or any(ref() is not mark for ref, mark in zip(found[0], marks, strict=True)):
            found = (tuple(map(weakref.ref, marks)), make())
        fresh[signature] = found
        return found[1]


def _is_same(values: Mapping[str, Any], name: str, value: Any) -> bool:
    """Return whether `values` has this value. A place may have been rounded in an address."""
    if name not in values:
        return False
    if name == "place" and value is not None and values[name] is not None:
        return bool(np.allclose(value, values[name], rtol=1e-4, atol=1e-2))
    return values[name] == value
