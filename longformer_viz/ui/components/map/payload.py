"""The bytes that the map draws, made anew only where something in them changed."""

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from longformer_viz.spec import InputError
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.components.map.view import MapView
from longformer_viz.widget.map_tiles import Region, overview_view, with_details
from longformer_viz.widget.map_views import (
    check_same_document,
    difference_view,
    head_view,
    is_over_budget,
    trace_header,
)
from longformer_viz.widget.payload import Part, encode
from longformer_viz.widget.text_parts import unit_span

MAX_MAPS = 4
Span = tuple[int, int]
Grid = tuple[Mapping[str, Any], Mapping[str, np.ndarray]]


@dataclass(frozen=True, slots=True)
class OtherMap:
    """A map beside the first: another head, or another run over the same document.

    Attributes:
        label: Its name.
        trace: The run.
        layer: Its layer; None for the layer that the first map shows.
        head: Its head; None for the head that the first map shows.
    """

    label: str
    trace: Trace
    layer: int | None = None
    head: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the map shows besides the chosen head.

    Attributes:
        label: The name of the first map.
        others: The other maps.
        is_difference: Whether one map shows the other minus the first, instead of maps side by side.

    Raises:
        InputError: Too many maps, or a difference of other than two.
    """

    label: str
    others: tuple[OtherMap, ...]
    is_difference: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.others) < MAX_MAPS:
            raise InputError(
                f"Two to {MAX_MAPS} maps can be compared. You chose {len(self.others) + 1}. Choose fewer of them."
            )
        if self.is_difference and len(self.others) != 1:
            raise InputError(
                f"A difference needs exactly two maps. You chose {len(self.others) + 1}. Choose one to compare with."
            )


@dataclass(frozen=True, slots=True)
class ShownMap:
    """A map as it is shown.

    Attributes:
        trace: Its run.
        layer: Its layer.
        head: Its head.
        label: Its name; None for the name of the head.
    """

    trace: Trace
    layer: int
    head: int
    label: str | None

    @property
    def place(self) -> tuple[Trace, int, int]:
        """The run, the layer and the head."""
        return self.trace, self.layer, self.head


class MapPayload:
    """The payload that was sent last, and the views in it."""

    def __init__(self) -> None:
        self._views: dict[Any, tuple[tuple[weakref.ref, ...], Part]] = {}
        self._last: tuple[Any, bytes] | None = None

    def encoded(
        self,
        trace: Trace,
        view: MapView,
        comparison: Comparison | None,
        tile: Any,
        grid: Grid | None,
        controls: Mapping[str, Any],
    ) -> bytes:
        """Return the payload.

        Args:
            trace: The run.
            view: What to show of it.
            comparison: What to show besides.
            tile: The region that the browser asked for, of a head too large for one payload; anything.
            grid: Header and arrays of the head grid.
            controls: What the payload tells the browser besides layer and head.

        Raises:
            InputError: Two documents are compared, or a difference is too large.
        """
        region = Region.asked(tile, len(trace.tokens)) if tile else None
        queries = None if view.locked is None else unit_span(trace.tokens, view.locked, view.unit)
        fresh: dict[Any, tuple[tuple[weakref.ref, ...], Part]] = {}
        heads = heads_of(trace, view, comparison)
        if comparison is not None and comparison.is_difference:
            label = f"{heads[1].label} minus {heads[0].label}"
            first, second = heads[0].place, heads[1].place
            views = [self._kept(fresh, heads, label, lambda: difference_view(first, second, label))]
        else:
            views = [self._detailed(fresh, head, index, region, queries) for index, head in enumerate(heads)]
        self._views = fresh
        told = {**controls, "layer": view.layer, "head": view.head}
        signature = ([id(each) for each in views], told, grid and grid[0])
        if self._last is None or self._last[0] != signature:
            shared = {**trace_header(trace), "controls": told}
            self._last = (signature, encode(shared, trace.tokens, views, None if grid is None else Part(*grid)))
        return self._last[1]

    def _detailed(self, fresh: dict, head: ShownMap, index: int, region: Region | None, queries: Span | None) -> Part:
        if not is_over_budget(*head.place):
            return self._kept(fresh, [head], index, lambda: head_view(*head.place, head.label))
        whole = self._kept(fresh, [head], index, lambda: overview_view(*head.place, head.label))
        more = (index, region, queries)
        return self._kept(fresh, [head], more, lambda: with_details(head.trace, whole, region, queries))

    def _kept(self, fresh: dict, heads: Sequence[ShownMap], more: Any, make: Callable[[], Part]) -> Part:
        """Return an earlier view while its trace is alive. A tensor identifies the trace, which is not kept."""
        signature = (*((head.layer, head.head, head.label) for head in heads), more)
        marks = [head.trace.layers[0].log_sum_exp for head in heads]
        found = self._views.get(signature)
        if found is None or any(ref() is not mark for ref, mark in zip(found[0], marks, strict=True)):
            found = (tuple(map(weakref.ref, marks)), make())
        fresh[signature] = found
        return found[1]


def heads_of(trace: Trace, view: MapView, comparison: Comparison | None) -> list[ShownMap]:
    """Return the maps to show, the chosen head first. A model with fewer layers or heads shows its last.

    Args:
        trace: The run.
        view: What to show of it.
        comparison: What to show besides.
    """
    heads = [ShownMap(trace, view.layer, view.head, comparison and comparison.label)]
    for other in () if comparison is None else comparison.others:
        check_same_document(trace, other.trace)
        layer = min(view.layer if other.layer is None else other.layer, len(other.trace.layers) - 1)
        head = min(view.head if other.head is None else other.head, other.trace.heads - 1)
        heads.append(ShownMap(other.trace, layer, head, other.label))
    return heads
