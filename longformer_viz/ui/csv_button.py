"""Rows as a CSV file that a spreadsheet opens."""

from collections.abc import Sequence

import streamlit as st

from longformer_viz.tables import Row, table_csv


def csv_button(label: str, rows: Sequence[Row], name: str, key: str) -> None:
    """With the mark by which spreadsheets know UTF-8; made only when it is clicked."""
    st.download_button(
        label,
        lambda: table_csv(rows).encode("utf-8-sig"),
        name,
        "text/csv",
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )
