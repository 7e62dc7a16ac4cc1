"""Measurements that the page can show: shipped with the package, measured here, or loaded from a file."""

import streamlit as st

from longformer_viz.probe.curves import shown_of
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.reference import references
from longformer_viz.probe.results import MOST_FILE_BYTES, Results
from longformer_viz.spec import InputError
from longformer_viz.ui.shared.notices import PAGE, clear_notices, leave_notice, show_notices

NEWEST, NOTHING = "My latest, otherwise recorded", "None"
_NOTICE, _FILE = "results file", "results_file"
_KEPT, _KEPT_OWN = 3, 8  # measurements kept by the server, and by a session


@st.cache_resource
def kept_here() -> dict[str, Results]:
    """Return the last measurements of this server by name, which all sessions can select."""
    return {}


def keep(results: Results) -> str:
    """Keep a measurement for this session and for others.

    Args:
        results: The measurement.

    Returns:
        Its name in the lists of results.
    """
    name = f"Measured here, {results.measured_at[11:19]} UTC"
    _add(_own(), name, results, _KEPT_OWN)
    _add(kept_here(), name, results, _KEPT)
    return name


def _own() -> dict[str, Results]:
    return st.session_state.setdefault("own_results", {})


def _add(kept: dict[str, Results], name: str, results: Results, most: int) -> None:
    kept.pop(name, None)  # Reinserted last, as the newest.
    kept[name] = results
    while len(kept) > most:
        kept.pop(next(iter(kept)), None)  # Another session may have removed it already.


def all_results() -> dict[str, Results]:
    """Return all measurements by name: recorded, other visitors', then this visitor's, the newest last."""
    own = _own()  # A measurement of this session is also in the server's.
    others = {f"{name}, by another visitor": each for name, each in kept_here().items() if name not in own}
    return _recorded() | others | own


def default_results() -> dict[str, Results]:
    """Return recorded measurements and this visitor's own by name, the newest last."""
    return _recorded() | _own()


def _recorded() -> dict[str, Results]:
    scopes = {"layer": "one layer", "model": "whole model"}
    return {
        f"Recorded: {_where(each)}, {scopes[each.plan.level]}, size {each.plan.shape}": each for each in references()
    }


def results_for(plan: Plan, chosen: str | None) -> tuple[str, Results] | None:
    """Choose the measurement to show for a plan.

    Args:
        plan: What the chart shows.
        chosen: The name that the visitor selected. Where it does not match the plan, the newest measurement of the
            visitor is used, otherwise the newest recorded one. Another visitor's is used only when selected.

    Returns:
        Name and results, or None where no measurement matches the plan.
    """
    fitting = {name: results for name, results in all_results().items() if shown_of(plan, results)}
    if chosen in fitting:
        return chosen, fitting[chosen]
    own = _own()
    offered = [name for name in fitting if name in own] or [name for name in fitting if name in _recorded()]
    of_device = [name for name in offered if fitting[name].plan.device == plan.device]
    name = next(reversed(of_device or offered), None)
    return None if name is None else (name, fitting[name])


def _where(results: Results) -> str:
    return results.machine.processor if results.plan.device == "cpu" else results.machine.device


def choose_results(plan: Plan) -> None:
    """Show the controls that select the results, a second set to compare with, and a file to load.

    Args:
        plan: What the chart shows.
    """
    fitting = [name for name, results in all_results().items() if shown_of(plan, results)]
    left, right = st.columns(2)
    with left:
        st.selectbox("Results shown", [NEWEST, *fitting], key="points_of", on_change=_show_chosen, args=(plan,))
        st.selectbox(
            "Compare with",
            [NOTHING, *fitting],
            key="points_beside",
            help="Results of another machine or an earlier measurement, drawn smaller on dotted lines.",
        )
    with right:
        st.file_uploader(
            "Load a results file (JSON), from here or another machine",
            type=["json"],
            key=_FILE,
            on_change=_take_file,
        )
        show_notices(_NOTICE)


def _take_file() -> None:
    upload = st.session_state[_FILE]
    clear_notices(_NOTICE)
    if upload is None:
        return
    try:
        if upload.size > MOST_FILE_BYTES:
            raise InputError(
                f"A results file must have at most {MOST_FILE_BYTES:,} bytes; this one has {upload.size:,}. "
                "Choose another file."
            )
        results = Results.from_json(upload.getvalue())
    except InputError as problem:
        leave_notice(_NOTICE, str(problem), (_FILE, PAGE))
        return
    name = f"Loaded: {upload.name[:60]}"
    _add(_own(), name, results, _KEPT_OWN)
    if results.plan.training or results.plan.batch != 1:
        leave_notice(
            _NOTICE,
            "The curves show forward passes of one document; this file has training steps or larger batches. "
            "It is used in the view Will it fit? instead.",
            (_FILE, PAGE),
        )
        return
    st.session_state.points_of = name
    _show_all(results.plan)


def _show_chosen(plan: Plan) -> None:
    """Where the selected results lack a method of the chart, show the previous methods or all that they have."""
    found = results_for(plan, st.session_state.points_of)
    if found is None or set(plan.methods) <= set(found[1].plan.methods):
        return
    before = st.session_state.get("methods_before", ())
    st.session_state.methods_before = plan.methods
    _show_all(found[1].plan)
    if before and set(before) <= set(found[1].plan.methods):
        st.session_state.methods = list(before)


def _show_all(plan: Plan) -> None:
    st.session_state.update(
        methods=list(plan.methods),
        lengths=", ".join(map(str, plan.lengths)),
        level=plan.level,
        shape=plan.shape,
    )
