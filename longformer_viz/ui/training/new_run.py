"""A new run: what the data are, what the run is predicted to take, and the button that starts it."""

from collections.abc import Hashable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.cache import default_budget_bytes
from longformer_viz.figures.text import percent
from longformer_viz.figures.training import data_figure, describe_data
from longformer_viz.models.checkpoints import NotDownloadedError
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.runs import name_of_file
from longformer_viz.server.policy import check_model, check_training
from longformer_viz.server.settings import app_settings
from longformer_viz.snippets.training import new_run_lines
from longformer_viz.spec import InputError
from longformer_viz.training.own_data.preview import LIMITS, Lengths, count_lengths
from longformer_viz.training.own_data.reading import LANGUAGE
from longformer_viz.training.own_data.sample_set import SAMPLE_NAME
from longformer_viz.training.runs.base_model import check_base
from longformer_viz.training.runs.prediction import START_SECONDS, predict_run
from longformer_viz.training.runs.queue import create_run, free_name
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.settings import TrainingSettings
from longformer_viz.ui.python_lines import show_python
from longformer_viz.ui.shared.background import loaded_model
from longformer_viz.ui.shared.download_buttons import csv_button
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import duration, literal, show_problem, size
from longformer_viz.ui.shared.table import show_table
from longformer_viz.ui.training.choose_view import RUNS, VIEW
from longformer_viz.ui.training.data_choice import ChosenData
from longformer_viz.ui.training.run_queue import run_queue

_SHOWN_ROWS = 100
_NAME = "train_name"
_FAULT = "train_fault"


def new_run_view(chosen: ChosenData, settings: TrainingSettings, python: DeltaGenerator) -> None:
    """Show the data, the prediction, and the button that starts the run.

    Args:
        chosen: The data.
        settings: The settings.
        python: Place of the lines that train this run.
    """
    data, labelled = chosen.data, chosen.data.labelled
    split = _split(chosen, settings)
    kept, apart = _counts(split)
    labels = f" with {len(labelled.counts)} labels" if labelled else " with questions" if data.articles else ""
    summary = st.container()
    base = _base(settings)
    counter = base or loaded_model(None, "cpu", "float32")
    lengths = _lengths(chosen.key, counter.name, data.texts, counter)
    over = " and ".join(f"**{percent(lengths.share_over(limit))}** have more than {limit:,}" for limit in LIMITS)
    about = f" Of a sample of {len(lengths.tokens):,}," if lengths.is_sample else " Of all documents,"
    summary.markdown(
        f"**{len(data.texts):,} documents**{labels}: **{kept:,}** to train on, **{apart:,}** held out for the "
        f"evaluation.{about} {over} tokens. A model limited to 512 tokens does not read the rest."
    )
    for note in data.notes:
        st.caption(literal(note))
    counts = labelled.counts if labelled else {}
    show_figure(data_figure(lengths, counts, current_theme()), "train_data", alt=describe_data(lengths, counts))
    for labels_of, what in ((split.not_evaluated, "trained, but not evaluated"), (split.not_trained, "not trained")):
        if labels_of:
            st.caption(f"With too few documents to be in both parts, and {what}: {literal(', '.join(labels_of))}.")
    _start(chosen, settings, split, base, lengths)
    name = str(st.session_state.get(_NAME) or "").strip() or free_name(name_of_file(chosen.name))
    file_name = None if chosen.name == SAMPLE_NAME else chosen.name
    show_python(python, new_run_lines(file_name, name, settings, chosen.columns, chosen.has_header))
    _rows(chosen)


def _counts(split: RunData) -> tuple[int, int]:
    if split.training:
        return len(split.training), len(split.held_out)
    return len(split.training_articles), len(split.held_out_articles)


def _split(chosen: ChosenData, settings: TrainingSettings) -> RunData:
    key = (chosen.key, settings.held_out, settings.seed)
    kept = st.session_state.get("train_split")
    if kept is None or kept[0] != key:
        kept = st.session_state.train_split = (key, RunData.of(chosen.data, settings.held_out, settings.seed))
    return kept[1]


@st.cache_data(max_entries=20, show_spinner="Counting tokens …")
def _lengths(key: Hashable, model_name: str, _texts: tuple[str, ...], _model: LoadedModel) -> Lengths:
    return count_lengths(_texts, _model)


def _base(settings: TrainingSettings) -> LoadedModel | None:
    """Load the base, or say why it cannot be trained; None if it is downloaded when the run starts."""
    if settings.task == LANGUAGE:
        return None
    try:
        model = loaded_model(settings.base or None, "cpu", "float32")
    except NotDownloadedError:
        if not app_settings().allow_downloads:
            raise
        st.info(f"{literal(settings.base)} is downloaded when the training starts.", icon=":material/download:")
        return None
    check_base(model.model, settings)
    return model


def _start(
    chosen: ChosenData, settings: TrainingSettings, split: RunData, base: LoadedModel | None, lengths: Lengths
) -> None:
    kept, _ = _counts(split)
    if base is not None:
        tokens = lengths.tokens
        cut = max(1, round(len(tokens) * kept / len(chosen.data.texts)))
        found = predict_run(base, settings, tokens[:cut], tokens[cut:])
        examples, times = _examples(chosen, kept)
        share = times * len(chosen.data.texts) / len(tokens)
        seconds = START_SECONDS + (found.seconds - START_SECONDS) * share
        budget = default_budget_bytes() if settings.device == "cpu" else None
        fits = "" if budget is None or found.peak_bytes <= budget else " **This is more than the free memory.**"
        steps = -(-examples // (settings.batch * settings.accumulation)) * settings.epochs
        st.markdown(
            f"About **{duration(seconds)}** in {steps:,} steps, and **{size(found.peak_bytes)}** of memory.{fits} "
            ":blue-badge[predicted]"
        )
    row = st.container(horizontal=True, vertical_alignment="bottom")
    proposed = free_name(name_of_file(chosen.name))
    row.text_input("Name of the run", key=_NAME, placeholder=proposed, persist_state="session", width=360)
    row.button(
        "Start training",
        icon=":material/model_training:",
        type="primary",
        key="start_training",
        on_click=_create,
        args=(proposed, settings, split, chosen.name),
    )
    fault = st.session_state.pop(_FAULT, None)
    if fault:
        show_problem(fault)


def _examples(chosen: ChosenData, kept: int) -> tuple[int, float]:
    """Return the examples of an epoch, and how often the text of all documents is read in it.

    A paragraph is read once for each of its questions, and a quarter of the questions again without an answer.
    """
    articles = chosen.data.articles
    if not articles:
        return kept, 1.0
    paragraphs = [paragraph for article in articles for paragraph in article.paragraphs]
    characters = sum(len(paragraph.context) for paragraph in paragraphs)
    read = sum(len(paragraph.context) * len(paragraph.questions) for paragraph in paragraphs)
    questions = sum(len(paragraph.questions) for paragraph in paragraphs)
    return round(1.25 * questions * kept / len(articles)), 1.25 * read / max(1, characters)


def _create(proposed: str, settings: TrainingSettings, split: RunData, data_name: str) -> None:
    name = str(st.session_state.get(_NAME) or "").strip() or proposed  # Typed after the script ran, it counts too.
    try:
        check_training()
        check_model(settings.base)
        create_run(name, settings, split, data_name)
        run_queue().start(name)
    except InputError as problem:
        st.session_state[_FAULT] = str(problem)
        return
    st.session_state.pop(_NAME, None)
    st.session_state[VIEW.key] = RUNS
    st.session_state.train_run = name


def _rows(chosen: ChosenData) -> None:
    labelled = chosen.data.labelled
    if chosen.data.faults:
        count = len(chosen.data.faults)
        with st.expander(f"{count:,} {'row is' if count == 1 else 'rows are'} left out", icon=":material/rule:"):
            rows = [{"row": fault.row, "reason": fault.reason} for fault in chosen.data.faults]
            show_table(rows[:_SHOWN_ROWS])
            csv_button("Download all of them (CSV)", rows, "left_out.csv", "take_faults")
    with st.expander("The first documents", icon=":material/table_rows:"):
        if labelled is not None:
            show_table(
                [
                    {"row": document.row, "label": ", ".join(document.labels), "document": document.text[:300]}
                    for document in labelled.documents[:_SHOWN_ROWS]
                ],
                widths={"document": 700},
            )
        elif chosen.data.documents:
            show_table(
                [{"row": each.row, "document": each.text[:300]} for each in chosen.data.documents[:_SHOWN_ROWS]],
                widths={"document": 900},
            )
        else:
            show_table(
                [
                    {"question": question.text, "right answer": " | ".join(each.text for each in question.answers)}
                    for article in chosen.data.articles
                    for paragraph in article.paragraphs
                    for question in paragraph.questions
                ][:_SHOWN_ROWS]
            )
