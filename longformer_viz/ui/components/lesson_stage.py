"""The lesson as a Streamlit component: steps are drawn in the browser, without the server."""

from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from longformer_viz.widget.bundles import script, style

_component = component("longformer_viz_lesson", js=script("lesson"), css=style("lesson"))
_KEY = "lesson_stage"


def wanted_chapters() -> list[str]:
    """Return the chapters that the browser asked for, as it named them."""
    told = st.session_state.get(_KEY) or {}
    wanted = told.get("wanted") or []
    return [name for name in wanted if isinstance(name, str)] if isinstance(wanted, list) else []


def placed_tokens() -> dict[str, Any] | None:
    """Return the global tokens that the learner just chose, with the number of the request; None for none."""
    told = (st.session_state.get(_KEY) or {}).get("placed")
    if not isinstance(told, dict) or not isinstance(told.get("positions"), list):
        return None
    return {"positions": told["positions"], "number": told.get("number")}


def lesson_stage(data: dict[str, Any]) -> None:
    """Show the lesson.

    Args:
        data: As `types.d.ts` of the widget describes it.
    """
    _component(key=_KEY, data=data, on_wanted_change=lambda: None, on_placed_change=lambda: None)
