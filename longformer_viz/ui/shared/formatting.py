"""A visitor's words on a page: never markup; and the one presenter of errors."""

import re

import streamlit as st

from longformer_viz.spec import InputError


def literal(text: str) -> str:
    """`text` for anything that streamlit reads as Markdown, shown letter by letter."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def show_problem(problem: InputError | str) -> None:
    """One clear sentence; nothing the visitor typed is touched."""
    st.error(literal(str(problem)), icon=":material/error:")


def size(count_bytes: float) -> str:
    """Bytes in a unit that a reader takes in at once."""
    for unit in ("B", "KB", "MB"):
        if count_bytes < 1000:
            return f"{count_bytes:.0f} {unit}"
        count_bytes /= 1000
    return f"{count_bytes:.1f} GB"


def count(number: float) -> str:
    """A large count in words: 299,900,000 is 300 million."""
    for limit, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= limit:
            return f"{number / limit:.3g} {word}"
    return f"{number:,.0f}"
