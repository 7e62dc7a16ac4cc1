"""The pages of the app and their addresses.

The server runs this file as its script instead of `app.py`: Streamlit takes a folder named `pages` beside its script
for the app's addresses, and would show "Page not found" over a page whose link is the first visit to a server.
"""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from longformer_viz.paths import page_file
from longformer_viz.server.settings import app_settings
from longformer_viz.threads import let_waiting_threads_sleep
from longformer_viz.ui import server_start
from longformer_viz.ui.components.presenter import presenter
from longformer_viz.ui.first_paint import SIDEBAR_PIXELS
from longformer_viz.ui.lesson.address import way_back
from longformer_viz.ui.page_entries import LESSON, MORE, TOOLS, TRAIN, PageEntry
from longformer_viz.ui.shared.figure import current_theme
from longformer_viz.ui.wordmark import wordmark

let_waiting_threads_sleep()  # Before a page loads torch.

SCRIPT = Path(__file__).resolve()
ICON = SCRIPT.with_name("icon.png")


def navigate() -> None:
    """Show the navigation bar, and run the page that the visitor is on."""
    st.set_page_config(
        page_title="Longformer Viz", page_icon=str(ICON), layout="wide", initial_sidebar_state=SIDEBAR_PIXELS
    )
    st.logo(wordmark(current_theme()), size="large")
    (lesson,), more = _pages(LESSON), _pages(*MORE)
    page = st.navigation({"": [*_pages(*TOOLS), lesson], "Teaching": more}, position="top")
    server_start.wait_for_imports(server_start.LESSON if page == lesson else server_start.TOOLS)
    if page == lesson:  # It has no controls in a sidebar: the stage takes the whole width.
        page.run()
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width=SIDEBAR_PIXELS):
                presenter()
            _links(more)
        return
    with st.sidebar:
        presenter()
        way_back(lesson)
    page.run()
    if page in more:
        with st.container(horizontal=True):
            _links([lesson, *(other for other in more if other != page)])


def _pages(*entries: PageEntry) -> list[StreamlitPage]:
    return [
        st.Page(
            page_file(entry.stem),
            title=entry.title,
            url_path=entry.address,
            default=entry == TOOLS[0],
            help=entry.help,
            visibility="hidden" if entry == TRAIN and not app_settings().allow_training else "visible",
        )
        for entry in entries
    ]


def _links(pages: list[StreamlitPage]) -> None:
    """Show links to pages about learning and teaching side by side."""
    for page in pages:
        st.page_link(page, width="content")


if __name__ == "__main__":
    navigate()
