"""The setup of the Documents page: the documents, the question, and what else is asked."""

from dataclasses import replace

import streamlit as st

from longformer_viz.corpus.job import check_asks
from longformer_viz.corpus.plan import MEASURED_WINDOWS, CorpusPlan, Setting
from longformer_viz.server.policy import check_visitor_text
from longformer_viz.server.settings import app_settings
from longformer_viz.spec import InputError
from longformer_viz.tasks.classifying import KINDS, TRAINED
from longformer_viz.tasks.labels.own_labels import split_labels
from longformer_viz.tasks.strategies import STRATEGIES, WHOLE
from longformer_viz.ui.corpus.session import DEFAULT_QUESTION, SessionCorpus
from longformer_viz.ui.glossary import explain
from longformer_viz.ui.shared.formatting import literal, show_problem
from longformer_viz.ui.shared.link_param import LinkParam, any_text

QUESTION = LinkParam("ask", any_text, DEFAULT_QUESTION, is_control=False)
LINK_PARAMS = (QUESTION,)
FAULT = "corpus_fault"
_NO_LABELS, _OWN_LABELS = "No labels", "My own labels"
_LABELS = {_NO_LABELS: None, "Kinds of documents": KINDS, **{name.capitalize(): name for name in TRAINED}}


def choose_documents(corpus: SessionCorpus) -> None:
    """Show the control that takes files, and what the documents are.

    Args:
        corpus: What the session has.
    """
    most = app_settings().max_corpus_documents
    with st.sidebar:
        files = st.file_uploader(
            "Upload documents",
            accept_multiple_files=True,
            key="corpus_upload",
            help=f"Up to {most:,} documents in any format that the app reads, or zip files of such documents. A "
            "document that cannot be read is listed with the reason.",
        )
        try:
            if files or st.session_state.get("corpus_had_files"):  # Another page takes the control's files away.
                corpus.take(files)
            st.session_state.corpus_had_files = bool(files)
        except InputError as problem:
            show_problem(problem)
        count = len(corpus.listing.references)
        if corpus.is_sample:
            st.caption(f"The {count} sample documents are loaded. Upload your own to replace them.")
        else:
            st.caption("Your document is loaded." if count == 1 else f"Your {count:,} documents are loaded.")
            st.button("Use the sample documents", key="corpus_samples", on_click=_use_samples, args=(corpus,))
        st.caption("Your documents stay on this server. They are deleted when you close the page.")


def choose_plan(corpus: SessionCorpus) -> CorpusPlan | None:
    """Show the question and the folded settings.

    Args:
        corpus: What the session has.

    Returns:
        What is asked; None, with a message, if it is not valid.
    """
    with st.sidebar.expander("More settings", icon=":material/tune:"):
        plan, problem = _more_settings()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        question = _question(corpus)
        try:
            questions = (check_visitor_text(question),) if question.strip() else ()
            plan = None if plan is None else replace(plan, questions=questions)
            if plan is not None:
                _check_asks(plan, corpus)
        except InputError as fault:
            plan, problem = None, str(fault)
        count = len(corpus.listing.references)
        st.button(
            f"Ask {'the document' if count == 1 else f'all {count:,} documents'}",
            key="corpus_start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=plan is None,
            on_click=_start,
            args=(corpus, plan),
        )
    if problem := st.session_state.pop(FAULT, None) or problem:
        show_problem(problem)
    return plan


def _question(corpus: SessionCorpus) -> str:
    state = st.session_state
    if QUESTION.key not in state:  # The visit begins, or the visitor comes back from another page.
        state[QUESTION.key] = st.query_params.get(QUESTION.key, corpus.question)
    question = st.text_input(
        "Question to all documents",
        key=QUESTION.key,
        label_visibility="collapsed",
        placeholder=f"Ask a question in a whole sentence, such as: {DEFAULT_QUESTION}",
    )
    corpus.question = question or ""
    # A control that is bound to the address would not let a row open another page.
    if corpus.question != QUESTION.default:
        st.query_params[QUESTION.key] = corpus.question
    elif QUESTION.key in st.query_params:
        del st.query_params[QUESTION.key]
    return corpus.question


def _check_asks(plan: CorpusPlan, corpus: SessionCorpus) -> None:
    try:
        check_asks(plan, corpus.listing.references)
    except InputError as fault:  # It names an option of the command.
        raise InputError(
            f"The documents need a question. You entered none. Enter one, such as: {DEFAULT_QUESTION} Or choose "
            "labels or captured mass under More settings."
        ) from fault


def _more_settings() -> tuple[CorpusPlan | None, str]:
    """Return what is asked besides the question; None and the reason if it is not valid."""
    settings = app_settings()
    strategies = st.multiselect(
        "Strategies",
        [strategy.name for strategy in STRATEGIES],
        [WHOLE.name],
        key="corpus_strategies",
        persist_state="session",
        help="Each document is read with each of these strategies: "
        + " ".join(f"*{literal(each.name)}* {literal(each.about)}." for each in STRATEGIES),
    )
    chosen = st.selectbox(
        "Label each document", [*_LABELS, _OWN_LABELS], key="corpus_labels", persist_state="session"
    )
    labels = _LABELS.get(chosen)
    if chosen == _OWN_LABELS:
        typed = st.text_input(
            "Labels, separated by commas", "contract, report", key="corpus_own_labels", persist_state="session"
        )
        labels = split_labels(typed)
    measure = st.toggle(
        "Captured mass",
        key="corpus_measure",
        persist_state="session",
        help=f"{explain('Captured mass')} It is computed for several windows, which takes much longer.",
    )
    windows = MEASURED_WINDOWS
    if measure:
        windows = tuple(
            st.multiselect(
                "Windows",
                MEASURED_WINDOWS,
                MEASURED_WINDOWS,
                format_func="{:,}".format,
                key="corpus_windows",
                persist_state="session",
            )
        )
    try:
        return CorpusPlan(
            settings=tuple(Setting(name) for name in strategies),
            labels=labels,
            measure=measure and bool(windows),
            windows=windows,
            max_characters=settings.max_text_characters,
            max_tokens=settings.max_tokens,
        ), ""
    except InputError as problem:
        return None, str(problem)


def _start(corpus: SessionCorpus, plan: CorpusPlan) -> None:
    try:
        corpus.start(plan, corpus.listing.references)
    except InputError as problem:
        st.session_state[FAULT] = str(problem)


def _use_samples(corpus: SessionCorpus) -> None:
    corpus.take(())
    st.session_state.pop("corpus_upload", None)
    st.session_state.corpus_had_files = False
