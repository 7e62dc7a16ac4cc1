"""The results of the Documents page: they arrive while the job runs in the background."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.corpus.background.queue import BackgroundJob
from longformer_viz.corpus.examination import ANSWER, LABEL, Row
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.sources import Reference
from longformer_viz.corpus.summary import CorpusSummary, evidence_sentence, summarize
from longformer_viz.figures.corpus import Lane, describe_evidence, evidence_figure, lanes_of
from longformer_viz.snippets.corpus import corpus_lines
from longformer_viz.spec import counted
from longformer_viz.ui.corpus.open_row import open_clicked
from longformer_viz.ui.corpus.progress import show_progress
from longformer_viz.ui.corpus.right_answers import right_answers
from longformer_viz.ui.corpus.rows import answer_rows, answer_table, download_buttons, label_counts, waiting_table
from longformer_viz.ui.corpus.session import SessionCorpus, sample_listing
from longformer_viz.ui.python_lines import show_python
from longformer_viz.ui.shared.background import loaded_model
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.table import show_table
from longformer_viz.ui.shared.tabs import show_tabs

_TICK_SECONDS = 1.0
_BAR = "Bar = length of the document."
_MARK = "Circle = end of its answer, hollow if the evidence is weak."
_LINE = "Dashed line = limit of a model of 512 or 4,096 tokens."


def corpus_view(corpus: SessionCorpus, plan: CorpusPlan | None, python: DeltaGenerator) -> None:
    """Show the results, or what they will look like.

    Args:
        corpus: What the session has.
        plan: What would be asked now; None if it is not valid.
        python: Place of the lines that reproduce the page.
    """
    job = corpus.asked
    if job is None:
        _before(corpus)
        if plan is not None:
            show_python(python, corpus_lines(plan, corpus.listing))
        return
    if corpus.listing.references != job.references:
        st.info(
            "These results are for the previous documents. Ask again to read the new ones.", icon=":material/history:"
        )
    live = job.is_live or (corpus.compared is not None and corpus.compared.is_live)
    st.fragment(_results, run_every=_TICK_SECONDS if live else None)(corpus, job, live)
    show_python(python, corpus_lines(job.plan, corpus.listing))


def _before(corpus: SessionCorpus) -> None:
    """Show the documents before anything is asked."""
    count = len(corpus.listing.references)
    st.markdown(
        f"**{counted(count, 'document')}**. After you ask, each answer appears here with its "
        "probability and its position."
    )
    _documents(corpus.listing.references, corpus.is_sample)


def _documents(references: Sequence[Reference], are_samples: bool) -> None:
    """Show documents without answers: the lengths of the samples, or the names of the files."""
    if are_samples:
        lanes = _sample_lanes()
        show_figure(evidence_figure(lanes, current_theme()), "corpus_figure", alt=describe_evidence(lanes))
        st.caption(f"{_BAR} {_LINE}")
    with st.expander("Documents", expanded=not are_samples, icon=":material/table_rows:"):
        waiting_table([(reference.name, reference.size_bytes) for reference in references])


@st.cache_data(show_spinner=False)
def _sample_lanes() -> list[Lane]:
    model = loaded_model(None, "cpu", "float32")
    lanes = [Lane(each.name, len(model.tokenize(each.path))) for each in sample_listing().references]
    return sorted(lanes, key=lambda lane: lane.tokens)


def _results(corpus: SessionCorpus, job: BackgroundJob, was_live: bool) -> None:
    """Show what is there so far. A fragment keeps its timer until the whole page runs."""
    open_clicked(job)
    live = job.is_live or (corpus.compared is not None and corpus.compared.is_live)
    if live != was_live:
        st.rerun()
    rows = job.rows()
    show_progress(job, rows, "corpus")
    are_samples = job.references == sample_listing().references
    if not rows:
        _documents(job.references, are_samples)
    answers = answer_rows(rows)
    if job.plan.questions and any(row["task"] == ANSWER for row in rows):
        summary = summarize(rows)
        st.markdown(
            f"*{literal(job.plan.questions[0])}* · {_counts(summary, len(job.references))}  \n"
            f"**{literal(evidence_sentence(summary))}** :gray-badge[computed]"
        )
        lanes = lanes_of(rows)
        if are_samples:  # The chart keeps its height and its scale while answers arrive.
            found = {lane.name: lane for lane in (*_sample_lanes(), *lanes)}
            lanes = sorted(found.values(), key=lambda lane: lane.tokens)
        show_figure(
            evidence_figure(lanes, current_theme()), "corpus_figure", alt=describe_evidence(lanes), png="documents"
        )
        st.caption(f"{_BAR} {_MARK} {_LINE}")
    bodies: dict[str, Callable[[], None]] = {}
    if answers:
        bodies["Answers"] = lambda: _answers(job, answers)
    if job.plan.asks_labels and any(row["task"] == LABEL for row in rows):
        bodies["Labels"] = lambda: _labels(rows)
    if job.plan.measure:
        bodies["Captured mass"] = lambda: _masses(rows)
    if job.plan.questions:
        bodies["Right answers"] = lambda: right_answers(corpus, job, rows)
    if rows and bodies:
        show_tabs(bodies, key="corpus_tabs_" + "_".join(bodies).replace(" ", ""))


def _counts(summary: CorpusSummary, total: int) -> str:
    parts = [f"{summary.documents:,} of {total:,} documents", f"{summary.answered:,} with an answer"]
    if summary.unreadable:
        parts.append(f"{summary.unreadable:,} unreadable")
    return " · ".join(parts)


def _answers(job: BackgroundJob, answers: Sequence[Row]) -> None:
    answer_table(job, answers)
    download_buttons(job)


def _labels(rows: Sequence[Row]) -> None:
    show_table(label_counts(rows))
    show_table(
        [
            {"document name": row["document"], "label": row["result"], "probability": row["probability"]}
            for row in rows
            if row["task"] == LABEL and not row.get("error")
        ]
    )


def _masses(rows: Sequence[Row]) -> None:
    masses = summarize(rows).captured_mass
    if not masses:
        st.info("No document has been measured yet.", icon=":material/hourglass_top:")
        return
    st.caption("Captured mass: the share of full attention that each window keeps, as a mean over the documents.")
    show_table([{"window": f"{window:,}", "captured mass": share} for window, share in masses])
