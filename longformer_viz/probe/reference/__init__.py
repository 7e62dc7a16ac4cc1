"""Recorded runs that ship with the package, each a file of `longformer-viz measure --save`."""

from functools import cache
from pathlib import Path

from longformer_viz.probe.results import Results


@cache
def references() -> tuple[Results, ...]:
    """Return every recorded run by its file name. Each run names its machine."""
    return tuple(Results.load(path) for path in sorted(Path(__file__).parent.glob("*.json")))
