"""Figure of a followed token: its attention rollout along the document, one strip for each layer."""

import numpy as np
import plotly.graph_objects as go

from longformer_viz.figures.bins import strongest_by_bin
from longformer_viz.figures.palette import GLOBAL, INK, NEUTRAL, OUTSIDE, weight_axis
from longformer_viz.figures.text import percent, plain, seen
from longformer_viz.trace.rollout import Rollout
from longformer_viz.trace.trace import Trace

ROLLOUT_FLOOR = 1e-6
"""Shares below this are drawn like this: after a few layers every token of 16,384 holds about 1/16,384."""
_PIXELS = 1024
_ROW_HEIGHT = 26
_MARKED_GLOBALS = 256


def rollout_figure(rollout: Rollout, trace: Trace, layer: int, theme: str = "light") -> go.Figure:
    """Draw the strips of the layers up to `layer`; the others are empty.

    Each of at most 1,024 bins of positions shows its largest value, so that no token is lost.

    Args:
        rollout: The rollout of the token.
        trace: The run.
        layer: Index of the last layer to draw, from 0.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    depth, length = rollout.weights.shape
    strips, starts, strongest = _reduced(rollout.weights.numpy(), _PIXELS)
    drawn = np.log10(np.maximum(strips, ROLLOUT_FLOOR), dtype=np.float32)
    drawn[(strips == 0) | (np.arange(depth) > layer)[:, None]] = np.nan
    figure = go.Figure()
    figure.add_heatmap(
        z=drawn,
        x=starts,
        y=np.arange(depth),
        ygap=3,
        customdata=_hovers(rollout, trace, strongest, layer),
        hovertemplate="%{customdata}<extra></extra>",
        coloraxis="coloraxis",
    )
    _mark(figure, list(trace.global_positions[:_MARKED_GLOBALS]), GLOBAL, "triangle-down", "G")
    _mark(figure, [rollout.token], INK[theme], "diamond", "token")
    figure.add_vline(x=rollout.token, line={"color": INK[theme], "width": 1, "dash": "dot"}, opacity=0.5)
    figure.update_xaxes(
        title="position in the document (tokens)",
        tickformat=",",
        range=[-0.5, max(1, length) - 0.5],
        fixedrange=True,
        showgrid=False,
    )
    figure.update_yaxes(
        title="after layer",
        range=[depth - 0.5, -1.4],  # room above the first strip for the marks
        tickvals=list(range(depth)),
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_layout(
        height=110 + _ROW_HEIGHT * (depth + 1),
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        plot_bgcolor=OUTSIDE[theme],
        coloraxis=weight_axis("share", ROLLOUT_FLOOR, theme),
        font={"color": INK[theme], "size": 11},
        showlegend=False,
    )
    return figure


def describe_rollout(rollout: Rollout, trace: Trace, layer: int) -> str:
    """Describe the figure as text: how far the token's share is spread after a layer, and its largest sources.

    Args:
        rollout: The rollout of the token.
        trace: The run.
        layer: Index of the layer, from 0.

    Returns:
        Sentences for readers who cannot see the figure.
    """
    row = rollout.weights[layer].numpy()
    others = row.copy()
    others[rollout.token] = 0
    best = [int(position) for position in np.argsort(-others, kind="stable")[:5] if others[position] > 0]
    tokens = ", ".join(
        f"token {position:,} {_quoted(trace.tokens.pieces[position])} ({percent(others[position])})"
        for position in best
    )
    told = (
        f"Attention rollout of token {rollout.token:,} {_quoted(trace.tokens.pieces[rollout.token])} after layer "
        f"{layer}: {percent(row[rollout.token])} comes from the token itself. {np.count_nonzero(row):,} of "
        f"{len(row):,} tokens contribute."
    )
    return f"{told} The largest other contributions come from {tokens}." if tokens else told


def _reduced(weights: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reduce rows `[layers, n]` by maximum to `[layers, m]`; also return the bins' middles and strongest tokens."""
    strongest, edges = strongest_by_bin(weights, size)
    return np.take_along_axis(weights, strongest, 1), (edges[:-1] + edges[1:] - 1) / 2, strongest


def _hovers(rollout: Rollout, trace: Trace, strongest: np.ndarray, layer: int) -> list[list[str]]:
    pieces = trace.tokens.pieces

    def hover(number: int, position: int) -> str:
        share = float(rollout.weights[number, position])
        if not share:
            return f"token {position:,} {plain(pieces[position], 20)}<br>cannot have contributed yet"
        return f"token {position:,} {plain(pieces[position], 20)}<br>share {share:.2g} after layer {number}"

    shown = min(layer + 1, len(strongest))
    told = [[hover(number, position) for position in strongest[number].tolist()] for number in range(shown)]
    return told + [[""] * strongest.shape[1]] * (len(strongest) - shown)


def _mark(figure: go.Figure, positions: list[int], colour: str, symbol: str, letter: str) -> None:
    """Draw a mark above the strips for each position, with its word or letter if there are few."""
    if not positions:
        return
    few = len(positions) <= 8
    figure.add_scatter(
        x=positions,
        y=[-0.75] * len(positions),
        mode="markers+text" if few else "markers",
        marker={"symbol": symbol, "size": 8, "color": colour, "line": {"color": NEUTRAL, "width": 1}},
        text=[letter] * len(positions) if few else None,
        textposition="middle right",
        hoverinfo="skip",
        cliponaxis=False,
    )


def _quoted(piece: str) -> str:
    """Quote a token for plain text: as `plain` shows it, but not escaped."""
    return f"“{seen(piece, 20)}”"
