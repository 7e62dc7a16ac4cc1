"""Formatting of numbers, and of a visitor's text, which is never read as markup, and the one way to show errors."""

import re
from collections.abc import Collection

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


def duration(seconds: float) -> str:
    """Format `seconds` as "45 s", or as "4 min" from two minutes on."""
    return f"{max(1, round(seconds))} s" if seconds < 120 else f"{round(seconds / 60)} min"


def span(values: Collection[int]) -> str:
    """Format the range of whole numbers, `values`, such as "16 to 512", or "16" where all are equal."""
    least, most = min(values), max(values)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def count(number: float) -> str:
    """Format a large `number`, such as "300 million"."""
    for limit, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= limit:
            return f"{number / limit:.3g} {word}"
    return f"{number:,.0f}"
