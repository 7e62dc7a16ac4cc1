"""Rows as a CSV file that a spreadsheet opens."""

from collections.abc import Sequence

import streamlit as st

from longformer_viz.tables import Row, spreadsheet, table_csv


def csv_button(label: str, rows: Sequence[Row], name: str, key: str) -> None:
    """Show a button that downloads rows as a CSV file, made when it is clicked.

    Args:
        label: The button's label.
        rows: The rows of the table.
        name: The file's name.
        key: The button's key.
    """
    st.download_button(
        label,
        lambda: spreadsheet(table_csv(rows)),
        name,
        "text/csv",
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )
