"""Measure time and memory, each point in its own process.

Memory: a new child process for each point, forked from a server that has loaded all libraries. Time: one child
process for each method, which runs all lengths in turn. A point that runs out of memory or time, or whose process is
killed, is recorded with that status.
"""

import tempfile
from collections.abc import Callable, Generator
from pathlib import Path

from filelock import FileLock, Timeout

from longformer_viz.checks import check_callable, check_type
from longformer_viz.models.devices import check_device
from longformer_viz.models.disk_cache import cache_folder
from longformer_viz.probe.measurement import TICK_SECONDS, Measurement, Step
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.results import Results

_START_SECONDS = 8.0  # until a server has loaded all libraries


def measure(plan: Plan, progress: Callable[[Step], None] | None = None) -> Results:
    """Measure all points of a plan.

    Args:
        plan: What to measure.
        progress: Called at least every 0.2 s. An exception that it raises ends the measurement and its processes.

    Returns:
        All points.

    Raises:
        InputError: The device of the plan is not available.
        ServerError: The measurement process cannot be started.
    """
    check_type(plan, Plan, "A plan", "Make it with Plan().")
    check_callable(progress)
    results: Results | None = None
    steps = sweep(plan)
    try:
        for step in steps:
            results = step.results
            if progress is not None:
                progress(step)
    finally:
        steps.close()
    assert results is not None  # A sweep that raises nothing has a last step.
    return results


def sweep(plan: Plan) -> Generator[Step, None, None]:
    """Measure the points of a plan one by one.

    Only one measurement runs at a time on a machine. Others wait, also those of other processes.

    Args:
        plan: What to measure.

    Yields:
        The progress, at least every 0.2 s. Closing the iterator ends all processes at once.

    Raises:
        InputError: The device of the plan is not available.
        ServerError: The measurement process cannot be started.
    """
    check_device(plan.device)
    measurement = Measurement(plan)
    lock = FileLock(_lock_file(), thread_local=False)
    try:
        while not lock.is_locked:
            try:
                lock.acquire(timeout=TICK_SECONDS)
            except Timeout:
                yield measurement.step("Waiting for another measurement on this machine")
        yield from measurement.points()
        yield measurement.step("Done")
    finally:
        lock.release()


def predicted_seconds(plan: Plan) -> float:
    """Predict how long a plan takes on an idle machine, in seconds.

    Args:
        plan: What to measure.
    """
    return _START_SECONDS * len(plan.quantities) + Measurement(plan).total_seconds


def _lock_file() -> Path:
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".measure.lock").touch()
    except OSError:
        folder = Path(tempfile.gettempdir())
    return folder / ".measure.lock"
