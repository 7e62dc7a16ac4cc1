"""Recorded runs that ship with the package, each a file of `longformer-viz measure --save`."""

from functools import cache
from pathlib import Path

from longformer_viz.probe.results import Results
from longformer_viz.probe.saved_sweep import SCOPES, machine_name


@cache
def references() -> tuple[Results, ...]:
    """Return every recorded run by its file name. Each run names its machine."""
    return tuple(Results.load(path) for path in sorted(Path(__file__).parent.glob("*.json")))


def recorded_results() -> dict[str, Results]:
    """Return every recorded run by a name made of machine, model size and scope."""
    return {f"{machine_name(each)}, {each.plan.shape}, {SCOPES[each.plan.level]}": each for each in references()}
