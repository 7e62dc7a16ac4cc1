"""One head's attention in one figure: the n × n matrix, the band by offset, and one region in detail."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from longformer_viz.checks import MAKE_RUN, check_choice, check_type
from longformer_viz.figures.palette import (
    DILATED,
    GLOBAL,
    INK,
    LOCAL,
    NEUTRAL,
    OUTSIDE,
    WEIGHT_FLOOR,
    weight_axis,
)
from longformer_viz.figures.position_note import position_note
from longformer_viz.figures.text import plain
from longformer_viz.spec import check_index
from longformer_viz.trace.trace import Trace

FIGURE_HEIGHT = 470
REGION = 24
_PIXELS = 400


@dataclass(frozen=True, slots=True)
class Panels:
    """The weights that the figure draws, all reduced by maximum; -1 stands for pairs outside the pattern.

    Attributes:
        overview: The n × n matrix, `[side, side]`.
        band_overview: The band, `[side, columns]`; row = token, column = offset.
        region: Weights of the detail, `[rows, columns]`.
        start: Position of the detail's first token.
    """

    overview: np.ndarray
    band_overview: np.ndarray
    region: np.ndarray
    start: int


def panels(trace: Trace, layer: int, head: int, token: int) -> Panels:
    """Compute the three views of one head.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        token: Position of the token in the middle of the detail.

    Returns:
        The weights of the views.

    Raises:
        InputError: There is no such layer, head or token.
    """
    check_type(trace, Trace, "A run", MAKE_RUN)
    length = len(trace.tokens)
    check_index(token, length, "Token")
    start = max(0, min(token - REGION // 2, length - REGION))
    stretch = slice(start, start + REGION)
    return Panels(
        trace.overview(layer, head, _PIXELS, outside=-1.0).numpy(),
        trace.band_overview(layer, head, _PIXELS, outside=-1.0).numpy(),
        trace.weights(layer, head, stretch, stretch, outside=-1.0).numpy(),
        start,
    )


def attention_figure(trace: Trace, layer: int, head: int, token: int, theme: str = "light") -> go.Figure:
    """Draw the matrix, the band and the detail of one head.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        token: Position of the token in the middle of the detail.
        theme: "light" or "dark".

    Returns:
        The figure.

    Raises:
        InputError: There is no such layer, head, token or theme.
    """
    check_choice(theme, ("light", "dark"), "Theme")
    drawn = panels(trace, layer, head, token)
    length = len(trace.tokens)
    last = max(1, length - 1)
    band = trace.pattern.layers[layer]
    reach = min(band.one_sided_window * band.dilations[head], length - 1)
    pieces = [plain(piece, 14) for piece in trace.tokens.pieces[drawn.start : drawn.start + REGION]]
    figure = make_subplots(
        rows=2,
        cols=2,
        specs=[[{"rowspan": 2}, {}], [None, {}]],
        column_widths=[0.54, 0.46],
        row_heights=[0.28, 0.72],
        horizontal_spacing=0.16,
        vertical_spacing=0.19,
        subplot_titles=[
            f"All {length:,} × {length:,} pairs, to scale",
            "Attention band by offset",
            f"Detail: tokens {drawn.start:,} to {drawn.start + len(pieces) - 1:,}",
        ],
    )
    positions = np.linspace(0, length - 1, len(drawn.overview))
    offsets = np.linspace(-reach, reach, drawn.band_overview.shape[1])
    figure.add_heatmap(z=_logarithm(drawn.overview), x=positions, y=positions, hoverinfo="skip", row=1, col=1)
    figure.add_heatmap(z=_logarithm(drawn.band_overview.T), x=positions, y=offsets, hoverinfo="skip", row=1, col=2)
    figure.add_heatmap(
        z=_logarithm(drawn.region),
        customdata=_hovers(trace, drawn, pieces),
        hovertemplate="%{customdata}<extra></extra>",
        xgap=1,
        ygap=1,
        row=2,
        col=2,
    )
    figure.update_traces(coloraxis="coloraxis", type="heatmap")
    _mark_pattern(figure, trace, layer, head, reach)
    _mark_place(figure, drawn, length, INK[theme])

    figure.update_xaxes(title="key: the token that is attended to", range=[0, last], constrain="domain", row=1, col=1)
    figure.update_yaxes(
        title="query: the token that attends", range=[last, 0], scaleanchor="x", constrain="domain", row=1, col=1
    )
    figure.update_xaxes(range=[0, last], row=1, col=2)
    figure.update_yaxes(title="offset", range=[-max(1, reach), max(1, reach)], row=1, col=2)
    labels = {"tickvals": list(range(len(pieces))), "ticktext": pieces, "tickfont": {"size": 9}}
    figure.update_xaxes(**labels, tickangle=-90, row=2, col=2)
    figure.update_yaxes(**labels, autorange="reversed", row=2, col=2)
    figure.update_xaxes(fixedrange=True, showgrid=False, zeroline=False, title_standoff=8)
    figure.update_yaxes(fixedrange=True, showgrid=False, zeroline=False, title_standoff=28)
    figure.update_annotations(font_size=13)
    figure.update_layout(
        height=FIGURE_HEIGHT,
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        plot_bgcolor=OUTSIDE[theme],
        coloraxis=weight_axis("weight", WEIGHT_FLOOR, theme),
        font={"color": INK[theme], "size": 11},
        showlegend=False,
    )
    return figure


def _logarithm(weights: np.ndarray) -> np.ndarray:
    """Return logarithms to draw: the floor for smaller weights, NaN outside the pattern."""
    drawn = np.log10(np.maximum(weights, WEIGHT_FLOOR), dtype=np.float32)
    return np.where(weights < 0, np.float32("nan"), drawn)


def _hovers(trace: Trace, drawn: Panels, pieces: list[str]) -> list[list[str]]:
    is_global = set(trace.global_positions)

    def hover(row: int, column: int) -> str:
        query, key, weight = drawn.start + row, drawn.start + column, drawn.region[row, column]
        place = f"query {query:,} {pieces[row]}<br>key {key:,} {pieces[column]}<br>distance {key - query:+d}<br>"
        if weight < 0:
            return place + "not allowed by the pattern"
        return place + f"weight {weight:.3g}, {'global' if {query, key} & is_global else 'local'}"

    span = range(len(pieces))
    return [[hover(row, column) for column in span] for row in span]


def _mark_pattern(figure: go.Figure, trace: Trace, layer: int, head: int, reach: int) -> None:
    """Draw the band's edges, and a mark for each global token (with its letter if there are few)."""
    length = len(trace.tokens)
    dilation = trace.pattern.layers[layer].dilations[head]
    line = {"color": DILATED if dilation > 1 else LOCAL, "width": 1, "dash": "dot" if dilation > 1 else "solid"}
    if reach < length - 1:
        for sign in (1, -1):
            ends = np.array([max(0, -sign * reach), min(length - 1, length - 1 - sign * reach)])
            figure.add_scatter(x=ends + sign * reach, y=ends, mode="lines", line=line, hoverinfo="skip", col=1, row=1)
    positions = np.array(trace.global_positions[:256])
    few = 0 < len(positions) <= 8
    if len(positions):
        figure.add_scatter(
            x=positions,
            y=np.zeros(len(positions)),
            mode="markers+text" if few else "markers",
            marker={"symbol": "triangle-down", "size": 8, "color": GLOBAL, "line": {"color": NEUTRAL, "width": 1}},
            text=["G"] * len(positions) if few else None,
            textposition="top center",
            hoverinfo="skip",
            cliponaxis=False,
            col=1,
            row=1,
        )


def _mark_place(figure: go.Figure, drawn: Panels, length: int, ink: str) -> None:
    """Mark the position of the detail in the overview."""
    stop = min(drawn.start + REGION, length) - 1
    half = max(0.0, (length / 40 - REGION) / 2)
    low, high = drawn.start - half, stop + half
    figure.add_shape(type="rect", x0=low, x1=high, y0=low, y1=high, line={"color": ink, "width": 1.5}, col=1, row=1)


def describe(trace: Trace, layer: int, head: int) -> str:
    """Describe the figure as text: the width of the band, and the strongest pairs of the head.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.

    Returns:
        Sentences for readers who cannot see the figure.
    """
    band = trace.pattern.layers[layer]
    strongest = ", ".join(
        f"token {query:,} on token {key:,} ({weight:.2f})" for query, key, weight in trace.strongest(layer, head, 5)
    )
    count = len(trace.global_positions)
    return (
        f"Attention of layer {layer}, head {head} over {len(trace.tokens):,} tokens: a diagonal band, window "
        f"{band.window:,}, dilation {band.dilations[head]}, with {count:,} global token{'s' if count != 1 else ''}. "
        f"Strongest pairs: {strongest}. {position_note(trace)}"
    ).rstrip()
