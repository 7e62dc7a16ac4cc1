"""Curves on the page: the sentence of numbers, the one picture, alive while it is measured, and what it says."""

import streamlit as st

from longformer_viz.cache import default_budget_bytes
from longformer_viz.cost.methods import MOST_LENGTH, Method
from longformer_viz.figures.curve_axes import amount
from longformer_viz.figures.curves import LOST, curves_figure, describe_curves
from longformer_viz.probe.curves import Curve, crossing_points, curves, long_lengths, readings, shown_of
from longformer_viz.probe.growth import Crossing
from longformer_viz.probe.machine import this_machine
from longformer_viz.probe.results import Plan, Results
from longformer_viz.ui.curves.measuring import NOTICE, TICK_SECONDS, running, show_progress
from longformer_viz.ui.curves.results import NOTHING, all_results, choose_results, results_for
from longformer_viz.ui.shared.csv_button import csv_button
from longformer_viz.ui.shared.formatting import literal, size
from longformer_viz.ui.shared.link_params import AXES, CURVES_SHOWN
from longformer_viz.ui.shared.notices import show_notices

_TABS = ("How they grow", "Save, load, compare", "How it is measured")
_UNKNOWN_BYTES = 8 * 10**9
_QUANTITIES = {"Time and memory": ("time", "memory"), "Time": ("time",), "Memory": ("memory",)}


def curves_view(plan: Plan) -> None:
    """The picture and all that belongs to it; while a measurement runs, it is drawn anew as points come."""
    with st.container():  # always there: what follows keeps its place
        show_notices(NOTICE)
    timer = TICK_SECONDS if running() else None
    st.fragment(_picture, run_every=timer)(plan, timer is not None)
    _details(plan)


def _picture(plan: Plan, was_running: bool) -> None:
    sweep = running()
    if was_running and sweep is None:
        st.rerun()
    progress_place = st.container()
    if sweep is None:
        shown = results_for(plan, st.session_state.get("points_of"))
    else:
        with progress_place:
            show_progress(sweep)
        shown, plan = ("Being measured", sweep.results) if sweep.results else None, sweep.plan
    name, results = shown or ("", None)
    summary_place = st.container()
    left, right = st.columns(2)
    show = left.segmented_control(
        "Show",
        CURVES_SHOWN,
        default=CURVES_SHOWN[0],
        required=True,
        key="show",
        bind="query-params",
        label_visibility="collapsed",
    )
    axes = right.segmented_control(
        "Axes", AXES, default=AXES[0], required=True, key="axes", bind="query-params", label_visibility="collapsed"
    )
    quantities = _QUANTITIES[show or CURVES_SHOWN[0]]
    panels = [curves(plan, quantity, results) for quantity in quantities]
    beside = all_results().get(st.session_state.get("points_beside", NOTHING))
    others = [curves(plan, quantity, beside) for quantity in quantities] if beside else ()
    crossing = _telling_crossing(plan, results)
    summary_place.markdown(_summary(plan, results, crossing))
    theme = st.context.theme.type or "light"
    st.plotly_chart(
        curves_figure(panels, axes != AXES[1], theme, others, crossing),
        width="stretch",
        theme="streamlit",
        key="curves_chart",
        config={
            "displaylogo": False,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {"format": "png", "filename": "curves", "scale": 2},
        },
        alt=describe_curves(panels),
    )
    st.caption(_about(plan, name, results, panels))


def _telling_crossing(plan: Plan, results: Results | None) -> Crossing | None:
    """The crossing that a reader came for: of a Longformer and full attention, the fused one first."""
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
    """One sentence of live numbers, each with the way it came about."""
    unit = "one layer's attention" if plan.level == "layer" else "a whole model"
    if results is None:
        return (
            f"Nothing is measured yet for {unit} of shape {plan.shape}: the lines are **predicted** memory. "
            "**Measure here** puts points on them. :blue-badge[predicted]"
        )
    parts = []
    ours = next((key for key in plan.methods if Method.named(key).family == "longformer"), plan.methods[0])
    rival = _full_attention(plan, ours)
    times = results.seconds(ours)
    common = sorted(set(times) & set(results.seconds(rival) if rival else times))
    if common:
        length = common[-1]
        told = f"At **{length:,} tokens** {_name(ours)} takes **{amount(times[length], 'time')}**"
        if rival:
            told += f", {_name(rival)} **{amount(results.seconds(rival)[length], 'time')}**"
        parts.append(told + " :gray-badge[measured]")
    if crossing is not None:
        parts.append(
            f"below **{crossing.length:,} tokens** {_name(crossing.lower_below)} is faster than "
            f"{_name(crossing.lower_above)} :orange-badge[computed between points]"
        )
    return " · ".join(parts) or "No time is measured yet."


def _full_attention(plan: Plan, ours: str) -> str | None:
    """The plan's full attention to set beside `ours`, in numbers of its type, the fused one first."""
    for family in ("fused", "full"):
        for key in plan.methods:
            method = Method.named(key)
            if key != ours and (method.family, method.dtype) == (family, Method.named(ours).dtype):
                return key
    return None


def _name(key: str) -> str:
    label = Method.named(key).label
    return label[0].lower() + label[1:] if label.startswith("Full") else label


def _about(plan: Plan, name: str, results: Results | None, panels: list[tuple[Curve, ...]]) -> str:
    lost = [
        f"{curve.method.label} at {mark.length:,} tokens: {mark.status}"
        for curve in panels[0]
        for mark in [mark for mark in curve.lost if mark.value is not None and mark.status in LOST][:1]
    ]
    unit = "one layer's attention, projections included" if plan.level == "layer" else "a whole encoder"
    where = "" if results is None else f" **{literal(name)}**: {literal(str(results.machine))}."
    crosses = f" ×: not measured ({literal('; '.join(lost))})." if lost else ""
    return (
        f"One forward pass of {unit}, shape {plan.shape}, batch 1. Solid with points: measured, bars are the middle "
        f"half of the runs. Dashed: predicted by formula. nˣ: its growth{_grown_from(plan)}.{crosses}{where}"
    )


def _grown_from(plan: Plan) -> str:
    """Where growth is fitted to longer documents alone, from where."""
    low = long_lengths(plan.lengths)[0]
    return "" if low == plan.lengths[0] else f" from {low:,} tokens on"


def _details(plan: Plan) -> None:
    """What lies behind the picture; no fragment: results that are chosen or loaded here change the picture."""
    grow, files, how = st.tabs(_TABS, key="curves_tabs", on_change="rerun")
    shown = results_for(plan, st.session_state.get("points_of"))
    results = shown[1] if shown else None
    if grow.open:
        with grow:
            _growths(plan, results)
    if files.open:
        with files:
            choose_results(plan)
            if results is not None:
                _take_away(results)
    if how.open:
        with how:
            _how(plan)


def _growths(plan: Plan, results: Results | None) -> None:
    memory_bytes = default_budget_bytes() or _UNKNOWN_BYTES
    rows = []
    for reading in readings(plan, results, memory_bytes):
        times = results.seconds(reading.method.key) if results else {}
        peaks = results.peak_bytes(reading.method.key) if results else {}
        longest = max(times or peaks, default=None)
        rows.append(
            {
                "method": reading.method.label,
                "time grows as": f"n^{reading.time.exponent:.2f}" if reading.time else "",
                "memory grows as": f"n^{reading.memory.exponent:.2f}" if reading.memory else "",
                "longest measured": longest,
                "its seconds": times.get(longest),
                "its peak MB": peaks[longest] / 1e6 if longest in peaks else None,
                "longest that fits": min(reading.longest, MOST_LENGTH),
            }
        )
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        column_config={
            "method": st.column_config.TextColumn(width=235),
            "time grows as": st.column_config.TextColumn("time as", width=70),
            "memory grows as": st.column_config.TextColumn("memory as", width=85),
            "longest measured": st.column_config.NumberColumn("longest run", format="localized", width=90),
            "its seconds": st.column_config.NumberColumn("seconds", format="%.3f", width=75),
            "its peak MB": st.column_config.NumberColumn("peak MB", format="%.0f", width=75),
            "longest that fits": st.column_config.NumberColumn(format="localized", width=120),
        },
    )
    st.caption(
        f"Growth is fitted by least squares to the measured points{_grown_from(plan)} :gray-badge[measured]; full "
        "attention comes to n² only where its pairs outweigh its projections. Longest that fits: in "
        f"{size(memory_bytes)}, four fifths of what this machine has free now, by the formulas, up to "
        f"{MOST_LENGTH:,} :blue-badge[predicted]"
    )
    if results is not None and (found := crossing_points(plan, results)):
        st.markdown(
            "\n".join(
                f"- Below **{each.length:,} tokens** {_name(each.lower_below)} is faster, above it "
                f"{_name(each.lower_above)}."
                for each in found
            )
        )
    csv_button("CSV: this table", rows, "growth.csv", "take_growth")


def _take_away(results: Results) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "JSON: to load again, here or on another machine",
            lambda: results.to_json().encode(),
            "curves.json",
            "application/json",
            key="take_curves_json",
            icon=":material/download:",
            on_click="ignore",
        )
        csv_button("CSV: every point", list(results.rows()), "curves.csv", "take_curves_csv")
    st.caption("PNG: the camera above the picture's right corner.")


def _how(plan: Plan) -> None:
    on_gpu = [name for name, each in all_results().items() if each.plan.device == "cuda" and shown_of(plan, each)]
    recorded = f"choose *{literal(on_gpu[0])}* under *{_TABS[1]}*" if on_gpu else "none is recorded of this kind"
    st.markdown(
        "- **Memory**: a fresh process a point, split off from one that has loaded all libraries; a short warm-up; "
        "then the kernel's own high-water mark over one pass. What the pass adds to weights and input is counted.\n"
        "- **Time**: one process a method; at least five runs a length, their median and quartiles.\n"
        "- **Limits**: a point that takes too much memory or time is a cross on the picture, and longer ones are not "
        "tried.\n"
        "- **It goes on while this page is open**; leaving the page ends it after some ten seconds, with all its "
        "processes, and what was measured by then is kept.\n"
        "- **Predicted memory**: each formula is counted from the implementation's own tensors. **Predicted time**: "
        "FLOPs and bytes moved at two rates fitted to this run's points, each method's line scaled to its own.\n"
        f"- **This machine**: {literal(str(this_machine()))}.\n"
        f"- **On a GPU**: {recorded}; memory is its allocator's peak. "
        "Where this machine has one, *More* offers it as the device.\n"
        "- Without a browser: `longformer-viz measure --methods longformer-512,fused --lengths 2048,8192`; "
        "`--device cuda --save FILE` on another machine, and FILE loads here."
    )
