"""The interface of attention patterns: allowed pairs, their number, their rectangles, and what a layer passes on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from longformer_viz.checks import check_values, check_whole
from longformer_viz.spec import InputError, LayerSpec, shown

MOST_TOKENS = 2**24
KINDS = ("local", "dilated", "global", "random", "hashed", "chunk", "full")


@dataclass(frozen=True, slots=True)
class Tiles:
    """Rectangles of pairs in one layer, the same for some of its heads. No query occurs twice in one batch of tiles.

    Attributes:
        kind: One of `KINDS`.
        heads: Indices of the heads.
        queries: Positions `[tiles, q]`; the document's length stands for a missing query.
        keys: Positions `[tiles, k]`; the document's length stands for a missing key.
        allowed: Bool that broadcasts to `[tiles, q, k]`; None if every pair may attend.
    """

    kind: str
    heads: tuple[int, ...]
    queries: Tensor
    keys: Tensor
    allowed: Tensor | None = None


class Connectivity(Protocol):
    """The tokens that each token attends to in any head, layer by layer.

    Attributes:
        depth: Number of layers.
    """

    @property
    def depth(self) -> int:
        """Number of layers."""
        ...

    def propagate(self, layer: int, marked: Tensor) -> Tensor:
        """Return the marks of each token after a layer, in which it gets the marks of the tokens it attends to.

        Args:
            layer: Index of the layer, from 0. All its heads count together.
            marked: Bool or integer bits `[n, k]`, the marks before the layer.

        Returns:
            The marks after the layer, in the same form.
        """
        ...

    def attended_tokens(self, layer: int, queries: Tensor) -> Tensor:
        """Return the tokens that some queries attend to in any head, and the queries themselves.

        Args:
            layer: Index of the layer, from 0.
            queries: Bool `[n]`.

        Returns:
            Bool `[n]`.
        """
        ...


class Pattern(Connectivity, Protocol):
    """The pairs of tokens that may attend to each other, in every layer and head of a model."""

    @property
    def heads(self) -> int:
        """Number of heads in each layer."""
        ...

    @property
    def name(self) -> str:
        """Name of the system with these settings."""
        ...

    @property
    def reference(self) -> str:
        """Paper and section that describe the pattern."""
        ...

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Return whether queries may attend to keys.

        Args:
            layer: Index of the layer, from 0.
            head: Index of the head, from 0.
            query: Positions.
            key: Positions that broadcast with those of the queries.

        Returns:
            Bool, of the broadcast shape.
        """
        ...

    def count_pairs(self, length: int) -> int:
        """Count the pairs that the model scores in a document.

        Args:
            length: Number of tokens in the document.

        Returns:
            The number of pairs over all layers and heads. Each pair of a head counts once.
        """
        ...

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Yield rectangles that contain each allowed pair exactly once.

        Args:
            layer: Index of the layer, from 0.
            length: Number of tokens in the document.
            heads: Indices of the heads; None for all.

        Yields:
            Batches of rectangles.
        """
        ...


def check_model(depth: Any, heads: Any) -> None:
    """Check the numbers of layers and heads.

    Args:
        depth: Number of layers.
        heads: Number of heads in each layer.

    Raises:
        InputError: If one of them is not a whole number from 1 to 1,000.
    """
    check_whole(depth, "Layers", 1, 1_000, 6)
    check_whole(heads, "Heads", 1, 1_000, 12)


def check_length(length: Any) -> int:
    """Return the length of a document, in tokens.

    Args:
        length: The length.

    Raises:
        InputError: If it is not a whole number from 1 to `MOST_TOKENS`.
    """
    return check_whole(length, "Length", 1, MOST_TOKENS, 4096)


def check_layers(layers: Any, global_positions: Any) -> None:
    """Check the layers and the global tokens of a Longformer's pattern.

    Args:
        layers: A `LayerSpec` for each layer.
        global_positions: Positions of the global tokens.

    Raises:
        InputError: One of them is of another type, or there is no layer.
    """
    cure = "Make the pattern with sliding_window."
    if not all(isinstance(layer, LayerSpec) for layer in check_values(layers, "layers", cure) or [None]):
        raise InputError(f"layers must be a LayerSpec for each layer. You entered {shown(layers)}. {cure}")
    for position in check_values(global_positions, "global_positions", "Try (0,)."):
        if type(position) is not int or position < 0:
            check_whole(position, "A global position", 0, MOST_TOKENS, 0)


def check_pattern_type(pattern: Any) -> None:
    """Check that a value is a pattern.

    Args:
        pattern: The value.

    Raises:
        InputError: It has not what every pattern has.
    """
    if isinstance(pattern, type) or not all(hasattr(pattern, name) for name in ("depth", "propagate")):
        raise InputError(
            f"A pattern must be one of this package's, such as a sliding window. You entered {shown(pattern)}. "
            "Try sliding_window(256, depth=6, heads=12)."
        )


def check_same_length(length: int, own: int, name: str) -> None:
    """Check that a pattern drawn for one document is used for a document of the same length.

    Args:
        length: Number of tokens in the document.
        own: Number of tokens that the pattern was drawn for.
        name: The pattern's name, for the error.

    Raises:
        InputError: If the lengths differ.
    """
    if length != own:
        raise InputError(
            f"A {name} pattern is valid only for the length it was drawn for, {own:,} tokens. "
            f"This document has {length:,}. "
            "Make a pattern for this length."
        )


def chosen_heads(heads: Sequence[int] | None, count: int) -> tuple[int, ...]:
    """Return the selected heads.

    Args:
        heads: Indices of the heads; None for all.
        count: Number of heads in the layer.

    Returns:
        Indices of heads.
    """
    return tuple(range(count)) if heads is None else tuple(heads)


def or_over(marked: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Return for each range the bitwise or of its rows, zeros for an empty range.

    Ranges of 1, 2, 4 and so on rows are combined once each. Any other range is two of these that overlap.

    Args:
        marked: Bool or integer bits `[n, k]`.
        low: First row of each range, `[m]`.
        high: The row after the last of each range, `[m]`.

    Returns:
        Bits `[m, k]`.
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
    """Return the bitwise or of all rows of `marked` `[n, k]`, as `[1, k]`."""
    return or_over(marked, torch.tensor([0]), torch.tensor([len(marked)]))
