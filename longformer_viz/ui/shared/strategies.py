"""Strategies for long documents compared: a verdict, a table, and what each strategy does."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from longformer_viz.tables import Row
from longformer_viz.tasks.chunking import StrategyResult
from longformer_viz.tasks.verdicts import verdict
from longformer_viz.ui.shared.csv_button import csv_button
from longformer_viz.ui.shared.formatting import literal

_WORDS = {3: "Three", 5: "Five"}
_ONLY_IN_FULL = ("best passage", "tokens indexed", "passes", "seconds if padded (predicted)")


def strategies_view(
    readings: Sequence[StrategyResult],
    rows: Sequence[Row],
    place: tuple[str, str, str],
    name: str,
    right: str | None = None,
) -> None:
    """Show the verdict, the table, what each strategy does, and the downloads.

    Args:
        readings: What each strategy found.
        rows: The same as rows of a table.
        place: The rows' key for where each strategy found or read what it tells, the column's title, and its help.
        name: The name of the file, and of the button in the session.
        right: The right answer where the visitor gave it; the verdict is then a score.
    """
    badge = ":gray-badge[computed]" if right and right.strip() else ":gray-badge[measured]"
    st.markdown(f"**{literal(verdict(readings, right))}** {badge}")
    st.dataframe(
        [{column: value for column, value in row.items() if column not in _ONLY_IN_FULL} for row in rows],
        hide_index=True,
        width="stretch",
        column_config=_columns(list(rows[0])[1], place),
    )
    each = "\n".join(f"- *{literal(one.strategy.name)}* {literal(one.strategy.about)}." for one in readings)
    with st.expander("About the strategies, and all figures", icon=":material/info:"):
        st.markdown(
            f"{_WORDS.get(len(readings), len(readings))} strategies use the same weights and the model's default "
            f"settings:\n{each}"
        )
        st.dataframe(rows, hide_index=True, width="stretch")
        st.caption(
            "Tokens indexed: tokens embedded to find the passages most similar to the question. Seconds if padded: "
            "the predicted time if each pass were padded to its maximum length, as batches often are."
        )
    csv_button("Download the strategies (CSV)", rows, f"{name}.csv", f"take_{name}")


def _columns(outcome: str, place: tuple[str, str, str]) -> dict[str, Any]:
    """Titles, widths and help of the columns, which together fit a window of 1,280 pixels."""
    key, title, explained = place
    share: dict[str, Any] = {"format": "percent", "min_value": 0, "max_value": 1, "width": 76}
    return {
        "strategy": st.column_config.TextColumn(width=164),
        outcome: st.column_config.TextColumn(width=114),
        "exact match": st.column_config.CheckboxColumn(
            "exact", width=56, help="Whether the answer is the right one."
        ),
        "F1": st.column_config.NumberColumn(format="%.2f", width=44, help="The words shared with the right answer."),
        "probability": st.column_config.ProgressColumn("probability", **share),
        "no answer, probability": st.column_config.ProgressColumn(
            "no answer", help="The probability that the tokens read hold no answer.", **share
        ),
        "seconds (measured)": st.column_config.NumberColumn("seconds", format="%.2f", width=66, help="Measured."),
        "peak memory, MB (measured)": st.column_config.NumberColumn(
            "peak MB", format="%.0f", width=70, help="Peak memory, measured."
        ),
        "tokens read": st.column_config.NumberColumn(
            "tokens", format="localized", width=62, help="Tokens that the model read to find the result."
        ),
        key: st.column_config.NumberColumn(title, format="%.0f%%", width=70, help=explained),
    }
