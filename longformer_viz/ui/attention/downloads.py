"""Take the shown head away: CSV, NPZ and an HTML file, each made only when its button is clicked."""

import streamlit as st

from longformer_viz.figures.exports import MAX_HTML_BYTES, MAX_PAIRS, html_bytes, npz_bytes, pairs_csv
from longformer_viz.tables import spreadsheet
from longformer_viz.trace.trace import BAND_BYTES, Trace
from longformer_viz.ui.shared.formatting import size
from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.map_tiles import overview_view
from longformer_viz.widget.map_views import half_of, head_view, view_bytes
from longformer_viz.widget.payload import encode

STRONGEST = 1000
_WHOLE = (slice(None), slice(None))


@st.fragment
def take_away(trace: Trace, layer: int, head: int, region: tuple[slice, slice] | None = None) -> None:
    """A popover of download buttons for one head; `region`: the rows and columns in sight, None for the document."""
    name = f"attention_layer_{layer}_head_{head}"
    with st.popover("Take away", icon=":material/download:"):
        st.download_button(
            f"CSV: the {STRONGEST:,} strongest pairs",
            lambda: spreadsheet(pairs_csv(trace, layer, head, strongest=STRONGEST)),
            f"{name}_strongest.csv",
            "text/csv",
            key="take_strongest",
            on_click="ignore",
            width="stretch",
        )
        too_many = _most_pairs(trace, layer, region or _WHOLE) > MAX_PAIRS
        st.download_button(
            "CSV: the pairs in sight",
            lambda: spreadsheet(pairs_csv(trace, layer, head, *(region or _WHOLE))),
            f"{name}_in_sight.csv",
            "text/csv",
            key="take_region",
            on_click="ignore",
            disabled=too_many,
            help=f"More than {MAX_PAIRS:,} pairs are in sight: zoom in, or take the NPZ file." if too_many else None,
            width="stretch",
        )
        band_bytes = len(trace.tokens) * (trace.pattern.layers[layer].window + 1) * 4
        global_bytes = len(trace.tokens) * len(trace.global_positions) * 2 * 4
        st.download_button(
            f"NPZ: every weight, {size(band_bytes + global_bytes)}",
            lambda: npz_bytes(trace, layer, head),
            f"{name}.npz",
            "application/octet-stream",
            key="take_npz",
            on_click="ignore",
            disabled=band_bytes > BAND_BYTES,
            help="Band, columns, rows, token ids and offsets, for NumPy; read without pickle.",
            width="stretch",
        )
        _html_button(trace, layer, head, name)


def _html_button(trace: Trace, layer: int, head: int, name: str) -> None:
    every = [(one, other) for one in range(len(trace.layers)) for other in range(trace.heads)]
    more = st.multiselect(
        "More heads in the HTML file",
        [pair for pair in every if pair != (layer, head)],
        format_func=lambda pair: f"Layer {pair[0]}, head {pair[1]}",
        key="take_heads",
        placeholder="only the one in sight",
    )
    heads = [(layer, head), *more]
    # A third more in base64; text and offsets travel with each head.
    weight = sum(_payload_bytes(trace, *pair) for pair in heads) * 4 / 3 + 500_000
    too_large = weight > MAX_HTML_BYTES
    theme = st.context.theme.type or "light"
    st.download_button(
        f"HTML: the map itself, offline, {size(weight)}",
        lambda: html_bytes(
            trace,
            heads,
            [map_payload(trace, *pair, theme) for pair in heads],
            script("map_file"),
            style("map"),
            theme,
        ),
        f"{name}.html",
        "text/html",
        key="take_html",
        on_click="ignore",
        disabled=too_large,
        help=f"The file must fit in {size(MAX_HTML_BYTES)}: take fewer heads." if too_large else None,
        width="stretch",
    )


def map_payload(trace: Trace, layer: int, head: int, theme: str = "light") -> bytes:
    """One head as the map's payload without a server behind it: whole where an HTML file can hold it."""
    fits = _full_bytes(trace, layer, head) * 4 / 3 + 500_000 <= MAX_HTML_BYTES
    view = (head_view if fits else overview_view)(trace, layer, head)
    controls = {
        "layer": layer,
        "head": head,
        "locked": None,
        "mode": "square",
        "scale": "log",
        "percent": 100,
        "place": None,
        "theme": theme,
        "generation": 0,  # one for all heads of a file: going from head to head leaves place and lock as they are
    }
    shared = {
        "layers": len(trace.layers),
        "heads": trace.heads,
        "trained_tokens": trace.trained_tokens,
        "controls": controls,
    }
    return encode(shared, trace.tokens, [view])


def _full_bytes(trace: Trace, layer: int, head: int) -> int:
    return view_bytes(len(trace.tokens), half_of(trace, layer, head), len(trace.global_positions))


def _payload_bytes(trace: Trace, layer: int, head: int) -> int:
    """About what one head's payload weighs: its codes, and about 20 bytes a token for text, offsets and pieces."""
    full = _full_bytes(trace, layer, head)
    fits = full * 4 / 3 + 500_000 <= MAX_HTML_BYTES
    return (full if fits else 2 * 1024**2) + 20 * len(trace.tokens)


def _most_pairs(trace: Trace, layer: int, region: tuple[slice, slice]) -> int:
    """At most how many pairs of a layer lie in a region."""
    length = len(trace.tokens)
    rows, columns = (len(range(length)[part]) for part in region)
    globals_ = len(trace.global_positions)
    local = min(columns, trace.pattern.layers[layer].window + 1 + globals_)
    return min(rows * columns, rows * local + min(globals_, rows) * columns)
