"""How far one layer of a transformers model attends: local or full, causal or in both directions."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class LayerReach:
    """The keys that each query of a layer may attend to.

    Attributes:
        left: Keys before the query, itself not counted; None where there is no limit.
        right: Keys after the query; 0 in a causal layer, None where there is no limit.
    """

    left: int | None = None
    right: int | None = None

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

    def sides(self, length: int) -> tuple[int, int]:
        """Return the keys before and after a query that can exist in a document of `length` tokens."""
        left = length - 1 if self.left is None else min(self.left, length - 1)
        right = length - 1 if self.right is None else min(self.right, length - 1)
        return left, right

    def covers(self, length: int) -> bool:
        """Return whether no window limits a document of `length` tokens, apart from causality."""
        left, right = self.sides(length)
        return left == length - 1 and right in (0, length - 1)

    def allows(self, query: Tensor, key: Tensor) -> Tensor:
        """Return whether queries may attend to keys.

        Args:
            query: Positions.
            key: Positions that broadcast with those of the queries.
        """
        after = key - query
        allowed = torch.ones_like(after, dtype=torch.bool)
        if self.left is not None:
            allowed &= after >= -self.left
        if self.right is not None:
            allowed &= after <= self.right
        return allowed

    def keys_of(self, first: int, stop: int, length: int) -> slice:
        """Return the run of keys that queries `first` to `stop - 1` attend to.

        Args:
            first: Position of the first query, counted as keys are.
            stop: The position after the last query.
            length: Number of keys.
        """
        low = 0 if self.left is None else max(0, first - self.left)
        high = length if self.right is None else min(length, stop + self.right)
        return slice(min(low, length), max(high, min(low, length)))
