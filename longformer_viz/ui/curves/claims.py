"""The Claims view: statements from two articles, each with a verdict and its evidence."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.figures.scaling.claims import MARKS, claims_figure
from longformer_viz.patterns.works import ARTICLES, Work, cited_papers
from longformer_viz.probe.claims.claim import VERDICTS, Claim, claims
from longformer_viz.snippets.curves import claims_lines
from longformer_viz.ui.python_lines import show_python
from longformer_viz.ui.shared.citations import linked_sources, linked_work
from longformer_viz.ui.shared.download_buttons import csv_button
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.link_param import LinkParam, one_of

BOTH = "Both articles"
_BY_TITLE = {work.title: key for key, work in ARTICLES.items()}
VERDICT = LinkParam("verdict", one_of("Verdict", tuple(VERDICTS)), None)
ARTICLE = LinkParam("article", one_of("Article", (BOTH, *_BY_TITLE)), default=BOTH)
LINK_PARAMS = (VERDICT, ARTICLE)
_PLURAL = dict(zip(VERDICTS, ("hold", "hold partly", "do not hold", "cannot be checked here"), strict=True))
_COLOURS = {"holds": "blue", "holds partly": "green", "does not hold": "orange", "cannot be checked here": "gray"}
_WAYS = (
    "**Measured**: from the recorded reference of this page. **Computed**: counted exactly. **Predicted**: from a "
    "formula for FLOPs and memory. **Quoted**: from the paper or file that is named."
)


def choose_claims() -> tuple[str | None, str | None]:
    """Show the filters, the articles and the cited papers in the sidebar.

    Returns:
        The verdict and the key of the article to show; None shows all.
    """
    with st.sidebar:
        verdict = st.pills(
            "Verdict",
            VERDICTS,
            **VERDICT.bound,
            help="Shows only the statements with this verdict. Click it again to show all.",
        )
        title = st.selectbox("Article", (BOTH, *_BY_TITLE), **ARTICLE.bound)
        st.markdown("**The two articles**")
        for key, work in ARTICLES.items():
            number = sum(claim.article == key for claim in claims())
            st.markdown(f"{linked_work(work)}. {number} statements.")
        st.caption("Neither article names its author or its date.")
        papers = _papers()
        with st.expander(f"Papers cited ({len(papers)})", icon=":material/menu_book:"):
            for paper in papers:
                st.markdown(linked_work(paper))
    return verdict, _BY_TITLE.get(title)


def _papers() -> list[Work]:
    found = {number: paper for claim in claims() for number, paper in cited_papers(claim.source).items()}
    return list(found.values())


def claims_view(verdict: str | None, article: str | None, python: DeltaGenerator) -> None:
    """Show the number of claims per verdict, a chart, and the selected claims.

    Args:
        verdict: Only claims with this verdict; None for all.
        article: Only claims of this article; None for both.
        python: Place of the lines that list the claims.
    """
    show_python(python, claims_lines(verdict, article))
    found = tuple(claim for claim in claims() if article in (None, claim.article))
    counts = {each: sum(claim.verdict == each for claim in found) for each in VERDICTS}
    parts = [f"**{counts[each]}** {_PLURAL[each]}" for each in VERDICTS]
    st.markdown(f"Of **{len(found)}** statements, {', '.join(parts[:-1])}, and {parts[-1]}.", help=_WAYS)
    numbers = "; ".join(f"{each}: {number}" for each, number in counts.items())
    show_figure(claims_figure(found, current_theme()), "claims_chart", alt=f"Claims by verdict. {numbers}")
    for claim in found:
        if verdict in (None, claim.verdict):
            _show(claim)
    rows = [
        {
            "verdict": claim.verdict,
            "quote": claim.quote,
            "article": claim.work.title,
            "article's address": claim.work.url,
            "evidence": claim.text,
            "how": claim.how,
            "source": claim.source,
        }
        for claim in claims()
    ]
    csv_button("Download all statements (CSV)", rows, "claims.csv", "take_claims")


def _show(claim: Claim) -> None:
    with st.container(border=True):
        colour = _COLOURS[claim.verdict]
        st.markdown(
            f":{colour}-badge[{MARKS[claim.verdict]} {claim.verdict}] **“{literal(claim.quote)}”**  \n"
            f":small[{linked_work(claim.work)}]"
        )
        st.markdown(
            f"{literal(claim.text)} :gray-badge[{claim.how}]  \n:small[Source: {linked_sources(claim.source)}]"
        )
