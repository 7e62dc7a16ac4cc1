"""What the server does at this moment, in numbers: for its status page and for Prometheus."""

import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import psutil

from longformer_viz.server.settings import AppSettings
from longformer_viz.server.visitors import Visitors

if TYPE_CHECKING:  # It imports torch, which the server loads when it has started.
    from longformer_viz.jobs.statistics import QueueStatistics

PACKAGES = ("longformer-viz", "streamlit", "torch", "transformers")
_QUANTILES = (0.5, 0.95)
_PREFIX = "longformer_viz_"


@dataclass(frozen=True, slots=True)
class Family:
    """Measurements with one meaning.

    Attributes:
        name: The name in Prometheus, without the prefix.
        kind: "gauge" or "counter".
        help: What it is.
        values: Each measurement with the labels that tell it from the others, such as 'state="done"'. An unknown one
            is None.
    """

    name: str
    kind: str
    help: str
    values: tuple[tuple[str, float | None], ...]


def measured(settings: AppSettings, visitors: Visitors, queue: "QueueStatistics | None") -> list[Family]:
    """Measure the server.

    Args:
        settings: The settings of the server.
        visitors: Its visitors.
        queue: Its queue; None before the first visit.

    Returns:
        The measurements. None of them tells anything about one visitor.
    """
    packages = ",".join(f'{name.replace("-", "_")}="{number}"' for name, number in versions().items())
    refused = [(f'reason="{reason}"', visitors.refused[reason]) for reason in ("full", "address", "rate", "size")]
    return [
        Family("info", "gauge", "Versions and mode.", ((f'mode="{settings.mode}",{packages}', 1),)),
        _one("uptime_seconds", "Time since the start.", time.time() - visitors.started_at),
        _one("sessions", "Open sessions.", visitors.sessions),
        _one("sessions_limit", "The most sessions at once.", visitors.limit),
        _one("sessions_opened_total", "Sessions since the start.", visitors.opened, "counter"),
        Family("refused_total", "counter", "Refused requests, by reason.", tuple(refused)),
        _one("rss_bytes", "Resident memory of the server.", _resident_bytes()),
        *([] if queue is None else _of_queue(queue)),
        _one("models", "Loaded models.", len(loaded_models())),
    ]


def prometheus_text(families: Sequence[Family]) -> str:
    """Return measurements in the text format of Prometheus.

    Args:
        families: The measurements. What is unknown is left out.
    """
    lines = []
    for family in families:
        name = _PREFIX + family.name
        known = [(labels, value) for labels, value in family.values if value is not None]
        if known:
            lines += [f"# HELP {name} {family.help}", f"# TYPE {name} {family.kind}"]
            lines += [
                f"{name}{{{labels}}} {value:.10g}" if labels else f"{name} {value:.10g}" for labels, value in known
            ]
    return "\n".join(lines) + "\n"


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that matter for a report."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # such as the app itself in a checkout
            continue
    return found


def loaded_models() -> tuple[str, ...]:
    """Return the names of the models in memory, of the built-in ones their task."""
    store = sys.modules.get("longformer_viz.models.store")
    return () if store is None else store.stored_names()


def _of_queue(queue: "QueueStatistics") -> list[Family]:
    places = (('place="worker"', queue.done_by_workers), ('place="here"', queue.done_here_instead))
    ended = tuple((f'state="{state}"', getattr(queue, state)) for state in ("done", "failed", "cancelled"))
    return [
        _one("queue_waiting", "Jobs that wait.", queue.waiting),
        _one("queue_running", "Jobs that run.", queue.running),
        Family("jobs_total", "counter", "Ended jobs, by how they ended.", ended),
        Family("runner_jobs_total", "counter", "Jobs for a cluster, by where they were done.", places),
        _recent("queue_wait_seconds", "How long recent jobs waited before they ran.", queue.wait_seconds),
        _recent("job_seconds", "How long recent jobs ran.", queue.work_seconds),
        _one("cache_bytes", "Results kept in memory.", queue.cache_bytes),
        _one("cache_limit_bytes", "The most results kept in memory.", queue.cache_limit_bytes),
        _one("memory_budget_bytes", "The most memory that running jobs may take.", queue.memory_budget_bytes),
    ]


def _one(name: str, help_text: str, value: float | None, kind: str = "gauge") -> Family:
    return Family(name, kind, help_text, (("", value),))


def _recent(name: str, help_text: str, seconds: Sequence[float]) -> Family:
    ordered = sorted(seconds)
    values = [
        (f'quantile="{share}"', ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None)
        for share in _QUANTILES
    ]
    return Family(name, "gauge", help_text, tuple(values))


def _resident_bytes() -> int:
    """Return the resident memory of this process and of the processes that it started."""
    own = psutil.Process()
    total = own.memory_info().rss
    for child in own.children(recursive=True):
        try:
            total += child.memory_info().rss
        except psutil.Error:  # It has just ended.
            continue
    return total
