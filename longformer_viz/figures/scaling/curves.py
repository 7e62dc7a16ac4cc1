"""Chart of time and memory by document length: measured points, predicted lines, and failed points."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from longformer_viz.cost.methods import Method
from longformer_viz.figures.palette import INK, OUTSIDE
from longformer_viz.figures.scaling.axes import amount, draw_axes, value_range
from longformer_viz.figures.scaling.style import short_name, style
from longformer_viz.figures.text import plain
from longformer_viz.probe.curves import Curve, Mark
from longformer_viz.probe.growth import Crossing

TITLES = {"time": "Time per forward pass", "memory": "Peak memory per forward pass"}
_HEIGHT, _TOP, _BOTTOM = 380, 28, 44
_LABEL_PIXELS, _LINE_PIXELS = 132, 15
DASHES = (
    ("dot", "Dotted"),
    ("dashdot", "Dash-dotted"),
    ("longdashdot", "Long dashes and dots"),
    ("2px", "Fine dots"),
)
"""The lines of results beside the main ones, in their order."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Results that are drawn beside the main ones.

    Attributes:
        name: Their name.
        panels: Their curves, one sequence for each panel of the chart.
    """

    name: str
    panels: Sequence[Sequence[Curve]]


def curves_figure(
    panels: Sequence[Sequence[Curve]],
    logarithmic: bool = True,
    theme: str = "light",
    beside: Sequence[Beside] = (),
    crossing: Crossing | None = None,
) -> go.Figure:
    """Draw one panel per quantity, side by side.

    Args:
        panels: The curves of one quantity each.
        logarithmic: Whether both axes are logarithmic.
        theme: "light" or "dark".
        beside: Other results, at most as many as `DASHES`, drawn smaller.
        crossing: A length to mark in the panel of times.

    Returns:
        The figure.
    """
    figure = make_subplots(
        cols=len(panels),
        horizontal_spacing=0.24 if len(panels) > 1 else 0,
        subplot_titles=[TITLES[panel[0].quantity] for panel in panels],
    )
    for column, panel in enumerate(panels, 1):
        methods = [curve.method for curve in panel]
        for curve in panel:
            _draw(figure, curve, methods, column, theme)
        others = [curve for each in beside for curve in each.panels[column - 1]]
        for each, (dash, _) in zip(beside, DASHES, strict=False):
            for curve in each.panels[column - 1]:
                _draw_beside(figure, curve, methods, column, each.name, dash, theme)
        draw_axes(figure, [*panel, *others], column, logarithmic)
        _label(figure, panel, others, column, logarithmic, theme)
        if crossing is not None and panel[0].quantity == "time":
            _mark_crossing(figure, crossing, column, logarithmic, theme)
    figure.update_annotations(selector={"yanchor": "bottom", "xanchor": "center"}, font_size=14)
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 0, "r": _LABEL_PIXELS, "t": _TOP, "b": _BOTTOM},
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK[theme], "size": 12},
        showlegend=False,
        hovermode="closest",
    )
    return figure


def _draw(figure: go.Figure, curve: Curve, methods: Sequence[Method], column: int, theme: str) -> None:
    colour, symbol = style(curve.method, methods, theme)
    if curve.line:
        figure.add_scatter(
            x=[length for length, _ in curve.line],
            y=[value for _, value in curve.line],
            mode="lines",
            line={"color": colour, "width": 1.5, "dash": "dash"},
            customdata=[_hover(curve, length, value, "predicted") for length, value in curve.line],
            hovertemplate="%{customdata}<extra></extra>",
            row=1,
            col=column,
        )
    measured = curve.measured
    if measured:
        spread = any(mark.high for mark in measured)
        figure.add_scatter(
            x=[mark.length for mark in measured],
            y=[mark.value for mark in measured],
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"color": colour, "symbol": symbol, "size": 9, "line": {"color": colour, "width": 1.5}},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [(mark.high or mark.known_value) - mark.known_value for mark in measured],
                "arrayminus": [mark.known_value - (mark.low or mark.known_value) for mark in measured],
                "thickness": 1,
                "width": 3,
                "visible": spread,
            },
            customdata=[_hover(curve, mark.length, mark.known_value, "measured", mark) for mark in measured],
            hovertemplate="%{customdata}<extra></extra>",
            row=1,
            col=column,
        )
    if lost := curve.lost:
        figure.add_scatter(
            x=[mark.length for mark in lost],
            y=[mark.value for mark in lost],
            mode="markers",
            marker={"color": colour, "symbol": "x-thin", "size": 10, "line": {"color": colour, "width": 2.5}},
            customdata=[_hover(curve, mark.length, mark.known_value, mark.status, mark) for mark in lost],
            hovertemplate="%{customdata}<extra></extra>",
            row=1,
            col=column,
        )


def _draw_beside(
    figure: go.Figure, curve: Curve, methods: Sequence[Method], column: int, name: str, dash: str, theme: str
) -> None:
    """Draw points of other results: the same colour and symbol, smaller, on a line of its own kind."""
    if not curve.measured:
        return
    colour, symbol = style(curve.method, methods, theme)
    figure.add_scatter(
        x=[mark.length for mark in curve.measured],
        y=[mark.value for mark in curve.measured],
        mode="lines+markers",
        opacity=0.75,
        line={"color": colour, "width": 1.5, "dash": dash},
        marker={"color": colour, "symbol": symbol, "size": 6},
        customdata=[_hover(curve, mark.length, mark.known_value, plain(name, 80), mark) for mark in curve.measured],
        hovertemplate="%{customdata}<extra></extra>",
        row=1,
        col=column,
    )


def _hover(curve: Curve, length: int, value: float, how: str, mark: Mark | None = None) -> str:
    spread = ""
    if mark is not None and mark.low is not None and mark.high is not None and mark.status == "measured":
        spread = f"<br>quartiles: {amount(mark.low, 'time')} to {amount(mark.high, 'time')}"
    note = f"<br>{plain(mark.note, 100)}" if mark is not None and mark.note else ""
    return f"{plain(curve.method.label)}<br>{length:,} tokens: {amount(value, curve.quantity)}, {how}{spread}{note}"


def _label(
    figure: go.Figure, panel: Sequence[Curve], others: Sequence[Curve], column: int, logarithmic: bool, theme: str
) -> None:
    """Write each curve's name and growth at its right end, without overlaps."""
    methods = [curve.method for curve in panel]
    bottom, top = value_range([*panel, *others], logarithmic)
    plot_pixels = _HEIGHT - _TOP - _BOTTOM
    placed = []
    for curve in panel:
        ends = _ends(curve)
        if not ends:  # Only other results have points of this method.
            ends = [end for other in others if other.method == curve.method for end in _ends(other)]
        if not ends:
            continue
        value = max(ends)[1]
        share = ((math.log10(value) if logarithmic else value) - bottom) / (top - bottom)
        placed.append([share * plot_pixels, curve])
    placed.sort(key=lambda each: each[0])
    for _ in range(60):
        for low, high in itertools.pairwise(placed):
            if (gap := high[0] - low[0]) < _LINE_PIXELS:
                low[0] -= (_LINE_PIXELS - gap) / 2
                high[0] += (_LINE_PIXELS - gap) / 2
        for index, each in enumerate(placed):
            rest = len(placed) - 1 - index
            each[0] = min(max(each[0], index * _LINE_PIXELS), plot_pixels - rest * _LINE_PIXELS)
    for pixels, curve in placed:
        growth = f" <b>n<sup>{curve.growth.exponent:.2f}</sup></b>" if curve.growth else ""
        colour, _ = style(curve.method, methods, theme)
        figure.add_annotation(
            text=f'<span style="color:{colour}">━</span> {plain(short_name(curve.method, methods))}{growth}',
            x=1,
            xref=f"x{column if column > 1 else ''} domain",
            y=pixels / plot_pixels,
            yref=f"y{column if column > 1 else ''} domain",
            xanchor="left",
            yanchor="middle",
            xshift=3,
            showarrow=False,
            font={"size": 11.5, "color": INK[theme]},
        )


def _ends(curve: Curve) -> list[tuple[int, float]]:
    return [(mark.length, mark.known_value) for mark in curve.measured] + list(curve.line)


def _mark_crossing(figure: go.Figure, crossing: Crossing, column: int, logarithmic: bool, theme: str) -> None:
    line = {"color": INK[theme], "width": 1, "dash": "dot"}
    cell: dict[str, Any] = {"row": 1, "col": column}
    figure.add_vline(crossing.length, line=line, opacity=0.7, **cell)
    figure.add_annotation(
        x=math.log10(crossing.length) if logarithmic else crossing.length,
        y=1,
        xref=f"x{column if column > 1 else ''}",
        yref=f"y{column if column > 1 else ''} domain",
        yanchor="top",
        xanchor="left",  # A crossing is usually near the left edge.
        xshift=3,
        text=f"equal time at {crossing.length:,} tokens",
        showarrow=False,
        bgcolor=OUTSIDE[theme],
        font={"size": 11, "color": INK[theme]},
    )


def describe_curves(panels: Sequence[Sequence[Curve]], beside: Sequence[Beside] = ()) -> str:
    """Describe the chart as text.

    Args:
        panels: The curves of one quantity each.
        beside: Other results.

    Returns:
        Sentences for readers who cannot see the chart.
    """
    sentences = [_described(curve) for panel in panels for curve in panel]
    for each in beside:
        measured = [_described(curve) for panel in each.panels for curve in panel if curve.measured]
        sentences += [f"Beside, {each.name}:", *measured] if measured else []
    return " ".join(sentences)


def _described(curve: Curve) -> str:
    line = f"{curve.method.label}, {curve.quantity}: "
    if not curve.measured:
        return line + "not measured."
    first, last = curve.measured[0], curve.measured[-1]
    line += (
        f"{amount(first.known_value, curve.quantity)} at {first.length:,} tokens, "
        f"{amount(last.known_value, curve.quantity)} at {last.length:,}"
    )
    return line + (f", growth n^{curve.growth.exponent:.2f}." if curve.growth else ".")
