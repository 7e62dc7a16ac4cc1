"""The Curves view: a summary, the chart, which updates during a measurement, and tabs with details."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.cost.families import FAMILIES
from longformer_viz.cost.methods import Method
from longformer_viz.figures.scaling.axes import amount
from longformer_viz.figures.scaling.curves import DASHES, Beside, curves_figure, describe_curves
from longformer_viz.probe.curves import Curve, crossing_points, curves
from longformer_viz.probe.growth import Crossing
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.results import Results
from longformer_viz.probe.sweep import predicted_seconds
from longformer_viz.snippets.curves import curves_lines
from longformer_viz.ui.curves.details import growth_range, in_sentence, show_details
from longformer_viz.ui.curves.measuring import NOTICE, TICK_SECONDS, running, show_progress
from longformer_viz.ui.curves.results import NamedResults, ShownResults, shown_results
from longformer_viz.ui.python_lines import show_python
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import duration, literal
from longformer_viz.ui.shared.link_param import LinkParam, one_of
from longformer_viz.ui.shared.notices import show_notices

_QUANTITIES = {"Time and memory": ("time", "memory"), "Time": ("time",), "Memory": ("memory",)}
QUANTITY = LinkParam("show", one_of("Quantity", tuple(_QUANTITIES)), default="Time and memory")
AXES = LinkParam("axes", one_of("Axes", ("Logarithmic", "Linear")), default="Logarithmic")
LINK_PARAMS = (QUANTITY, AXES)
_SUMMARY_HELP = (
    "**Measured**: the median of several runs on the named machine. **Interpolated**: computed between two measured "
    "lengths. **Predicted**: counted from the tensors that each method allocates. **Full attention** scores every "
    "pair of tokens; a **window** limits each token to its neighbours."
)
_CAPTION_HELP = (
    "The **quartiles** enclose the middle half of the runs. A **growth** of n¹ doubles when the document doubles, n² "
    "quadruples. A **token** is a word or a part of a word."
)


def curves_view(plan: Plan, python: DeltaGenerator) -> None:
    """Show the chart of a plan and its details. During a measurement the chart is redrawn as points arrive.

    Args:
        plan: Methods and lengths to show.
        python: Place of the lines that reproduce the curves.
    """
    with st.container():  # Always present, so that the elements below keep their identity.
        show_notices(NOTICE)
    timer = TICK_SECONDS if running() else None
    st.fragment(_chart, run_every=timer)(plan, timer is not None, python)
    show_details(plan)


def _chart(plan: Plan, was_running: bool, python: DeltaGenerator) -> None:
    sweep = running()
    if was_running and sweep is None:
        st.rerun()
    progress = st.container()
    if sweep is not None:
        with progress:
            show_progress(sweep)
        plan = sweep.plan
    shown = shown_results(plan, sweep.results if sweep else None)
    main = shown.main.results if shown.main else None
    summary = st.container()
    quantities, logarithmic = _choose_axes()
    panels = [curves(plan, quantity, main) for quantity in quantities]
    beside = [
        Beside(each.name, [curves(plan, quantity, each.results) for quantity in quantities]) for each in shown.beside
    ]
    crossing = _main_crossing(plan, main)
    summary.markdown(_summary(plan, main, crossing), help=_SUMMARY_HELP)
    figure = curves_figure(panels, logarithmic, current_theme(), beside, crossing)
    show_figure(figure, "curves_chart", alt=describe_curves(panels, beside), png="curves")
    st.caption(_caption(plan, shown, panels), help=_CAPTION_HELP)
    kept = shown.own if sweep is None else shown_results(plan).own
    reference = None if shown.reference is None else shown.reference.name
    takes = duration(predicted_seconds(plan))
    show_python(python, curves_lines(plan, quantities, reference, [each.name for each in kept], takes))


def _choose_axes() -> tuple[tuple[str, ...], bool]:
    """Show the controls above the chart; return the quantities, and whether the axes are logarithmic."""
    row = st.container(horizontal=True, horizontal_alignment="distribute")
    options: dict[str, Any] = {"required": True, "label_visibility": "collapsed"}
    show = row.segmented_control("Quantity", list(_QUANTITIES), default=QUANTITY.default, **options, **QUANTITY.bound)
    axes = row.segmented_control("Axes", ("Logarithmic", "Linear"), default=AXES.default, **options, **AXES.bound)
    return _QUANTITIES[show or QUANTITY.default], axes != "Linear"


def _main_crossing(plan: Plan, results: Results | None) -> Crossing | None:
    """Return the length at which a Longformer and full attention take the same time, the fused kernel first."""
    if results is None:
        return None
    found = crossing_points(plan, results)
    for rival in ("fused", "full"):
        for crossing in found:
            pair = {crossing.lower_below, crossing.lower_above}
            if any(Method.named(key).family == rival for key in pair) and any(
                Method.named(key).family in ("longformer", "huggingface") for key in pair
            ):
                return crossing
    return None


def _summary(plan: Plan, results: Results | None, crossing: Crossing | None) -> str:
    """Show the measured times at the longest common length, and where the faster method changes."""
    if results is None:
        unit = "one attention layer" if plan.level == "layer" else "a whole model"
        return (
            f"Nothing is measured yet for {unit} of size {plan.shape}. The lines are **predicted** memory. "
            "Click **Measure here** to add measured points. :blue-badge[predicted]"
        )
    parts = []
    ours = next((key for key in plan.methods if Method.named(key).family == "longformer"), plan.methods[0])
    rival = _full_attention(plan, ours)
    times = results.seconds(ours)
    common = sorted(set(times) & set(results.seconds(rival) if rival else times))
    if common:
        length = common[-1]
        unit = "one attention layer of " if plan.level == "layer" else ""
        text = f"At **{length:,} tokens**, {unit}{in_sentence(ours)} takes **{amount(times[length], 'time')}**"
        if rival:
            text += f" and {in_sentence(rival)} **{amount(results.seconds(rival)[length], 'time')}**"
        parts.append(text + ". :gray-badge[measured]")
    if crossing is not None:
        faster, slower = in_sentence(crossing.lower_below), in_sentence(crossing.lower_above)
        than = "" if {crossing.lower_below, crossing.lower_above} == {ours, rival} else f" than {slower}"
        parts.append(f"Below **{crossing.length:,} tokens**, {faster} is faster{than}. :orange-badge[interpolated]")
    return " ".join(parts) or "No time has been measured yet."


def _full_attention(plan: Plan, ours: str) -> str | None:
    """Return the plan's full attention of the same number format as `ours`, the fused kernel first."""
    for family in ("fused", "full"):
        for key in plan.methods:
            method = Method.named(key)
            if key != ours and (method.family, method.dtype) == (family, Method.named(ours).dtype):
                return key
    return None


def _caption(plan: Plan, shown: ShownResults, panels: list[tuple[Curve, ...]]) -> str:
    lost = []
    for curve in panels[0]:
        if curve.lost:
            first = curve.lost[0]
            lost.append(f"{curve.method.label} at {first.length:,} tokens: {first.status}")
    unit = "one attention layer with its projections" if plan.level == "layer" else "a whole encoder"
    crosses = f" Crosses: not measured ({literal('; '.join(lost))})." if lost else ""
    return (
        f"Time and memory of {unit}, size {plan.shape}, at batch size 1. Solid lines are measured, with quartiles as "
        f"error bars. Dashed lines are predicted. nˣ is the growth with the document length n{growth_range(plan)}."
        f"{_growth_notes(plan)}{crosses} {_sources(plan, shown)}"
    )


def _growth_notes(plan: Plan) -> str:
    """Explain the methods whose growth is not what their pattern promises."""
    families = dict.fromkeys(Method.named(key).family for key in plan.methods)
    return "".join(f" {note}" for family in families if (note := FAMILIES[family].growth_note))


def _sources(plan: Plan, shown: ShownResults) -> str:
    """Name the reference and the sweeps beside it, with the time of each sweep as a ratio."""
    if shown.main is None:
        return ""
    main = f"**{literal(shown.main.name)}** ({literal(str(shown.main.results.machine))})"
    if shown.reference is None:
        parts = [f"No reference is recorded for this plan. Your measurement: {main}."]
    else:
        parts = [f"Recorded reference, the same for every visitor: {main}."]
    for (_, look), each in zip(DASHES, shown.beside, strict=False):
        parts.append(f"{look}: **{literal(each.name)}**{_ratio(plan, shown.main, each)}.")
    return " ".join(parts)


def _ratio(plan: Plan, main: NamedResults, other: NamedResults) -> str:
    """Compare two results at the longest length that both measured, for the first method that both have."""
    for key in plan.methods:
        mine, theirs = other.results.seconds(key), main.results.seconds(key)
        if common := set(mine) & set(theirs):
            length = max(common)
            return (
                f", {in_sentence(key)} at {length:,} tokens: {amount(mine[length], 'time')}, "
                f"{mine[length] / theirs[length]:.2f} times the time of the solid line"
            )
    return ""
