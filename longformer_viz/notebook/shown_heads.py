"""What a map in a notebook shows: one head of a run, or a head of two runs over the same document."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longformer_viz.checks import MAKE_RUN, check_flag, check_type, check_values
from longformer_viz.figures.exports.run import html_bytes
from longformer_viz.spec import InputError, check_index, shown
from longformer_viz.trace.trace import Trace
from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.file_payload import fits_in_file, map_payload, views_payload
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

THEMES = ("light", "dark")
DEFAULT_LAYER = 2
_MOST_CELL_BYTES = 12_000_000  # of a static map in a notebook, which is saved with every output


@dataclass(frozen=True, slots=True)
class ShownHeads:
    """One run, or two over the same document.

    Attributes:
        trace: The run.
        other: A second run over the same document, or None.
        difference: Show one map, the second run minus the first, instead of two.
        names: The names of the two runs.

    Raises:
        InputError: The runs read different documents, or there is no second run for a difference.
    """

    trace: Trace
    other: Trace | None = None
    difference: bool = False
    names: tuple[str, str] = ("first run", "second run")

    def __post_init__(self) -> None:
        check_type(self.trace, Trace, "A run", MAKE_RUN)
        check_flag(self.difference, "difference")
        names = check_values(self.names, "names", 'Try ("first run", "second run").')
        if len(names) != 2 or not all(isinstance(name, str) for name in names):
            raise InputError(f'names must be two texts. You entered {shown(names)}. Try ("first", "second").')
        if self.other is not None:
            check_type(self.other, Trace, "The second run", MAKE_RUN)
            check_same_document(self.trace, self.other)
        elif self.difference:
            raise InputError("A difference must have two runs. You gave one. Give the other run as well.")

    def check(self, layer: int | None, head: int, selected_token: int | None, theme: str) -> int:
        """Check the values of a map.

        Args:
            layer: The layer; None for the default.
            head: The head.
            selected_token: The position of a token, or None.
            theme: One of `THEMES`.

        Returns:
            The layer.

        Raises:
            InputError: There is no such layer, head, token or theme.
        """
        if layer is None:
            layer = min(DEFAULT_LAYER, len(self.trace.layers) - 1)
        check_index(layer, len(self.trace.layers), "Layer")
        check_index(head, self.trace.heads, "Head")
        if selected_token is not None:
            check_index(selected_token, len(self.trace.tokens), "Selected token")
        if not isinstance(theme, str) or theme not in THEMES:
            raise InputError(f"Theme must be light or dark. You entered {shown(theme)}. Try light.")
        return layer

    def payload(self, choice: Mapping[str, Any], looks: Mapping[str, Any], wish: Any) -> bytes:
        """Encode the map for a browser that can ask for details.

        Args:
            choice: What the map shows: layer, head, locked, unit and the other values of `map_choices.checked`.
            looks: Further values of the payload's controls, such as theme, height and generation.
            wish: The region that the browser asked for; it may be anything.
        """
        length, lock = len(self.trace.tokens), choice["locked"]
        region = Region.asked(wish, length) if wish else None
        queries = None if lock is None else unit_span(self.trace.tokens, lock, choice["unit"])
        views = self._views(choice["layer"], choice["head"], region, queries)
        shared = {**trace_header(self.trace), "controls": {**choice, **looks}}
        return encode(shared, self.trace.tokens, views)

    def _views(self, layer: int, head: int, region: Region | None, queries: tuple[int, int] | None) -> list[Part]:
        heads = self._heads(layer, head)
        if self.difference:
            return [difference_view(heads[0], heads[1], f"{self.names[1]} minus {self.names[0]}")]
        views = []
        for single, name in zip(heads, self.names, strict=False):
            label = name if self.other is not None else None
            if is_over_budget(*single):
                views.append(with_details(single[0], overview_view(*single, label), region, queries))
            else:
                views.append(head_view(*single, label))
        return views

    def _heads(self, layer: int, head: int) -> list[tuple[Trace, int, int]]:
        heads = [(self.trace, layer, head)]
        if self.other is not None:
            heads.append((self.other, min(layer, len(self.other.layers) - 1), min(head, self.other.heads - 1)))
        return heads

    def html(self, layer: int, head: int, theme: str, selected_token: int | None = None) -> bytes:
        """Write the map as one HTML page that needs no server and no network.

        Args:
            layer: The layer.
            head: The head.
            theme: "light" or "dark".
            selected_token: The position of the selected token, or None.

        Returns:
            The page: every weight where it has room for it, otherwise an overview.
        """
        if self.other is None and selected_token is None:
            payload = map_payload(self.trace, layer, head, theme, _MOST_CELL_BYTES)
        else:
            payload = views_payload(self.trace, (layer, head), self._file_views(layer, head), theme, selected_token)
        return html_bytes(self.trace, [(layer, head)], [payload], script("map_file"), style("map"), theme)

    def _file_views(self, layer: int, head: int) -> list[Part]:
        if self.difference:
            return self._views(layer, head, None, None)
        heads = self._heads(layer, head)
        labels = self.names if self.other is not None else (None, None)
        return [
            (head_view if fits_in_file(*single, _MOST_CELL_BYTES // len(heads)) else overview_view)(*single, label)
            for single, label in zip(heads, labels, strict=False)
        ]
