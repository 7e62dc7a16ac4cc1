"""How far predictions of memory are from what was measured."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from longformer_viz.cost.prediction import predict
from longformer_viz.probe.results import Results

LEAST_BYTES = 20_000_000  # below, what libraries keep for themselves shows


@dataclass(frozen=True, slots=True)
class Agreement:
    """Predicted over measured peaks: how many points, the middle and the largest difference, as shares."""

    points: int
    middle: float
    largest: float
    largest_at: str


def agreement(results: Iterable[Results]) -> Agreement | None:
    """Over all measured points of 20 MB or more; None where there is none."""
    errors = [
        (
            abs(predict(each.plan.setup(point.method, point.length)).added_bytes / point.peak_bytes - 1),
            f"{point.method} at {point.length:,}, {each.plan.level}, {each.plan.device}",
        )
        for each in results
        for point in each.memory
        if point.peak_bytes is not None and point.peak_bytes >= LEAST_BYTES
    ]
    if not errors:
        return None
    largest, worst = max(errors)
    return Agreement(len(errors), statistics.median(error for error, _ in errors), largest, worst)
