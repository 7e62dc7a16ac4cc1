"""The table of systems, and corrections of articles with their sources in the papers."""

import streamlit as st

from longformer_viz.figures.exports.comparison import correction_rows, system_rows
from longformer_viz.patterns.systems import CORRECTIONS, SYSTEMS
from longformer_viz.ui.shared.citations import linked_sources, linked_work
from longformer_viz.ui.shared.download_buttons import csv_button
from longformer_viz.ui.shared.formatting import literal


def systems_tab() -> None:
    """Show both tables, with the source of each statement."""
    st.table(
        [
            {
                "System": f"**{literal(system.name)}**",
                "Attention": literal(system.attention),
                "Trained on / accepts": f"{_tokens(system.trained_tokens)} / {_tokens(system.possible_tokens)}",
                "Complexity": literal(system.complexity),
                "Global tokens": literal(system.global_tokens),
                "Checkpoints": literal(", ".join(name.split("/")[-1] for name in system.checkpoints)),
            }
            for system in SYSTEMS
        ],
        hide_index=True,
        border="horizontal",
        alt="Systems for long documents: attention, lengths, complexity, global tokens, checkpoints.",
    )
    st.caption(
        "Trained on: the longest input in pretraining, in tokens (Reformer: characters). Accepts: the number of "
        "positions in the model. The two are often confused."
    )
    with st.expander("Notes on the lengths, with sources"):
        for system in SYSTEMS:
            st.markdown(
                f"**{literal(system.name)}** {literal(system.lengths)} {linked_sources('; '.join(system.sources))}"
            )
    st.markdown("#### Corrections to two articles")
    st.table(
        [
            {
                "What the article says": f"{literal(one.claim)} ({linked_work(one.article)})",
                "What the paper says": literal(one.correction),
                "Source": linked_sources(one.source),
            }
            for one in CORRECTIONS
        ],
        hide_index=True,
        border="horizontal",
        alt="Claims of two articles, corrected with sources.",
    )
    with st.container(horizontal=True):
        csv_button("Download the systems (CSV)", system_rows(), "systems.csv", "take_systems")
        csv_button("Download the corrections (CSV)", correction_rows(), "corrections.csv", "take_corrections")


def _tokens(number: int | None) -> str:
    return "any" if number is None else f"{number:,}"
