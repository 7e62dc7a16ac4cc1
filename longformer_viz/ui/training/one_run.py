"""One training run: its progress and controls, its results and mistakes, and how its model is used."""

import json
import shlex
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import streamlit as st

from longformer_viz.figures.training import (
    confusion_figure,
    course_figure,
    describe_confusion,
    describe_course,
    score_text,
    sentence_case,
)
from longformer_viz.models.embedded import NAME as EMBEDDED_NAME
from longformer_viz.models.runs import MODEL, RUN_PREFIX
from longformer_viz.paths import page_file
from longformer_viz.spec import InputError
from longformer_viz.tables import Row
from longformer_viz.training.own_data.reading import LABELS, LANGUAGE, QUESTIONS, SEVERAL_LABELS
from longformer_viz.training.runs.card import best_evaluation
from longformer_viz.training.runs.export import model_zip, push_to_hub
from longformer_viz.training.runs.queue import command_of, delete_run, rename_run
from longformer_viz.training.runs.run_state import REPORT, RunState, read_run
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import duration, literal, show_problem, size
from longformer_viz.ui.shared.key_figures import KeyFigure, show_key_figures
from longformer_viz.ui.shared.table import show_table
from longformer_viz.ui.shared.tabs import show_tabs
from longformer_viz.ui.training.run_queue import run_queue

_TICK_SECONDS = 1.0
_FAULT = "run_fault"


def one_run_view(name: str) -> None:
    """Show one run. While it trains, the view is drawn again every second.

    Args:
        name: The run's name.
    """
    run = read_run(name)
    st.fragment(_run, run_every=_TICK_SECONDS if run.is_live else None)(name, run.is_live)


def _run(name: str, was_live: bool) -> None:
    try:
        run = read_run(name)
    except InputError:
        st.rerun()  # It was renamed or deleted, here or by somebody else.
    if run.is_live != was_live:
        st.rerun()  # A fragment keeps its timer until the whole page runs.
    _headline(run)
    if fault := st.session_state.pop(_FAULT, None):
        show_problem(fault)
    bodies: dict[str, Callable[[], None]] = {}
    if run.history:
        bodies["Course"] = lambda: _course(run)
    if run.evaluations:
        bodies["Results"] = lambda: _results(run)
        if run.settings.task != LANGUAGE:
            bodies["Mistakes"] = lambda: _mistakes(run)
    if report := _report(run):
        bodies = {"Conversion": lambda: _conversion(report), **bodies}
    bodies |= {"Settings": lambda: _settings(run)}
    if run.is_finished:
        bodies = {"Use it": lambda: _use(run), **bodies}
    show_tabs(bodies, key="run_tabs_" + "_".join(bodies).replace(" ", ""))


def _course(run: RunState) -> None:
    figure = course_figure([run], current_theme())
    show_figure(figure, "train_course", alt=describe_course([run]), png="run")
    st.caption(
        "Loss and learning rate of the training steps, and the score on held-out documents after each epoch. "
        ":gray-badge[measured]"
    )


def _headline(run: RunState) -> None:
    place = run_queue().place(run.name)
    if run.is_live:
        left, middle, right = st.columns([6, 1, 1], vertical_alignment="center")
        if place:
            text = f"Waiting for {place} earlier {'run' if place == 1 else 'runs'}."
        elif not run.history:
            text = f"{run.message or 'Starting'} …"
        else:
            about = "" if run.seconds_left is None else f", about {duration(run.seconds_left)} left"
            text = f"Step {run.step:,} of {run.steps:,}{about}"
        left.progress(min(1.0, run.step / run.steps) if run.steps else 0.0, text=text)
        middle.button(
            "Pause", key="pause_run", icon=":material/pause:", on_click=_act, args=(run_queue().pause, run.name)
        )
        right.button(
            "Cancel", key="cancel_run", icon=":material/cancel:", on_click=_act, args=(run_queue().cancel, run.name)
        )
    elif run.message:
        (show_problem if run.state == "failed" else st.warning)(run.message)
    show_key_figures(_key_figures(run))
    if not run.is_live:
        with st.container(horizontal=True, vertical_alignment="center"):
            if run.can_continue:
                st.button(
                    "Continue",
                    key="continue_run",
                    icon=":material/play_arrow:",
                    type="primary",
                    on_click=_act,
                    args=(run_queue().start, run.name),
                )
            _rename(run)
            _delete(run)


def _key_figures(run: RunState) -> list[KeyFigure]:
    best, score = best_evaluation(run), run.settings.score_name
    found = [KeyFigure("State of the run", run.state.capitalize(), f"The run {literal(run.name)}.")]
    if best is not None:
        items = "questions" if run.settings.task == QUESTIONS else "documents"
        found.append(
            KeyFigure(
                sentence_case(run.settings.score_words),
                score_text(run, best[score]),
                f"On {best['documents']:,} held-out {items}, after epoch {best['epoch']}, the best one.",
                "measured",
            )
        )
    if run.history:
        last = run.history[-1]
        found.append(KeyFigure("Training loss", f"{last['loss']:.3f}", f"At step {last['step']:,}.", "measured"))
        if last.get("tokens_per_second"):
            speed = f"{last['tokens_per_second']:,.0f} tokens/s"
            found.append(KeyFigure("Speed", speed, "Tokens trained per second, padding included. **Measured**."))
        if last.get("memory_bytes"):
            meaning = "Memory that the training process uses, or its GPU. **Measured**."
            found.append(KeyFigure("Memory in use", size(last["memory_bytes"]), meaning))
    return found


def _act(action: Callable[[str], object], name: str) -> None:
    try:
        action(name)
    except InputError as problem:
        st.session_state[_FAULT] = str(problem)


def _push(run: RunState) -> None:
    """Upload the model, and forget the token."""
    state = st.session_state
    repository, token = str(state.hub_repository or "").strip(), str(state.hub_token or "").strip()
    state.hub_token = ""
    try:
        if not (repository and token):
            raise InputError("The upload needs a repository and an access token. You entered one of them or none.")
        state.hub_told = (False, f"Uploaded to {push_to_hub(run, repository, token)}.")
    except InputError as problem:
        state.hub_told = (True, str(problem))


def _rename(run: RunState) -> None:
    with st.popover("Rename", icon=":material/edit:"):
        key = f"rename {run.name}"
        st.text_input("New name", key=key)

        def rename() -> None:
            new = str(st.session_state[key] or "").strip()
            _act(lambda name: rename_run(name, new), run.name)
            if _FAULT not in st.session_state:
                st.session_state.train_run = new

        st.button("Rename the run", key="rename_run", on_click=rename)


def _delete(run: RunState) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(f"Deletes **{literal(run.name)}** with its model. This cannot be undone.")
        st.button("Delete the run", key="delete_run", on_click=_act, args=(delete_run, run.name))


def _results(run: RunState) -> None:
    names = {"accuracy": "accuracy", "macro_f1": "macro F1", "micro_f1": "micro F1", "f1": "mean F1"}
    names |= {"exact_match": "exact match share", "perplexity": "perplexity", "bits_per_token": "bits per token"}
    show_table(
        [
            {"epoch": found["epoch"]} | {title: found[key] for key, title in names.items() if key in found}
            for found in run.evaluations
        ]
    )
    best: dict[str, Any] = best_evaluation(run) or {}
    labels = list(run.about.get("labels", ()))
    if "confusion" in best:
        figure = confusion_figure(labels, best["confusion"], current_theme())
        show_figure(figure, "train_confusion", alt=describe_confusion(labels, best["confusion"]), png="confusion")
        st.caption(
            f"Confusion matrix of epoch {best['epoch']}. Row = the true label, column = the predicted label. The "
            "numbers count documents. :gray-badge[measured]"
        )


def _mistakes(run: RunState) -> None:
    found = (best_evaluation(run) or {}).get("mistakes", ())
    if not found:
        st.success("No held-out document is wrong.", icon=":material/check:")
        return
    order = {LABELS: "the most confident", SEVERAL_LABELS: "the one with the most wrong labels"}
    first = order.get(run.settings.task, "the one with the lowest F1")
    st.caption(f"The {len(found)} worst mistakes of the best epoch, {first} first.")
    for mistake in found:
        with st.container(border=True):
            asked = f"**{literal(mistake['question'])}**  \n" if "question" in mistake else ""
            has_probability = run.settings.task == LABELS
            sure = f", {mistake['probability']:.0%} probability" if has_probability else ""
            row = f" · row {mistake['row']:,}" if "row" in mistake else ""
            st.markdown(
                f"{asked}True: **{literal(mistake['label'])}** · predicted: "
                f"**{literal(mistake['predicted']) or 'nothing'}**{sure}{row}"
            )
            st.caption(literal(mistake["text"]))


def _report(run: RunState) -> list[Row]:
    try:
        checks = json.loads((run.folder / REPORT).read_text(encoding="utf-8"))
        return [
            {"check": each["name"], "result": "✓" if each["holds"] else "✗", "what was found": each["detail"]}
            for each in checks
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _conversion(report: list[Row]) -> None:
    st.caption("The Longformer beside the model that it was converted from. :gray-badge[computed]")
    show_table(report, widths={"check": 220})


def _settings(run: RunState) -> None:
    values = run.settings.values() | {"learning_rate": run.settings.rate, "base": run.settings.base or EMBEDDED_NAME}
    rows: list[Row] = [{"setting": name.replace("_", " "), "value": str(value)} for name, value in values.items()]
    rows += [
        {"setting": "data", "value": str(run.about.get("data_name", ""))},
        {"setting": "SHA-256 of the data", "value": str(run.about.get("data_sha256", ""))},
        *({"setting": name, "value": str(number)} for name, number in run.about.get("versions", {}).items()),
    ]
    show_table(rows, height=300)
    st.markdown("The same run on two GPUs or in two processes:")
    st.code(shlex.join(command_of(run.name, 2)), language="bash")
    st.caption("Its folder also has TensorBoard event files, in *checkpoints/runs*.")


def _use(run: RunState) -> None:
    name = RUN_PREFIX + run.name
    page = "question_answering" if run.settings.task == QUESTIONS else "classification"
    pin = f"{run.settings.window or 512}.1.0.m-" + (quote(run.settings.base, safe="") if run.settings.base else "")
    with st.container(horizontal=True):
        if run.settings.task != LANGUAGE:
            st.page_link(
                page_file(page),
                label="Ask it a question" if page == "question_answering" else "Label a document",
                icon=":material/arrow_forward:",
                query_params={"model": name},
            )
        st.page_link(
            page_file("attention"),
            label="See what changed in the attention",
            icon=":material/compare:",
            query_params={"model": name, "pins": pin, "maps": "difference_1"},
        )
    st.code(f'from longformer_viz import load\n\nmodel = load("{name}")', language="python")
    left, right = st.columns(2)
    with left:
        st.download_button(
            "Download the model (ZIP)",
            lambda: model_zip(run),
            f"{run.name}.zip",
            "application/zip",
            key="export_model",
            icon=":material/download:",
            on_click="ignore",
        )
        st.caption("The ZIP file contains a folder that transformers loads without this app, and a model card.")
    with right.popover("Push to the hub", icon=":material/cloud_upload:"):
        st.text_input("Repository", placeholder="your-name/your-model", key="hub_repository")
        st.text_input("Access token", type="password", key="hub_token", help="It is used once, then forgotten.")
        st.button("Push", key="hub_push", on_click=_push, args=(run,))
        if (told := st.session_state.pop("hub_told", None)) is not None:
            (show_problem if told[0] else st.success)(told[1])
    st.caption(f"The model is in {literal(str(run.folder / MODEL))}.")
