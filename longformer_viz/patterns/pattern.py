"""What every pattern answers: which pairs, how many, in which rectangles they lie, and what a layer passes on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, Protocol

import torch
from torch import Tensor

from longformer_viz.spec import InputError, shown

KINDS = ("local", "dilated", "global", "random", "hashed", "chunk", "full")


@dataclass(frozen=True, slots=True)
class Tiles:
    """Rectangles of pairs in one layer, the same for some of its heads.

    kind: one of `KINDS`; heads: their numbers; queries [tiles, q] and keys [tiles, k]: positions, the document's
    length where there is none; allowed: bool, broadcasts to [tiles, q, k], None where every pair may attend. No
    query stands twice in one batch of tiles.
    """

    kind: str
    heads: tuple[int, ...]
    queries: Tensor
    keys: Tensor
    allowed: Tensor | None = None


class Pattern(Protocol):
    """Which pairs of tokens may attend to each other, in every layer and head of a model.

    depth, heads: layers, and heads a layer; name: of the system as set; reference: paper and section.
    """

    @property
    def depth(self) -> int: ...

    @property
    def heads(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def reference(self) -> str: ...

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Whether `query` may attend to `key` (positions, broadcast) in this layer and head."""
        ...

    def count_pairs(self, length: int) -> int:
        """Pairs scored in a document of `length` tokens, over all layers and heads, each pair once."""
        ...

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Rectangles that hold each allowed pair of these heads (all where None) exactly once."""
        ...

    def spread(self, layer: int, marked: Tensor) -> Tensor:
        """What each token holds after a layer that adds up (by `|`) what it sees to what it has.

        marked: bool or integer bits [n, k], what each token holds before; all heads count together.
        """
        ...

    def seen(self, layer: int, queries: Tensor) -> Tensor:
        """The tokens that any of some tokens sees in any head, and these themselves; bool [n] to bool [n]."""
        ...


def check_number(value: Any, name: str, low: int, high: int, cure: int) -> int:
    """The value, if it is a whole number from `low` to `high`; InputError if not."""
    if not isinstance(value, Integral) or isinstance(value, bool) or not low <= value <= high:
        raise InputError(f"{name} must be a whole number from {low:,} to {high:,}; got {shown(value)}. Try {cure:,}.")
    return int(value)


def check_model(depth: Any, heads: Any) -> None:
    """Raises InputError for a number of layers or heads that no model has."""
    check_number(depth, "Layers", 1, 1_000, 6)
    check_number(heads, "Heads", 1, 1_000, 12)


def check_same_length(length: int, own: int, name: str) -> None:
    """Raises InputError where a pattern drawn for one document is asked about one of another length."""
    if length != own:
        raise InputError(
            f"A {name} pattern holds for the length it was drawn for, {own:,} tokens; got {length:,}. "
            "Make one for this length."
        )


def chosen_heads(heads: Sequence[int] | None, count: int) -> tuple[int, ...]:
    """These heads, or all."""
    return tuple(range(count)) if heads is None else tuple(heads)


def or_over(marked: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """For each i the `|` of rows low[i] to high[i] - 1 of a bool or integer [n, k]; nothing where there is none.

    Stretches of 1, 2, 4 ... rows are added up once each, and any other is two of these that overlap.
    """
    result = marked.new_zeros(len(low), marked.shape[1])
    width, size, level = high - low, 1, marked
    widest = int(width.max()) if len(low) else 0
    while size <= widest:
        rows = ((width >= size) & (width < 2 * size)).nonzero().flatten()
        if len(rows):
            result[rows] = level[low[rows]] | level[high[rows] - size]
        if 2 * size <= widest:
            level = level[:-size] | level[size:]
        size *= 2
    return result


def or_of_all(marked: Tensor) -> Tensor:
    """The `|` of all rows of a [n, k], as [1, k]."""
    return or_over(marked, torch.tensor([0]), torch.tensor([len(marked)]))
