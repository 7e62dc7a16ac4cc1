"""Work that begins by itself where it is short, and after a click that says how long it takes where it is not."""

from collections.abc import Hashable

import streamlit as st

AT_ONCE_SECONDS = 30.0


def is_wanted(what: str, key: Hashable, offer: str, seconds: float) -> bool:
    """Whether to begin; shows the button where not. key: equal for equal work; offer: what the click does."""
    state = st.session_state.setdefault("wanted_work", {})
    if seconds <= AT_ONCE_SECONDS or state.get(what) == key:
        return True
    st.button(
        f"{offer}: about {seconds:.0f} s",
        icon=":material/play_arrow:",
        key=f"start_{what}",
        on_click=lambda: state.update({what: key}),
    )
    return False
