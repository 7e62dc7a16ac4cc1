"""The controls of the pattern: window, dilation and global tokens, with the rest under More settings."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.documents.landmarks import every_kth, paragraph_starts, sentence_starts, typed_positions
from longformer_viz.models.loading import LoadedModel
from longformer_viz.patterns.longformer import paper_dilations
from longformer_viz.spec import AttentionSpec, InputError, check_dilation, check_window, shown
from longformer_viz.trace.tokens import Tokens
from longformer_viz.ui.glossary import explain
from longformer_viz.ui.shared.link_param import LinkParam, any_text, one_of, renamed, whole, whole_or_text

Window = TypeVar("Window", int, None)
Dilation = int | tuple[int | tuple[int, ...], ...]

_WINDOWS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768)
_DILATIONS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64)
_LONGFORMER_WINDOW = 512
_DILATED_HEADS = 2  # as in the paper
LINKED_POSITIONS = 64
BY_LAYER = ("The same in every layer", "The paper's, by depth", "Layer by layer")
_PER_LAYER = f"Sets a {{}} for each layer. {explain('Layer')}"
PRESETS = ("First token", "None", "Sentence starts", "Paragraph starts", "Every k-th token", "Typed positions")


def check_typed(text: str) -> tuple[int, ...]:
    """Return the typed global positions.

    Args:
        text: Comma-separated positions and ranges.

    Raises:
        InputError: The text is something else, or names more positions than a link carries.
    """
    positions = typed_positions(text)
    if len(positions) > LINKED_POSITIONS:
        raise InputError(
            f"At most {LINKED_POSITIONS} global positions can be typed. You entered {len(positions):,}. "
            "Choose a preset for more."
        )
    return positions


WINDOW = LinkParam("window", lambda text: check_window(whole_or_text(text)), None)
DILATION = LinkParam("dilation", lambda text: check_dilation(whole_or_text(text)), default=1)
GLOBALS = LinkParam(
    "globals", one_of("Global tokens", PRESETS), default=PRESETS[0], former=renamed({"Typed": PRESETS[-1]})
)
POSITIONS = LinkParam("positions", check_typed, default="0")
STEP = LinkParam("step", whole("The step between global tokens", 1, 16_384), default=64)
WINDOWS = LinkParam("windows", one_of("Window by layer", BY_LAYER[::2]), default=BY_LAYER[0])
DILATIONS = LinkParam("dilations", one_of("Dilation by layer", BY_LAYER), default=BY_LAYER[0])
# The required number of values depends on the model.
WINDOW_LIST = LinkParam("window_list", any_text, None)
DILATION_LIST = LinkParam("dilation_list", any_text, None)
LINK_PARAMS = (WINDOW, DILATION, GLOBALS, POSITIONS, STEP, WINDOWS, DILATIONS, WINDOW_LIST, DILATION_LIST)


def choose_spec(model: LoadedModel, tokens: Tokens, place: DeltaGenerator) -> AttentionSpec:
    """Show every control of the pattern, even if one has an invalid value, because a hidden control loses its value.

    Args:
        model: The model that runs with the pattern.
        tokens: The document's tokens.
        place: Container of the controls.

    Returns:
        The pattern that the controls describe.

    Raises:
        InputError: If a typed value is not valid; the first of several problems.
    """
    if model.reaches is not None:
        place.caption(
            "This model runs with its own pattern. Compare shows other windows, dilations and global tokens: same "
            "weights, other pattern."
        )
        for note in sorted({reach.note for reach in model.reaches} - {""}):
            place.caption(note)
        return AttentionSpec()
    problems: list[InputError] = []

    @contextmanager
    def problem_kept() -> Iterator[None]:
        try:
            yield
        except InputError as problem:
            problems.append(problem)

    with place:
        window, dilation = choose_window(model), choose_dilation()
        positions: tuple[int, ...] = ()
        with problem_kept():
            positions = choose_globals(tokens)
        with problem_kept():
            window, dilation = choose_schedules(model, window, dilation)
    if problems:
        raise problems[0]
    return AttentionSpec(window, dilation, positions)


def default_window(model: LoadedModel) -> int:
    """Return the window that a slider begins with: the `model`'s own, or Longformer's where its windows are fixed."""
    return max(model.windows) if model.reaches is None else _LONGFORMER_WINDOW


def window_steps(model: LoadedModel) -> list[int]:
    """Return the steps of the window's slider, including the `model`'s default, a link's and the current value."""
    own = default_window(model)
    return sorted({*_WINDOWS, own, WINDOW.linked_number() or own, st.session_state.get(WINDOW.key) or own})


def dilation_steps() -> list[int]:
    """Return the dilations that a slider offers, with a link's and the one that is set."""
    given = (DILATION.linked_number(), st.session_state.get(DILATION.key))
    return sorted({*_DILATIONS, *(dilation or DILATION.default for dilation in given)})


def choose_window(model: LoadedModel) -> int:
    """Show the window's slider. The `model`'s default and the link's value are always among its steps."""
    own = default_window(model)
    steps = window_steps(model)
    return st.select_slider(
        "Window",
        steps,
        value=own,
        **WINDOW.bound,
        help=f"{explain('Sliding window')} The default is {own}. AllenAI's code counts one side only, "
        "which is half of it.",
    )


def choose_dilation() -> int:
    """Show the dilation's slider."""
    steps = dilation_steps()
    return st.select_slider(
        "Dilation",
        steps,
        value=DILATION.default,
        **DILATION.bound,
        help=f"{explain('Dilation')} With 2 a token attends to every second neighbour, and the same number of keys "
        "spans more text. The paper counts the tokens between two keys, so its 0 is 1 here. "
        "No released model was trained with a dilation above 1.",
    )


def choose_globals(tokens: Tokens) -> tuple[int, ...]:
    """Show the controls of the global tokens.

    Args:
        tokens: The document's tokens.

    Returns:
        Positions of the global tokens.

    Raises:
        InputError: If typed positions are not valid.
    """
    if (new := st.session_state.pop("new_positions", None)) is not None:  # The visitor clicked a token in the map.
        st.session_state.update(globals="Typed positions", positions=new)
    preset = st.selectbox(
        "Global tokens",
        PRESETS,
        **GLOBALS.bound,
        help=explain("Global token"),
    )
    if preset == "Typed positions":
        typed = st.text_input(
            "Positions",
            POSITIONS.default,
            **POSITIONS.bound,
            help="Comma-separated token positions or ranges, such as 0, 5, 17-20.",
        )
        return check_typed(typed)
    if preset == "Every k-th token":
        step = st.number_input(
            "Step between global tokens",
            1,
            16_384,
            STEP.default,
            **STEP.bound,
            help="With a step of 64, tokens 0, 64, 128 and so on are global.",
        )
        return every_kth(tokens, step)
    return {
        "First token": lambda tokens: (0,),
        "None": lambda tokens: (),
        "Sentence starts": sentence_starts,
        "Paragraph starts": paragraph_starts,
    }[preset](tokens)


def choose_schedules(model: LoadedModel, window: Window, dilation: int) -> tuple[Window | tuple[int, ...], Dilation]:
    """Show window and dilation by layer. Values that are not set there are returned as given.

    Args:
        model: The model.
        window: Window of all layers.
        dilation: Dilation of all layers.

    Returns:
        Window and dilation of all layers, or of each layer.

    Raises:
        InputError: If typed values are not valid.
    """
    depth = len(model.windows)
    layer_windows: Window | tuple[int, ...] = window
    layer_dilations: Dilation = dilation
    windows = st.selectbox(
        "Window by layer", BY_LAYER[::2], **WINDOWS.bound, help="Sets a window for each layer of the model."
    )
    typed_windows = typed_dilations = None
    if windows == BY_LAYER[2]:
        own = ", ".join(map(str, model.windows))
        typed_windows = st.text_input("Windows, first layer first", own, **WINDOW_LIST.bound)
    dilations = st.selectbox(
        "Dilation by layer", BY_LAYER, **DILATIONS.bound, help="Sets a dilation for each layer of the model."
    )
    if dilations == BY_LAYER[1]:
        layer_dilations = depth_dilations(model)
        st.caption(
            f"The paper's dilations, rescaled to {depth} layers, in {_DILATED_HEADS} heads of each layer. The paper "
            "used them in a character-level language model."
        )
    elif dilations == BY_LAYER[2]:
        ones = ", ".join(["1"] * depth)
        typed_dilations = st.text_input("Dilations, first layer first", ones, **DILATION_LIST.bound)
    # The values are parsed after every control is shown, because a control that a run leaves out loses its state.
    if typed_windows is not None:
        values = enumerate(_numbers(typed_windows, depth))
        layer_windows = tuple(check_window(value, f"Window of layer {number}") for number, value in values)
    if typed_dilations is not None:
        values = enumerate(_numbers(typed_dilations, depth))
        layer_dilations = tuple(check_dilation(value, f"Dilation of layer {number}") for number, value in values)
    return layer_windows, layer_dilations


def depth_dilations(model: LoadedModel) -> tuple[tuple[int, ...], ...]:
    """Return the paper's dilations by depth, for each layer and head of a model."""
    return paper_dilations(len(model.windows), model.heads, min(_DILATED_HEADS, model.heads))


def _numbers(typed: str, depth: int) -> list[int | str]:
    parts = [part for part in re.split(r"[,;\s]+", typed.strip()) if part]
    if len(parts) != depth:
        raise InputError(
            f"Values by layer must be {depth} numbers, first layer first. "
            f"You entered {len(parts)} in {shown(typed)}. "
            "Enter one number for each layer, separated by commas."
        )
    return [int(part) if re.fullmatch(r"-?[0-9]{1,18}", part) else part for part in parts]
