"""Formatting of a visitor's text, which is never read as markup, and the one way to show errors."""

import re

import streamlit as st

from longformer_viz.spec import InputError


def literal(text: str) -> str:
    """Escape `text` so that Streamlit shows it literally, never as Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def show_problem(problem: InputError | str) -> None:
    """Show an error, `problem`, on the page."""
    st.error(literal(str(problem)), icon=":material/error:")


def size(count_bytes: float) -> str:
    """Format a number of bytes, `count_bytes`, with a unit, such as "93 MB"."""
    for unit in ("B", "KB", "MB"):
        if count_bytes < 1000:
            return f"{count_bytes:.0f} {unit}"
        count_bytes /= 1000
    return f"{count_bytes:.1f} GB"


def count(number: float) -> str:
    """Format a large `number`, such as "300 million"."""
    for limit, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= limit:
            return f"{number / limit:.3g} {word}"
    return f"{number:,.0f}"
