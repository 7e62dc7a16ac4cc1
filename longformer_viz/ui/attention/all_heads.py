"""The thumbnails and figures of all heads of a run, computed once."""

from longformer_viz.trace.heads import HeadGrid, head_grid
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.shared.background import computed, trace_key

_SECONDS_A_TOKEN = 4e-4


def all_heads(trace: Trace, what: str = "Computing the maps of all heads") -> HeadGrid | None:
    """Return the thumbnails and figures of all heads; None if the visitor cancelled.

    Args:
        trace: The run.
        what: What the progress bar says, for each run of a page its own.
    """
    return computed(
        ("head grid", trace_key(trace)),
        lambda progress: head_grid(trace, progress),
        what,
        predicted_seconds=_SECONDS_A_TOKEN * len(trace.tokens),
        size_of=lambda grid: grid.thumbnails.nbytes,
        may_leave=True,
    )
