"""The table of what changed between compared runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from longformer_viz.tables import Row
from longformer_viz.trace.heads import HeadGrid
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.attention.all_heads import all_heads
from longformer_viz.ui.components.map.payload import Comparison
from longformer_viz.ui.shared.download_buttons import csv_button
from longformer_viz.ui.shared.formatting import size


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What one of several compared runs cost, and how it attends.

    Attributes:
        name: The run's name.
        pairs_share: Pairs scored, as a share of those of full attention.
        seconds: The time of the run.
        peak_bytes: Its peak memory; None where this system cannot measure it.
        entropy_bits: Mean entropy of a row, over all layers and heads; None where it was not computed.
        global_share: Mean weight of a row on global tokens, over all layers and heads; None likewise.
    """

    name: str
    pairs_share: float
    seconds: float
    peak_bytes: int | None
    entropy_bits: float | None
    global_share: float | None

    @classmethod
    def of(cls, name: str, trace: Trace, grid: HeadGrid | None) -> "RunFigures":
        """Return the figures of a run.

        Args:
            name: The run's name.
            trace: The run.
            grid: Its heads in brief; None where they were not computed.
        """
        return cls(
            name,
            trace.pairs_scored / trace.pairs_full,
            trace.elapsed_seconds,
            trace.peak_bytes,
            None if grid is None else float(grid.entropy_bits.nanmean()),
            None if grid is None else float(grid.global_share.nanmean()),
        )


def table_rows(runs: Sequence[RunFigures]) -> list[dict[str, str]]:
    """Return a row for each figure, and a column for each run with the change from the first in parentheses.

    The runs' columns are numbered: their names are the visitor's, who may give one twice.

    Args:
        runs: The compared runs.
    """
    first = runs[0]

    def row(label: str, origin: str, cells: list[str]) -> dict[str, str]:
        return {"figure": label, "origin": origin, **{str(number): cell for number, cell in enumerate(cells)}}

    return [
        row("Pairs scored", "computed", [_share(run.pairs_share, first.pairs_share) for run in runs]),
        row("Time", "measured", [_ratio(run.seconds, first.seconds, f"{run.seconds:.2g} s") for run in runs]),
        row("Peak memory", "measured", [_memory(run.peak_bytes, first.peak_bytes) for run in runs]),
        row("Mean entropy of a row", "computed", [_entropy(run.entropy_bits, first.entropy_bits) for run in runs]),
        row("Weight on global tokens", "computed", [_share(run.global_share, first.global_share) for run in runs]),
    ]


def csv_rows(runs: Sequence[RunFigures]) -> list[Row]:
    """Return a row for each run, for a CSV file.

    Args:
        runs: The compared runs.
    """
    return [
        {
            "run": run.name,
            "pairs scored, share of full attention (computed)": run.pairs_share,
            "time, seconds (measured)": run.seconds,
            "peak memory, bytes (measured)": run.peak_bytes,
            "mean entropy of a row, bits (computed)": run.entropy_bits,
            "mean weight of a row on global tokens (computed)": run.global_share,
        }
        for run in runs
    ]


def show_compared_runs(trace: Trace, comparison: Comparison) -> None:
    """Show the table of the compared runs, with a download; nothing where two heads of one run are compared.

    Args:
        trace: The run that the page shows.
        comparison: What it is compared with.
    """
    others = [other for other in comparison.others if other.trace is not trace]
    if not others:
        return
    named = [(comparison.label, trace), *((other.label, other.trace) for other in others)]
    runs = [RunFigures.of(name, run, all_heads(run, f"Computing the entropy of {name}")) for name, run in named]
    st.dataframe(
        table_rows(runs),
        hide_index=True,
        width="stretch",
        column_config={
            "figure": st.column_config.TextColumn("Figure"),
            "origin": st.column_config.TextColumn("Origin", help="Measured during the run, or computed from it."),
            **{str(number): st.column_config.TextColumn(run.name) for number, run in enumerate(runs)},
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "Compared runs. Changes from this run are in parentheses. A row is the attention of one token. Its "
            "entropy is high where the weight is spread over many tokens. Means are over all layers and heads."
        )
        csv_button("Download the comparison (CSV)", csv_rows(runs), "compared_runs.csv", "download_compared_runs")


def _share(value: float | None, first: float | None) -> str:
    if value is None or value != value:
        return "not computed"
    change = 0.0 if first is None else 100 * (value - first)
    return _with_change(f"{value:.1%}", f"{change:+.1f} points", abs(change) >= 0.05)


def _entropy(value: float | None, first: float | None) -> str:
    if value is None or value != value:
        return "not computed"
    change = 0.0 if first is None else value - first
    return _with_change(f"{value:.2f} bits", f"{change:+.2f}", abs(change) >= 0.005)


def _memory(value: int | None, first: int | None) -> str:
    return "not measured" if value is None else _ratio(value, first, size(value))


def _ratio(value: float, first: float | None, text: str) -> str:
    change = 0.0 if not first else value / first - 1
    return _with_change(text, f"{change:+.0%}", abs(change) >= 0.005)


def _with_change(text: str, change: str, is_changed: bool) -> str:
    return f"{text} ({change.replace('-', '−')})" if is_changed else text
