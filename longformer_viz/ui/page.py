"""The common start of pages with a document: heading, link problems, document, and containers for settings."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.ui.heading import heading
from longformer_viz.ui.link_params import show_link_problems
from longformer_viz.ui.python_lines import python_place
from longformer_viz.ui.shared.state import Document, choose_document


@dataclass(frozen=True, slots=True)
class Page:
    """The common start of a page.

    Attributes:
        document: The document, or None if there is none. The page then says what to do.
        settings: Container of the page's main controls, in the sidebar.
        more: Container of its other controls, folded below.
        python: Place of the lines that reproduce the page, in the menu Share.
    """

    document: Document | None
    settings: DeltaGenerator
    more: DeltaGenerator
    python: DeltaGenerator


def begin_page(title: str, sentence: str, has_tour: bool = False) -> Page:
    """Show the heading, the problems of the link and the document's controls.

    Args:
        title: The page's title.
        sentence: What the page shows.
        has_tour: Whether this is the page that the tour shows.
    """
    menu = heading(title, sentence, has_tour)
    show_link_problems()
    document = choose_document()
    settings = st.sidebar.container()
    more = st.sidebar.expander("More settings", icon=":material/tune:")
    return Page(document, settings, more, python_place(menu))
