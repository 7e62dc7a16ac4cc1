"""Captured mass in one figure: a table of layers and heads for each pattern, all on one scale."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots
from torch import Tensor

from longformer_viz.figures.palette import INK, WEIGHTS
from longformer_viz.figures.text import percent, plain
from longformer_viz.trace.captured_mass import CapturedMass

_ACROSS = 3
_ROW_PIXELS, _BETWEEN = 19, 34
_WORDS_FROM = 16  # most heads for which a number fits into a cell

Named = Sequence[tuple[str, CapturedMass]]


def mass_figure(masses: Named, layer: int, head: int, theme: str = "light") -> go.Figure:
    """Draw a heat map of layers and heads for each pattern, with the share of full attention kept as a percentage.

    Args:
        masses: Name and captured mass of each pattern over one run.
        layer: Index of the layer to frame.
        head: Index of the head to frame.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    across = min(_ACROSS, len(masses))
    down = -(-len(masses) // across)
    depth, heads = masses[0][1].by_head.shape
    height = 62 + down * (_ROW_PIXELS * depth + _BETWEEN)
    figure = make_subplots(
        rows=down,
        cols=across,
        subplot_titles=[f"{plain(name)}: {percent(mass.mean)}" for name, mass in masses],
        horizontal_spacing=0.05,
        vertical_spacing=_BETWEEN / (height - 62) if down > 1 else 0,
    )
    for number, (name, mass) in enumerate(masses):
        row, column = divmod(number, across)
        shares = mass.by_head
        where: dict[str, Any] = {"row": row + 1, "col": column + 1}
        figure.add_heatmap(
            z=shares.tolist(),
            customdata=_hovers(name, shares),
            hovertemplate="%{customdata}<extra></extra>",
            coloraxis="coloraxis",
            xgap=1,
            ygap=1,
            **where,
        )
        if heads <= _WORDS_FROM:
            _words(figure, shares, theme, where)
        figure.add_shape(
            type="rect",
            x0=head - 0.5,
            x1=head + 0.5,
            y0=layer - 0.5,
            y1=layer + 0.5,
            line={"color": INK[theme], "width": 2},
            **where,
        )
        is_lowest = number + across >= len(masses)
        figure.update_xaxes(title="head" if is_lowest else None, showticklabels=is_lowest, **where)
        figure.update_yaxes(title="layer" if column == 0 else None, **where)
    figure.update_xaxes(fixedrange=True, showgrid=False, zeroline=False, dtick=1 if heads <= _WORDS_FROM else 4)
    figure.update_yaxes(fixedrange=True, showgrid=False, zeroline=False, dtick=1, autorange="reversed")
    figure.update_annotations(selector={"xanchor": "center", "yanchor": "bottom"}, font_size=13)
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 26, "b": 0},
        plot_bgcolor="rgba(0,0,0,0)",
        coloraxis={
            "colorscale": WEIGHTS[theme],
            "cmin": 0,
            "cmax": 1,
            "colorbar": {"title": {"text": "captured<br>mass", "side": "top"}, "tickformat": ".0%", "thickness": 10},
        },
        font={"color": INK[theme], "size": 11},
        showlegend=False,
    )
    return figure


def describe_mass(masses: Named) -> str:
    """Describe the figure as text: the share that each pattern keeps, and its worst and best head.

    Args:
        masses: Name and captured mass of each pattern over one run.

    Returns:
        Sentences for readers who cannot see the figure.
    """
    told = []
    for name, mass in masses:
        ranked = [each for each in mass.ranked_heads() if each[2] == each[2]]
        if not ranked:
            told.append(f"{name}: every row is left out")
            continue
        (low_layer, low_head, low), (high_layer, high_head, high) = ranked[0], ranked[-1]
        told.append(
            f"{name} keeps {percent(mass.mean)} of full attention, from {percent(low)} in layer {low_layer}, head "
            f"{low_head} to {percent(high)} in layer {high_layer}, head {high_head}"
        )
    return "Share of full attention that each pattern keeps, mean over tokens. " + "; ".join(told) + "."


def _hovers(name: str, shares: Tensor) -> list[list[str]]:
    return [
        [f"{plain(name)}<br>layer {layer}, head {head}<br>keeps {percent(share)}" for head, share in enumerate(row)]
        for layer, row in enumerate(shares.tolist())
    ]


def _words(figure: go.Figure, shares: Tensor, theme: str, where: dict[str, int]) -> None:
    """Write the numbers in the cells, dark on light and light on dark."""
    for is_strong in (False, True):
        cells = [
            (head, layer, f"{100 * share:.0f}")
            for layer, row in enumerate(shares.tolist())
            for head, share in enumerate(row)
            if share == share and (share > 0.5) == is_strong
        ]
        if not cells:
            continue
        x, y, text = zip(*cells, strict=True)
        is_dark_cell = is_strong == (theme == "light")
        figure.add_scatter(
            x=x,
            y=y,
            text=text,
            mode="text",
            textfont={"size": 10, "color": INK["dark"] if is_dark_cell else INK["light"]},
            hoverinfo="skip",
            **where,
        )
