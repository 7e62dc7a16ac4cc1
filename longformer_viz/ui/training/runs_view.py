"""The runs of this server: a table, and the selected run or several side by side."""

from datetime import UTC, datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.figures.training import course_figure, describe_course, score_text
from longformer_viz.models.embedded import NAME as EMBEDDED_NAME
from longformer_viz.snippets.training import run_lines
from longformer_viz.tables import Row
from longformer_viz.training.runs.card import best_evaluation
from longformer_viz.training.runs.run_state import RunState, all_runs, run_names
from longformer_viz.ui.python_lines import show_python
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.table import show_table
from longformer_viz.ui.training.choose_view import RUN
from longformer_viz.ui.training.one_run import one_run_view

_CHOSEN, _SHOWN = "train_runs", "train_runs_shown"  # The second one outlives a visit to another page.


def runs_view(python: DeltaGenerator) -> None:
    """Show the runs, and those that are selected.

    Args:
        python: Place of the lines that use the model of the selected run.
    """
    names = run_names()
    if not names:
        st.info("There are no runs yet. Select *New run* to start one.", icon=":material/info:")
        return
    chosen = _choose(names)
    everything = all_runs()
    runs = [run for run in everything if run.name in chosen]
    if len(runs) == 1:
        show_python(python, run_lines(runs[0]))
        one_run_view(runs[0].name)
    elif runs:
        _side_by_side(runs)
    st.markdown("##### All runs")
    show_table([_row(run) for run in everything], widths={"run": 220, "data": 240})


def _choose(names: tuple[str, ...]) -> list[str]:
    state = st.session_state
    if wanted := state.pop("train_run", None):
        state[_CHOSEN] = [wanted]
    kept = [name for name in state.get(_CHOSEN, state.get(_SHOWN, ())) if name in names]
    if not kept:
        linked = st.query_params.get(RUN.key)
        kept = [linked] if linked in names else [names[0]]
    state[_CHOSEN] = kept
    chosen = st.multiselect("Runs", names, key=_CHOSEN, help="Select several runs to compare them.")
    state[_SHOWN] = chosen
    if len(chosen) == 1:
        st.query_params[RUN.key] = chosen[0]
    else:
        st.query_params.pop(RUN.key, None)
    return chosen


def _side_by_side(runs: list[RunState]) -> None:
    """Compare runs: curves, results and the settings in which they differ."""
    figure = course_figure(runs, current_theme())
    show_figure(figure, "train_course", alt=describe_course(runs), png="runs")
    st.caption("Each run has a line style of its own. :gray-badge[measured]")
    st.markdown("**Results and settings that differ**")
    values = {run.name: _compared(run) for run in runs}
    keys = dict.fromkeys(key for found in values.values() for key in found)
    rows = [
        {"setting": key} | {name: str(found.get(key, "")) for name, found in values.items()}
        for key in keys
        if len({str(found.get(key)) for found in values.values()}) > 1
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def _compared(run: RunState) -> dict[str, object]:
    best = best_evaluation(run) or {}
    score = run.settings.score_name
    found: dict[str, object] = {
        "state": run.state,
        run.settings.score_words: score_text(run, best[score]) if best else "-",
    }
    settings = run.settings.values() | {
        "learning_rate": run.settings.rate,
        "base": run.settings.base or EMBEDDED_NAME,
    }
    return (
        found
        | {name.replace("_", " "): value for name, value in settings.items()}
        | {
            "data": run.about.get("data_name", ""),
            "SHA-256 of the data": str(run.about.get("data_sha256", ""))[:12],
        }
    )


def _row(run: RunState) -> Row:
    best = best_evaluation(run)
    return {
        "run": run.name,
        "state": run.state,
        "progress": run.step / run.steps if run.steps else 0.0,
        "score": best[run.settings.score_name] if best and not run.settings.is_lower_better else None,
        "base": run.settings.base or EMBEDDED_NAME,
        "data": str(run.about.get("data_name", "")),
        "created": datetime.fromtimestamp(float(run.about.get("created", 0)), UTC).strftime("%-d %b %Y, %H:%M"),
    }
