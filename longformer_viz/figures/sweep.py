"""A sweep in one figure: which windows, dilations and global tokens change the answer."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from longformer_viz.figures.exports.answers import NO_ANSWER
from longformer_viz.figures.palette import ANSWER, INK, OUTSIDE
from longformer_viz.figures.text import plain
from longformer_viz.tasks.agreement import finds_none
from longformer_viz.tasks.sweep import Sweep, SweepPoint


def sweep_figure(found: Sweep, theme: str = "light") -> go.Figure:
    """Draw the answer for each window and dilation, and beside this grid for each placement of global tokens.

    Args:
        found: The sweep.
        theme: "light" or "dark".

    Returns:
        The figure. Cells with the same answer as the default settings are marked.
    """
    windows = list(dict.fromkeys(point.setting.shown_window for point in found.grid))
    dilations = sorted({point.setting.dilation for point in found.grid})
    figure = make_subplots(
        cols=2,
        column_widths=[0.72, 0.28],
        horizontal_spacing=0.23,
        subplot_titles=["Question tokens global", "Other global tokens"],
    )
    grid = [
        (windows.index(point.setting.shown_window), dilations.index(point.setting.dilation), point)
        for point in found.grid
    ]
    _cells(figure, grid, found, theme, 1, max(9, 76 // len(windows)))
    places = [(0, number, point) for number, point in enumerate(found.placements)]
    _cells(figure, places, found, theme, 2, 26)
    _axis(figure.update_xaxes, [str(window) for window in windows], 1, title="window")
    _axis(figure.update_yaxes, [str(dilation) for dilation in dilations], 1, title="dilation")
    _axis(figure.update_xaxes, [f"window {found.trained.setting.shown_window}, dilation 1"], 2)
    _axis(figure.update_yaxes, [point.setting.placement for point in found.placements], 2)
    figure.update_yaxes(autorange="reversed")
    figure.update_annotations(selector={"xanchor": "center", "yanchor": "bottom"}, font_size=13)
    figure.update_layout(
        height=110 + 56 * max(len(dilations), len(places) - 1),
        margin={"l": 0, "r": 0, "t": 26, "b": 0},
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK[theme], "size": 11},
        showlegend=False,
    )
    return figure


def _axis(update: Callable, names: list[str], column: int, title: str | None = None) -> None:
    update(
        tickvals=list(range(len(names))),
        ticktext=names,
        title=title,
        fixedrange=True,
        showgrid=False,
        zeroline=False,
        row=1,
        col=column,
    )


def _line(text: str, limit: int) -> str:
    """Return an answer for plotly, on one line and never as markup."""
    return plain(" ".join(text.split()), limit)


def _cells(
    figure: go.Figure, cells: list[tuple[int, int, SweepPoint]], found: Sweep, theme: str, column: int, limit: int
) -> None:
    """Draw one square for each setting: yellow with a tick if the answer is the same, otherwise neutral."""
    across, down = 1 + max(x for x, _, _ in cells), 1 + max(y for _, y, _ in cells)
    values = np.zeros((down, across))
    hovers = [[""] * across for _ in range(down)]
    for x, y, point in cells:
        values[y, x] = point.is_same
        best, setting = point.answers[0], point.setting
        words, chance = best.text, f"{best.probability:.0%}"
        if finds_none(point.answers):
            words, chance = NO_ANSWER, f"{point.answers.none_probability:.0%}"
        is_trained = point == found.trained
        hovers[y][x] = (
            f"window {setting.shown_window}, dilation {setting.dilation}, global: {setting.placement.lower()}<br>"
            f"{_line(words, 80)}<br>{chance}, {point.global_count:,} global tokens"
        )
        figure.add_annotation(
            x=x,
            y=y,
            text=f"{'✓ ' if point.is_same else ''}{_line(words, limit)}<br>{chance}"
            f"{' · default' if is_trained else ''}",
            showarrow=False,
            font={"color": INK["light"] if point.is_same else INK[theme], "size": 11},
            row=1,
            col=column,
        )
    figure.add_heatmap(
        z=values,
        zmin=0,
        zmax=1,
        colorscale=[[0, OUTSIDE[theme]], [1, ANSWER]],
        showscale=False,
        xgap=3,
        ygap=3,
        customdata=hovers,
        hovertemplate="%{customdata}<extra></extra>",
        row=1,
        col=column,
    )
