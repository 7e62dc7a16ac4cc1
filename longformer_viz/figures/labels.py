"""Charts of labels: the effect of each sentence on a label's odds, and the attention of the first token."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from longformer_viz.figures.bins import strongest_by_bin
from longformer_viz.figures.palette import ANSWER, GLOBAL, INK, NEUTRAL, OUTSIDE, WEIGHT_FLOOR
from longformer_viz.figures.text import plain, seen
from longformer_viz.tasks.chunking import CHUNK_TOKENS
from longformer_viz.tasks.labels.evidence import Evidence, SentenceEvidence
from longformer_viz.trace.trace import Trace

_PIXELS = 480
_LEAST_WIDTH = 1 / 300  # narrowest bar, as a share of the figure, so that a short sentence stays visible


def evidence_figure(evidence: Evidence, text: str, theme: str = "light") -> go.Figure:
    """Draw one bar for each sentence, at its position and with its width. Bars above 0 support the label.

    Args:
        evidence: The weights of the sentences.
        text: The document.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    tried = [(sentence, sentence.weight) for sentence in evidence.sentences if sentence.weight is not None]
    last = max(2, evidence.sentences[-1].last + 1)
    figure = go.Figure()
    for name, chosen, marker in (
        ("for", [(each, weight) for each, weight in tried if weight >= 0], {"color": ANSWER}),
        (
            "against",
            [(each, weight) for each, weight in tried if weight < 0],
            {"color": NEUTRAL, "pattern": {"shape": "/", "size": 4, "fgcolor": INK[theme]}},
        ),
    ):
        figure.add_bar(
            name=name,
            x=[(each.first + each.last + 1) / 2 for each, _ in chosen],
            y=[weight for _, weight in chosen],
            width=[max(each.last + 1 - each.first, last * _LEAST_WIDTH) for each, _ in chosen],
            marker=marker | {"line": {"color": INK[theme], "width": 1}},
            customdata=[
                f"{plain(' '.join(text[each.start : each.stop].split()), 90)}<br>"
                f"tokens {each.first:,} to {each.last:,}<br>log-odds {weight:+.3g}"
                for each, weight in chosen
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.add_hline(0, line={"color": NEUTRAL, "width": 1})
    if last > CHUNK_TOKENS:
        figure.add_vline(CHUNK_TOKENS, line={"color": INK[theme], "width": 1, "dash": "dash"})
        figure.add_annotation(
            x=CHUNK_TOKENS,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=f"end of the first {CHUNK_TOKENS} tokens",
            showarrow=False,
            xanchor="left" if 0.6 * last > CHUNK_TOKENS else "right",
        )
    figure.update_xaxes(
        title="position in the document (tokens)", tickformat=",", range=[-0.005 * last, 1.005 * last]
    )
    figure.update_yaxes(title="log-odds", nticks=5)
    figure.update_xaxes(fixedrange=True, showgrid=False, zeroline=False)
    figure.update_yaxes(fixedrange=True, showgrid=False, zeroline=False)
    _lay_out(figure, theme, 210, top=20)
    figure.update_layout(barmode="overlay")
    return figure


def describe_evidence(evidence: Evidence, text: str, label: str) -> str:
    """Describe the chart of evidence as text.

    Args:
        evidence: The weights of the sentences.
        text: The document.
        label: The label's readable name.

    Returns:
        Sentences for readers who cannot see the chart.
    """
    ranked = evidence.ranked
    best = "; ".join(
        f"{number}. “{seen(' '.join(text[each.start : each.stop].split()), 60)}” {each.known_weight:+.2g}"
        for number, each in enumerate(ranked[:3], start=1)
    )
    against = sum(each.known_weight < 0 for each in ranked)
    return (
        f"Effect of {len(ranked):,} sentences on the log-odds of {seen(label)}, by {evidence.method}: "
        f"{len(ranked) - against:,} raise them, {against:,} lower them. The strongest: {best}."
    )


def first_token_figure(
    trace: Trace, layer: int, head: int, marked: Sequence[SentenceEvidence] = (), theme: str = "light"
) -> go.Figure:
    """Draw the first token's attention in one head along the document, with the most important sentences shaded.

    Weights are on a logarithmic scale. Each of at most 480 bins shows its largest weight. The dashed line is uniform
    attention.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        marked: The sentences to shade.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    weights = trace.weights(layer, head, slice(0, 1))[0].numpy()
    length = len(weights)
    (places,), edges = strongest_by_bin(weights[None], _PIXELS)
    pieces = trace.tokens.pieces
    figure = go.Figure()
    for number, each in enumerate(marked, start=1):
        figure.add_vrect(each.first, each.last + 1, fillcolor=ANSWER, opacity=0.5, line_width=0, layer="below")
        figure.add_annotation(
            x=(each.first + each.last + 1) / 2,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=str(number),
            showarrow=False,
            font={"size": 11, "color": INK[theme]},
        )
    figure.add_scatter(
        x=np.append(edges[:-1], length),
        y=np.maximum(np.append(weights[places], weights[places[-1]]), WEIGHT_FLOOR),
        mode="lines",
        line={"color": GLOBAL, "width": 1.5, "shape": "hv"},
        fill="tozeroy",
        fillcolor="rgba(230,159,0,0.25)",
        customdata=[
            f"token {place:,} {plain(pieces[place], 20)}<br>weight {weights[place]:.3g}"
            for place in [*places.tolist(), int(places[-1])]
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_hline(1 / length, line={"color": INK[theme], "width": 1, "dash": "dash"})
    low, high = round(np.log10(WEIGHT_FLOOR)), 0
    figure.update_yaxes(
        type="log",
        title="weight",
        range=[low, high],
        tickvals=[10.0**exponent for exponent in range(low, high + 1)],
        ticktext=["≤ 0.0001", "0.001", "0.01", "0.1", "1"],
        fixedrange=True,
        gridcolor=OUTSIDE[theme],
        zeroline=False,
    )
    figure.update_xaxes(
        title="position in the document (tokens)",
        tickformat=",",
        range=[-0.005 * max(2, length), 1.005 * max(2, length)],
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    _lay_out(figure, theme, 230, top=18)
    return figure


def _lay_out(figure: go.Figure, theme: str, height: int, top: int) -> None:
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": top, "b": 0},
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK[theme], "size": 11},
        showlegend=False,
    )
