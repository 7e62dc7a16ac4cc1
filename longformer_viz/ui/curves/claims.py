"""The Claims view: statements from two articles, each with a verdict and its evidence."""

import streamlit as st

from longformer_viz.figures.claims import MARKS, claims_figure
from longformer_viz.probe.claims.claim import VERDICTS, Claim, claims
from longformer_viz.ui.shared.csv_button import csv_button
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.link_param import LinkParam, one_of

VERDICT = LinkParam("verdict", one_of("Verdict", tuple(VERDICTS)), None)
LINK_PARAMS = (VERDICT,)
_PLURAL = dict(zip(VERDICTS, ("hold", "hold partly", "do not hold", "cannot be checked here"), strict=True))
_COLOURS = {"holds": "blue", "holds partly": "violet", "does not hold": "orange", "cannot be checked here": "gray"}


def claims_view() -> None:
    """Show the number of claims per verdict, a chart, and the claims with the selected verdict."""
    found = claims()
    counts = {verdict: sum(each.verdict == verdict for each in found) for verdict in VERDICTS}
    parts = [f"**{counts[verdict]}** {_PLURAL[verdict]}" for verdict in VERDICTS]
    st.markdown(f"Of **{len(found)}** statements, {', '.join(parts[:-1])}, and {parts[-1]}.")
    numbers = "; ".join(f"{verdict}: {number}" for verdict, number in counts.items())
    show_figure(claims_figure(found, current_theme()), "claims_chart", alt=f"Claims by verdict. {numbers}")
    _list(found)


@st.fragment
def _list(found: tuple[Claim, ...]) -> None:
    verdict = st.segmented_control(
        "Verdict",
        VERDICTS,
        **VERDICT.bound,
        help="Shows only the statements with this verdict. Click it again to show all.",
    )
    for claim in found:
        if verdict in (None, claim.verdict):
            _show(claim)
    rows = [
        {
            "verdict": claim.verdict,
            "quote": claim.quote,
            "article": claim.article,
            "evidence": claim.text,
            "how": claim.how,
            "source": claim.source,
        }
        for claim in found
    ]
    csv_button("Download all statements (CSV)", rows, "claims.csv", "take_claims")


def _show(claim: Claim) -> None:
    with st.container(border=True):
        colour = _COLOURS[claim.verdict]
        st.markdown(
            f":{colour}-badge[{MARKS[claim.verdict]} {claim.verdict}] **“{literal(claim.quote)}”** "
            f":small[:gray[{literal(claim.article)}]]"
        )
        st.markdown(f"{literal(claim.text)} :gray-badge[{claim.how}] :small[:gray[{literal(claim.source)}]]")
