"""How position embeddings repeat beyond the length that a model was trained on."""

from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.spec import InputError, shown


@dataclass(frozen=True, slots=True)
class PositionTiling:
    """The first `stop` trained positions, followed by repetitions of those from `start` to `stop - 1`.

    The Longformer paper repeats them from 0 (Beltagy et al. 2020, section 5).

    Attributes:
        stop: Number of trained positions.
        start: First position that repeats.
        are_rows_trained: Whether the rows that repeat were trained after the conversion.

    Raises:
        InputError: The numbers are not whole, or `start` is not from 0 to `stop - 1`.
    """

    stop: int
    start: int = 0
    are_rows_trained: bool = False

    def __post_init__(self) -> None:
        numbers = all(type(number) is int for number in (self.start, self.stop))
        numbers = numbers and type(self.are_rows_trained) is bool
        if not numbers or not 0 <= self.start < self.stop:
            raise InputError(
                "A position tiling must start at 0 or later and stop after its start. "
                f"You entered start {shown(self.start)} and stop {shown(self.stop)}. Try start 0."
            )

    @property
    def period(self) -> int:
        """Number of tokens after which a position embedding repeats."""
        return self.stop - self.start

    @property
    def is_paper_tiling(self) -> bool:
        """Whether this is the Longformer paper's tiling, which repeats the first position as well."""
        return self.start == 0

    def repetitions(self, rows: Tensor, length: int) -> Tensor:
        """Repeat rows for the tokens of a document after the first `stop`.

        Args:
            rows: A row for each position that repeats, `[period, hidden]`.
            length: Number of tokens of the whole document.

        Returns:
            The rows of the tokens from `stop` on, `[length - stop, hidden]`.
        """
        return rows[torch.arange(length - self.stop) % self.period]

    def rows(self, length: int) -> Tensor:
        """Return the trained position of each of `length` tokens, int64 `[length]`."""
        tokens = torch.arange(length)
        return torch.where(tokens < self.stop, tokens, self.start + (tokens - self.stop) % self.period)
