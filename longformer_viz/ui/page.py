"""The beginning that pages with a document share: heading, link problems, document, and places for settings."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.ui.heading import heading
from longformer_viz.ui.link_params import show_link_problems
from longformer_viz.ui.shared.state import Document, choose_document


@dataclass(frozen=True, slots=True)
class Page:
    """What a page begins with.

    Attributes:
        document: The document; None where there is none, with a sentence on the page that says what to do.
        settings: Where the page's main controls stand, in the sidebar.
        more: Where its other controls stand, folded below.
    """

    document: Document | None
    settings: DeltaGenerator
    more: DeltaGenerator


def begin_page(title: str, sentence: str, has_tour: bool = False) -> Page:
    """Show the heading, the problems of the link and the document's controls.

    Args:
        title: The page's title.
        sentence: What the page shows.
        has_tour: Whether this is the page that the tour shows.
    """
    heading(title, sentence, has_tour)
    show_link_problems()
    document = choose_document()
    return Page(document, st.sidebar.container(), st.sidebar.expander("More settings", icon=":material/tune:"))
