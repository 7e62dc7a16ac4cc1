"""The controls of the pattern beside the map: what they show and offer, and what becomes of a choice."""

from collections import Counter
from typing import Any

import streamlit as st

from longformer_viz.documents.landmarks import paragraph_starts, sentence_starts
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import predicted_run_bytes, predicted_run_seconds
from longformer_viz.spec import LayerSpec
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.components.pattern_values import PatternValues
from longformer_viz.ui.shared.pattern_controls import (
    BY_LAYER,
    DILATION,
    DILATIONS,
    GLOBALS,
    POSITIONS,
    PRESETS,
    STEP,
    WINDOW,
    WINDOWS,
    dilation_steps,
    window_steps,
)

_CHOSEN = "chosen_pattern"


def pattern_payload(trace: Trace, model: LoadedModel) -> dict[str, Any]:
    """Return what the controls of the pattern show and offer, so that the browser can preview any choice.

    Args:
        trace: The run that the map shows.
        model: The model that ran.
    """
    state = st.session_state
    layers = trace.pattern.layers
    return {
        "window": state.get(WINDOW.key) or max(model.windows),
        "dilation": state.get(DILATION.key) or DILATION.default,
        "preset": state.get(GLOBALS.key) or GLOBALS.default,
        "step": state.get(STEP.key) or STEP.default,
        "positions": state.get(POSITIONS.key) or POSITIONS.default,
        "tokens": len(trace.tokens),
        "windows": window_steps(model),
        "dilations": dilation_steps(),
        "names": list(PRESETS),
        "presets": {
            "First token": [0],
            "None": [],
            "Sentence starts": list(sentence_starts(trace.tokens)),
            "Paragraph starts": list(paragraph_starts(trace.tokens)),
        },
        "fixed": {
            "window": state.get(WINDOWS.key, BY_LAYER[0]) != BY_LAYER[0],
            "dilation": state.get(DILATIONS.key, BY_LAYER[0]) != BY_LAYER[0],
        },
        "groups": [
            [window, dilation, heads]
            for (window, dilation), heads in Counter(
                (layer.window, dilation) for layer in layers for dilation in layer.dilations
            ).items()
        ],
        "run": {
            "seconds": trace.elapsed_seconds,
            "bytes": _bytes(trace, model, len(trace.global_positions)),
            "share": trace.pairs_scored / trace.pairs_full,
        },
        "cost": _cost(trace, model),
    }


def _bytes(trace: Trace, model: LoadedModel, globals_: int) -> int:
    return trace.peak_bytes or predicted_run_bytes(model, len(trace.tokens), globals_)


def _cost(trace: Trace, model: LoadedModel) -> dict[str, float]:
    """Return the predictions of time and memory as the straight lines that they are."""
    length, depth = len(trace.tokens), len(model.windows)

    def seconds(window: int, globals_: int) -> float:
        return predicted_run_seconds(model, length, (LayerSpec(window, (1,) * model.heads),) * depth, globals_)

    one, two = min(2, length), min(4, length)
    a_key = (seconds(4, 0) - seconds(2, 0)) / (two - one) if two > one else 0.0
    return {
        "seconds": seconds(2, 0) - one * a_key,
        "secondsAKey": a_key,
        "secondsAGlobal": seconds(2, 1) - seconds(2, 0),
        "bytesAGlobal": predicted_run_bytes(model, length, 1) - predicted_run_bytes(model, length, 0),
        "mostGlobals": model.model.config.hidden_size // model.heads,
    }


def choose_pattern(values: PatternValues) -> None:
    """Keep a pattern chosen beside the map for the controls of the next run, and start that run.

    Args:
        values: What was chosen.
    """
    st.session_state[_CHOSEN] = values
    st.rerun(scope="app")


def take_chosen_pattern() -> None:
    """Set the controls to the pattern that was chosen beside the map, before they are shown."""
    values = st.session_state.pop(_CHOSEN, None)
    if values is None:
        return
    state = st.session_state
    state[WINDOW.key], state[DILATION.key] = values.window, values.dilation
    if values.preset in PRESETS:
        state[GLOBALS.key] = values.preset
    if values.preset == "Every k-th token":
        state[STEP.key] = values.step
    if values.preset == "Typed positions":
        state[POSITIONS.key] = values.positions
