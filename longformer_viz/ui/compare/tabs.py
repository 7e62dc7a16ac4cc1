"""The tabs below the panels, each computed when it is opened."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.figures.exports.comparison import panel_rows
from longformer_viz.snippets.compare import compare_lines
from longformer_viz.ui.compare.captured_mass import mass_tab, pairs_tab, tokens_tab
from longformer_viz.ui.compare.reach import reach_tab
from longformer_viz.ui.compare.result import CompareResult
from longformer_viz.ui.compare.systems import systems_tab
from longformer_viz.ui.compare.view import Built
from longformer_viz.ui.python_lines import show_python
from longformer_viz.ui.shared.download_buttons import csv_button
from longformer_viz.ui.shared.table import show_table
from longformer_viz.ui.shared.tabs import show_tabs
from longformer_viz.widget.panel_payload import Shown


@st.fragment
def compare_tabs(
    result: CompareResult, built: Sequence[Built], shown: Sequence[Shown], python: DeltaGenerator
) -> None:
    """Show the tabs below the panels. Each is computed when it is opened.

    Args:
        result: The run and the shown head.
        built: The patterns over the run.
        shown: The panels.
        python: Place of the lines that reproduce panels and open tab.
    """
    trace, layer, head = result.trace, result.layer, result.head
    opened = show_tabs(
        {
            "Receptive field": lambda: reach_tab(trace, built),
            "Captured mass": lambda: mass_tab(trace, layer, head, built),
            "Most affected tokens": lambda: tokens_tab(trace, built),
            "Forbidden pairs": lambda: pairs_tab(trace, layer, head, built),
            "Systems": systems_tab,
            "Table": lambda: _table(shown),
        },
        key="compare_tabs",
    )
    patterns = [(one.name, one.pattern) for one in built]
    show_python(python, compare_lines(trace, result.model, layer, head, patterns, opened))


def _table(shown: Sequence[Shown]) -> None:
    """Show the numbers of the panels as a table."""
    panels = [
        (one.name, one.words, one.own, one.panel.pairs, one.panel.full_pairs, one.panel.captured_share)
        for one in shown
    ]
    rows = panel_rows(panels)
    show_table(rows)
    csv_button("Download this table (CSV)", rows, "patterns.csv", "take_panels")
