"""Rows as a CSV file that a spreadsheet opens."""

from collections.abc import Sequence

import streamlit as st

from longformer_viz.tables import Row, spreadsheet, table_csv


def csv_button(label: str, rows: Sequence[Row], name: str, key: str) -> None:
    """Made only when it is clicked."""
    st.download_button(
        label,
        lambda: spreadsheet(table_csv(rows)),
        name,
        "text/csv",
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )
