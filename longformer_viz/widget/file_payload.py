"""The payload of a map in an HTML file, which no server can give more."""

from longformer_viz.figures.exports.run import MAX_HTML_BYTES
from longformer_viz.trace.trace import Trace
from longformer_viz.widget.map_tiles import overview_view
from longformer_viz.widget.map_views import half_of, head_view, view_bytes
from longformer_viz.widget.payload import Part, encode

_AROUND_BYTES = 500_000  # of a file, beside the weights


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
        "percent": 100,
        "place": None,
        "theme": theme,
        "generation": 0,  # equal for all heads, so that the view stays when the head changes
    }
    shared = {
        "layers": len(trace.layers),
        "heads": trace.heads,
        "trained_tokens": trace.trained_tokens,
        "controls": controls,
    }
    return encode(shared, trace.tokens, views)


def fits_in_file(trace: Trace, layer: int, head: int, most_bytes: int = MAX_HTML_BYTES) -> bool:
    """Return whether an HTML file has room for every weight of one head; base64 takes a third more bytes.

    Args:
        trace: The run.
        layer: The layer of the head.
        head: The head.
        most_bytes: The most bytes of the file.
    """
    return full_bytes(trace, layer, head) * 4 / 3 + _AROUND_BYTES <= most_bytes


def full_bytes(trace: Trace, layer: int, head: int) -> int:
    """Return the bytes of every weight of one head.

    Args:
        trace: The run.
        layer: The layer of the head.
        head: The head.
    """
    return view_bytes(len(trace.tokens), half_of(trace, layer, head), len(trace.global_positions))
