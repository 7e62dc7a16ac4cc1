"""Charts of training: lengths and labels of documents, the course of runs, and the confusion matrix."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from longformer_viz.figures.palette import INK, LOCAL, WEIGHTS
from longformer_viz.figures.text import percent, plain
from longformer_viz.training.own_data.preview import LIMITS, Lengths
from longformer_viz.training.runs.run_state import RunState

_GRID = "rgba(138,138,138,0.22)"
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_BINS = 40
_SHOWN_LABELS = 12


def data_figure(lengths: Lengths, counts: Mapping[str, int], theme: str = "light") -> go.Figure:
    """Draw how long the documents are, with lines at 512 and 4,096 tokens, and how many have each label.

    Args:
        lengths: The lengths.
        counts: Documents of each label; empty for questions.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    shown = sorted(counts.items(), key=lambda each: -each[1])[:_SHOWN_LABELS]
    across = 2 if shown else 1
    each = "each label" if len(shown) == len(counts) else f"the {len(shown)} most frequent of {len(counts)} labels"
    titles = ["Documents by length in tokens", f"Documents of {each}"][:across]
    figure = make_subplots(1, across, subplot_titles=titles, horizontal_spacing=0.16, column_widths=[3, 2][:across])
    edges = np.geomspace(min(16, min(lengths.tokens)), max(lengths.longest, LIMITS[-1]) * 1.1, _BINS + 1)
    numbers, _ = np.histogram(lengths.tokens, edges)
    middles = np.sqrt(edges[:-1] * edges[1:])
    figure.add_bar(
        x=middles,
        y=numbers,
        width=edges[1:] - edges[:-1],
        marker={"color": LOCAL, "line": {"width": 0}},
        customdata=[f"{round(low):,} to {round(high):,} tokens" for low, high in pairwise(edges)],
        hovertemplate="%{y} documents of %{customdata}<extra></extra>",
        row=1,
        col=1,
    )
    for limit in LIMITS:
        figure.add_vline(limit, line={"color": INK[theme], "dash": "dash", "width": 1.5}, row=1, col=1)  # pyright: ignore[reportArgumentType]
        figure.add_annotation(
            x=float(np.log10(limit)),
            y=1,
            yref="y domain",
            yanchor="top",
            xanchor="right",
            showarrow=False,
            text=f"{limit:,}",
        )
    ticks = [value for value in (16, 64, 256, 1024, 4096, 16_384, 65_536) if edges[0] <= value <= edges[-1]]
    figure.update_xaxes(
        type="log", tickvals=ticks, ticktext=[f"{tick:,}" for tick in ticks], fixedrange=True, row=1, col=1
    )
    if shown:
        figure.add_bar(
            x=[number for _, number in shown],
            y=[plain(label) for label, _ in shown],
            orientation="h",
            marker={"color": LOCAL},
            text=[f"{number:,}" for _, number in shown],
            hovertemplate="%{y}: %{x} documents<extra></extra>",
            row=1,
            col=2,
        )
        figure.update_yaxes(autorange="reversed", row=1, col=2)
    figure.update_yaxes(fixedrange=True, gridcolor=_GRID)
    figure.update_layout(**_layout(theme, max(230, 70 + 22 * len(shown))))
    return figure


def describe_data(lengths: Lengths, counts: Mapping[str, int]) -> str:
    """Describe the chart of the data in words.

    Args:
        lengths: The lengths.
        counts: Documents of each label.
    """
    over = ", ".join(f"{percent(lengths.share_over(limit))} over {limit:,}" for limit in LIMITS)
    labels = ", ".join(f"{label} {number:,}" for label, number in counts.items())
    return f"Lengths of documents in tokens: median {lengths.median:,}, {over}. Labels: {labels or 'none'}."


def course_figure(runs: Sequence[RunState], theme: str = "light") -> go.Figure:
    """Draw the course of runs: training loss, learning rate, and the score after each epoch, by step.

    Args:
        runs: The runs; each has a dash style of its own.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    scores = dict.fromkeys(run.settings.score_words for run in runs)
    titles = ("Training loss", sentence_case(" or ".join(scores)), "Learning rate")
    figure = make_subplots(1, 3, subplot_titles=titles, horizontal_spacing=0.08)
    for run, dash in zip(runs, _cycle(len(runs)), strict=True):
        steps = [line["step"] for line in run.history]
        line = {"color": LOCAL, "dash": dash, "width": 2}
        common: dict[str, Any] = {"name": plain(run.name), "legendgroup": run.name, "line": line}
        figure.add_scatter(x=steps, y=[point["loss"] for point in run.history], mode="lines", **common, row=1, col=1)
        figure.add_scatter(
            x=[found["step"] for found in run.evaluations],
            y=[found.get(run.settings.score_name) for found in run.evaluations],
            mode="lines+markers",
            marker={"color": LOCAL, "size": 8},
            showlegend=False,
            **common,
            row=1,
            col=2,
        )
        figure.add_scatter(
            x=steps,
            y=[point.get("learning_rate") for point in run.history],
            mode="lines",
            showlegend=False,
            **common,
            row=1,
            col=3,
        )
    figure.update_yaxes(rangemode="tozero", gridcolor=_GRID, fixedrange=True)
    if not any(run.settings.is_lower_better for run in runs):
        figure.update_yaxes(range=[0, 1.02], tickformat=".0%", row=1, col=2)
    figure.update_yaxes(exponentformat="power", row=1, col=3)
    figure.update_xaxes(title_text="Step", gridcolor=_GRID, fixedrange=True, rangemode="tozero")
    layout = _layout(theme, 260)
    figure.update_layout(**layout | {"showlegend": len(runs) > 1, "legend": {"orientation": "h", "y": -0.3}})
    return figure


def describe_course(runs: Sequence[RunState]) -> str:
    """Describe the course of runs in words.

    Args:
        runs: The runs.
    """
    parts = []
    for run in runs:
        if run.history:
            first, last = run.history[0], run.history[-1]
            text = (
                f"{run.name}: loss {first['loss']:.3f} at step {first['step']}, {last['loss']:.3f} at {last['step']}"
            )
            if run.evaluations:
                score = run.settings.score_name
                text += f", {run.settings.score_words} {score_text(run, run.evaluations[-1].get(score, 0.0))}"
            parts.append(text)
    return ". ".join(parts) or "No step has been trained yet."


def confusion_figure(labels: Sequence[str], matrix: Sequence[Sequence[int]], theme: str = "light") -> go.Figure:
    """Draw a confusion matrix: rows are the true labels, columns the predicted ones, in shares of the row.

    Args:
        labels: The labels.
        matrix: Documents by true and predicted label.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    numbers = np.array(matrix)
    shares = numbers / np.maximum(numbers.sum(1, keepdims=True), 1)
    names = [plain(label) for label in labels]
    figure = go.Figure(
        go.Heatmap(
            z=shares.tolist(),
            x=names,
            y=names,
            zmin=0,
            zmax=1,
            colorscale=WEIGHTS[theme],
            xgap=1,
            ygap=1,
            customdata=numbers.tolist(),
            texttemplate="%{customdata}" if len(labels) <= 20 else None,
            hovertemplate="true %{y}, predicted %{x}: %{customdata} documents<extra></extra>",
            colorbar={"title": {"text": "share of the row", "side": "top"}, "tickformat": ".0%", "thickness": 10},
        )
    )
    figure.update_xaxes(title_text="Predicted label", type="category", fixedrange=True)
    figure.update_yaxes(title_text="True label", type="category", autorange="reversed", fixedrange=True)
    figure.update_layout(**_layout(theme, 160 + 34 * min(len(labels), 20)))
    return figure


def describe_confusion(labels: Sequence[str], matrix: Sequence[Sequence[int]]) -> str:
    """Describe a confusion matrix in words.

    Args:
        labels: The labels.
        matrix: Documents by true and predicted label.
    """
    right = sum(row[index] for index, row in enumerate(matrix))
    errors = [
        (number, labels[true], labels[predicted])
        for true, row in enumerate(matrix)
        for predicted, number in enumerate(row)
        if number and true != predicted
    ]
    most = f" The most frequent error is {max(errors)[1]} predicted as {max(errors)[2]}." if errors else ""
    return f"{right} of {sum(map(sum, matrix))} documents have the right label.{most}"


def sentence_case(text: str) -> str:
    """Return a `text` with a capital at its beginning; the rest stays."""
    return text[:1].upper() + text[1:]


def score_text(run: RunState, value: float) -> str:
    """Format a score of a run: as a percentage, or in bits.

    Args:
        run: The run.
        value: The score.
    """
    return f"{value:.2f} bits" if run.settings.is_lower_better else f"{value:.1%}"


def _cycle(count: int) -> list[str]:
    return [_DASHES[index % len(_DASHES)] for index in range(count)]


def _layout(theme: str, height: int) -> dict[str, Any]:
    return {
        "height": height,
        "margin": {"l": 0, "r": 8, "t": 44, "b": 0},
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": INK[theme], "size": 13},
        "showlegend": False,
        "bargap": 0.1,
    }
