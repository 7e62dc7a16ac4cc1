"""What a link brings: checked once when a session starts, since streamlit drops bad values without a word."""

import contextlib
import re
from collections.abc import Callable

import streamlit as st

from longformer_viz.cost.fit import memories
from longformer_viz.cost.methods import ELEMENT_BYTES, LEVELS, METHODS, SHAPES, Method, typed_lengths
from longformer_viz.cost.setup import OPTIMIZERS
from longformer_viz.documents.landmarks import typed_positions
from longformer_viz.documents.samples import sample_names
from longformer_viz.models.loading import DTYPES, devices
from longformer_viz.probe.claims.claim import VERDICTS
from longformer_viz.spec import InputError, check_dilation, check_window, shown
from longformer_viz.tasks.evidence import METHODS as EVIDENCE
from longformer_viz.ui.compare.pattern_settings import BY_KEY, DRAWS, SCHEDULES, check_name
from longformer_viz.ui.components.attention_map import MODES, SCALES
from longformer_viz.ui.shared.notices import ADDRESS, clear_notices, leave_notice, show_notices

OWN_TEXT = "Your text"
_LINK = "link "  # before a parameter's name: whose message it is
_WRITTEN_BY_PAGES = ("layer", "head", "locked", "mode", "scale")  # by the map, without a click too
LINKED_POSITIONS = 64
LABEL_KINDS = ("Kind of document", "Topics", "Sentiment", "The model's own", "Your own")
EVIDENCE_METHODS = {method.capitalize(): method for method in EVIDENCE}
CURVE_VIEWS = ("Curves", "Will it fit?", "Claims")
CURVES_SHOWN = ("Time and memory", "Time", "Memory")
AXES = ("Logarithmic", "Linear")
FIT_METHODS = tuple(method.key for method in METHODS if method.dtype == "float32")
BY_LAYER = ("The same in every layer", "The paper's, by depth", "Layer by layer")
PRESETS = ("First token", "None", "Sentence starts", "Paragraph starts", "Every k-th token", "Typed")
# Options of select boxes are their own labels: the address holds what the reader sees.
SAMPLES = {name.replace("_", " ").capitalize(): name for name in sample_names()}


def show_link_problems() -> None:
    """Show a sentence for each bad value in the address; the address is checked once a session.

    A sentence goes when its control gets another value, or when the reader dismisses it.
    """
    if not st.session_state.get("is_link_checked"):
        st.session_state.is_link_checked = True
        for name, check in _CHECKS.items():
            if name in st.query_params:
                try:
                    for value in st.query_params.get_all(name):
                        check(value)
                except InputError as problem:
                    _leave_link_problem(name, problem)
    with st.container():  # always there, so that what follows keeps its place
        if show_notices(_LINK):
            st.button("Dismiss", on_click=clear_notices, args=(_LINK,))


def _leave_link_problem(name: str, problem: InputError) -> None:
    """Leave the problem of a value in the address, which streamlit takes out, or the page replaces."""
    about = {} if name in _WRITTEN_BY_PAGES else {ADDRESS + name: (st.query_params[name], None)}
    leave_notice(_LINK + name, f"{problem} The page uses its default instead.", about)


def linked_methods() -> list[str]:
    """The methods that the address names, those that can be measured; the page offers a few of many windows."""
    found = []
    for key in st.query_params.get_all("methods"):
        with contextlib.suppress(InputError):
            found.append(Method.named(key).key)
    return found


def linked_number(name: str) -> int | None:
    """A whole number that the address gave when the session started, if it is a good one."""
    values = st.session_state.setdefault("linked_numbers", {})
    if name not in values:
        try:
            _CHECKS[name](st.query_params[name])
            values[name] = int(st.query_params[name])
        except (KeyError, InputError):
            values[name] = None
    return values[name]


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else text


def _one_of(name: str, options: tuple[str, ...]) -> Callable[[str], None]:
    def check(text: str) -> None:
        if text not in options:
            raise InputError(f"{name} must be one of {', '.join(options)}; got {shown(text)}.")

    return check


def _switch(name: str) -> Callable[[str], None]:
    check = _one_of(name, ("true", "false"))
    return lambda text: check(text.lower())


def _whole(name: str, least: int = 0, most: int = 999_999_999) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise InputError(f"{name} must be a whole number from {least} to {most:,}; got {shown(text)}.")

    return check


def check_typed(text: str) -> tuple[int, ...]:
    """Typed global positions, at most as many as a link carries."""
    positions = typed_positions(text)
    if len(positions) > LINKED_POSITIONS:
        raise InputError(
            f"At most {LINKED_POSITIONS} global positions can be typed; got {len(positions):,}. "
            "Choose a preset for more."
        )
    return positions


_CHECKS: dict[str, Callable[[str], object]] = {
    "document": _one_of("Document", (*SAMPLES, OWN_TEXT)),
    "window": lambda text: check_window(_number(text)),
    "dilation": lambda text: check_dilation(_number(text)),
    "globals": _one_of("Global tokens", PRESETS),
    "positions": check_typed,
    "windows": _one_of("Window by layer", BY_LAYER[::2]),
    "dilations": _one_of("Dilation by layer", BY_LAYER),
    "part": _whole("The part's first token"),
    "step": _whole("The step between global tokens", 1, 16_384),
    "layer": _whole("Layer"),
    "head": _whole("Head"),
    "locked": _whole("The selected token"),
    "mode": _one_of("Mode", MODES),
    "scale": _one_of("Scale", SCALES),
    "labels": _one_of("Labels", LABEL_KINDS),
    "method": _one_of("Method", tuple(EVIDENCE_METHODS)),
    "curves": _one_of("View", CURVE_VIEWS),
    "show": _one_of("Quantity", CURVES_SHOWN),
    "axes": _one_of("Axes", AXES),
    "methods": Method.named,
    "lengths": lambda text: typed_lengths(text),
    "level": _one_of("Level", LEVELS),
    "shape": _one_of("Shape", tuple(SHAPES)),
    "fit_method": _one_of("Model", FIT_METHODS),
    "fit_shape": _one_of("Shape", tuple(SHAPES)),
    "fit_length": lambda text: typed_lengths(text),
    "fit_batch": _whole("Batch size", 1, 4096),
    "fit_memory": _one_of("Memory", tuple(memories())),
    "fit_dtype": _one_of("Data type", tuple(ELEMENT_BYTES)),
    "fit_passes": _whole("Accumulation steps", 1, 1024),
    "fit_training": _switch("Fine-tuning"),
    "fit_checkpointing": _switch("Gradient checkpointing"),
    "fit_optimizer": _one_of("Optimizer", OPTIMIZERS),
    "verdict": _one_of("Verdict", tuple(VERDICTS)),
    "device": lambda text: _one_of("Device", devices())(text),
    "dtype": _one_of("Number format", tuple(DTYPES)),
    "patterns": check_name,
    "schedule": _one_of("Layers and heads", SCHEDULES),
    "draw": _one_of("The draw of random blocks", DRAWS),
    "reach_from": _whole("The query token"),
    "reach_to": _whole("The target token"),
    "reach_global": _whole("The global token"),
    "compare_layer": _whole("Layer"),
    "compare_head": _whole("Head"),
    **{key: setting.check for key, setting in BY_KEY.items()},
}
