"""Downloads of the shown head: CSV, NPZ and an HTML file, each made when its button is clicked."""

import streamlit as st

from longformer_viz.figures.exports.run import MAX_HTML_BYTES, MAX_PAIRS, html_bytes, npz_bytes, pairs_csv
from longformer_viz.tables import spreadsheet
from longformer_viz.trace.trace import BAND_BYTES, Trace
from longformer_viz.ui.shared.figure import current_theme
from longformer_viz.ui.shared.formatting import size
from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.file_payload import file_bytes, map_payload

STRONGEST = 1000
_WHOLE = (slice(None), slice(None))


@st.fragment
def downloads(trace: Trace, layer: int, head: int, region: tuple[slice, slice] | None = None) -> None:
    """Show the popover of download buttons for one head.

    Args:
        trace: The run to export.
        layer: The layer of the head.
        head: The head.
        region: Rows and columns that the map shows; None for the whole document.
    """
    name = f"attention_layer_{layer}_head_{head}"
    with st.popover("Downloads", icon=":material/download:"):
        st.download_button(
            f"Download the {STRONGEST:,} strongest pairs (CSV)",
            lambda: spreadsheet(pairs_csv(trace, layer, head, strongest=STRONGEST)),
            f"{name}_strongest.csv",
            "text/csv",
            key="download_strongest",
            on_click="ignore",
            width="stretch",
        )
        too_many = _most_pairs(trace, layer, region or _WHOLE) > MAX_PAIRS
        st.download_button(
            "Download the visible pairs (CSV)",
            lambda: spreadsheet(pairs_csv(trace, layer, head, *(region or _WHOLE))),
            f"{name}_visible.csv",
            "text/csv",
            key="download_region",
            on_click="ignore",
            disabled=too_many,
            help=f"The map shows more than {MAX_PAIRS:,} pairs. Zoom in, or download the NPZ file."
            if too_many
            else None,
            width="stretch",
        )
        band_bytes = len(trace.tokens) * (trace.pattern.layers[layer].window + 1) * 4
        global_bytes = len(trace.tokens) * len(trace.global_positions) * 2 * 4
        st.download_button(
            f"Download all weights (NPZ, {size(band_bytes + global_bytes)})",
            lambda: npz_bytes(trace, layer, head),
            f"{name}.npz",
            "application/octet-stream",
            key="download_npz",
            on_click="ignore",
            disabled=band_bytes > BAND_BYTES,
            help="A NumPy archive of this head: weights in the window, weights to and from global tokens, token ids, "
            "and offsets. Read it with `np.load`.",
            width="stretch",
        )
        _html_button(trace, layer, head, name)


def _html_button(trace: Trace, layer: int, head: int, name: str) -> None:
    every_head = [(one, other) for one in range(len(trace.layers)) for other in range(trace.heads)]
    others = st.multiselect(
        "Other heads in the HTML file",
        [pair for pair in every_head if pair != (layer, head)],
        format_func=lambda pair: f"Layer {pair[0]}, head {pair[1]}",
        key="download_heads",
        placeholder="Only the current head",
    )
    heads = [(layer, head), *others]
    html_size = file_bytes(trace, heads)
    too_large = html_size > MAX_HTML_BYTES
    theme = current_theme()
    st.download_button(
        f"Download the interactive map (HTML, {size(html_size)})",
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
        key="download_html",
        on_click="ignore",
        disabled=too_large,
        help=f"The file would be larger than {size(MAX_HTML_BYTES)}. Choose fewer heads."
        if too_large
        else "A web page that works without an internet connection.",
        width="stretch",
    )


def _most_pairs(trace: Trace, layer: int, region: tuple[slice, slice]) -> int:
    """Return an upper bound on the allowed pairs of a layer in a region."""
    length = len(trace.tokens)
    rows, columns = (len(range(length)[part]) for part in region)
    globals_ = len(trace.global_positions)
    local = min(columns, trace.pattern.layers[layer].window + 1 + globals_)
    return min(rows * columns, rows * local + min(globals_, rows) * columns)
