"""The pages of the app and their addresses.

The server runs this file as its script instead of `app.py`: Streamlit takes a folder named `pages` beside its script
for the app's addresses, and would show "Page not found" over a page whose link is the first visit to a server.
"""

import os
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from longformer_viz.paths import app_folder
from longformer_viz.ui.components.presenter import presenter
from longformer_viz.ui.first_paint import SIDEBAR_PIXELS
from longformer_viz.ui.lesson.address import way_back
from longformer_viz.ui.shared.figure import current_theme

# Set before torch is loaded. Threads that spin while they wait take the cores from the browser and from other runs.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

SCRIPT = Path(__file__).resolve()
ICON = SCRIPT.with_name("icon.png")
_WORDMARK = SCRIPT.with_name("wordmark.svg")
_INK = {
    "light": {"textColor": "#101318", "bandColor": "#0072B2"},
    "dark": {"textColor": "#E8EBEF", "bandColor": "#56B4E9"},
}


def navigate() -> None:
    """Show the navigation bar, and run the page that the visitor is on."""
    pages = app_folder() / "pages"
    st.set_page_config(
        page_title="Longformer Viz", page_icon=str(ICON), layout="wide", initial_sidebar_state=SIDEBAR_PIXELS
    )
    st.logo(wordmark(current_theme()), size="large")
    # Each url_path differs from its file's stem, so that Streamlit never finds a page without this navigation.
    lesson = st.Page(
        pages / "learn.py",
        title="Learn",
        url_path="lesson",
        help="A lesson in twelve chapters: predict, see, and try it on a real document.",
    )
    learning = [lesson, *_learning(pages)]
    page = st.navigation({"": [*_tools(pages), lesson], "More": learning[1:]}, position="top")
    if page == lesson:  # It has no controls in a sidebar: the stage takes the whole width.
        page.run()
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width=SIDEBAR_PIXELS):
                presenter()
            _links(learning[1:])
        return
    with st.sidebar:
        presenter()
        way_back(lesson)
    page.run()
    if page in learning:
        with st.container(horizontal=True):
            _links([other for other in learning if other != page])


def _links(pages: list[StreamlitPage]) -> None:
    """Show links to pages about learning and teaching side by side."""
    for page in pages:
        st.page_link(page, width="content")


def _tools(pages: Path) -> list[StreamlitPage]:
    return [
        st.Page(
            pages / "attention.py",
            title="Attention",
            url_path="map",
            default=True,
            help="Attention weights of your document, for any window, dilation and global tokens.",
        ),
        st.Page(
            pages / "patterns.py",
            title="Compare",
            url_path="compare",
            help="Longformer, BigBird, Reformer and others side by side on the same document.",
        ),
        st.Page(
            pages / "scaling.py",
            title="Curves",
            url_path="curves",
            help="Time and memory by document length, measured and predicted.",
        ),
        st.Page(
            pages / "classification.py",
            title="Labels",
            url_path="labels",
            help="The kind of a document, or labels of your own, with the sentences that decide.",
        ),
        st.Page(
            pages / "question_answering.py",
            title="Answers",
            url_path="answers",
            help="Ask a question and see the passage that answers it.",
        ),
    ]


def _learning(pages: Path) -> list[StreamlitPage]:
    return [
        st.Page(
            pages / "check_yourself.py",
            title="Check yourself",
            url_path="check",
            help="Questions before and after the lesson; your answers stay in this browser.",
        ),
        st.Page(
            pages / "teaching.py",
            title="Teach",
            url_path="teach",
            help="Worksheets, solutions, lesson plans, and how to present the app.",
        ),
        st.Page(
            pages / "terms.py",
            title="Glossary",
            url_path="glossary",
            help="Every term of the app in one sentence and one picture.",
        ),
    ]


def wordmark(theme: str) -> str:
    """Return the app's name as an SVG drawing in the colours of a theme.

    Args:
        theme: "light" or "dark".
    """
    drawing = _WORDMARK.read_text(encoding="utf-8")
    for name, colour in _INK[theme].items():
        drawing = drawing.replace(name, colour)
    return drawing


if __name__ == "__main__":
    navigate()
