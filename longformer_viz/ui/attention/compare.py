"""The row of controls that pins runs and compares them, above the map."""

import streamlit as st

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.attention.pin_names import run_name, run_names
from longformer_viz.ui.attention.pinned import (
    DIFFERENCE,
    LAYOUTS,
    MAX_OTHERS,
    SIDE,
    SINGLE,
    HeadChoice,
    Other,
    Pinned,
    change_pinned,
    is_full,
    keep_pinned,
    kept_pinned,
    pinned_of,
)
from longformer_viz.ui.attention.pins import MAX_NAME, MAX_PINS, Pin, pin_of
from longformer_viz.ui.components.map.payload import Comparison, OtherMap
from longformer_viz.ui.shared.background import loaded_model, traced
from longformer_viz.ui.shared.formatting import literal, show_problem

_OPEN = "is_compare_open"
_SAID = "compare_said"
_HEAD = "Another head"


def compare_button() -> None:
    """Show the button that opens and closes the row of the comparison's controls."""
    st.button(
        "Compare runs",
        icon=":material/compare:",
        width="stretch",
        on_click=_toggle,
        help="Pin this run, then compare it with runs that use other settings, or compare two heads.",
    )


def _toggle() -> None:
    is_open = st.session_state[_OPEN] = not st.session_state.get(_OPEN, False)
    if not is_open and (pinned := kept_pinned()) is not None:
        change_pinned(pinned.compared(SINGLE, ()))


def choose_comparison(trace: Trace, model: LoadedModel, spec: AttentionSpec) -> Comparison | None:
    """Show the controls where they are open, and return what the map shows besides the chosen head.

    Args:
        trace: The run that the page shows.
        model: The model that ran.
        spec: Its attention pattern.
    """
    here = pin_of(model, trace.tokens, spec)
    pinned = pinned_of(here)
    if pinned.pins or pinned.layout != SINGLE:
        st.session_state.setdefault(_OPEN, True)
    if said := st.session_state.pop(_SAID, None):
        st.toast(said, icon=":material/push_pin:")
    names = dict(zip(pinned.pins, run_names(pinned.pins), strict=True))
    with st.container():  # always there, so that the map keeps its place
        if st.session_state.get(_OPEN, False):
            _controls(pinned, here, names, trace)
    keep_pinned(pinned, here)
    with st.container(gap=None):  # of progress bars
        others = [found for other in pinned.others if (found := _other_map(other, here, names, trace, model))]
    if not others:
        return None
    is_of_runs = any(other.trace is not trace for other in others)
    label = f"this run ({run_name(here)})" if is_of_runs else "the chosen head"
    return Comparison(label, tuple(others), pinned.layout == DIFFERENCE)


def _other_map(other: Other, here: Pin, names: dict[Pin, str], trace: Trace, model: LoadedModel) -> OtherMap | None:
    """Return a map to compare with; None where it is not of this document, cannot be run, or was cancelled."""
    if isinstance(other, HeadChoice):
        layer, head = min(other.layer, len(trace.layers) - 1), min(other.head, trace.heads - 1)
        return OtherMap(f"layer {layer}, head {head}", trace, layer, head)
    if other.document != here.document:
        return None
    try:
        if other.model != here.model:
            model = loaded_model(other.model or None, str(model.device), str(model.dtype).removeprefix("torch."))
        run = traced(model, trace.tokens, other.spec(model, trace.tokens), f"Running {names[other]}")
    except InputError as problem:  # such as too little free memory
        show_problem(f"{names[other]}: {problem}")
        return None
    return None if run is None else OtherMap(names[other], run)


def _controls(pinned: Pinned, here: Pin, names: dict[Pin, str], trace: Trace) -> None:
    fitting = [pin for pin in pinned.pins if pin.document == here.document]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare_row"):
        _pin_button(pinned, here)
        st.session_state.maps_layout = pinned.layout
        st.segmented_control(
            "Maps",
            LAYOUTS,
            key="maps_layout",
            required=True,
            label_visibility="collapsed",
            on_change=_choose_layout,
            args=(pinned, fitting, trace),
        )
        if pinned.pins:
            _edit(pinned, names)
        _choose_others(pinned, fitting, names, trace)
    if len(fitting) < len(pinned.pins):
        foreign = ", ".join(literal(names[pin]) for pin in pinned.pins if pin not in fitting)
        st.caption(
            f"Pinned for another document or tokenizer: {foreign}. Choose that document and model again to compare "
            "with these runs."
        )


def _pin_button(pinned: Pinned, here: Pin) -> None:
    is_pinned = here in pinned.pins
    reason = f"At most {MAX_PINS} runs can be pinned. Unpin one first." if is_full(pinned) else None
    st.button(
        "Pin",
        icon=":material/push_pin:",
        disabled=is_pinned or is_full(pinned),
        on_click=_pin,
        args=(pinned, here),
        help=reason
        or (
            "This run is pinned." if is_pinned else "Pin this run. Then change the settings and compare the two runs."
        ),
    )


def _pin(pinned: Pinned, here: Pin) -> None:
    changed = pinned.with_pin(here)
    change_pinned(changed)
    name = literal(run_names(changed.pins)[-1])
    _say(f"Pinned: {name}. Change a setting, then choose what to compare.")


def _choose_others(pinned: Pinned, fitting: list[Pin], names: dict[Pin, str], trace: Trace) -> None:
    """Show a chip for each pinned run and one for another head; those chosen are compared with the chosen head."""
    chosen_head = next((other for other in pinned.others if isinstance(other, HeadChoice)), None)
    options: list[Other] = [*fitting, chosen_head or _last_head(trace)]
    st.session_state.maps_others = [options.index(other) for other in pinned.others if other in options]
    st.pills(
        "Compare with",
        range(len(options)),
        format_func=lambda index: _HEAD if index == len(fitting) else literal(names[fitting[index]]),
        selection_mode="multi",
        key="maps_others",
        label_visibility="collapsed",
        on_change=_change_others,
        args=(pinned, options),
    )
    if chosen_head is None:
        return
    heads = [HeadChoice(layer, head) for layer in range(len(trace.layers)) for head in range(trace.heads)]
    st.session_state.maps_head = heads.index(chosen_head) if chosen_head in heads else len(heads) - 1
    st.selectbox(
        _HEAD,
        range(len(heads)),
        format_func=lambda index: f"Layer {heads[index].layer}, head {heads[index].head}",
        key="maps_head",
        label_visibility="collapsed",
        width=170,
        on_change=_change_head,
        args=(pinned, chosen_head, heads),
    )


def _last_head(trace: Trace) -> HeadChoice:
    return HeadChoice(len(trace.layers) - 1, 0)


def _choose_layout(pinned: Pinned, fitting: list[Pin], trace: Trace) -> None:
    others = [other for other in pinned.others if isinstance(other, HeadChoice) or other in fitting]
    layout = st.session_state.maps_layout
    if not others and layout != SINGLE:
        others = list(fitting[-1:]) or [_last_head(trace)]
    change_pinned(pinned.compared(layout, others))


def _change_others(pinned: Pinned, options: list[Other]) -> None:
    chosen = [options[index] for index in st.session_state.maps_others]
    others = [other for other in pinned.others if other in chosen]
    others += [other for other in chosen if other not in others]
    layout = SIDE if pinned.layout == SINGLE else pinned.layout
    if layout == SIDE and len(others) > MAX_OTHERS:
        _say(f"{MAX_OTHERS + 1} maps fit side by side. The earliest choice was left out.")
    change_pinned(pinned.compared(layout, others))


def _change_head(pinned: Pinned, before: HeadChoice, heads: list[HeadChoice]) -> None:
    now = heads[st.session_state.maps_head]
    change_pinned(pinned.compared(pinned.layout, [now if other == before else other for other in pinned.others]))


def _edit(pinned: Pinned, names: dict[Pin, str]) -> None:
    """Show the popover that renames and unpins runs."""
    with st.popover("", icon=":material/edit:", help="Rename or unpin runs"):
        for number, pin in enumerate(pinned.pins):
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                st.session_state[f"pin_name_{number}"] = pin.name
                st.text_input(
                    f"Name of run {number + 1}",
                    key=f"pin_name_{number}",
                    max_chars=MAX_NAME,
                    placeholder=names[pin],
                    on_change=_rename,
                    args=(pinned, pin, number),
                )
                st.button(
                    "",
                    icon=":material/delete:",
                    key=f"unpin_{number}",
                    help=f"Unpin {literal(names[pin])}",
                    on_click=_unpin,
                    args=(pinned, pin, names[pin]),
                )


def _rename(pinned: Pinned, pin: Pin, number: int) -> None:
    change_pinned(pinned.renamed(pin, " ".join(st.session_state[f"pin_name_{number}"].split())))


def _unpin(pinned: Pinned, pin: Pin, name: str) -> None:
    change_pinned(pinned.without(pin))
    _say(f"Unpinned: {literal(name)}.")


def _say(sentence: str) -> None:
    """Leave a sentence for the run that follows a callback, which in a fragment can show nothing itself."""
    st.session_state[_SAID] = sentence
