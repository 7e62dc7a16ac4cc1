"""The five strategies to read a long document, and their settings."""

from collections.abc import Sequence
from dataclasses import dataclass

from longformer_viz.checks import check_callable, check_type, check_values, check_whole
from longformer_viz.tasks.splitting import Progress


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy to read a long document.

    Attributes:
        name: A short name for tables and figures.
        about: What it does.
    """

    name: str
    about: str


CUT = Strategy("Truncate at 512", "reads only the first 512 tokens")
CHUNKS = Strategy(
    "Overlapping chunks",
    "reads chunks of 512 tokens one by one and takes the best answer, or the mean of the label probabilities",
)
RETRIEVE = Strategy("Retrieve, then read", "reads only the passages most similar to the question, one by one")
RETRIEVE_LONG = Strategy("Retrieve, then Longformer", "reads the passages most similar to the question together")
WHOLE = Strategy("Longformer, whole", "reads the whole document in one pass")
STRATEGIES = (CUT, CHUNKS, RETRIEVE, RETRIEVE_LONG, WHOLE)


@dataclass(frozen=True, slots=True)
class StrategySettings:
    """Settings of the strategies.

    Attributes:
        overlap: Tokens that neighbouring chunks share.
        read_pieces: Number of retrieved pieces that are read separately.
        joined_pieces: Number of retrieved pieces that are joined for the Longformer.
    """

    overlap: int = 64
    read_pieces: int = 8
    joined_pieces: int = 12

    def __post_init__(self) -> None:
        check_whole(self.overlap, "overlap", 0, 2**20, 64)
        check_whole(self.read_pieces, "read_pieces", 1, 2**20, 8)
        check_whole(self.joined_pieces, "joined_pieces", 1, 2**20, 12)


def checked_settings(
    strategies: Sequence[Strategy], settings: StrategySettings | None, progress: Progress
) -> StrategySettings:
    """Check what a comparison of strategies is given, and return its settings.

    Args:
        strategies: The strategies.
        settings: Their settings; None for the defaults.
        progress: The function that reports the progress, or None.

    Raises:
        InputError: If one of them is of another type.
    """
    check_callable(progress)
    for strategy in check_values(strategies, "strategies", "Leave them out for all."):
        check_type(strategy, Strategy, "A strategy", "Take those of tasks.chunking.STRATEGIES.")
    if settings is None:
        return StrategySettings()
    return check_type(settings, StrategySettings, "settings", "Leave them out, or make StrategySettings().")
