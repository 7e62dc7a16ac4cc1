"""The *Will it fit?* view: the predicted peak memory of a setup against the memory of a device."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.cost.checks import typed_lengths
from longformer_viz.cost.families import FAMILIES
from longformer_viz.cost.fit import THIS_MACHINE, Fit, memories, what_helps
from longformer_viz.cost.methods import ELEMENT_BYTES, METHODS, MOST_LENGTH, SHAPES, Method, short_label_of
from longformer_viz.cost.prediction import predict
from longformer_viz.cost.setup import OPTIMIZERS, Setup
from longformer_viz.figures.scaling.axes import amount
from longformer_viz.figures.scaling.fit import describe_fit, fit_figure
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.predictions import LEAST_BYTES, agreement
from longformer_viz.probe.reference import recorded_results
from longformer_viz.snippets.curves import fit_lines
from longformer_viz.spec import InputError
from longformer_viz.ui.curves.measuring import NOTICE, TICK_SECONDS, refusal, running, show_progress, start
from longformer_viz.ui.curves.own_sweeps import own_sweeps
from longformer_viz.ui.python_lines import show_python
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import literal, show_problem
from longformer_viz.ui.shared.link_param import LinkParam, one_of, renamed, switch, whole
from longformer_viz.ui.shared.notices import show_notices

FIT_METHODS = tuple(method.short_label for method in METHODS if method.dtype == "float32")
METHOD = LinkParam(
    "fit_method",
    one_of("Model", FIT_METHODS),
    default=Method("huggingface", 512).short_label,
    former=short_label_of,
)
SHAPE = LinkParam("fit_shape", one_of("Model size", tuple(SHAPES)), default=next(iter(SHAPES)))
LENGTH = LinkParam("fit_length", typed_lengths, default="4096")
BATCH = LinkParam("fit_batch", whole("Batch size", 1, 4096), default=2)
TRAINING = LinkParam("fit_training", switch("Fine-tuning"), default=True)
MEMORY = LinkParam(
    "fit_memory",
    one_of("Available memory", tuple(memories())),
    default="NVIDIA T4, 16 GB",
    former=renamed({"this machine": THIS_MACHINE}),
)
DTYPE = LinkParam("fit_dtype", one_of("Data type", tuple(ELEMENT_BYTES)), default=next(iter(ELEMENT_BYTES)))
CHECKPOINTING = LinkParam("fit_checkpointing", switch("Gradient checkpointing"), default=False)
ACCUMULATION = LinkParam("fit_passes", whole("Accumulation steps", 1, 1024), default=1)
OPTIMIZER = LinkParam("fit_optimizer", one_of("Optimizer", OPTIMIZERS), default=OPTIMIZERS[0])
LINK_PARAMS = (METHOD, SHAPE, LENGTH, BATCH, TRAINING, MEMORY, DTYPE, CHECKPOINTING, ACCUMULATION, OPTIMIZER)


def choose_setup() -> tuple[Setup | None, str, int]:
    """Show the controls of a setup in the sidebar.

    Returns:
        The setup, the name of the memory, and its size in bytes. Where the controls have an invalid value, the error
        is shown and the last valid setup is returned, or None where there is none.
    """
    offered = memories()
    with st.sidebar:
        values: dict[str, Any] = {
            "name": st.selectbox("Model", FIT_METHODS, index=FIT_METHODS.index(METHOD.default), **METHOD.bound),
            "shape": st.selectbox(
                "Model size",
                tuple(SHAPES),
                **SHAPE.bound,
                help="base and large: the sizes of the released Longformer models. default: the built-in model.",
            ),
            "length": st.text_input("Document length in tokens", LENGTH.default, **LENGTH.bound),
            "batch": st.number_input("Batch size", 1, 4096, BATCH.default, **BATCH.bound),
            "training": st.toggle("Fine-tuning", TRAINING.default, **TRAINING.bound),
        }
        memory = st.selectbox(
            "Available memory",
            list(offered),
            index=list(offered).index(MEMORY.default),
            **MEMORY.bound,
            help="Makers count a GB as 1,073,741,824 bytes, this page as 1,000,000,000. So 40 GB are 42.9 GB here. "
            "Of the 16 GB of a T4, 15 are usable.",
        )
        values |= _more_settings(values["training"])
    device, memory_bytes = offered[memory]
    try:
        setup = _setup(**values, device=device)
    except InputError as problem:
        show_problem(problem)
        return st.session_state.get("last_setup"), memory, memory_bytes
    st.session_state.last_setup = setup
    return setup, memory, memory_bytes


def _more_settings(training: bool) -> dict[str, Any]:
    only_training: dict[str, Any] = {"disabled": not training}
    with st.expander("More settings", icon=":material/tune:"):
        return {
            "dtype": st.selectbox("Data type", tuple(ELEMENT_BYTES), **DTYPE.bound),
            "checkpointing": st.toggle(
                "Gradient checkpointing",
                **CHECKPOINTING.bound,
                help="Each layer keeps only its input and is computed again in the backward pass.",
                **only_training,
            ),
            "accumulation": st.number_input(
                "Accumulation steps",
                1,
                1024,
                ACCUMULATION.default,
                **ACCUMULATION.bound,
                help="Forward and backward passes before each optimizer step.",
                **only_training,
            ),
            "optimizer": st.selectbox("Optimizer", OPTIMIZERS, **OPTIMIZER.bound, **only_training),
        }


def _setup(
    name: str,
    shape: str,
    length: str,
    batch: int,
    training: bool,
    dtype: str,
    checkpointing: bool,
    accumulation: int,
    optimizer: str,
    device: str,
) -> Setup:
    """Build the setup from the values of the controls. Raises InputError for an invalid one."""
    method = Method.named(name)
    first, *others = typed_lengths(length)
    if others:
        raise InputError(f"The document length must be one number. You entered {1 + len(others)}. Try {first}.")
    return Setup(
        Method(method.family, method.window, dtype),
        first,
        shape=shape,
        batch=int(batch),
        training=training,
        checkpointing=training and checkpointing,
        accumulation=int(accumulation) if training else 1,
        optimizer=optimizer,
        device=device,
    )


def fit_view(setup: Setup | None, memory: str, memory_bytes: int, python: DeltaGenerator) -> None:
    """Show whether a setup fits, a chart of its memory, and how accurate the prediction is.

    Args:
        setup: What is run; None shows nothing.
        memory: The name of the memory.
        memory_bytes: Its size in bytes.
        python: Place of the lines that reproduce the prediction.
    """
    show_notices(NOTICE)
    if setup is None:
        return
    show_python(python, fit_lines(setup, memory_bytes))
    tried = what_helps(setup, memory_bytes)
    st.markdown(_summary(setup, tried[0][1], memory))
    measured = measured_bytes(setup)
    figure = fit_figure(tried, memory, current_theme(), measured)
    show_figure(figure, "fit_chart", alt=describe_fit(tried, memory), png="fit")
    st.caption(
        "Peak memory by use. Each bar is one setup. The dashed line is the available memory. The first bar shows the "
        "current settings, each other bar the changes named beside it. *Gradients* appear where all of them are in "
        "memory at the peak. "
        "*PyTorch itself* is the memory of its libraries and of CUDA. "
        ":blue-badge[predicted]"
    )
    for note in tried[0][1].notes:
        st.caption(literal(note))
    _check(setup, measured)


def _summary(setup: Setup, fit: Fit, memory: str) -> str:
    what = "Fine-tuning" if setup.training else "Running"
    verdict = "**fits**" if fit.fits else "**does not fit**"
    longest = f"{fit.largest_length:,}" if fit.largest_length < MOST_LENGTH else f"{MOST_LENGTH:,} or more"
    most = (
        f"The largest batch size at {setup.length:,} tokens is **{fit.largest_batch:,}**."
        if fit.largest_batch
        else f"A single document of {setup.length:,} tokens does not fit."
    )
    documents = "document" if setup.batch == 1 else "documents"
    longest_text = (
        f"The longest {documents} at batch size {setup.batch} can have **{longest}** tokens."
        if fit.largest_length
        else ""
    )
    return (
        f"{what} {FAMILIES[setup.method.family].label}, {setup.shape}, {setup.method.dtype}, on {setup.length:,} "
        f"tokens at batch size {setup.batch} needs **{amount(fit.needed_bytes, 'memory')}**. Available are "
        f"{amount(fit.memory_bytes, 'memory')} ({literal(memory)}), so it {verdict}. {most} {longest_text} "
        ":blue-badge[predicted]"
    )


def trial_plan(setup: Setup) -> Plan:
    """Return the measurement on this machine's CPU that checks the prediction for a `setup`."""
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
    """Return the measured peak memory of a setup on the CPU of this machine.

    Args:
        setup: What was run.

    Returns:
        Bytes, weights and optimizer state included; None where the setup was not measured or is for a GPU.
    """
    if setup.device != "cpu":
        return None
    key = setup.method.key
    own = [sweep.results for sweep in own_sweeps().all().values()]
    for results in (*own, *recorded_results().values()):
        if key in results.plan.methods and results.plan.setup(key, setup.length) == setup:
            peak = results.peak_bytes(key).get(setup.length)
            if peak is not None:
                cost = predict(setup)
                return peak + cost.peak.weights + cost.peak.optimizer
    return None


def _check(setup: Setup, measured: int | None) -> None:
    st.markdown("**Accuracy of the prediction**")
    found = agreement(recorded_results().values())
    if found is not None:
        st.markdown(
            f"The median difference between predicted and measured peak memory is **{found.middle:.1%}**, over "
            f"{found.points} points of at least {amount(LEAST_BYTES, 'memory')}. The largest difference is "
            f"**{found.largest:.0%}** ({literal(found.largest_at)}). :gray-badge[measured]"
        )
    if setup.device != "cpu":
        st.caption(
            "The recorded GPU measurements cover single layers without training. To measure a setup on this server, "
            "select *this server* as the available memory."
        )
        return
    if measured is not None:
        predicted = predict(setup).peak_bytes
        st.markdown(
            f"This setup: predicted {amount(predicted, 'memory')}, measured **{amount(measured, 'memory')}** "
            f"({predicted / measured - 1:+.1%}), both without PyTorch itself. :gray-badge[measured]"
        )
    st.fragment(_measure, run_every=TICK_SECONDS if running() else None)(setup, running() is not None)


def _measure(setup: Setup, was_running: bool) -> None:
    sweep = running()
    if was_running != (sweep is not None):
        st.rerun()  # A click here reruns only this fragment, which would then keep its old timer.
    if sweep is not None:
        show_progress(sweep)
        return
    plan = trial_plan(setup)
    refused = refusal(plan)
    st.button(
        "Measure this setup",
        key="measure_fit",
        icon=":material/timer:",
        disabled=refused is not None,
        on_click=start,
        args=(plan,),
    )
    if refused is not None:
        st.caption(literal(refused))
