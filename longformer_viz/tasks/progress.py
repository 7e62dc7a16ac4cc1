"""Progress of work that is made of parts."""

from collections.abc import Callable

Progress = Callable[[float], None] | None


def share_of(progress: Progress, number: int, count: int) -> Progress:
    """Progress for part `number` of `count` equal ones, which tells the whole's."""
    return None if progress is None else lambda fraction: progress((number + fraction) / count)
