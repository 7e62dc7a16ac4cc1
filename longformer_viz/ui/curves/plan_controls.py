"""The controls of the Curves page: the view, and in the sidebar the plan of a measurement."""

from contextlib import suppress
from functools import cache
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.cost.checks import typed_lengths
from longformer_viz.cost.methods import (
    LEVELS,
    METHODS,
    SHAPES,
    Method,
    short_label_of,
)
from longformer_viz.models.devices import devices
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.sweep import predicted_seconds
from longformer_viz.server.settings import app_settings
from longformer_viz.spec import InputError
from longformer_viz.ui.curves.measuring import refusal, running, start
from longformer_viz.ui.curves.results import choose_own, choose_reference
from longformer_viz.ui.heading import heading
from longformer_viz.ui.python_lines import python_place
from longformer_viz.ui.shared.formatting import duration, literal, show_problem
from longformer_viz.ui.shared.link_param import LinkParam, one_of, renamed
from longformer_viz.ui.shared.state import DEVICE

CURVE_VIEWS = ("Curves", "Will it fit?", "Claims")
VIEW = LinkParam(
    "curves", one_of("View", CURVE_VIEWS), default=CURVE_VIEWS[0], former=renamed({"Claims, checked": CURVE_VIEWS[2]})
)
METHODS_SHOWN = LinkParam("methods", Method.named, None, former=short_label_of)
LENGTHS = LinkParam("lengths", typed_lengths, None)
LEVEL = LinkParam("level", one_of("Scope", LEVELS), default=LEVELS[0])
SHAPE = LinkParam("shape", one_of("Model size", tuple(SHAPES)), default=next(iter(SHAPES)))
LINK_PARAMS = (VIEW, METHODS_SHOWN, LENGTHS, LEVEL, SHAPE)

_LEAST_METHODS = 3  # Fewer say little, so that rather the longest documents are left out.

_HEADINGS = {
    "Curves": (
        "Curves",
        "How time and memory grow with the length of the document.",
    ),
    "Will it fit?": (
        "Will it fit in memory?",
        "The predicted peak memory of a model beside the memory of a device.",
    ),
    "Claims": (
        "Claims about Longformer",
        "Statements from two articles, checked against measurements and papers.",
    ),
}


def choose_view() -> tuple[str, DeltaGenerator]:
    """Show the page's heading and the control that selects one of its three views.

    Returns:
        One of `CURVE_VIEWS`, and the place of its Python lines.
    """
    place = st.container()
    view = st.segmented_control(
        "View",
        CURVE_VIEWS,
        default=VIEW.default,
        required=True,
        **VIEW.bound,
        label_visibility="collapsed",
    )
    view = view or VIEW.default
    with place:
        python = python_place(heading(*_HEADINGS[view]))
    return view, python


@cache
def default_plan(most_seconds: float | None) -> Plan:
    """Return the plan that the page begins with: the whole one, or as many lengths and methods as there is time for.

    Args:
        most_seconds: The longest measurement of this server; None for no limit.
    """
    whole = Plan()
    if most_seconds is None:
        return whole
    smaller = (
        Plan(whole.methods[:methods], whole.lengths[:lengths])
        for lengths in range(len(whole.lengths), 0, -1)
        for methods in range(len(whole.methods), min(lengths, _LEAST_METHODS) - 1, -1)
    )
    return next((plan for plan in smaller if predicted_seconds(plan) <= most_seconds), whole)


def choose_plan() -> Plan:
    """Show the controls of a plan in the sidebar, and the button that measures it.

    Returns:
        The plan. Where a control has an invalid value, the error is shown and the last valid plan is returned.
    """
    default = default_plan(app_settings().max_sweep_seconds)
    default_methods = [Method.named(method).short_label for method in default.methods]
    with st.sidebar:
        offered = [method.short_label for method in METHODS]
        linked = [name for name in st.session_state.get("methods", _linked_methods()) if name not in offered]
        names = st.multiselect(
            "Methods",
            [*offered, *linked],
            default=default_methods,
            **METHODS_SHOWN.bound,
            help="Longformer: this project's implementation. Longformer HF: the one of transformers, by Hugging "
            "Face. Full (eager): full attention that stores all weights. Full (fused): full attention in PyTorch's "
            "kernel, which stores none. BERT chunks: each chunk of 512 tokens alone. The number is the window. bf16: "
            "bfloat16 instead of float32.",
        )
        lengths = st.text_input(
            "Document lengths in tokens",
            ", ".join(map(str, default.lengths)),
            **LENGTHS.bound,
            help="Comma-separated whole numbers from 16 to 1,048,576.",
        )
        button, results = st.container(), st.container()
        with st.expander("More settings", icon=":material/tune:"):
            more = _more_settings()
    try:
        plan = Plan(methods=tuple(Method.named(name).key for name in names), lengths=typed_lengths(lengths), **more)
    except InputError as problem:
        show_problem(problem)
        plan = st.session_state.get("last_plan") or default
    else:
        st.session_state.last_plan = plan
        _measure_button(button, plan)
    with results:
        choose_reference(plan)
        choose_own(plan)
    return plan


def _linked_methods() -> list[str]:
    """Return the methods of the address that can be measured; the page offers only a few of the many windows."""
    found = []
    for name in st.query_params.get_all(METHODS_SHOWN.key):
        with suppress(InputError):
            found.append(Method.named(name).short_label)
    return found


def _more_settings() -> dict[str, Any]:
    level = st.selectbox(
        "Scope",
        LEVELS,
        **LEVEL.bound,
        help="layer: the attention of one layer with its projections. model: a whole encoder.",
    )
    shape = st.selectbox(
        "Model size",
        tuple(SHAPES),
        **SHAPE.bound,
        help="base and large: the sizes of the released Longformer models. default: the built-in model. "
        "The weights are random.",
    )
    offered = [device for device in devices() if device in ("cpu", "cuda")]
    device = st.selectbox("Device", offered, **DEVICE.bound)
    seconds = st.number_input("Time limit per point, in seconds", 1, 3600, 60, key="point_seconds")
    gigabytes = st.number_input(
        "Memory limit per point, in GB",
        0.0,
        key="point_gigabytes",
        help="A point that needs more counts as out of memory. 0 means 80% of the free memory.",
    )
    return {
        "level": level,
        "shape": shape,
        "device": device,
        "point_seconds": float(seconds),
        "point_bytes": int(gigabytes * 1e9) or None,
    }


def _measure_button(container: DeltaGenerator, plan: Plan) -> None:
    busy, refused = running() is not None, refusal(plan)
    label = "Measuring …" if busy else f"Measure here (about {duration(predicted_seconds(plan))})"
    container.button(
        label,
        key="measure",
        type="primary" if refused is None else "secondary",  # A disabled primary one can hardly be read.
        icon=":material/timer:",
        width="stretch",
        disabled=busy or refused is not None,
        on_click=start,
        args=(plan,),
        help="Measures time and memory on this server. Memory is measured in a new process for each point. "
        "The estimate assumes that the server is idle.",
    )
    most_seconds = app_settings().max_sweep_seconds
    if refused is not None:
        container.caption(literal(refused))
    elif most_seconds is not None:
        container.caption(f"This server measures for at most {duration(most_seconds)}.")
