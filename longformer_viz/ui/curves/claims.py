"""Claims, checked: how many of two articles' statements hold, and each with its evidence."""

import streamlit as st

from longformer_viz.figures.claims import MARKS, claims_figure
from longformer_viz.probe.claims import VERDICTS, Claim, claims
from longformer_viz.ui.shared.csv_button import csv_button
from longformer_viz.ui.shared.formatting import literal

_PLURAL = dict(zip(VERDICTS, ("hold", "hold partly", "do not hold", "cannot be checked here"), strict=True))
_COLOURS = {"holds": "blue", "holds partly": "violet", "does not hold": "orange", "cannot be checked here": "gray"}


def claims_view() -> None:
    """The sentence, the picture, and the statements that the reader chose."""
    found = claims()
    st.markdown(
        f"**{len(found)} statements of two articles on Longformer, checked**: "
        + ", ".join(
            f"**{sum(each.verdict == verdict for each in found)}** {_PLURAL[verdict]}" for verdict in VERDICTS
        )
        + "."
    )
    st.plotly_chart(
        claims_figure(found, st.context.theme.type or "light"),
        width="stretch",
        theme="streamlit",
        key="claims_chart",
        config={"displayModeBar": False},
        alt="; ".join(f"{verdict}: {sum(each.verdict == verdict for each in found)}" for verdict in VERDICTS),
    )
    _list(found)


@st.fragment
def _list(found: tuple[Claim, ...]) -> None:
    verdict = st.segmented_control("Show those that", VERDICTS, key="verdict", bind="query-params")
    for claim in found:
        if verdict in (None, claim.verdict):
            _show(claim)
    rows = [
        {
            "verdict": claim.verdict,
            "quote": claim.quote,
            "article": claim.article,
            "evidence": claim.told,
            "how": claim.how,
            "source": claim.source,
        }
        for claim in found
    ]
    csv_button("CSV: every statement", rows, "claims.csv", "take_claims")


def _show(claim: Claim) -> None:
    with st.container(border=True):
        colour = _COLOURS[claim.verdict]
        st.markdown(
            f":{colour}-badge[{MARKS[claim.verdict]} {claim.verdict}] **“{literal(claim.quote)}”** "
            f":small[:gray[{literal(claim.article)}]]"
        )
        st.markdown(f"{literal(claim.told)} :gray-badge[{claim.how}] :small[:gray[{literal(claim.source)}]]")
