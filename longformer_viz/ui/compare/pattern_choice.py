"""The controls of the patterns to compare: patterns, presets, layer and head, and each pattern's own settings."""

import streamlit as st

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import InputError
from longformer_viz.trace.tokens import Tokens
from longformer_viz.ui.compare.chosen_pattern import DRAW, SCHEDULE, Chosen, chosen_pattern
from longformer_viz.ui.compare.pattern_settings import (
    FIRST_SHOWN,
    LEAST,
    MOST,
    NAMES,
    OWN,
    PRESETS,
    SETTINGS,
    Setting,
    check_name,
)
from longformer_viz.ui.glossary import explain
from longformer_viz.ui.shared.link_param import LinkParam, whole
from longformer_viz.ui.shared.pattern_controls import Dilation

LAYER = LinkParam("compare_layer", whole("Layer"), default=2)
HEAD = LinkParam("compare_head", whole("Head"), default=0)
PATTERNS = LinkParam("patterns", check_name, default=FIRST_SHOWN)
LINK_PARAMS = (LAYER, HEAD, PATTERNS, SCHEDULE, DRAW)


def choose_names() -> list[str]:
    """Show the choice of the patterns to compare.

    Returns:
        The names of the patterns.

    Raises:
        InputError: If there are too few.
    """
    names = st.multiselect(
        "Patterns",
        NAMES,
        default=PATTERNS.default,
        max_selections=MOST,
        **PATTERNS.bound,
        persist_state="session",
        label_visibility="collapsed",
        placeholder=f"{LEAST} to {MOST} patterns",
    )
    if len(names) < LEAST:
        selected, missing = ("1 is", "another one") if names else ("None is", f"{LEAST}")
        raise InputError(f"Choose {LEAST} to {MOST} patterns. {selected} selected. Add {missing}.")
    return names


def choose_preset() -> None:
    """Show the presets, which set patterns and sliders together."""
    st.selectbox(
        "Preset",
        list(PRESETS),
        index=None,
        key="preset",
        on_change=_take_preset,
        placeholder="Choose a preset",
        help="Selects patterns and sets all their settings.",
    )


def _take_preset() -> None:
    for key, value in PRESETS.get(st.session_state.preset, {}).items():
        st.session_state[key] = list(value) if isinstance(value, tuple) else value
    st.session_state.preset = None  # it sets the sliders, and they go on from there


def choose_head(model: LoadedModel) -> tuple[int, int]:
    """Show the controls of layer and head of a `model`, and return both indices."""
    left, right = st.columns(2)
    sliders = (("Layer", left, len(model.windows), LAYER), ("Head", right, model.heads, HEAD))
    chosen = []
    for label, place, count, param in sliders:
        if count == 1:
            chosen.append(0)
            continue
        first = min(param.default, count - 1)
        help_text = explain(label)
        chosen.append(
            place.slider(label, 0, count - 1, first, persist_state="session", help=help_text, **param.bound)
        )
    return chosen[0], chosen[1]


def choose_settings(
    names: list[str], model: LoadedModel, tokens: Tokens, windows: int | tuple[int, ...] | None, dilation: Dilation
) -> list[Chosen]:
    """Show the settings of each pattern in a box, the first one open.

    Args:
        names: The patterns.
        model: The model that runs.
        tokens: The document's tokens.
        windows: The Longformer's window, from More settings; None uses its slider.
        dilation: The Longformer's dilation, from More settings.

    Returns:
        The patterns with their settings.

    Raises:
        InputError: If typed global positions are not valid.
    """
    chosen = []
    for number, name in enumerate(names):
        if name in ("Full", OWN):
            chosen.append(chosen_pattern(name, model, tokens, {}, windows, dilation))
            continue
        with st.expander(name, expanded=number == 0):
            values = {setting.key: _slider(setting) for setting in SETTINGS[name]}
            chosen.append(chosen_pattern(name, model, tokens, values, windows, dilation))
    return chosen


def _slider(setting: Setting) -> int:
    """Show a setting's slider. Values from a link, a preset or an earlier page are among its steps."""
    also = {setting.param.linked_number(), st.session_state.get(setting.key), setting.default} - {None}
    return st.select_slider(
        setting.label,
        sorted({*setting.steps, *also}),
        value=setting.default,
        **setting.param.bound,
        persist_state="session",
        help=setting.help,
    )
