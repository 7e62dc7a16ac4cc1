"""Messages that disappear when the document, control or page that they are about changes."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from longformer_viz.ui.shared.background import page_shown
from longformer_viz.ui.shared.formatting import literal, show_problem

ADDRESS = "?"  # precedes the name of a value in the address; other names are keys of the session's state
PAGE = "the page"  # the page that is shown


@dataclass(frozen=True, slots=True)
class Notice:
    """A message and the values that it is about.

    Attributes:
        text: The message; it may contain a visitor's text.
        about: Names, each with the values at which the message still applies.
        is_problem: Whether it is an error. Otherwise it is information.
    """

    text: str
    about: tuple[tuple[str, tuple[Hashable, ...]], ...]
    is_problem: bool = True

    @property
    def holds(self) -> bool:
        """Whether everything that the message is about is unchanged."""
        return all(_current(name) in values for name, values in self.about)


def leave_notice(
    owner: str, text: str, about: Iterable[str] | Mapping[str, tuple[Hashable, ...]], *, is_problem: bool = True
) -> None:
    """Leave a message for the next runs of the script. It replaces an earlier one of the same owner.

    Args:
        owner: Name of the part that leaves it, such as "upload". `show_notices` finds it by the start of this name.
        text: The message.
        about: Names whose present values the message is about, or names with the values at which it applies. A name
            is a key of the session's state, `ADDRESS` and a name in the address, or `PAGE`.
        is_problem: Whether it is an error. Otherwise it is information.
    """
    values = about if isinstance(about, Mapping) else {name: (_current(name),) for name in about}
    _notices()[owner] = Notice(text, tuple(values.items()), is_problem)


def warn_of_last(sentence: str, pronoun: str = "it") -> None:
    """Warn that the page shows an earlier result.

    Args:
        sentence: A sentence that names the result, as Markdown.
        pronoun: The word that stands for the result.
    """
    st.warning(f"{sentence} The current settings do not apply to {pronoun}.", icon=":material/history:")


def clear_notices(owner: str) -> None:
    """Remove the messages whose owner's name begins with `owner`."""
    for name in [name for name in _notices() if name.startswith(owner)]:
        del _notices()[name]


def show_notices(owner: str) -> bool:
    """Show the messages whose owner's name begins with `owner`, and remove those that no longer apply.

    Returns:
        Whether there is a message.
    """
    found = [name for name in _notices() if name.startswith(owner)]
    for name in found:
        notice = _notices()[name]
        if not notice.holds:
            del _notices()[name]
        elif notice.is_problem:
            show_problem(notice.text)
        else:
            st.info(literal(notice.text), icon=":material/info:")
    return any(name in _notices() for name in found)


def _notices() -> dict[str, Notice]:
    return st.session_state.setdefault("notices", {})


def _current(name: str) -> Any:
    if name == PAGE:
        return page_shown()
    if name.startswith(ADDRESS):
        return st.query_params.get(name.removeprefix(ADDRESS))
    value = st.session_state.get(name)
    if isinstance(value, list):
        return tuple(value)
    return getattr(value, "file_id", value)  # An upload is identified by its id.
