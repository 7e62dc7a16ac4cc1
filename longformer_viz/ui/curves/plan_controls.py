"""What to measure: methods, lengths and the rest of a plan, as controls of the sidebar."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.cost.methods import DEFAULT_LENGTHS, DEFAULT_METHODS, LEVELS, METHODS, SHAPES, typed_lengths
from longformer_viz.models.loading import devices
from longformer_viz.probe.results import Plan
from longformer_viz.probe.sweep import predicted_seconds
from longformer_viz.spec import InputError
from longformer_viz.ui.curves.measuring import duration, running, start
from longformer_viz.ui.shared.formatting import show_problem
from longformer_viz.ui.shared.link_params import CURVE_VIEWS, linked_methods


def choose_view() -> str:
    """Which of the page's three questions is answered."""
    view = st.segmented_control(
        "View",
        CURVE_VIEWS,
        default=CURVE_VIEWS[0],
        required=True,
        key="curves",
        bind="query-params",
        label_visibility="collapsed",
    )
    return view or CURVE_VIEWS[0]


def choose_plan() -> Plan:
    """The plan that the controls describe, and the button that measures it.

    Where they describe none, the problem is shown, nothing typed is touched, and the plan before holds.
    """
    with st.sidebar:
        keys = [method.key for method in METHODS]
        known = [key for key in st.session_state.get("methods", linked_methods()) if key not in keys]
        methods = st.multiselect(
            "Methods",
            [*keys, *known],
            default=[method.key for method in DEFAULT_METHODS],
            key="methods",
            bind="query-params",
            help="longformer is this project's, huggingface the same model in transformers, full is full attention "
            "written out, fused the same on PyTorch's fused kernel, chunks BERT over pieces of 512 tokens.",
        )
        lengths = st.text_input(
            "Lengths in tokens",
            ", ".join(map(str, DEFAULT_LENGTHS)),
            key="lengths",
            bind="query-params",
            help="Whole numbers from 16 to 1,048,576 apart by commas. The lines go as far as the longest.",
        )
        button_place = st.container()
        with st.expander("More", icon=":material/tune:"):
            level = st.selectbox(
                "Level",
                LEVELS,
                key="level",
                bind="query-params",
                help="layer: one layer's attention, its projections included. model: a whole encoder.",
            )
            shape = st.selectbox(
                "Shape",
                tuple(SHAPES),
                key="shape",
                bind="query-params",
                help="base and large as Longformer's; default is the embedded default's. Weights are random.",
            )
            offered = [device for device in devices() if device in ("cpu", "cuda")]
            device = st.selectbox("Device", offered, key="device", bind="query-params")
            seconds = st.number_input("Most seconds a point", 1, 3600, 60, key="point_seconds")
            gigabytes = st.number_input(
                "Most GB a point",
                0.0,
                key="point_gigabytes",
                help="0 is four fifths of what is free when it starts. Beyond it a point counts as out of memory.",
            )
    try:
        plan = Plan(
            methods=methods,
            lengths=typed_lengths(lengths),
            level=level,
            shape=shape,
            device=device,
            point_seconds=float(seconds),
            point_bytes=int(gigabytes * 1e9) or None,
        )
    except InputError as problem:
        show_problem(problem)
        return st.session_state.get("last_plan") or Plan()
    st.session_state.last_plan = plan
    _measure_button(button_place, plan)
    return plan


def _measure_button(place: DeltaGenerator, plan: Plan) -> None:
    busy = running() is not None
    label = "Measuring …" if busy else f"Measure here: about {duration(predicted_seconds(plan))}"
    place.button(
        label,
        key="measure",
        type="primary",
        icon=":material/timer:",
        width="stretch",
        disabled=busy,
        on_click=start,
        args=(plan,),
        help="Each point runs in a process of its own on this server, one measurement at a time. The estimate is for "
        "an idle machine.",
    )
