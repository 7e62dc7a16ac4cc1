"""The payload of a map in an HTML file, which no server can give more."""

from collections.abc import Sequence

from longformer_viz.figures.exports.run import MAX_HTML_BYTES
from longformer_viz.trace.trace import Trace
from longformer_viz.widget.map_choices import SORTS
from longformer_viz.widget.map_tiles import OVERVIEW_SIDE, overview_view
from longformer_viz.widget.map_views import half_of, head_view, trace_header, view_bytes
from longformer_viz.widget.payload import Part, encode

_AROUND_BYTES = 500_000  # of a file, beside the weights
_OVERVIEW_BYTES = 2 * OVERVIEW_SIDE**2  # the most bytes of the weights of an overview
_TOKEN_BYTES = 20  # about, for text, offsets and pieces
_BASE64 = 4 / 3  # bytes of a file for each byte


def map_payload(trace: Trace, layer: int, head: int, theme: str = "light", most_bytes: int = MAX_HTML_BYTES) -> bytes:
    """Encode one head for a map without a server.

    Args:
        trace: The run.
        layer: The layer of the head.
        head: The head.
        theme: "light" or "dark".
        most_bytes: The most bytes of the file.

    Returns:
        The payload: every weight if the file has room for it, otherwise the overview.
    """
    view = (head_view if fits_in_file(trace, layer, head, most_bytes) else overview_view)(trace, layer, head)
    return views_payload(trace, (layer, head), [view], theme)


def views_payload(
    trace: Trace, head: tuple[int, int], views: list[Part], theme: str, locked: int | None = None
) -> bytes:
    """Encode one or two views for a map without a server.

    Args:
        trace: The run.
        head: Layer and head that the map names.
        views: The views.
        theme: "light" or "dark".
        locked: The selected token, or None.
    """
    controls = {
        "layer": head[0],
        "head": head[1],
        "locked": locked,
        "unit": "token",
        "mode": "square",
        "scale": "log",
        "sort": SORTS[0],
        "percent": 100,
        "place": None,
        "theme": theme,
        "generation": 0,  # equal for all heads, so that the view stays when the head changes
    }
    return encode({**trace_header(trace), "controls": controls}, trace.tokens, views)


def fits_in_file(trace: Trace, layer: int, head: int, most_bytes: int = MAX_HTML_BYTES) -> bool:
    """Return whether an HTML file has room for every weight of one head; base64 takes a third more bytes.

    Args:
        trace: The run.
        layer: The layer of the head.
        head: The head.
        most_bytes: The most bytes of the file.
    """
    return full_bytes(trace, layer, head) * _BASE64 + _AROUND_BYTES <= most_bytes


def file_bytes(trace: Trace, heads: Sequence[tuple[int, int]]) -> float:
    """Estimate the bytes of an HTML file with several heads. Each has its own copy of text, offsets and pieces.

    Args:
        trace: The run.
        heads: Layer and head of each.
    """
    weights = [full_bytes(trace, *head) if fits_in_file(trace, *head) else _OVERVIEW_BYTES for head in heads]
    return sum(each + _TOKEN_BYTES * len(trace.tokens) for each in weights) * _BASE64 + _AROUND_BYTES


def full_bytes(trace: Trace, layer: int, head: int) -> int:
    """Return the bytes of every weight of one head.

    Args:
        trace: The run.
        layer: The layer of the head.
        head: The head.
    """
    return view_bytes(len(trace.tokens), half_of(trace, layer, head), len(trace.global_positions))
