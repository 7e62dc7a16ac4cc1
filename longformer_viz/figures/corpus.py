"""The chart of a corpus: how long each document is, and where in it the answer ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import plotly.graph_objects as go

from longformer_viz.corpus.examination import ANSWER, Row
from longformer_viz.corpus.plan import LONG_TOKENS, SHORT_TOKENS
from longformer_viz.figures.palette import ANSWER as ANSWER_COLOUR
from longformer_viz.figures.palette import INK, NEUTRAL
from longformer_viz.figures.text import plain, seen

LIMITS = (SHORT_TOKENS, LONG_TOKENS)
_LEAST_PIXELS, _LANE_PIXELS, _MOST_PIXELS = 150, 14, 220
_NAMED = 10  # Of more documents the names are only in the hovers.
_NAME_CHARACTERS, _CHARACTER_PIXELS = 24, 6.5
_TICKS = (16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144)


@dataclass(frozen=True, slots=True)
class Lane:
    """A document in the chart.

    Attributes:
        name: Its name.
        tokens: Its length.
        evidence_token: The token at which the answer ends; None without an answer.
        is_weak: Whether the evidence for the answer is weak.
    """

    name: str
    tokens: int
    evidence_token: int | None = None
    is_weak: bool = False


def lanes_of(rows: Sequence[Row], setting: str | None = None) -> tuple[Lane, ...]:
    """Return the documents of a corpus with their answers, the shortest first. Those with errors are left out.

    Args:
        rows: The rows.
        setting: The setting whose answers are shown; by default the first of the rows.
    """
    lanes: dict[str, Lane] = {}
    for row in rows:
        if row.get("error") or not row.get("tokens"):
            continue
        if row["task"] == ANSWER:
            setting = row["setting"] if setting is None else setting
            if row["setting"] != setting:
                continue
            end = row["evidence_token"] if row["has_answer"] else None
            lanes[row["document"]] = Lane(row["document"], row["tokens"], end, row["is_weak"])
        else:
            lanes.setdefault(row["document"], Lane(row["document"], row["tokens"]))
    return tuple(sorted(lanes.values(), key=lambda lane: lane.tokens))


def evidence_figure(lanes: Sequence[Lane], theme: str = "light") -> go.Figure:
    """Draw a bar as long as each document and a mark where its answer ends, with lines at 512 and 4,096 tokens.

    Args:
        lanes: The documents, the shortest first.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    figure = go.Figure()
    places = np.arange(len(lanes))
    figure.add_bar(
        x=[lane.tokens for lane in lanes],
        y=places,
        orientation="h",
        width=0.55 if len(lanes) <= _NAMED * 4 else 1.0,
        marker={"color": NEUTRAL, "opacity": 0.45, "line": {"width": 0}},
        customdata=[f"{plain(lane.name)}: {lane.tokens:,} tokens" for lane in lanes],
        hovertemplate="%{customdata}<extra></extra>",
    )
    for is_weak, symbol in ((False, "circle"), (True, "circle-open")):
        found = [(at, lane) for at, lane in enumerate(lanes) if lane.evidence_token and lane.is_weak == is_weak]
        figure.add_scatter(
            x=[lane.evidence_token for _, lane in found],
            y=[at for at, _ in found],
            mode="markers",
            marker={
                "symbol": symbol,
                "size": 10 if len(lanes) <= _NAMED * 4 else 6,
                "color": INK[theme] if is_weak else ANSWER_COLOUR,
                "line": {"color": INK[theme], "width": 1.2},
            },
            customdata=[
                f"{plain(lane.name)}: the answer ends at token {lane.evidence_token:,} of {lane.tokens:,}"
                f"{', weak evidence' if is_weak else ''}"
                for _, lane in found
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    _lines_and_axes(figure, lanes, theme)
    # In the enlarged presenter view, plotly measures the names wrongly and cuts them.
    name_characters = max(map(len, _short_names(lanes)), default=0) if len(lanes) <= _NAMED else 0
    figure.update_layout(
        height=min(_MOST_PIXELS, max(_LEAST_PIXELS, 72 + _LANE_PIXELS * len(lanes))),
        margin={"l": round(_CHARACTER_PIXELS * name_characters) + 10, "r": 8, "t": 20, "b": 0},
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK[theme], "size": 11},
        showlegend=False,
        bargap=0,
    )
    return figure


def _lines_and_axes(figure: go.Figure, lanes: Sequence[Lane], theme: str) -> None:
    for limit in LIMITS:
        figure.add_vline(limit, line={"color": INK[theme], "dash": "dash", "width": 1.5})  # pyright: ignore[reportArgumentType]
        figure.add_annotation(
            x=float(np.log10(limit)),
            y=1,
            yref="y domain",
            yanchor="bottom",
            xanchor="center",
            showarrow=False,
            text=f"{limit:,} tokens",
        )
    longest = max([LONG_TOKENS, *(lane.tokens for lane in lanes)])
    least = min([64, *(lane.evidence_token or lane.tokens for lane in lanes)])
    figure.update_xaxes(
        type="log",
        range=[np.log10(max(1, least * 0.8)), np.log10(max(longest * 1.1, LONG_TOKENS * 1.35))],
        tickvals=[tick for tick in _TICKS if least <= tick <= longest],
        ticktext=[f"{tick:,}" for tick in _TICKS if least <= tick <= longest],
        title="position in the document (tokens, log scale)",
        tickfont={"color": INK[theme]},
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    names = _short_names(lanes) if len(lanes) <= _NAMED else []
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[plain(name, _NAME_CHARACTERS) for name in names],
        tickfont={"color": INK[theme]},
        range=[len(lanes) - 0.4, -0.6],
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )


def _short_names(lanes: Sequence[Lane]) -> list[str]:
    """Return the names without the words that all of them start with, if they are long."""
    names = [lane.name for lane in lanes]
    if len(names) < 2 or max(map(len, names)) <= _NAME_CHARACTERS:
        return names
    shared = "".join(each[0] for each in takewhile(lambda each: len(set(each)) == 1, zip(*names, strict=False)))
    end = 1 + max(shared.rfind(separator) for separator in "/ _")
    return [seen(f"…{name[end:]}" if end else name, _NAME_CHARACTERS) for name in names]


def describe_evidence(lanes: Sequence[Lane]) -> str:
    """Describe the chart in words.

    Args:
        lanes: The documents, the shortest first.
    """
    if not lanes:
        return "No document has been read yet."
    lengths = f"{len(lanes):,} documents of {lanes[0].tokens:,} to {lanes[-1].tokens:,} tokens."
    found = [lane for lane in lanes if lane.evidence_token]
    past = ", ".join(
        f"{sum((lane.evidence_token or 0) > limit for lane in lanes):,} past {limit:,} tokens" for limit in LIMITS
    )
    if not found:
        return f"{lengths} No answer has been found."
    furthest = max(found, key=lambda lane: lane.evidence_token or 0)
    return (
        f"{lengths} {len(found):,} have an answer, of which {past}. The furthest ends at token "
        f"{furthest.evidence_token:,}, in “{seen(furthest.name)}”."
    )
