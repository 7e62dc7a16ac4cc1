"""How a table of position embeddings goes on beyond the length that a model was trained to."""

from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.spec import InputError, shown


@dataclass(frozen=True, slots=True)
class PositionTiling:
    """The first `stop` trained positions, then those from `start` to `stop - 1` again and again.

    `start` is 0 in the Longformer paper's own tiling (Beltagy et al. 2020, section 5).
    """

    stop: int
    start: int = 0

    def __post_init__(self) -> None:
        numbers = all(type(number) is int for number in (self.start, self.stop))
        if not numbers or not 0 <= self.start < self.stop:
            raise InputError(
                "A position tiling must start at 0 or later and stop after its start; "
                f"got start {shown(self.start)} and stop {shown(self.stop)}. Try start 0."
            )

    @property
    def period(self) -> int:
        """After how many tokens a position embedding comes again."""
        return self.stop - self.start

    @property
    def is_papers(self) -> bool:
        """Whether it is the Longformer paper's tiling, in which the first position comes again, too."""
        return self.start == 0

    def rows(self, length: int) -> Tensor:
        """The trained position that each of `length` tokens gets: int64 `[length]`."""
        tokens = torch.arange(length)
        return torch.where(tokens < self.stop, tokens, self.start + (tokens - self.stop) % self.period)
