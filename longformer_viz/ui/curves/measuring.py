"""A sweep on the page: started by a click, waiting its turn in the one queue, cancelled with all its processes."""

import uuid
from dataclasses import dataclass

import streamlit as st

from longformer_viz.jobs import Progress, Ticket
from longformer_viz.probe.processes import ServerError
from longformer_viz.probe.results import Plan, Results
from longformer_viz.probe.sweep import Step, measure, predicted_seconds
from longformer_viz.spec import InputError
from longformer_viz.ui.curves.results import NEWEST, keep
from longformer_viz.ui.shared.background import job_queue
from longformer_viz.ui.shared.notices import PAGE, clear_notices, leave_notice

NOTICE = "measurement"
_CONTROLS = ("methods", "lengths", "level", "shape", "device")
TICK_SECONDS = 0.7  # the page looks this often while it measures


@dataclass(eq=False, slots=True)
class Sweep:
    """One measurement: its plan, the claim on the queue, and how far it is, written by the queue's thread."""

    plan: Plan
    ticket: Ticket | None = None
    step: Step | None = None

    @property
    def results(self) -> Results | None:
        """All points so far, None before the first."""
        found = self.step.results if self.step else None
        return found if found is not None and (found.times or found.memory) else None


def start(plan: Plan) -> None:
    """Put a measurement in the queue. Two never share one: they would each want their own cancel."""
    clear_notices(NOTICE)
    sweep = Sweep(plan)

    def work(progress: Progress) -> Results:
        def tell(step: Step) -> None:
            sweep.step = step
            progress(step.fraction)

        return measure(plan, tell)

    sweep.ticket = job_queue().submit(("measure", uuid.uuid4().hex), work, predicted_seconds=predicted_seconds(plan))
    st.session_state.sweep = sweep


def cancel() -> None:
    """Stop the measurement; its processes end within a fifth of a second, what it measured stays."""
    if sweep := st.session_state.get("sweep"):
        sweep.ticket.release()


def running() -> Sweep | None:
    """The measurement that runs or waits; one that has ended is put among the results first."""
    sweep = st.session_state.get("sweep")
    if sweep is None:
        return None
    state = sweep.ticket.state
    if state in ("waiting", "running"):
        return sweep
    st.session_state.sweep = None
    if sweep.results is not None:
        keep(sweep.results)
        st.session_state.update(points_of=NEWEST)
    _leave_ending(sweep, state)
    return None


def _leave_ending(sweep: Sweep, state: str) -> None:
    """Leave a message where a measurement did not simply end well, until the plan or the page changes."""
    if state == "cancelled":
        text = "The measurement was stopped, and its processes with it. What it had measured is shown."
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
    """What runs, how far it is, the estimate, and the way out."""
    left, right = st.columns([6, 1], vertical_alignment="center")
    place, step = sweep.ticket.place, sweep.step
    if place:
        text = f"Waiting: {place} ahead. Two measurements at once would spoil each other's figures."
        left.progress(0.0, text=text)
    else:
        estimate = step.remaining_seconds if step else None
        estimate = sweep.ticket.estimate_seconds if estimate is None else estimate
        about = "" if estimate is None else f", about {duration(estimate)} left"
        doing = step.doing if step else "Starting"
        done = f"{step.done} of {step.total} points, " if step else ""
        left.progress(step.fraction if step else 0.0, text=f"{done}{doing}{about}")
    right.button("Cancel", key="cancel_sweep", on_click=cancel, icon=":material/cancel:", width="stretch")


def duration(seconds: float) -> str:
    """Seconds, or minutes from two on."""
    return f"{max(1, round(seconds))} s" if seconds < 120 else f"{round(seconds / 60)} min"
