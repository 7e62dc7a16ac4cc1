"""The results that the page shows: a recorded reference, and beside it the sweeps that the reader selects."""

import re
from dataclasses import dataclass

import streamlit as st

from longformer_viz.cost.methods import short_label_of
from longformer_viz.probe.curves import shown_of
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.reference import recorded_results
from longformer_viz.probe.results import Results
from longformer_viz.probe.saved_sweep import named_sweep
from longformer_viz.spec import InputError, shown
from longformer_viz.ui.components.sweep_storage import sweep_storage
from longformer_viz.ui.curves.own_sweeps import own_sweeps
from longformer_viz.ui.shared.link_param import LinkParam
from longformer_viz.ui.shared.notices import PAGE, leave_notice

AUTOMATIC = "Recorded for this device"
MOST_BESIDE = 3
_IDS = re.compile(r"[0-9a-f]{16}(,[0-9a-f]{16})*")


def _check_ids(text: str) -> None:
    if text and not _IDS.fullmatch(text):
        raise InputError(
            f"Your measurements must be ids of 16 hexadecimal digits, separated by commas. The link has "
            f"{shown(text)}. Copy the link from the page again."
        )


# The page writes it into the address itself: the browser tells only later which sweeps it keeps.
OWN = LinkParam("own", _check_ids, default="", is_control=False)
LINK_PARAMS = (OWN,)


@dataclass(frozen=True, slots=True)
class NamedResults:
    """Results with the name that the page shows.

    Attributes:
        name: The name.
        results: The results.
    """

    name: str
    results: Results


@dataclass(frozen=True, slots=True)
class ShownResults:
    """The results of a chart.

    Attributes:
        reference: The recorded results; None where none are recorded for the plan.
        own: The reader's sweeps that are shown.
    """

    reference: NamedResults | None
    own: tuple[NamedResults, ...]

    @property
    def main(self) -> NamedResults | None:
        """The reference; a sweep only where nothing is recorded."""
        return self.reference or next(iter(self.own), None)

    @property
    def beside(self) -> tuple[NamedResults, ...]:
        """The sweeps that are drawn beside the main results."""
        return tuple(each for each in self.own if each is not self.main)


def shown_results(plan: Plan, running: Results | None = None) -> ShownResults:
    """Return the results to show for a plan.

    Args:
        plan: What the chart shows.
        running: The points of a measurement that is under way.
    """
    found = own_sweeps().all()
    own = [NamedResults(found[key].name, found[key].results) for key in _wanted() if key in found]
    own = [each for each in own if shown_of(plan, each.results)][:MOST_BESIDE]
    if running is not None:
        own.insert(0, NamedResults("Current measurement", running))
    return ShownResults(_reference(plan, st.session_state.get("reference")), tuple(own))


def _reference(plan: Plan, chosen: str | None) -> NamedResults | None:
    fitting = {name: each for name, each in recorded_results().items() if shown_of(plan, each)}
    of_device = [name for name, each in fitting.items() if each.plan.device == plan.device]
    name = chosen if chosen in fitting else next(iter(of_device or fitting), None)
    return None if name is None else NamedResults(name, fitting[name])


def keep_own_sweeps() -> None:
    """Keep the reader's sweeps in the browser, and read those that it keeps."""
    own = own_sweeps()
    sweep_storage(own.changes, own.fingerprint, bool(_wanted()), own.take)


def add_sweep(results: Results) -> None:
    """Add a measurement to the reader's sweeps, and show it beside the reference.

    Args:
        results: The measurement.
    """
    show_sweep(own_sweeps().add(named_sweep(results)))


def show_sweep(key: str) -> None:
    """Show one of the reader's sweeps beside the reference.

    Args:
        key: Its id.
    """
    st.session_state.own_wanted = [key, *(each for each in _wanted() if each != key)]


def hide_sweep(key: str) -> None:
    """Show one of the reader's sweeps no longer.

    Args:
        key: Its id.
    """
    st.session_state.own_wanted = [each for each in _wanted() if each != key]


def _wanted() -> list[str]:
    """The ids of the sweeps to show; at first those of the link."""
    if "own_wanted" not in st.session_state:
        linked = st.query_params.get(OWN.key, "")
        st.session_state.own_wanted = linked.split(",") if _IDS.fullmatch(linked) else []
        st.session_state.own_linked = st.session_state.own_wanted
    return st.session_state.own_wanted


def choose_reference(plan: Plan) -> None:
    """Show the control that selects a recorded reference.

    Args:
        plan: What the chart shows.
    """
    fitting = [name for name, results in recorded_results().items() if shown_of(plan, results)]
    st.selectbox(
        "Reference",
        [AUTOMATIC, *fitting],
        key="reference",
        format_func=lambda name: name if fitting else "None recorded for this plan",
        disabled=not fitting,
        on_change=_show_its_methods,
        args=(plan,),
        help="The measurements that come with this app, the same for every visitor. Your own measurements are drawn "
        "beside them.",
    )


def choose_own(plan: Plan) -> None:
    """Show the control that selects the reader's sweeps, where one of them has the plan's scope and size.

    Args:
        plan: What the chart shows.
    """
    own = own_sweeps()
    found = own.all()
    if own.fingerprint is not None:
        _drop_missing(list(found))
    fitting = [key for key, sweep in found.items() if shown_of(plan, sweep.results)]
    if fitting:
        st.session_state.own_shown = [key for key in _wanted() if key in fitting][:MOST_BESIDE]
        st.multiselect(
            "Your measurements",
            fitting,
            key="own_shown",
            format_func=lambda key: found[key].name,
            max_selections=MOST_BESIDE,
            on_change=_take_choice,
            args=(fitting,),
            placeholder="Choose measurements to draw",
            help=f"Measurements that you measured or opened, drawn on dotted lines beside the reference. "
            f"Select up to {MOST_BESIDE}. Only this browser keeps them.",
        )
    _write_address(list(found))


def _take_choice(fitting: list[str]) -> None:
    others = [key for key in _wanted() if key not in fitting]
    st.session_state.own_wanted = [*st.session_state.own_shown, *others]


def _drop_missing(found: list[str]) -> None:
    """Forget sweeps that this browser does not keep, and say so where a link named them."""
    missing = {key for key in _wanted() if key not in found}
    st.session_state.own_wanted = [key for key in _wanted() if key in found]
    if missing & set(st.session_state.pop("own_linked", ())):
        leave_notice(
            "measurement link",
            "A measurement of this link is not in this browser. Only the browser that started it keeps it. Open its "
            "file in the tab Your measurements instead.",
            (PAGE,),
            is_problem=False,
        )


def _write_address(found: list[str]) -> None:
    shown_ids = ",".join(key for key in _wanted() if key in found)
    if shown_ids:
        st.query_params[OWN.key] = shown_ids
    elif own_sweeps().fingerprint is not None or not _wanted():
        st.query_params.pop(OWN.key, None)


def _show_its_methods(plan: Plan) -> None:
    """Where the selected reference lacks a method of the chart, show the previous methods or all that it has."""
    found = _reference(plan, st.session_state.reference)
    if found is None or set(plan.methods) <= set(found.results.plan.methods):
        return
    before = st.session_state.get("methods_before", ())
    st.session_state.methods_before = plan.methods
    show_plan(found.results.plan)
    if before and set(before) <= set(found.results.plan.methods):
        st.session_state.methods = list(map(short_label_of, before))


def show_plan(plan: Plan) -> None:
    """Set the controls of the page to a plan.

    Args:
        plan: Of results.
    """
    st.session_state.update(
        methods=list(map(short_label_of, plan.methods)),
        lengths=", ".join(map(str, plan.lengths)),
        level=plan.level,
        shape=plan.shape,
    )
