"""Axes for time and memory by document length, and numbers with readable units."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from longformer_viz.probe.curves import Curve

_BYTE_TICKS = [
    (10**power * unit, f"{unit} {name}")
    for power, name in ((3, "KB"), (6, "MB"), (9, "GB"), (12, "TB"))
    for unit in (1, 10, 100)
]
_TIME_TICKS = [
    (0.001, "1 ms"),
    (0.003, "3 ms"),
    (0.01, "10 ms"),
    (0.03, "30 ms"),
    (0.1, "0.1 s"),
    (0.3, "0.3 s"),
    (1, "1 s"),
    (3, "3 s"),
    (10, "10 s"),
    (30, "30 s"),
    (100, "100 s"),
    (300, "5 min"),
    (1000, "17 min"),
    (10_000, "2.8 h"),
    (100_000, "28 h"),
]


def amount(value: float, quantity: str) -> str:
    """Format seconds or bytes with a readable unit.

    Args:
        value: Seconds or bytes.
        quantity: "time" or "memory".

    Returns:
        The number with its unit, such as "0.8 s" or "93 MB".
    """
    if quantity == "time":
        return f"{value * 1000:.3g} ms" if value < 0.1 else f"{value:.3g} s"
    if value < 1e6:
        return f"{value / 1e3:.0f} KB"
    return f"{value / 1e6:,.0f} MB" if value < 1e9 else f"{value / 1e9:,.1f} GB"


def _values(panel: Sequence[Curve]) -> list[float]:
    return [value for curve in panel for _, value in curve.line] + [
        mark.value for curve in panel for mark in curve.marks if mark.value
    ]


def value_range(panel: Sequence[Curve], logarithmic: bool) -> tuple[float, float]:
    """Return the lowest and highest value of the axis.

    Args:
        panel: Curves of one quantity.
        logarithmic: Whether the axis is logarithmic.

    Returns:
        Two values in seconds or bytes, or their decimal logarithms.
    """
    values = _values(panel) or [1.0]
    if logarithmic:
        return math.log10(min(values)) - 0.12, math.log10(max(values)) + 0.12
    return 0.0, 1.06 * max(values)


def draw_axes(figure: go.Figure, panel: Sequence[Curve], column: int, logarithmic: bool) -> None:
    """Draw the axes of one panel.

    Args:
        figure: The figure to change.
        panel: Curves of one quantity.
        column: The panel's column, from 1.
        logarithmic: Whether both axes are logarithmic.
    """
    lengths = [length for curve in panel for length, _ in curve.line]
    lengths += [mark.length for curve in panel for mark in curve.marks]
    low, high = min(lengths, default=512), max(lengths, default=8192)
    ticks = [2**power for power in range(4, 21) if low <= 2**power * 1.01 and 2**power <= 1.01 * high]
    ticks = ticks[:: max(1, math.ceil(len(ticks) / 6))] if logarithmic else ticks[-3:]
    line = {"showgrid": True, "gridcolor": "rgba(138,138,138,0.22)", "zeroline": False, "row": 1, "col": column}
    figure.update_xaxes(
        title="Document length (tokens)",
        type="log" if logarithmic else "linear",
        range=[math.log10(low) - 0.05, math.log10(high) + 0.05] if logarithmic else [0, 1.03 * high],
        tickvals=ticks or [low],
        ticktext=[f"{tick:,}" for tick in ticks or [low]],
        fixedrange=True,
        **line,
    )
    quantity = panel[0].quantity
    bottom, top = value_range(panel, logarithmic)
    if logarithmic:
        named = _TIME_TICKS if quantity == "time" else _BYTE_TICKS
    else:
        named = [(value, amount(value, quantity)) for value in steps(top)]
    figure.update_yaxes(
        type="log" if logarithmic else "linear",
        range=[bottom, top],
        tickvals=[value for value, _ in named],
        ticktext=[text for _, text in named],
        fixedrange=True,
        **line,
    )


def steps(top: float) -> list[float]:
    """Return up to six round numbers from 0 to `top`."""
    step = 10 ** math.floor(math.log10(top / 4))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if top / (step * factor) <= 5)
    return [step * number for number in range(int(top / step) + 1)]
