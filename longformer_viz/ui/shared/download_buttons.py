"""Buttons that download a result, as a file that is made when one of them is clicked."""

from collections.abc import Callable, Sequence

import streamlit as st

from longformer_viz.tables import Row, spreadsheet, table_csv


def csv_button(label: str, rows: Sequence[Row], name: str, key: str) -> None:
    """Show a button that downloads rows as a CSV file that a spreadsheet opens.

    Args:
        label: The button's label.
        rows: The rows of the table.
        name: The file's name.
        key: The button's key.
    """
    _button(label, lambda: spreadsheet(table_csv(rows)), name, "text/csv", key)


def json_button(label: str, make: Callable[[], str], name: str, key: str) -> None:
    """Show a button that downloads a JSON file.

    Args:
        label: The button's label.
        make: Returns the text of the file.
        name: The file's name.
        key: The button's key.
    """
    _button(label, lambda: make().encode(), name, "application/json", key)


def _button(label: str, make: Callable[[], bytes | str], name: str, mime: str, key: str) -> None:
    st.download_button(label, make, name, mime, key=key, icon=":material/download:", on_click="ignore")
