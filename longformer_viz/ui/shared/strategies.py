"""Strategies for long documents compared: a verdict, a table, and what each strategy does."""

from collections.abc import Sequence

import streamlit as st

from longformer_viz.tables import Row
from longformer_viz.tasks.chunking import StrategyResult
from longformer_viz.tasks.verdicts import verdict
from longformer_viz.ui.shared.download_buttons import csv_button
from longformer_viz.ui.shared.formatting import literal
from longformer_viz.ui.shared.table import show_table

_WORDS = {3: "Three", 5: "Five"}
# CSS pixels, which together fit a window of 1,280 pixels.
_WIDTHS = {
    "strategy": 164,
    "answer": 114,
    "label": 114,
    "exact match": 56,
    "F1": 44,
    "probability": 76,
    "no answer, probability": 76,
    "seconds (measured)": 70,
    "peak memory, MB (measured)": 70,
    "tokens read": 66,
    "evidence at, % of the document": 76,
    "read, % of the document": 70,
}
_ONLY_IN_FULL = ("best passage", "tokens indexed", "passes", "seconds if padded (predicted)")


def strategies_view(
    readings: Sequence[StrategyResult],
    rows: Sequence[Row],
    name: str,
    right: str | None = None,
) -> None:
    """Show the verdict, the table, what each strategy does, and the downloads.

    Args:
        readings: What each strategy found.
        rows: The same as rows of a table.
        name: The name of the file, and of the button in the session.
        right: The right answer where the visitor gave it; the verdict is then a score.
    """
    badge = ":gray-badge[computed]" if right and right.strip() else ":gray-badge[measured]"
    st.markdown(f"**{literal(verdict(readings, right))}** {badge}")
    st.caption(
        "Each strategy was run again, one after another. So its time and memory can differ from the figures above."
    )
    show_table(rows, columns=[column for column in rows[0] if column not in _ONLY_IN_FULL], widths=_WIDTHS)
    each = "\n".join(f"- *{literal(one.strategy.name)}* {literal(one.strategy.about)}." for one in readings)
    with st.expander("About the strategies, and all figures", icon=":material/info:"):
        st.markdown(
            f"{_WORDS.get(len(readings), len(readings))} strategies use the same weights and the model's default "
            f"settings:\n{each}"
        )
        show_table(rows)
    csv_button("Download the strategies (CSV)", rows, f"{name}.csv", f"take_{name}")
