"""Exports of a run: pairs as CSV, one head as NPZ, and the map as an HTML file that opens offline."""

import base64
import csv
import hashlib
import html
import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import torch

from longformer_viz.figures.palette import INK
from longformer_viz.figures.text import plain
from longformer_viz.spec import InputError
from longformer_viz.tables import safe_cell
from longformer_viz.trace.trace import Trace

MAX_PAIRS = 500_000
"""The most pairs in one CSV file: half of what a spreadsheet opens. The NPZ holds them all."""
MAX_HTML_BYTES = 50_000_000
_TILE_ELEMENTS = 2**22


def pairs_csv(
    trace: Trace,
    layer: int,
    head: int,
    rows: slice = slice(None),
    columns: slice = slice(None),
    strongest: int | None = None,
) -> str:
    """Write pairs of one head as CSV: query position, query token, key position, key token, weight.

    A weight has six significant digits; the cell of a weight that is not a number is empty. A token that a
    spreadsheet would run as a formula has an apostrophe before it. A head with a sink has one more column: the
    weight of the query on the sink.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        rows: Queries of the region.
        columns: Keys of the region.
        strongest: Number of the document's strongest pairs to write, largest first. None writes all pairs of the
            region that the pattern allows, row by row.

    Returns:
        The CSV text.

    Raises:
        InputError: If the layer or head does not exist, or there are more than `MAX_PAIRS` pairs.
    """
    if strongest is not None:
        _check_pairs(strongest)
        # If there are fewer pairs than requested, the rest of the result is outside the pattern.
        pairs = [pair for pair in trace.strongest(layer, head, strongest) if pair[2] != 0]
    else:
        pairs = _region(trace, layer, head, rows, columns)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    sink = trace.sink_weights(layer, head)
    header = ["query position", "query token", "key position", "key token", "weight"]
    writer.writerow(header if sink is None else [*header, "weight of the query on the sink"])
    cells = [safe_cell(piece) for piece in trace.tokens.pieces]
    for query, key, weight in pairs:
        row = [query, cells[query], key, cells[key], f"{weight:.6g}" if weight == weight else ""]
        writer.writerow(row if sink is None else [*row, f"{float(sink[query]):.6g}"])
    return written.getvalue()


def _region(trace: Trace, layer: int, head: int, rows: slice, columns: slice) -> list[tuple[int, int, float]]:
    """Return the allowed pairs of a region, a few rows at a time, because most of its square may be forbidden."""
    length = len(trace.tokens)
    queries, keys = range(length)[rows], range(length)[columns]
    together = max(1, _TILE_ELEMENTS // max(1, len(keys)))
    position = torch.arange(length)[columns]
    pairs: list[tuple[int, int, float]] = []
    for start in range(0, len(queries), together):
        some = queries[start : start + together]
        stretch = slice(some.start, some.stop, some.step)
        tile = trace.weights(layer, head, stretch, columns)
        allowed = trace.pattern.allows(layer, head, torch.arange(length)[stretch][:, None], position)
        found = allowed.nonzero()
        _check_pairs(len(pairs) + len(found))
        weights = tile[allowed].tolist()
        pairs += [
            (some[row], keys[column], weight) for (row, column), weight in zip(found.tolist(), weights, strict=True)
        ]
    return pairs


def _check_pairs(count: int) -> None:
    if count > MAX_PAIRS:
        raise InputError(
            f"A CSV file holds at most {MAX_PAIRS:,} pairs; this region has more. Zoom in, or download the NPZ file."
        )


def npz_bytes(trace: Trace, layer: int, head: int) -> bytes:
    """Write one head as a NumPy archive, which `np.load(file)` reads without pickle.

    The arrays are band `[n, window + 1]`, columns `[n, g]` and rows `[g, n]`, float32 and as in `Trace.band`;
    global_positions `[g]`; ids `[n]`; offsets `[n, 2]` in characters of the text; text as UTF-8 bytes, uint8; and
    spec, a JSON string. A head with a sink has sink `[n]`, float32, as well.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.

    Returns:
        The archive's bytes.

    Raises:
        InputError: If the layer or head does not exist, or the band is larger than 2 GiB.
    """
    weights = trace.band(layer, head)
    band = trace.pattern.layers[layer]
    spec = {
        "model": trace.model,
        "layer": layer,
        "head": head,
        "window": band.window,
        "dilation": band.dilations[head],
        "global_positions": trace.global_positions,
        "own_windows": trace.own_windows,
        "trained_tokens": trace.trained_tokens,
        "position_tiling": None if trace.position_tiling is None else asdict(trace.position_tiling),
        "own_window_without_dilation": trace.is_own_pattern,
        "band": "column c of row i is key i + (c - window / 2) * dilation; zero for global keys and queries",
        "columns": "the weight of each token on the global tokens; zero for global queries",
        "rows": "the weight of each global token on every token",
    }
    sink = trace.sink_weights(layer, head)
    if sink is not None:
        spec["sink"] = "the weight of each token on the head's sink, which is no token"
    written = io.BytesIO()
    np.savez(
        written,
        allow_pickle=False,
        band=weights.band.numpy(),
        columns=weights.columns.numpy(),
        rows=weights.rows.numpy(),
        **({} if sink is None else {"sink": sink.numpy()}),
        global_positions=np.array(trace.global_positions, np.int64),
        ids=np.array(trace.tokens.ids, np.int64),
        offsets=np.array(trace.tokens.offsets, np.int64).reshape(-1, 2),
        text=np.frombuffer(trace.tokens.text.encode("utf-8", "replace"), np.uint8),
        spec=np.array(json.dumps(spec)),
    )
    return written.getvalue()


def html_bytes(
    trace: Trace,
    heads: Sequence[tuple[int, int]],
    payloads: Sequence[bytes],
    script: str,
    styles: str,
    theme: str = "light",
) -> bytes:
    """Write the map as one HTML file that opens offline. It shows the first head, and the others can be selected.

    Args:
        trace: The run.
        heads: Layer and head of each payload.
        payloads: The bytes that the map reads, one for each head.
        script: JavaScript that draws the payloads contained in its page.
        styles: The map's CSS.
        theme: "light" or "dark".

    Returns:
        The file's bytes.

    Raises:
        InputError: If there is no head, a payload is missing, or the file would exceed `MAX_HTML_BYTES`.
    """
    if not heads or len(heads) != len(payloads):
        raise InputError(
            f"An HTML file needs one payload for each head, and at least one; got {len(heads)} heads and "
            f"{len(payloads)} payloads. Give both."
        )
    total = sum(4 * -(-len(payload) // 3) for payload in payloads) + len(script) + len(styles)
    if total > MAX_HTML_BYTES - 10_000:
        raise InputError(
            f"An HTML file holds at most {MAX_HTML_BYTES / 1e6:.0f} MB; {len(heads)} heads of this document need "
            f"{total / 1e6:.0f} MB. Try {max(1, int(len(heads) * MAX_HTML_BYTES / total))} heads or fewer."
        )
    style = styles + _STYLE.format(**_COLOURS[theme], scheme=theme, ink=INK[theme])
    if re.search(r"</script|<!--", script, re.IGNORECASE) or "</style" in style.lower():
        raise InputError(
            "The map's script and styles must not contain the end tag of their element; one of them does. Change it."
        )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:"
    options = "".join(
        f'<option value="{number}">Layer {layer}, head {head}</option>' for number, (layer, head) in enumerate(heads)
    )
    title = f"Attention of {plain(trace.model, 60)} over {len(trace.tokens):,} tokens"
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy, quote=True)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{style}</style></head><body>",
        f'<header><h1>{title}</h1><label for="heads">Head</label><select id="heads">{options}</select></header>',
        '<main id="map"></main><p id="note" role="status"></p>',
        "<noscript>This file needs JavaScript to draw the map. Turn JavaScript on in your browser.</noscript>",
        *(
            f'<script type="application/octet-stream" class="payload">{base64.b64encode(payload).decode()}</script>'
            for payload in payloads
        ),
        f'<script type="module">{script}</script></body></html>\n',
    ]
    return "".join(parts).encode()


_COLOURS = {
    "light": {"background": "#ffffff", "second": "#f0f2f6", "border": "#d5d6d8", "primary": "#0072B2"},
    "dark": {"background": "#0e1117", "second": "#262730", "border": "#41444c", "primary": "#56B4E9"},
}
_STYLE = """
:root {{
  color-scheme: {scheme};
  --st-text-color: {ink};
  --st-background-color: {background};
  --st-secondary-background-color: {second};
  --st-border-color: {border};
  --st-primary-color: {primary};
  --st-font: system-ui, sans-serif;
  --st-code-font: ui-monospace, monospace;
  --st-base-radius: 4px;
}}
body {{ margin: 12px 16px; background: {background}; color: {ink}; font-family: system-ui, sans-serif; }}
header {{ display: flex; gap: 10px; align-items: baseline; }}
h1 {{ font-size: 16px; margin: 0 0 8px; }}
/* The map offers every head of the model; a file has its own list of those that it holds. */
.lv-toolbar > .lv-group:first-child {{ display: none; }}
"""
