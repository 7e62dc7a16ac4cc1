"""Measurements that a page can show: recorded with the package, measured here, or loaded from a file."""

import streamlit as st

from longformer_viz.probe.curves import shown_of
from longformer_viz.probe.reference import references
from longformer_viz.probe.results import MOST_FILE_BYTES, Plan, Results
from longformer_viz.spec import InputError
from longformer_viz.ui.shared.notices import PAGE, clear_notices, leave_notice, show_notices

NEWEST, NOTHING = "My own, else recorded", "Nothing"
_NOTICE, _FILE = "results file", "results_file"
_KEPT, _KEPT_OWN = 3, 8  # of the server, of a session


@st.cache_resource
def kept_here() -> dict[str, Results]:
    """The last measurements of this server by name; other sessions may choose them, but see their own first."""
    return {}


def keep(results: Results) -> str:
    """Keep a measurement for this session and the next ones; its name."""
    name = f"Measured here, {results.measured_at[11:19]} UTC"
    _add(_own(), name, results, _KEPT_OWN)
    _add(kept_here(), name, results, _KEPT)
    return name


def _own() -> dict[str, Results]:
    return st.session_state.setdefault("own_results", {})


def _add(kept: dict[str, Results], name: str, results: Results, most: int) -> None:
    kept.pop(name, None)  # what comes again is the newest
    kept[name] = results
    while len(kept) > most:
        kept.pop(next(iter(kept)), None)  # another session may have been faster


def all_results() -> dict[str, Results]:
    """Everything that can be shown by name: recorded, of other visitors, and this visitor's own, the newest last."""
    own = _own()  # a fresh measurement is in both
    others = {f"{name}, by another visitor": each for name, each in kept_here().items() if name not in own}
    return _recorded() | others | own


def default_results() -> dict[str, Results]:
    """What is shown without a choice: recorded measurements and this visitor's own, the newest last."""
    return _recorded() | _own()


def _recorded() -> dict[str, Results]:
    return {f"Recorded: {_where(each)}, {each.plan.level}s, {each.plan.shape}": each for each in references()}


def results_for(plan: Plan, chosen: str | None) -> tuple[str, Results] | None:
    """The measurement to show for this plan and its name; None where there is none of its kind.

    Args:
        plan: What the picture is of.
        chosen: The name that the visitor chose. Where it is not of this kind, the newest of the visitor's own
            measurements is shown, else the newest recorded one; another visitor's only where it was chosen.
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
    """Which points the curves show, which stand beside them, and a file of another machine."""
    fitting = [name for name, results in all_results().items() if shown_of(plan, results)]
    left, right = st.columns(2)
    with left:
        st.selectbox("Points of", [NEWEST, *fitting], key="points_of", on_change=_show_chosen, args=(plan,))
        st.selectbox(
            "Beside them",
            [NOTHING, *fitting],
            key="points_beside",
            help="Another machine's or an earlier run's points: smaller, on dotted lines.",
        )
    with right:
        st.file_uploader(
            "Load results that were saved here or on another machine",
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
                f"A results file must have {MOST_FILE_BYTES:,} bytes or less; this one has {upload.size:,}. "
                "Choose another."
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
            "Curves must be of forward passes of one document; this file has training steps or larger batches. "
            "It counts under Will it fit?, beside the predictions there.",
            (_FILE, PAGE),
        )
        return
    st.session_state.points_of = name
    _show_all(results.plan)


def _show_chosen(plan: Plan) -> None:
    """Where the chosen results lack a method of the picture: those before, if all are there, else all of theirs."""
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
