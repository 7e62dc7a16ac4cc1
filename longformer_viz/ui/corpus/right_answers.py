"""Right answers for a few documents, the comparison of settings by them, and a recommendation."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from longformer_viz.corpus.background.queue import BackgroundJob
from longformer_viz.corpus.examination import ANSWER, Row
from longformer_viz.corpus.judging.recommendation import Judgement, judge
from longformer_viz.corpus.plan import Asked, Setting, settings_to_compare
from longformer_viz.corpus.sources import Reference
from longformer_viz.server.policy import check_model, check_visitor_text, offered_models
from longformer_viz.spec import InputError, counted
from longformer_viz.tasks.strategies import STRATEGIES, WHOLE
from longformer_viz.tasks.sweep import PLACEMENTS, QUESTION, WINDOWS
from longformer_viz.ui.answers.summary import NO_ANSWER, shortened
from longformer_viz.ui.corpus.progress import show_progress
from longformer_viz.ui.corpus.session import SessionCorpus
from longformer_viz.ui.shared.formatting import literal, show_problem
from longformer_viz.ui.shared.table import show_table

MOST_ANSWERS = 10
MOST_SETTINGS = 40
_FAULT = "corpus_compare_fault"
_SHOWN_MISTAKES = 30
_SHOWN_CHARACTERS = 60


def right_answers(corpus: SessionCorpus, job: BackgroundJob, rows: Sequence[Row]) -> None:
    """Show the fields of the right answers, the settings to compare, and what the comparison shows.

    Args:
        corpus: What the session has.
        job: The job whose documents are shown.
        rows: Its rows so far.
    """
    if job.is_live:
        st.info("You can enter right answers when all documents are done.", icon=":material/hourglass_top:")
        return
    st.markdown(
        f"Enter the right answer for up to {MOST_ANSWERS} documents, in the document's own words. Then compare "
        "settings to see how well each one answers, and which one to use."
    )
    edited = _edit(corpus, job, rows)
    with st.expander("Settings to compare", icon=":material/tune:"):
        settings, problem = _settings()
    st.button(
        f"Compare {len(settings)} settings on {counted(len(edited), 'document')}",
        key="corpus_compare",
        icon=":material/balance:",
        type="primary",
        disabled=not edited or not settings,
        on_click=_start,
        args=(corpus, job, edited, settings),
    )
    if problem := st.session_state.pop(_FAULT, None) or problem:
        show_problem(problem)
    if corpus.compared is not None:
        _comparison(corpus.compared)


def _edit(corpus: SessionCorpus, job: BackgroundJob, rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """Return the right answers that the visitor entered; empty for a document without an answer."""
    found = {row["document"]: row for row in reversed(rows) if row["task"] == ANSWER and not row.get("error")}
    names = sorted(found, key=lambda name: -found[name]["probability"])
    chosen = names
    if len(names) > MOST_ANSWERS:
        key = f"corpus_judged {job.folder.name}"
        if key not in st.session_state:
            st.session_state[key] = sorted(names, key=lambda name: name not in corpus.right)[:MOST_ANSWERS]
        chosen = st.multiselect(
            "Documents",
            names,
            key=key,
            max_selections=MOST_ANSWERS,
            help="Choose the documents for which you know the right answer.",
        )
    edited: dict[str, tuple[str, ...]] = {}
    for name in chosen:
        if (right := _field(corpus, job, found[name])) is not None:
            edited[name] = right
    corpus.right = edited
    return edited


def _field(corpus: SessionCorpus, job: BackgroundJob, row: Row) -> tuple[str, ...] | None:
    """Show the field of one document, and return its right answers; None if there is none."""
    name, known = row["document"], corpus.right.get(row["document"])
    key, state = f"{job.folder.name} {name}", st.session_state
    if f"corpus_right {key}" not in state:  # The page was left, which takes the controls' values away.
        state.update({f"corpus_right {key}": " ".join(known or ()), f"corpus_none {key}": known == ()})
    about, field, check = st.columns([3, 3.6, 1.7], vertical_alignment="center")
    found = f"Found: {shortened(row['passage'], _SHOWN_CHARACTERS)}" if row["has_answer"] else NO_ANSWER
    about.caption(f"**{literal(name)}**  \n{literal(found)}")
    has_none = check.checkbox("No answer", key=f"corpus_none {key}", help=f"Whether {literal(name)} has no answer.")
    right = field.text_input(
        f"Right answer for {' '.join(name.split())}",  # Only a screen reader reads it, and as it is.
        key=f"corpus_right {key}",
        disabled=has_none,
        label_visibility="collapsed",
        placeholder="Right answer",
    )
    if has_none:
        return ()
    return (right.strip(),) if right.strip() else None


def _settings() -> tuple[tuple[Setting, ...], str]:
    """Return the settings to compare; none and the reason if they are not valid."""
    strategies = st.multiselect(
        "Strategies",
        [strategy.name for strategy in STRATEGIES],
        [strategy.name for strategy in STRATEGIES],
        key="corpus_compare_strategies",
        persist_state="session",
    )
    windows = st.multiselect(
        f"Windows ({WHOLE.name})",
        WINDOWS,
        [WINDOWS[1]],
        format_func="{:,}".format,
        key="corpus_compare_windows",
        persist_state="session",
        help="In tokens, in addition to the model's own window.",
    )
    placements = st.multiselect(
        f"Global tokens ({WHOLE.name})",
        [placement for placement in PLACEMENTS if placement != QUESTION],
        [PLACEMENTS[1]],
        key="corpus_compare_placements",
        persist_state="session",
        help="In addition to the question's tokens, which are always global.",
    )
    offered = offered_models()
    models: list[str] = st.multiselect(
        "More models",
        [name for name in offered or () if name],
        accept_new_options=offered is None,
        key="corpus_compare_models",
        persist_state="session",
        help="Question-answering models: a downloaded model by its name on the Hugging Face Hub, or a fine-tuned run "
        "as run:NAME.",
    )
    try:
        for model in models:
            check_model(model)
        settings = settings_to_compare(strategies, windows, placements, models)
        if len(settings) > MOST_SETTINGS:
            raise InputError(
                f"At most {MOST_SETTINGS} settings can be compared at once. You chose {len(settings)}. Remove some."
            )
    except InputError as problem:
        return (), str(problem)
    return settings, ""


def _start(
    corpus: SessionCorpus, job: BackgroundJob, right: dict[str, tuple[str, ...]], settings: tuple[Setting, ...]
) -> None:
    try:
        if len(right) > MOST_ANSWERS:
            raise InputError(
                f"Right answers can be given for at most {MOST_ANSWERS} documents here. You entered {len(right)}. "
                "Remove some, or use the command longformer-viz corpus with a table."
            )
        question = job.plan.questions[0]
        references: list[Reference] = [
            replace(each, asked=(Asked(question, tuple(check_visitor_text(text) for text in right[each.name])),))
            for each in job.references
            if each.name in right
        ]
        plan = replace(job.plan, questions=(question,), settings=settings, labels=None, measure=False)
        corpus.start(plan, references, compares=True)
    except InputError as problem:
        st.session_state[_FAULT] = str(problem)


def _comparison(job: BackgroundJob) -> None:
    rows = job.rows()
    show_progress(job, rows, "corpus_compared")
    if job.is_live or not rows:
        return
    price = st.number_input(
        "Price of one machine hour",
        min_value=0.0,
        value=0.10,
        step=0.05,
        key="corpus_price",
        persist_state="session",
        help="In any currency. The cost is computed from this price and the measured seconds.",
        width=260,
    )
    judgement = judge(rows, ANSWER, price)
    st.success(f"**Recommendation.** {literal(judgement.reason)}", icon=":material/recommend:")
    _scores(judgement)
    _mistakes(judgement)


def _scores(judgement: Judgement) -> None:
    st.caption("F1 and its interval are computed from your right answers. Seconds and memory are measured.")
    show_table(
        [
            {
                "way to read": score.setting,
                "questions scored": score.questions,
                "mean F1 of the answers": score.score,
                "95% interval": f"{score.low:.2f} to {score.high:.2f}",
                "share exactly right": score.exact,
                "seconds for a document": score.seconds,
                "peak memory, MB": None if score.peak_bytes is None else score.peak_bytes / 1e6,
                "cost of 10,000 documents": score.cost,
            }
            for score in judgement.scores
        ],
        widths={"way to read": 230},
    )


def _mistakes(judgement: Judgement) -> None:
    if not judgement.mistakes:
        st.caption("No setting made a mistake.")
        return
    by_cause: dict[str, list[Row]] = {}
    for row in judgement.mistakes:
        cause = str(row.get("cause") or row.get("error") or "other words than the right answer")
        by_cause.setdefault(cause, []).append(row)
    st.markdown("**Mistakes by cause**")
    for cause, rows in sorted(by_cause.items(), key=lambda each: -len(each[1])):
        with st.expander(f"{literal(cause[:1].upper() + cause[1:])}: {len(rows)}"):
            for row in rows[:_SHOWN_MISTAKES]:
                _mistake(row)
            if len(rows) > _SHOWN_MISTAKES:
                st.caption(f"{len(rows) - _SHOWN_MISTAKES:,} more are not shown.")


def _mistake(row: Row) -> None:
    right = " or ".join(row.get("right") or ()) or "no answer in the document"
    found = row.get("passage") if row.get("has_answer") else "no answer"
    st.markdown(
        f"**{literal(row['document'])}** · {literal(row['setting'])}  \n"
        f"Right: **{literal(shortened(right, 200))}** · Found: {literal(shortened(str(found or 'nothing'), 200))}"
    )
