"""The tabs below the curves: growth rates, results files, and the measurement method."""

from typing import Any

import streamlit as st

from longformer_viz.cache import default_budget_bytes
from longformer_viz.cost.methods import MOST_LENGTH, Method
from longformer_viz.probe.curves import crossing_points, long_lengths, readings, shown_of
from longformer_viz.probe.machine import this_machine
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.reference import recorded_results
from longformer_viz.probe.results import Results
from longformer_viz.ui.curves.own_sweeps_tab import own_sweeps_tab
from longformer_viz.ui.curves.results import NamedResults, shown_results
from longformer_viz.ui.shared.download_buttons import csv_button, json_button
from longformer_viz.ui.shared.formatting import literal, size
from longformer_viz.ui.shared.tabs import show_tabs

_UNKNOWN_BYTES = 8 * 10**9


def show_details(plan: Plan) -> None:
    """Show the tabs of a plan. They are no fragment, because sweeps that are opened here change the chart.

    Args:
        plan: What the chart shows.
    """
    show_tabs(
        {
            "Growth rates": lambda: _growth_rates(plan),
            "Your measurements": own_sweeps_tab,
            "Measurement method": lambda: _measurement_method(plan),
        },
        key="curves_tabs",
    )


def in_sentence(key: str) -> str:
    """Return a method's label for the middle of a sentence.

    Args:
        key: As `Method.named` reads it.

    Returns:
        The label, in lower case where it starts with a common word, the window as "with window 512".
    """
    label = Method.named(key).label.replace(", window", " with window")
    return label[0].lower() + label[1:] if label.startswith("Full") else label


def growth_range(plan: Plan) -> str:
    """Return " from 2,048 tokens" where growth is fitted to longer documents only, otherwise nothing.

    Args:
        plan: What the chart shows.
    """
    low = long_lengths(plan.lengths)[0]
    return "" if low == plan.lengths[0] else f" from {low:,} tokens"


def _growth_rates(plan: Plan) -> None:
    memory_bytes = default_budget_bytes() or _UNKNOWN_BYTES
    shown = shown_results(plan)
    main = shown.main.results if shown.main else None
    rows = _growth_rows(plan, shown.main, memory_bytes)
    for each in shown.beside:
        rows += [row for row in _growth_rows(plan, each, memory_bytes) if row["time (s)"] is not None]
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        column_config=_growth_columns(bool(shown.beside), memory_bytes),
    )
    st.caption(
        f"Growth rates come from a least-squares fit to the measured points{growth_range(plan)}. "
        ":gray-badge[measured] Full attention reaches n² only where its scores cost more than its projections. "
        f"“Longest that fits” is the longest document for {size(memory_bytes)} free on this server. "
        ":blue-badge[predicted]"
    )
    if main is not None and (found := crossing_points(plan, main)):
        lines = (
            f"- Below **{each.length:,} tokens**, {in_sentence(each.lower_below)} is faster. "
            f"Above, {in_sentence(each.lower_above)} is faster."
            for each in found
        )
        st.markdown("\n".join(lines))
    with st.container(horizontal=True):
        csv_button("Download this table (CSV)", rows, "growth.csv", "take_growth")
        if shown.reference is not None:
            _downloads(shown.reference.results)


def _growth_columns(has_results: bool, memory_bytes: int) -> dict[str, Any]:
    """Return the titles and helps of the columns; `has_results` tells whether rows of several results are shown."""
    number = st.column_config.NumberColumn
    return {
        "method": st.column_config.TextColumn("Method", width=290, help="The attention method, see *Methods*."),
        "results": st.column_config.TextColumn("Results", help="The reference, or the name of your measurement.")
        if has_results
        else None,
        "time growth": st.column_config.TextColumn(
            "Time growth", width=95, help="How the time grows with the length n: n² quadruples when n doubles."
        ),
        "memory growth": st.column_config.TextColumn("Memory growth", width=115, help="How the peak memory grows."),
        "longest measured (tokens)": number(
            "Longest measured", format="localized", width=125, help="The longest document measured, in tokens."
        ),
        "time (s)": number(
            "Time (s)",
            format="%.3f",
            width=75,
            help="Time of one forward pass over the longest document measured.",
        ),
        "peak memory (MB)": number(
            "Peak (MB)",
            format="localized",
            width=85,
            help="Peak memory of one forward pass over the longest document measured.",
        ),
        "longest that fits (tokens)": number(
            "Longest that fits",
            format="localized",
            width=125,
            help=f"Predicted for {size(memory_bytes)}: 80% of the memory that is free on this server. "
            f"At most {MOST_LENGTH:,} tokens.",
        ),
    }


def _growth_rows(plan: Plan, named: NamedResults | None, memory_bytes: int) -> list[dict[str, Any]]:
    """One row per method: its growth rates, the longest run and the longest document that fits."""
    results = named.results if named else None
    rows = []
    for reading in readings(plan, results, memory_bytes):
        times = results.seconds(reading.method.key) if results else {}
        peaks = results.peak_bytes(reading.method.key) if results else {}
        longest = max(times or peaks, default=None)
        rows.append(
            {
                "method": reading.method.label,
                "time growth": reading.time.power if reading.time else "",
                "memory growth": reading.memory.power if reading.memory else "",
                "longest measured (tokens)": longest,
                "time (s)": None if longest is None else times.get(longest),
                "peak memory (MB)": round(peaks[longest] / 1e6) if longest in peaks else None,
                "longest that fits (tokens)": min(reading.longest, MOST_LENGTH),
                "results": named.name if named else "",
            }
        )
    return rows


def _downloads(results: Results) -> None:
    json_button("Download the reference (JSON)", results.to_json, "curves.json", "take_curves_json")
    csv_button("Download all points (CSV)", list(results.rows()), "curves.csv", "take_curves_csv")


def _measurement_method(plan: Plan) -> None:
    on_gpu = [
        name for name, each in recorded_results().items() if each.plan.device == "cuda" and shown_of(plan, each)
    ]
    where = f"select *{literal(on_gpu[0])}* as *Reference*" if on_gpu else "no results are recorded for this plan"
    st.markdown(
        "- **Memory**: each point runs in a new process. After a short warm-up, the system reports the peak "
        "memory of one forward pass. The peak excludes weights and input.\n"
        "- **Time**: each method runs in one process, at least five times per length. The chart shows the median and "
        "the quartiles.\n"
        "- **Limits**: a point that exceeds the memory or time limit is shown as a cross. Longer documents are then "
        "skipped.\n"
        "- **Reference**: recorded once and shipped with the app. It is the same for every visitor. No "
        "measurement replaces it.\n"
        "- **Leaving the page** ends a measurement after about ten seconds. The points measured so far are kept.\n"
        "- **Predicted memory**: counted from the tensors that each implementation allocates. **Predicted time**: "
        "FLOPs and bytes moved, at rates fitted to the measured points.\n"
        f"- **This server**: {literal(str(this_machine()))}.\n"
        f"- **On a GPU**: {where}. Memory is the peak of the CUDA allocator. If this server has a GPU, select it "
        "under *More settings*.\n"
        "- **Command line**: `longformer-viz measure --methods longformer-512,fused --lengths 2048,8192`. Add "
        "`--device cuda --save FILE` on another machine, and open FILE in *Your measurements*. To save the chart "
        "as PNG, click the camera above its right corner."
    )
