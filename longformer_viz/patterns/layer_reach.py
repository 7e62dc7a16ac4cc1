"""The keys that one layer of a transformers model attends to: local or full, causal or bidirectional."""

from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.spec import InputError, is_whole, shown


@dataclass(frozen=True, slots=True)
class LayerReach:
    """The keys that each query of a layer may attend to.

    Attributes:
        left: Number of keys before the query, without itself; None if there is no limit.
        right: Number of keys after the query: 0 in a causal layer, None if there is no limit.

    Raises:
        InputError: A number is negative or not whole.
    """

    left: int | None = None
    right: int | None = None

    def __post_init__(self) -> None:
        for name, side in (("left", self.left), ("right", self.right)):
            if side is not None and (not is_whole(side) or side < 0):
                raise InputError(
                    f"{name} must be a whole number of 0 or more, or None. You entered {shown(side)}. Try 128."
                )

    @property
    def is_causal(self) -> bool:
        """Whether no query attends to a later key."""
        return self.right == 0

    @property
    def is_local(self) -> bool:
        """Whether the layer has a sliding window."""
        return self.left is not None

    @property
    def label(self) -> str:
        """The pattern in words, such as `"local, causal"`."""
        return ("local" if self.is_local else "full") + (", causal" if self.is_causal else "")

    @property
    def note(self) -> str:
        """What a reader of the weights should know about the pattern, or ""."""
        return ""

    def sides(self, length: int) -> tuple[int, int]:
        """Return the largest numbers of keys before and after a query in a document of `length` tokens."""
        left = length - 1 if self.left is None else min(self.left, length - 1)
        right = length - 1 if self.right is None else min(self.right, length - 1)
        return left, right

    def spread(self, length: int) -> tuple[int, int]:
        """Return how far tokens before and after a query can influence it in a document of `length` tokens."""
        return self.sides(length)

    def covers(self, length: int) -> bool:
        """Return whether a document of `length` tokens fits into the window. Causality does not count."""
        left, right = self.sides(length)
        return left == length - 1 and right in (0, length - 1)

    def allows(self, query: Tensor, key: Tensor) -> Tensor:
        """Return whether queries may attend to keys.

        Args:
            query: Positions.
            key: Positions that broadcast with those of the queries.

        Returns:
            Bool, of the broadcast shape.
        """
        after = key - query
        allowed = torch.ones_like(after, dtype=torch.bool)
        if self.left is not None:
            allowed &= after >= -self.left
        if self.right is not None:
            allowed &= after <= self.right
        return allowed

    def keys_of(self, first: int, stop: int, length: int) -> slice:
        """Return the contiguous keys that some of the queries `first` to `stop - 1` attend to.

        Args:
            first: Position of the first query, counted as keys are.
            stop: The position after the last query.
            length: Number of keys.

        Returns:
            A slice of key positions.
        """
        low = 0 if self.left is None else max(0, first - self.left)
        high = length if self.right is None else min(length, stop + self.right)
        return slice(min(low, length), max(high, min(low, length)))

    def key_ranges(self, first: int, stop: int, length: int) -> tuple[slice, ...]:
        """Return `keys_of` as ranges that do not overlap; the parameters are those of `keys_of`."""
        return (self.keys_of(first, stop, length),)
