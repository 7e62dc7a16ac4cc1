"""Will it fit? A setup's controls, its predicted peak by parts, how far one can go, and the prediction tested."""

import streamlit as st

from longformer_viz.cost.fit import Fit, memories, what_helps
from longformer_viz.cost.methods import ELEMENT_BYTES, FAMILIES, MOST_LENGTH, SHAPES, Method, typed_lengths
from longformer_viz.cost.prediction import predict
from longformer_viz.cost.setup import OPTIMIZERS, Setup
from longformer_viz.figures.curve_axes import amount
from longformer_viz.figures.fit import describe_fit, fit_figure
from longformer_viz.probe.check import LEAST_BYTES, agreement
from longformer_viz.probe.results import Plan
from longformer_viz.spec import InputError
from longformer_viz.ui.curves.measuring import NOTICE, TICK_SECONDS, running, show_progress, start
from longformer_viz.ui.curves.results import default_results
from longformer_viz.ui.shared.formatting import literal, show_problem
from longformer_viz.ui.shared.link_params import FIT_METHODS
from longformer_viz.ui.shared.notices import show_notices

_DEFAULT_CARD = "NVIDIA T4, 16 GB"


def choose_setup() -> tuple[Setup | None, str, int]:
    """The setup that the controls describe, and the name and bytes of the memory; None where they describe none."""
    offered = memories()
    with st.sidebar:
        start_at = FIT_METHODS.index("huggingface-512")
        key = st.selectbox("Model", FIT_METHODS, index=start_at, key="fit_method", bind="query-params")
        shape = st.selectbox("Shape", tuple(SHAPES), key="fit_shape", bind="query-params")
        length = st.text_input("Tokens", "4096", key="fit_length", bind="query-params")
        batch = st.number_input("Batch", 1, 4096, 2, key="fit_batch", bind="query-params")
        training = st.toggle("Fine-tuning", True, key="fit_training", bind="query-params")
        memory = st.selectbox(
            "In the memory of",
            list(offered),
            index=list(offered).index(_DEFAULT_CARD),
            key="fit_memory",
            bind="query-params",
        )
        with st.expander("More", icon=":material/tune:"):
            dtype = st.selectbox("Numbers", tuple(ELEMENT_BYTES), key="fit_dtype", bind="query-params")
            when = {"disabled": not training, "bind": "query-params"}
            checkpointing = st.toggle("Gradient checkpointing", key="fit_checkpointing", **when)
            accumulation = st.number_input("Passes a step", 1, 1024, 1, key="fit_passes", **when)
            optimizer = st.selectbox("Optimizer", OPTIMIZERS, key="fit_optimizer", **when)
    device, memory_bytes = offered[memory]
    try:
        method = Method.named(key)
        lengths = typed_lengths(length)
        if len(lengths) > 1:
            raise InputError(f"One length fits or does not; got {len(lengths)}. Try {lengths[0]}.")
        setup = Setup(
            Method(method.family, method.window, dtype),
            lengths[0],
            shape=shape,
            batch=int(batch),
            training=training,
            checkpointing=training and checkpointing,
            accumulation=int(accumulation) if training else 1,
            optimizer=optimizer,
            device=device,
        )
    except InputError as problem:
        show_problem(problem)
        return st.session_state.get("last_setup"), memory, memory_bytes
    st.session_state.last_setup = setup
    return setup, memory, memory_bytes


def fit_view(setup: Setup | None, memory: str, memory_bytes: int) -> None:
    """The sentence, the picture, and the prediction beside what was measured."""
    show_notices(NOTICE)
    if setup is None:
        return
    tried = what_helps(setup, memory_bytes)
    st.markdown(_summary(setup, tried[0][1], memory))
    measured = measured_bytes(setup)
    st.plotly_chart(
        fit_figure(tried, memory, st.context.theme.type or "light", measured),
        width="stretch",
        theme="streamlit",
        key="fit_chart",
        config={
            "displaylogo": False,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {"format": "png", "filename": "fit", "scale": 2},
        },
        alt=describe_fit(tried, memory),
    )
    st.caption(
        "Each bar is everything held at the moment of the peak; what is right of the dashed line does not fit. Blue "
        "is attention alone. Below the first bar: one change at a time. :blue-badge[predicted]"
    )
    for note in tried[0][1].notes:
        st.caption(literal(note))
    _check(setup, measured)


def _summary(setup: Setup, fit: Fit, memory: str) -> str:
    what = "Fine-tuning" if setup.training else "Running"
    verdict = "**fits**" if fit.fits else "**does not fit**"
    longest = f"{fit.largest_length:,}" if fit.largest_length < MOST_LENGTH else f"{MOST_LENGTH:,} or more"
    most = (
        f"the largest batch at {setup.length:,} tokens is **{fit.largest_batch:,}**"
        if fit.largest_batch
        else (f"not even one document of {setup.length:,} tokens fits")
    )
    return (
        f"{what} {FAMILIES[setup.method.family].label}, {setup.shape}, {setup.method.dtype}, batch {setup.batch}: "
        f"**{amount(fit.needed_bytes, 'memory')}** of {amount(fit.memory_bytes, 'memory')} ({literal(memory)}), "
        f"{verdict}; {most}, the longest document at this batch **{longest}** tokens :blue-badge[predicted]"
    )


def trial_plan(setup: Setup) -> Plan:
    """The measurement that puts the prediction to the test, on this machine's processor."""
    return Plan(
        methods=(setup.method.key,),
        lengths=(setup.length,),
        level="model",
        shape=setup.shape,
        quantities=("memory",),
        batch=setup.batch,
        training=setup.training,
        checkpointing=setup.checkpointing,
        accumulation=setup.accumulation,
        optimizer=setup.optimizer,
        point_seconds=300.0,
    )


def measured_bytes(setup: Setup) -> int | None:
    """All that was held at the measured peak of this setup on this machine's processor, where that was measured."""
    if setup.device != "cpu":
        return None
    wanted = trial_plan(setup)
    words = ("level", "shape", "batch", "training", "checkpointing", "accumulation", "optimizer", "device")
    for results in reversed(default_results().values()):
        if all(getattr(results.plan, word) == getattr(wanted, word) for word in words):
            peak = results.peak_bytes(setup.method.key).get(setup.length)
            if peak is not None:
                cost = predict(setup)
                return peak + cost.peak.weights + cost.peak.optimizer
    return None


def _check(setup: Setup, measured: int | None) -> None:
    st.markdown("**How good is the prediction?**")
    found = agreement(default_results().values())
    if found is not None:
        st.markdown(
            f"Against {found.points} measured peaks of {amount(LEAST_BYTES, 'memory')} or more the middle prediction "
            f"is **{found.middle:.1%}** off, the worst **{found.largest:.0%}** ({literal(found.largest_at)}). "
            ":gray-badge[measured]"
        )
    if setup.device != "cpu":
        st.caption(
            "On cards the same formulas count what PyTorch's GPU kernels keep; the recorded GPU run is of single "
            "layers, without training. Choose *this machine* to measure a setup here."
        )
        return
    if measured is not None:
        predicted = predict(setup).peak_bytes
        st.markdown(
            f"This setup: predicted {amount(predicted, 'memory')}, measured **{amount(measured, 'memory')}**, "
            f"{predicted / measured - 1:+.1%}, without the runtime. :gray-badge[measured]"
        )
    st.fragment(_measure, run_every=TICK_SECONDS if running() else None)(setup, running() is not None)


def _measure(setup: Setup, was_running: bool) -> None:
    sweep = running()
    if was_running != (sweep is not None):
        st.rerun()  # all of the page: a click here runs this fragment alone, which would never look again by itself
    if sweep is not None:
        show_progress(sweep)
        return
    st.button(
        "Measure this setup here",
        key="measure_fit",
        icon=":material/timer:",
        on_click=start,
        args=(trial_plan(setup),),
    )
