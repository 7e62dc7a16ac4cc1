"""Charts of answers: scores along the document, and the attention of the question's tokens."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from longformer_viz.documents.landmarks import sentence_starts
from longformer_viz.figures.bins import strongest_by_bin
from longformer_viz.figures.palette import ANSWER, GLOBAL, INK, NEUTRAL, OUTSIDE, WEIGHT_FLOOR, weight_axis
from longformer_viz.figures.text import plain, seen
from longformer_viz.tasks.answering import Answer, Answers
from longformer_viz.tasks.qa_input import Pair
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace

_PIXELS = 480
_DEPTH = 14.0  # logits below the best that are drawn, down to a probability of one in a million
_WORDS_SHOWN = 24


def sentence_around(answer: Answer, tokens: Tokens) -> tuple[int, int]:
    """Find the sentences that contain an answer.

    Args:
        answer: The answer.
        tokens: The document's tokens.

    Returns:
        Positions of the first and the last token of these sentences.
    """
    starts = sentence_starts(tokens)
    first = max((place for place in starts if place <= answer.first), default=answer.first)
    after = min((place for place in starts if place > answer.last), default=len(tokens) - 1)
    return first, max(answer.last, after - 1)


def scores_figure(answers: Answers, tokens: Tokens, theme: str = "light") -> go.Figure:
    """Draw the start scores and the end scores along the document, with the answers numbered.

    Scores are logits relative to "no answer". Each of at most 480 bins shows its highest score, so that no token is
    lost. The sentence of the best answer is shaded.

    Args:
        answers: The answers with the scores of all tokens.
        tokens: The document's tokens.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.06)
    last = max(1, len(tokens) - 1)
    best = answers[0]
    low, high = sentence_around(best, tokens)
    for row, (scores, name) in enumerate(((answers.start_scores, "start"), (answers.end_scores, "end")), start=1):
        places, heights = _peaks(scores)
        top = float(heights.max()) if len(heights) else 0.0
        floor = min(top - _DEPTH, -1.0)
        figure.add_scatter(
            x=places,
            y=np.maximum(heights, floor),
            mode="lines",
            line={"color": INK[theme], "width": 1, "shape": "hvh", "dash": "solid" if row == 1 else "dot"},
            customdata=[
                f"token {place:,} {plain(tokens.pieces[place], 20)}<br>{name} score {height:.1f}"
                for place, height in zip(places.tolist(), heights.tolist(), strict=True)
            ],
            hovertemplate="%{customdata}<extra></extra>",
            row=row,
            col=1,
        )
        cell: dict[str, Any] = {"row": row, "col": 1}
        figure.add_vrect(low, high + 1, fillcolor=ANSWER, opacity=0.5, line_width=0, layer="below", **cell)
        edges = [answer.first if row == 1 else answer.last for answer in answers]
        figure.add_scatter(
            x=edges,
            y=[max(floor, float(scores[edge])) for edge in edges],
            mode="markers+text",
            marker={
                "symbol": "triangle-right" if row == 1 else "triangle-left",
                "size": [12] + [8] * (len(edges) - 1),
                "color": ANSWER,
                "line": {"color": INK[theme], "width": 1},
            },
            text=[str(number) for number in range(1, len(edges) + 1)],
            textposition="middle right" if row == 1 else "middle left",
            textfont={"size": 11, "color": INK[theme]},
            hoverinfo="skip",
            cliponaxis=False,
            row=row,
            col=1,
        )
        figure.add_hline(0, line={"color": NEUTRAL, "width": 1, "dash": "dash"}, **cell)
        figure.update_yaxes(title=f"{name} score", range=[floor, max(top, 0.0) + 2.5], row=row, col=1)
    figure.update_xaxes(fixedrange=True, showgrid=False, zeroline=False, range=[-0.01 * last, 1.01 * last])
    figure.update_yaxes(fixedrange=True, showgrid=False, zeroline=False, nticks=4)
    figure.update_xaxes(title="position in the document (tokens)", tickformat=",", row=2, col=1)
    figure.update_layout(
        height=290,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK[theme], "size": 11},
        showlegend=False,
    )
    return figure


def describe_scores(answers: Answers, tokens: Tokens) -> str:
    """Describe the chart of scores as text.

    Args:
        answers: The answers with the scores of all tokens.
        tokens: The document's tokens.

    Returns:
        Sentences for readers who cannot see the chart.
    """
    low, high = sentence_around(answers[0], tokens)
    ranked = "; ".join(
        f"{number}. “{seen(' '.join(answer.text.split()), 40)}”, tokens {answer.first:,} to {answer.last:,}"
        for number, answer in enumerate(answers, start=1)
    )
    return (
        f"Start and end scores of {len(tokens):,} tokens along the document. The best answer begins at token "
        f"{answers[0].first:,} with a start score of {answers.start_scores[answers[0].first]:.1f} and ends at token "
        f"{answers[0].last:,} with an end score of {answers.end_scores[answers[0].last]:.1f}, in the sentence of "
        f"tokens {low:,} to {high:,}. Ranked: {ranked}."
    )


def _peaks(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the position and the score of each bin's best token, without bins of special tokens only."""
    (places,), _ = strongest_by_bin(scores[None], _PIXELS)
    finite = np.isfinite(scores[places])
    return places[finite], scores[places][finite].astype(np.float64)


def question_attention_figure(
    trace: Trace, pair: Pair, shift: int, answer: Answer, layer: int, head: int, theme: str = "light"
) -> go.Figure:
    """Draw the attention of the question's tokens over the document in one head, with the answer marked.

    Each row is a global token, `<s>` first. Each of at most 480 columns shows its largest weight.

    Args:
        trace: The run on question and document.
        pair: The positions of question and document in the run.
        shift: Position of the document's token 0 in the pair.
        answer: The answer to mark.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    rows = min(pair.global_count, _WORDS_SHOWN)
    weights = trace.weights(layer, head, slice(0, rows), pair.document).numpy()
    strongest, edges = strongest_by_bin(weights, _PIXELS)
    reduced = np.take_along_axis(weights, strongest, 1)
    begin = pair.first - shift  # position in the document of the pair's first document token
    pieces = trace.tokens.pieces
    words = [plain(piece, 14) for piece in pieces[:rows]]
    hovers = [
        [
            f"{words[row]} on token {begin + place:,} {plain(pieces[pair.first + place], 20)}<br>"
            f"weight {weights[row, place]:.3g}"
            for place in strongest[row].tolist()
        ]
        for row in range(rows)
    ]
    figure = go.Figure()
    figure.add_heatmap(
        z=np.log10(np.maximum(reduced, WEIGHT_FLOOR)),
        x=begin + (edges[:-1] + edges[1:] - 1) / 2,
        y=np.arange(rows),
        ygap=2,
        customdata=hovers,
        hovertemplate="%{customdata}<extra></extra>",
        coloraxis="coloraxis",
    )
    _mark_answer(figure, answer, begin + pair.count * 0.8, theme)
    figure.update_xaxes(
        title="position in the document (tokens)",
        tickformat=",",
        range=[begin - 0.5, begin + max(1, pair.count) - 0.5],
        fixedrange=True,
        showgrid=False,
    )
    figure.update_yaxes(
        range=[rows - 0.5, -1.6],
        tickvals=list(range(rows)),
        ticktext=words,
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_layout(
        height=max(190, 80 + 15 * rows),
        margin={"l": 0, "r": 0, "t": 6, "b": 0},
        plot_bgcolor=OUTSIDE[theme],
        coloraxis=weight_axis("weight", WEIGHT_FLOOR, theme),
        font={"color": INK[theme], "size": 11},
        showlegend=False,
    )
    return figure


def _mark_answer(figure: go.Figure, answer: Answer, room_until: float, theme: str) -> None:
    """Mark the middle of the answer above the rows. Its label is on the right up to the position `room_until`."""
    middle = (answer.first + answer.last) / 2
    figure.add_scatter(
        x=[middle],
        y=[-1.0],
        mode="markers+text",
        marker={"symbol": "triangle-down", "size": 10, "color": ANSWER, "line": {"color": INK[theme], "width": 1}},
        text=["the answer"],
        textposition="middle right" if middle < room_until else "middle left",
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.add_vline(x=middle, line={"color": GLOBAL, "width": 1, "dash": "dot"}, opacity=0.6)
