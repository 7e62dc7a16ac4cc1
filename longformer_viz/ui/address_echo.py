"""Tells the values that a page wrote into the address itself from those that a visitor brought."""

from collections import deque
from collections.abc import Iterable, Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_ECHO, _ARRIVED = "address_echo", "arrived_values"
_MOST = 64  # values on their way; a browser that answers at all is never so far behind


class AddressEcho:
    """What a page wrote into the address, as far as the browser may still send it back.

    The browser sends its address with every choice, and gets what the page writes some time later. A visitor who is
    faster than the server therefore sends addresses that the page has already replaced. Such an echo is no command.
    The browser's Back and Forward are commands, although they bring values that the page once wrote.
    """

    def __init__(self) -> None:
        self._written: dict[str, deque[str | None]] = {}

    def read(self, name: str, text: str | None, *, is_back: bool = False) -> str | None:
        """Return what the address commands: a new value as it is, and instead of an echo the value written last.

        Args:
            name: A name in the address.
            text: The value that the browser sent; None where it sent none.
            is_back: Whether the visitor went back or forward in the browser's history.
        """
        written = self._written.get(name)
        if written and text in written and not is_back:
            while written[0] != text:
                written.popleft()
            return written[-1]
        self._written[name] = deque((text,), maxlen=_MOST)
        return text

    def latest(self, name: str) -> str:
        """Return the value written last, "" for none."""
        return (self._written.get(name) or ("",))[-1] or ""

    def write(self, name: str, text: str | None) -> bool:
        """Note a value that the page shows.

        Args:
            name: Its name in the address.
            text: The value; None takes it out of the address.

        Returns:
            Whether the page must write it: the browser has another value, or will have.
        """
        written = self._written.setdefault(name, deque(maxlen=_MOST))
        is_news = len(written) != 1 or written[0] != text
        if not written or written[-1] != text:
            written.append(text)
        return is_news


def read_address(name: str) -> str:
    """Return what the address commands for a name, "" for nothing.

    Args:
        name: A name that the page writes into the address itself.
    """
    return _echo().read(name, st.query_params.get(name), is_back=is_history_navigation()) or ""


def write_address(values: Mapping[str, str | None]) -> None:
    """Write values into the address, all at once: each change of the address is a step of the browser's Back button.

    Args:
        values: By name; None takes a value out of the address.
    """
    news = {name: value for name, value in values.items() if _echo().write(name, value)}
    for name in [name for name, value in news.items() if value is None]:
        st.query_params.pop(name, None)
    if kept := {name: value for name, value in news.items() if value is not None}:
        st.query_params.update(kept)


def written_address(name: str) -> str:
    """Return what a page wrote into the address last, although another page may be shown now; "" for nothing."""
    return _echo().latest(name)


def restore_address(values: Mapping[str, str]) -> None:
    """Write values that the address lacks, since Streamlit clears it when the visitor opens another page.

    Args:
        values: By name.
    """
    missing = {name: value for name, value in values.items() if name not in st.query_params}
    if missing:
        st.query_params.update(missing)


def keep_arrived(values: Mapping[str, str]) -> None:
    """Keep what the session's first address had for another page than the one that it opened."""
    st.session_state[_ARRIVED] = dict(values)


def arrived(names: Iterable[str]) -> dict[str, str]:
    """Return what the session's first address had, once."""
    values = st.session_state.get(_ARRIVED, {})
    return {name: values.pop(name) for name in names if name in values}


def is_history_navigation() -> bool:
    """Return whether the visitor has just gone back or forward in the browser's history."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _echo() -> AddressEcho:
    return st.session_state.setdefault(_ECHO, AddressEcho())
