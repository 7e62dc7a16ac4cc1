"""What stands below the first screen is drawn once the visitor comes to it."""

from functools import partial

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.widget.bundles import script

_HEIGHT = 240
_LABEL = "This part is loaded when it comes into sight"
_component = component(
    "longformer_viz_reached",
    # A place that the keyboard and a screen reader come to as well.
    html=f'<div style="height: {_HEIGHT}px" tabindex="0" role="group" aria-label="{_LABEL}"></div>',
    js=script("reached"),
)


def is_reached(key: str) -> bool:
    """Return whether the visitor has come to this place in this session, and keep its room until then.

    The library of a chart or a table takes the browser half a second to start. The first picture would wait for it.

    Args:
        key: A name of the place.
    """
    if st.session_state.get(_name(key)):
        return True
    _component(key=f"{key}_out_of_sight", on_reached_change=partial(note_reached, key), height=_HEIGHT)
    return False


def note_reached(key: str) -> None:
    """Count a place as reached.

    Args:
        key: Its name.
    """
    st.session_state[_name(key)] = True


def _name(key: str) -> str:
    return f"{key} reached"
