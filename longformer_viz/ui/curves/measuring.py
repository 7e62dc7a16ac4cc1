"""Start, follow and cancel a measurement from the page."""

import uuid
from dataclasses import dataclass

import streamlit as st

from longformer_viz.jobs.ticket import Progress, Ticket
from longformer_viz.probe.measurement import Step
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.processes import ServerError
from longformer_viz.probe.results import Results
from longformer_viz.probe.sweep import measure, predicted_seconds
from longformer_viz.server.policy import check_sweep
from longformer_viz.spec import InputError
from longformer_viz.ui.curves.results import add_sweep
from longformer_viz.ui.shared.background import job_queue
from longformer_viz.ui.shared.formatting import duration
from longformer_viz.ui.shared.notices import PAGE, clear_notices, leave_notice

NOTICE = "measurement"
_CONTROLS = ("methods", "lengths", "level", "shape", "device")
TICK_SECONDS = 0.7  # between updates of the page during a measurement


@dataclass(eq=False, slots=True)
class Sweep:
    """One measurement that was started from the page.

    Attributes:
        plan: What is measured.
        step: The last step, set by the queue's thread.
    """

    plan: Plan
    step: Step | None = None
    _ticket: Ticket | None = None

    @property
    def ticket(self) -> Ticket:
        """The place in the queue, which a sweep has from its start."""
        assert self._ticket is not None
        return self._ticket

    @property
    def results(self) -> Results | None:
        """The points measured so far; None before the first."""
        found = self.step.results if self.step else None
        return found if found is not None and (found.times or found.memory) else None


def start(plan: Plan) -> None:
    """Put a measurement in the queue, or leave a notice where it is too long for this server.

    Args:
        plan: What to measure. Equal plans are never shared, so that each visitor can cancel their own.
    """
    clear_notices(NOTICE)
    if (refused := refusal(plan)) is not None:
        leave_notice(NOTICE, refused, (*_CONTROLS, PAGE))
        return
    sweep = Sweep(plan)

    def work(progress: Progress) -> Results:
        def tell(step: Step) -> None:
            sweep.step = step
            progress(step.fraction)

        return measure(plan, tell)

    sweep._ticket = job_queue().submit(
        ("measure", uuid.uuid4().hex), work, predicted_seconds=predicted_seconds(plan), lane="measurement"
    )
    st.session_state.sweep = sweep


def refusal(plan: Plan) -> str | None:
    """Return why this server does not measure a `plan`, or None if it does."""
    try:
        check_sweep(predicted_seconds(plan))
    except InputError as problem:
        return str(problem)
    return None


def cancel() -> None:
    """Cancel the measurement. Its processes end within 0.2 s; the points measured so far are kept."""
    if sweep := st.session_state.get("sweep"):
        sweep.ticket.release()


def running() -> Sweep | None:
    """Return the measurement that runs or waits, or None.

    A measurement that has ended is added to the reader's sweeps first.
    """
    sweep = st.session_state.get("sweep")
    if sweep is None:
        return None
    state = sweep.ticket.state
    if state in ("waiting", "running"):
        return sweep
    st.session_state.sweep = None
    if sweep.results is not None:
        add_sweep(sweep.results)
    _leave_ending(sweep, state)
    return None


def _leave_ending(sweep: Sweep, state: str) -> None:
    """Show a message for a cancelled or failed measurement, until the plan or the page changes."""
    if state == "cancelled":
        text = "The measurement was cancelled. The points measured so far are shown."
    elif state == "failed":
        text = "The measurement failed. Start it again."
        try:
            sweep.ticket.result()
        except (InputError, ServerError) as problem:
            text = str(problem)
    else:
        return
    leave_notice(NOTICE, text, (*_CONTROLS, PAGE), is_problem=state == "failed")


def show_progress(sweep: Sweep) -> None:
    """Show the progress of a `sweep`, the estimated time left, and a button that cancels it."""
    left, right = st.columns([6, 1], vertical_alignment="center")
    ahead, step = sweep.ticket.place, sweep.step
    if ahead:
        text = f"Waiting for {ahead} earlier {'job' if ahead == 1 else 'jobs'}. Only one measurement runs at a time."
        left.progress(0.0, text=text)
    else:
        estimate = step.remaining_seconds if step else None
        estimate = sweep.ticket.estimate_seconds if estimate is None else estimate
        about = "" if estimate is None else f", about {duration(estimate)} left"
        doing = step.doing if step else "Starting"
        done = f"{step.done} of {step.total} points, " if step else ""
        left.progress(step.fraction if step else 0.0, text=f"{done}{doing}{about}")
    right.button("Cancel", key="cancel_sweep", on_click=cancel, icon=":material/cancel:", width="stretch")
