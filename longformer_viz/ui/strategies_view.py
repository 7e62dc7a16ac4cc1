"""One document read in several ways: the verdict in a sentence, the figures in a table, and what each way does."""

from collections.abc import Sequence

import streamlit as st

from longformer_viz.tables import Row
from longformer_viz.tasks.chunking import Reading, verdict
from longformer_viz.ui.csv_button import csv_button
from longformer_viz.ui.words import literal

_WORDS = {3: "three", 5: "five"}


def strategies_view(readings: Sequence[Reading], rows: Sequence[Row], place: tuple[str, str, str], name: str) -> None:
    """Verdict, table, legend and CSV.

    place: the rows' key for where each way found or read what it tells, the word over its column, and the word
    explained; name: of the file, and of the button in the session.
    """
    key, word, explained = place
    outcome = list(rows[0])[1]
    st.markdown(f"**{literal(verdict(readings))}** :gray-badge[measured]")
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        column_config={
            "strategy": st.column_config.TextColumn(width=168),
            outcome: st.column_config.TextColumn(width=140),
            "probability": st.column_config.ProgressColumn(
                "sure", format="percent", min_value=0, max_value=1, width=100
            ),
            "seconds (measured)": st.column_config.NumberColumn("seconds", format="%.2f", width=62),
            "peak memory, MB (measured)": st.column_config.NumberColumn("peak MB", format="%.0f", width=66),
            "tokens read": st.column_config.NumberColumn("tokens", format="localized", width=62),
            "passes": st.column_config.NumberColumn(width=56),
            key: st.column_config.NumberColumn(word, format="%.0f %%", width=66),
            "seconds if padded (predicted)": st.column_config.NumberColumn("s padded", format="%.1f", width=70),
        },
    )
    each = "; ".join(f"*{literal(reading.strategy.name)}* {literal(reading.strategy.about)}" for reading in readings)
    st.caption(
        f"The same weights read in {_WORDS[len(readings)]} ways, each at the model's own window: {each}. Seconds and "
        f"peak memory are measured, tokens counted over all passes; {word}: {explained}; s padded: predicted seconds "
        "if each pass were filled up to the most that it may hold, as batches often are."
    )
    csv_button("CSV: the strategies", rows, f"{name}.csv", f"take_{name}")
