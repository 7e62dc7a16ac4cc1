"""Files for teachers: worksheet, solutions and lesson plans, made when they are downloaded."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from longformer_viz.figures.teaching.notes_page import notes_page
from longformer_viz.figures.teaching.plan_page import plan_page
from longformer_viz.figures.teaching.worksheet_pages import solutions_page, worksheet_page
from longformer_viz.teaching.plan import PLANS
from longformer_viz.teaching.worksheet import MOST_SEED
from longformer_viz.ui.shared.link_param import LinkParam, whole

SEED = LinkParam("sheet", whole("Worksheet", 0, MOST_SEED), default=1)
LINK_PARAMS = (SEED,)


def teach() -> None:
    """Show the files for teachers and how to present the app."""
    files, room = st.columns([5, 4], gap="medium", border=True)
    with files:
        _worksheets()
        _plans()
    with room:
        _in_the_room()


def _worksheets() -> None:
    st.markdown("##### Worksheet and solutions")
    st.markdown("Each worksheet number has its own questions. A worksheet and its solutions share a number.")
    seed = st.number_input(
        "Worksheet number",
        0,
        MOST_SEED,
        SEED.default,
        step=1,
        width=180,
        **SEED.bound,
        help="Each number gives different questions.",
    )
    with st.container(horizontal=True):
        _download("Download worksheet", f"worksheet_{seed}.html", partial(worksheet_page, seed))
        _download("Download solutions", f"solutions_{seed}.html", partial(solutions_page, seed))


def _plans() -> None:
    st.markdown("##### Lesson plans and notes")
    st.markdown("What you do and say, what the class does, and when. Open a file and print it with Ctrl+P.")
    with st.container(horizontal=True):
        for minutes in PLANS:
            _download(f"Download plan, {minutes} minutes", f"lesson_plan_{minutes}.html", partial(plan_page, minutes))
    st.markdown("What to ask or say at each step of the lesson, and how long the step takes.")
    _download("Download notes", "teachers_notes.html", notes_page)


def _download(label: str, name: str, make: Callable[[], bytes]) -> None:
    """Show a button that makes an HTML file and downloads it."""
    st.download_button(label, make, name, "text/html", icon=":material/download:", on_click="ignore")


def _in_the_room() -> None:
    st.markdown("##### In class")
    st.markdown(
        "- **Presenter view**: press `P` on any page. Type is larger and the controls are hidden. Press `P` again to "
        "leave.\n"
        "- **Teacher’s notes**: press `N` in the lesson. A second window shows the notes and the time for the step "
        "that the class sees. Move it to your own screen.\n"
        "- **QR code**: press `Q` in the presenter view, or choose *Show QR code* in *Share*. Students open the same "
        "page with the same settings.\n"
        "- **Network**: to let other devices open the app, start it with `longformer-viz app --address 0.0.0.0`. "
        "Every device on your network can then open it.\n"
        "- **Offline**: the lesson, the models and the sample documents need no connection to the internet.\n"
        "- **Privacy**: answers of *Check yourself* stay in each student’s browser."
    )
