"""One document read in several ways: the verdict in a sentence, the figures in a table, and what each way does."""

from collections.abc import Sequence

import streamlit as st

from longformer_viz.tables import Row
from longformer_viz.tasks.chunking import Reading
from longformer_viz.tasks.verdicts import verdict
from longformer_viz.ui.shared.csv_button import csv_button
from longformer_viz.ui.shared.formatting import literal

_WORDS = {3: "Three", 5: "Five"}
_PERCENT = {"format": "percent", "min_value": 0, "max_value": 1}


def strategies_view(
    readings: Sequence[Reading],
    rows: Sequence[Row],
    place: tuple[str, str, str],
    name: str,
    right: str | None = None,
) -> None:
    """Show verdict, table, legend and CSV.

    Args:
        readings: What each strategy found.
        rows: The same as rows of a table.
        place: The rows' key for where each strategy found or read what it tells, the word over its column, and that
            word explained.
        name: Of the file, and of the button in the session.
        right: The right answer where the reader gave it; the verdict is then a score.
    """
    key, word, explained = place
    outcome = list(rows[0])[1]
    badge = ":gray-badge[computed]" if right and right.strip() else ":gray-badge[measured]"
    st.markdown(f"**{literal(verdict(readings, right))}** {badge}")
    st.dataframe(
        [{column: value for column, value in row.items() if column != "best passage"} for row in rows],
        hide_index=True,
        width="stretch",
        column_config={
            "strategy": st.column_config.TextColumn(width=168),
            outcome: st.column_config.TextColumn(width=140),
            "exact match": st.column_config.CheckboxColumn(width=70),
            "F1": st.column_config.NumberColumn(format="%.2f", width=46),
            "probability": st.column_config.ProgressColumn("probability", **_PERCENT, width=92),
            "no answer, probability": st.column_config.ProgressColumn("no answer", **_PERCENT, width=92),
            "seconds (measured)": st.column_config.NumberColumn("seconds", format="%.2f", width=62),
            "peak memory, MB (measured)": st.column_config.NumberColumn("peak MB", format="%.0f", width=66),
            "tokens indexed": st.column_config.NumberColumn("indexed", format="localized", width=62),
            "tokens read": st.column_config.NumberColumn("read", format="localized", width=62),
            "passes": st.column_config.NumberColumn(width=56),
            key: st.column_config.NumberColumn(word, format="%.0f%%", width=66),
            "seconds if padded (predicted)": st.column_config.NumberColumn("s padded", format="%.1f", width=70),
        },
    )
    st.caption(_legend(readings, word, explained))
    csv_button("Download the strategies (CSV)", rows, f"{name}.csv", f"take_{name}")


def _legend(readings: Sequence[Reading], word: str, explained: str) -> str:
    """What each strategy does and what the columns say."""
    each = "; ".join(f"*{literal(reading.strategy.name)}* {literal(reading.strategy.about)}" for reading in readings)
    indexed = ""
    if any(reading.tokens_indexed for reading in readings):
        indexed = "*indexed*: tokens embedded first, to find the pieces most like the question; "
    none = ""
    if any(reading.answers is not None for reading in readings):
        none = "*no answer*: the probability that what it read has no answer; "
    return (
        f"{_WORDS.get(len(readings), len(readings))} strategies use the same weights and the model's "
        f"default settings. {each}. Columns: {none}{indexed}*read*: tokens in the passes that look for the result; "
        f"*{word}*: {explained}; *s padded*: predicted seconds if each pass were padded to its "
        "maximum length, as batches often are. Seconds and peak memory are measured."
    )
