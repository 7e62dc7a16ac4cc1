"""The lesson's stage, with the chapters that the browser needs and the live runs that it asks for."""

import json
from functools import cache
from typing import Any

import streamlit as st

from longformer_viz.lesson.chapter_models import chapter_model
from longformer_viz.lesson.contents import make_chapter
from longformer_viz.lesson.entries import ENTRIES, QA, SLUGS
from longformer_viz.lesson.payload import chapter_data, contents_data, plain
from longformer_viz.lesson.placing import place
from longformer_viz.models.gguf.smollm2 import is_prepared
from longformer_viz.spec import InputError
from longformer_viz.ui.components.lesson_stage import lesson_stage, placed_tokens, wanted_chapters
from longformer_viz.ui.lesson.address import linked_place
from longformer_viz.ui.shared.background import computed

_NOTHING = {"answer": "", "probability": 0.0, "right": False, "reason": ""}


@cache
def _light_chapters() -> dict[str, Any]:
    """Return the chapters that need no model."""
    return {entry.slug: chapter_data(make_chapter(entry.slug)) for entry in ENTRIES if entry.task is None}


@st.fragment
def lesson_view() -> None:
    """Show the lesson; a chapter that runs the model is made when the browser asks for it.

    The stage stands first, so that it stays as it is while a model runs.
    """
    state = st.session_state
    if "lesson_judged" not in state:
        state.lesson_judged, state.lesson_chapters, state.lesson_problems = None, {}, {}
    if (placed := placed_tokens()) is not None:  # What was judged before is no answer to this request.
        state.lesson_placed, state.lesson_judged = placed, None
    chapters = {**_light_chapters(), **state.lesson_chapters}
    data = {"place": linked_place(), "problems": state.lesson_problems, "judged": state.lesson_judged}
    with st.container(key="lesson"):
        lesson_stage({**contents_data(), **data, "chapters": chapters})
    known = {*chapters, *state.lesson_problems}
    missing = [slug for slug in wanted_chapters() if slug in SLUGS and slug not in known]
    if "lesson_placed" in state:
        state.lesson_judged = _judged(state.lesson_placed)
        del state.lesson_placed
    elif missing:
        _make(missing[0])
    else:
        return
    st.rerun(scope="fragment")


def _make(slug: str) -> None:
    """Make a chapter, and keep it in this session; note why where it cannot be made."""
    problems = st.session_state.lesson_problems
    try:
        made = computed(
            ("lesson", slug, is_prepared()),  # A language model that was downloaded since then is used.
            lambda progress: chapter_data(make_chapter(slug, progress=progress)),
            "Running the model",
            size_of=lambda chapter: len(json.dumps(chapter)),
        )
        if made is None:
            problems[slug] = "The run for this chapter was cancelled. Reload the page to start it again."
        else:
            st.session_state.lesson_chapters[slug] = made
    except InputError as problem:
        problems[slug] = str(problem)


def _judged(placed: dict[str, Any]) -> dict[str, Any]:
    """Return what the model answers with the learner's global tokens."""
    try:
        judged = {**plain(place(chapter_model(QA), placed["positions"])), "problem": ""}
    except InputError as problem:
        judged = {**_NOTHING, "problem": str(problem)}
    return {**judged, "number": placed["number"]}
