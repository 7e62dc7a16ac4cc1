"""The glossary: every term with its sentence and a small picture, a search, and an address for each term."""

import re
from base64 import b64encode
from collections.abc import Iterable
from difflib import get_close_matches
from html import escape

import streamlit as st

from longformer_viz.figures.palette import INK
from longformer_viz.figures.teaching.glossary_pictures import glossary_picture
from longformer_viz.figures.teaching.picture_texts import PICTURE_TEXTS
from longformer_viz.spec import InputError, shown
from longformer_viz.ui.glossary import GLOSSARY
from longformer_viz.ui.shared.figure import current_theme
from longformer_viz.ui.shared.link_param import LinkParam, any_text

# Short names of terms in an address.
_SHORT = {
    "window": "Sliding window",
    "global": "Global token",
    "full": "Full attention",
    "causal": "Causal attention",
    "random": "Random attention",
    "reach": "Receptive field",
    "map": "Attention map",
    "rollout": "Attention rollout",
    "sink": "Attention sink",
    "mass": "Captured mass",
    "weight": "Attention weight",
}


def slug(term: str) -> str:
    """Return a term's name in an address, such as "sliding-window".

    Args:
        term: As the glossary has it.
    """
    return re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


_SLUGS = {slug(term): term for term in GLOSSARY} | _SHORT


def term_named(name: str) -> str:
    """Return the term that a name in an address means.

    Args:
        name: Such as "sliding-window" or "window".

    Raises:
        InputError: The glossary has no such term.
    """
    found = _SLUGS.get(slug(name))
    if found is None:
        near = get_close_matches(slug(name), _SLUGS, 1)
        cure = f" Try {near[0]}." if near else " Use the search."
        raise InputError(f"A term must be one of the glossary. The link has {shown(name)}.{cure}")
    return found


TERM = LinkParam("term", term_named, None, is_control=False)
SEARCH = LinkParam("find", any_text, "")
LINK_PARAMS = (TERM, SEARCH)


def found_terms(search: str) -> list[str]:
    """Return the terms whose name or sentence contains all words of a search; those with a matching name come first.

    Args:
        search: Words in any order.
    """
    wanted = search.lower().split()
    terms = [term for term, text in GLOSSARY.items() if all(word in f"{term} {text}".lower() for word in wanted)]
    return sorted(terms, key=lambda term: not all(word in term.lower() for word in wanted))


def glossary_page() -> None:
    """Show the search and the terms that it finds; a term of the address stands first."""
    search = st.text_input("Search the glossary", placeholder="For example: window", width=360, **SEARCH.bound)
    terms = found_terms(search)
    if not search and (linked := _linked_term()) is not None:
        with st.container(border=True):
            st.html(_list([linked], width=190))
    if terms:
        st.html(_list(terms))
    else:
        st.info("No term contains these words. Use fewer or shorter words.", icon=":material/search_off:")


def _linked_term() -> str | None:
    name = st.query_params.get(TERM.key)
    try:
        return None if name is None else term_named(name)
    except InputError:  # The page says so above, as for every value of a link.
        return None


def _list(terms: Iterable[str], width: int = 108) -> str:
    """Return terms as a list; all its words are the glossary's own."""
    entries = "".join(_entry(term, width) for term in terms)
    style = (
        "display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:14px 28px;"
        "margin:0;padding:0;list-style:none"
    )
    return f'<ul style="{style}">{entries}</ul>'


def _entry(term: str, width: int) -> str:
    picture = b64encode(glossary_picture(term, INK[current_theme()]).encode()).decode()
    return (
        f'<li id="{slug(term)}" style="display:flex;gap:14px;align-items:center;margin:0">'
        f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(PICTURE_TEXTS[term])}" width="{width}" '
        'style="flex:none">'
        f"<div><strong>{escape(term)}</strong><br>{_with_code(GLOSSARY[term])}</div></li>"
    )


def _with_code(sentence: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(sentence))
