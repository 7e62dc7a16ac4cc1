"""The lesson in an address: the chapter and step shown, and the step that a visitor came from."""

import re

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from longformer_viz.lesson.entries import entry_of
from longformer_viz.spec import InputError, shown
from longformer_viz.ui.shared.link_param import LinkParam, whole


def _check_tab(text: str) -> None:
    if re.fullmatch(r"[a-z0-9]{4,16}", text) is None:
        raise InputError(
            "Teacher’s notes must follow a tab of the lesson. "
            f"The link has {shown(text)}. Press N in the lesson to open them."
        )


def _check_step(text: str) -> None:
    found = re.fullmatch(r"([a-z0-9_]{1,20})\.([0-9]{1,2})", text)
    if found is None:
        raise InputError(
            f"A step of the lesson must look like window.2. The link has {shown(text)}. Open the Learn page."
        )
    entry_of(found[1])


# The stage writes them into the address itself.
CHAPTER = LinkParam("chapter", entry_of, default="why", is_control=False)
STEP = LinkParam("at", whole("The step of a chapter", 1, 99), default=1, is_control=False)
FROM = LinkParam("lesson", _check_step, None, is_control=False)
# The tab of the lesson whose teacher's notes a window shows.
NOTES = LinkParam("notes", _check_tab, None, is_control=False)
LINK_PARAMS = (CHAPTER, STEP, FROM, NOTES)


def linked_place() -> dict[str, str | int] | None:
    """Return the chapter and step in the address; None without a chapter that exists."""
    try:
        slug = entry_of(st.query_params.get(CHAPTER.key, "")).slug
    except InputError:
        return None
    step = st.query_params.get(STEP.key, "1")
    try:
        STEP.check(step)
    except InputError:
        step = "1"
    return {"chapter": slug, "step": int(step)}


def way_back(lesson: StreamlitPage) -> None:
    """Show a link to the step that the visitor came from, where a link of the lesson opened this page."""
    text = st.query_params.get(FROM.key, st.session_state.get("lesson_step", ""))
    try:
        _check_step(text)
    except InputError:
        return
    st.session_state.lesson_step = text
    slug, step = text.split(".")
    st.page_link(
        lesson,
        label="Back to the lesson",
        icon=":material/school:",
        query_params={CHAPTER.key: slug, STEP.key: step},
    )
