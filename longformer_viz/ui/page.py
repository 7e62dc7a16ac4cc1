"""The common start of pages with a document: heading, link problems, document, and containers for settings."""

from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.models.embedded import NAME as EMBEDDED_NAME
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.storage.folders import storage_notice
from longformer_viz.server.policy import allowance
from longformer_viz.server.settings import app_settings
from longformer_viz.ui.heading import heading
from longformer_viz.ui.link_params import show_link_problems
from longformer_viz.ui.python_lines import python_place
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.state import Document, choose_document, choose_model

_PURPOSES = {"qa": "questions", "topics": "topics", "sentiment": "sentiment"}


@dataclass(frozen=True, slots=True)
class Page:
    """The common start of a page.

    Attributes:
        document: The document, or None if there is none. The page then says what to do.
        settings: Container of the page's main controls, in the sidebar.
        model_line: Place of the model's name, above the other controls.
        more: Container of its other controls, folded below.
        python: Place of the lines that reproduce the page, in the menu Share.
    """

    document: Document | None
    settings: DeltaGenerator
    model_line: DeltaGenerator
    more: DeltaGenerator
    python: DeltaGenerator

    def choose_model(self, **options: Any) -> LoadedModel | None:
        """Show the model's controls among the folded ones, and its name above them.

        Args:
            options: As for `choose_model` of `ui.shared.state`.
        """
        with self.more:
            model = choose_model(**options)
            if allowed := allowance(app_settings()):
                st.caption(allowed)
            if (notice := storage_notice()) and not app_settings().is_public:
                st.caption(literal(notice))
        if model is not None:
            name = EMBEDDED_NAME if model.task else model.name
            trained = f", fine-tuned for {_PURPOSES[model.task]}" if model.task else ""
            self.model_line.caption(f"Model: {literal(name)}{trained}")
        return model


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
    model_line = st.sidebar.container()
    more = st.sidebar.expander("More settings", icon=":material/tune:")
    return Page(document, settings, model_line, more, python_place(menu))
