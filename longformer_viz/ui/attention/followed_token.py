"""The token that a rollout follows: the selected one, or one found by its word."""

import re

import streamlit as st

from longformer_viz.trace.tokens import Tokens

_SEARCH = "rollout_search"
_MOST_FOUND = 200
_CONTEXT = 24  # characters


def choose_followed(tokens: Tokens, selected: int | None) -> int | None:
    """Show the search field, and return the token to follow; None while there is none.

    Args:
        tokens: The document's tokens.
        selected: The token selected in the map or the text, or None.
    """
    if selected != st.session_state.get("rollout_selected"):  # a new selection counts more than an old search
        st.session_state.rollout_selected = selected
        st.session_state[_SEARCH] = ""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    words = left.text_input(
        "Follow a word",
        key=_SEARCH,
        placeholder="Type a word of the document",
        help="The rollout follows the token that you select in the map or the text. Or find one here.",
    ).strip()
    if not words:
        if selected is None:
            right.caption("Select a token in the map or the text, or type a word here.")
        return selected
    found = occurrences(tokens, words)
    if not found:
        right.caption("No token of the document has this text.")
        return None
    return right.selectbox("Occurrence", found, format_func=lambda token: in_context(tokens, token))


def occurrences(tokens: Tokens, words: str) -> list[int]:
    """Return the first token of each occurrence of some words, in any case.

    Args:
        tokens: The document's tokens.
        words: What to look for.
    """
    found: list[int] = []
    token = 0
    for match in re.finditer(re.escape(words), tokens.text, re.IGNORECASE):
        while token < len(tokens) and tokens.offsets[token][1] <= match.start():
            token += 1
        if token == len(tokens) or len(found) == _MOST_FOUND:
            break
        if tokens.offsets[token][0] < match.end():
            found.append(token)
    return found


def in_context(tokens: Tokens, token: int) -> str:
    """Return a token's position and the words around it, on one line.

    Args:
        tokens: The document's tokens.
        token: The token's position.

    Returns:
        The line.
    """
    start, stop = tokens.offsets[token]
    around = tokens.text[max(0, start - _CONTEXT) : stop + _CONTEXT]
    return f"{token:,}: … {' '.join(around.split())} …"
