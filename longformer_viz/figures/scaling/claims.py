"""Chart of the number of claims per verdict."""

from collections.abc import Sequence

import plotly.graph_objects as go

from longformer_viz.figures.palette import FULL, INK, LOCAL, OUTSIDE, RANDOM
from longformer_viz.probe.claims.claim import VERDICTS, Claim

MARKS = {"holds": "✓", "holds partly": "◐", "does not hold": "✗", "cannot be checked here": "?"}
_FILLS = {
    "holds": (LOCAL, "white"),
    "holds partly": (RANDOM, "black"),
    "does not hold": (FULL, "black"),
    "cannot be checked here": (OUTSIDE, ""),
}


def claims_figure(claims: Sequence[Claim], theme: str = "light") -> go.Figure:
    """Draw one bar with a segment for each verdict.

    Args:
        claims: The claims.
        theme: "light" or "dark".

    Returns:
        The figure.
    """
    figure = go.Figure()
    for verdict in VERDICTS:
        number = sum(claim.verdict == verdict for claim in claims)
        colour, ink = _FILLS[verdict]
        colour = colour[theme] if isinstance(colour, dict) else colour
        figure.add_bar(
            name=verdict,
            x=[number],
            y=[""],
            orientation="h",
            text=f"{MARKS[verdict]} {verdict.replace(' checked', '<br>checked')}: {number}" if number else "",
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": ink or INK[theme], "size": 14},
            marker={
                "color": colour,
                "line": {"color": INK[theme], "width": 1},
            },
            hovertemplate=f"{verdict}: {number}<extra></extra>",
        )
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True)
    figure.update_layout(
        barmode="stack",
        height=64,
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK[theme]},
        showlegend=False,
        uniformtext={"mode": "show", "minsize": 11},
    )
    return figure
