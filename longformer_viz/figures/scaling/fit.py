"""Chart of predicted peak memory by use, one bar per setup, with the available memory."""

from collections.abc import Sequence

import plotly.graph_objects as go

from longformer_viz.cost.fit import RUNTIME, Fit
from longformer_viz.figures.palette import INK, LOCAL, NEUTRAL
from longformer_viz.figures.scaling.axes import amount, steps
from longformer_viz.figures.text import plain

# Attention has its own colour. The other parts are neutral and differ by pattern.
_PARTS = {
    "weights": (NEUTRAL, ""),
    "gradients": (NEUTRAL, "/"),
    "optimizer": (NEUTRAL, "x"),
    "activations": (NEUTRAL, "."),
    "attention": (LOCAL, ""),
    RUNTIME: (NEUTRAL, "-"),
}


def fit_figure(
    tried: Sequence[tuple[str, Fit]], memory_name: str, theme: str = "light", measured_bytes: int | None = None
) -> go.Figure:
    """Draw one bar per setup, the current one on top, and a dashed line for the available memory.

    Args:
        tried: Names and predictions, the current setup first.
        memory_name: The name of the memory.
        theme: "light" or "dark".
        measured_bytes: The measured peak of the current setup, drawn as a diamond.

    Returns:
        The figure.
    """
    memory_bytes = tried[0][1].memory_bytes
    figure = go.Figure()
    _draw_parts(figure, tried, theme)
    largest = max(memory_bytes, *(fit.needed_bytes for _, fit in tried))
    for name, fit in tried:
        figure.add_annotation(
            x=fit.needed_bytes,
            y=name,
            text=f"{'✓' if fit.fits else '✗'} {amount(fit.needed_bytes, 'memory')}",
            showarrow=False,
            xanchor="left",
            xshift=6,
        )
    if measured_bytes is not None:
        figure.add_scatter(
            name="measured here",
            x=[measured_bytes],
            y=[tried[0][0]],
            mode="markers",
            marker={"symbol": "diamond", "size": 13, "color": INK[theme]},
            hovertemplate=f"measured: {amount(measured_bytes, 'memory')}<extra></extra>",
        )
    _draw_available_memory(figure, memory_name, memory_bytes, largest, theme)
    ticks = steps(1.15 * largest)
    figure.update_xaxes(
        range=[0, 1.15 * largest],
        tickvals=ticks,
        ticktext=[amount(tick, "memory") if tick else "0" for tick in ticks],
        fixedrange=True,
        zeroline=False,
        gridcolor="rgba(138,138,138,0.22)",
    )
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_layout(
        barmode="stack",
        height=138 + 44 * len(tried),
        margin={"l": 0, "r": 20, "t": 28, "b": 0},
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK[theme], "size": 13},
        legend={"orientation": "h", "y": -0.12 - 0.3 / len(tried), "x": 0, "traceorder": "normal"},
    )
    return figure


def _draw_parts(figure: go.Figure, tried: Sequence[tuple[str, Fit]], theme: str) -> None:
    """Draw the stacked bars, one trace per part that some setup needs."""
    names = [name for name, _ in tried]
    for part, (colour, shape) in _PARTS.items():
        sizes = [dict(fit.parts).get(part, 0) for _, fit in tried]
        if not any(sizes):
            continue
        figure.add_bar(
            name=part,
            y=names,
            x=sizes,
            orientation="h",
            marker={
                "color": colour,
                "line": {"color": INK[theme], "width": 1},
                "pattern": {"shape": shape, "fgcolor": INK[theme], "size": 6, "solidity": 0.25},
            },
            customdata=[
                f"{plain(name)}: {part}, {amount(size, 'memory')}" for name, size in zip(names, sizes, strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )


def _draw_available_memory(figure: go.Figure, memory_name: str, memory_bytes: int, largest: int, theme: str) -> None:
    """Draw a dashed line at the available memory, with its name and size above it."""
    figure.add_vline(memory_bytes, line={"color": INK[theme], "width": 2, "dash": "dash"})
    figure.add_annotation(
        x=memory_bytes,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=f"{plain(memory_name)}: {amount(memory_bytes, 'memory')}",
        showarrow=False,
        xanchor="center" if memory_bytes < 0.8 * largest else "right",
    )


def describe_fit(tried: Sequence[tuple[str, Fit]], memory_name: str) -> str:
    """Describe the chart as text.

    Args:
        tried: Names and predictions, the current setup first.
        memory_name: The name of the memory.

    Returns:
        Sentences for readers who cannot see the chart.
    """
    sentences = []
    for name, fit in tried:
        parts = ", ".join(f"{part} {amount(size, 'memory')}" for part, size in fit.parts)
        verdict = "fits" if fit.fits else "does not fit"
        sentences.append(f"{name}: {amount(fit.needed_bytes, 'memory')} ({parts}), {verdict}.")
    return (
        f"Predicted peak memory, compared with {memory_name}, {amount(tried[0][1].memory_bytes, 'memory')}. "
        + " ".join(sentences)
    )
