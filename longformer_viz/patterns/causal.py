"""Any pattern in a causal model, where no query attends to a later key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor

from longformer_viz.patterns.pattern import Connectivity, Pattern, Tiles

QUERY_BLOCK = 128
_WORDS = 2**22  # Numbers of marks in memory at a time.


@dataclass(frozen=True, slots=True)
class CausalPattern:
    """A pattern without its pairs of a query and a later key, in the causal layers of a model.

    Attributes:
        pattern: The pattern.
        causal_layers: Whether each layer of the model is causal.
    """

    pattern: Pattern
    causal_layers: tuple[bool, ...]

    @property
    def depth(self) -> int:
        """Number of layers."""
        return self.pattern.depth

    @property
    def heads(self) -> int:
        """Number of heads in each layer."""
        return self.pattern.heads

    @property
    def name(self) -> str:
        """Name of the pattern without the causal limit."""
        return self.pattern.name

    @property
    def reference(self) -> str:
        """Paper and section that describe the pattern."""
        return self.pattern.reference

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Return whether queries may attend to keys. The parameters are those of `Pattern.allows`."""
        allowed = self.pattern.allows(layer, head, query, key)
        return allowed & (key <= query) if self.causal_layers[layer] else allowed

    def count_pairs(self, length: int) -> int:
        """Return the number of pairs in a document of `length` tokens, over all layers and heads."""
        return sum(
            len(tiles.heads) * _count(tiles, length)
            for layer in range(self.depth)
            for tiles in self.tiles(layer, length)
        )

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Yield the pattern's rectangles, cut at the diagonal in a causal layer.

        The parameters are those of `Pattern.tiles`.
        """
        for tiles in self.pattern.tiles(layer, length, heads):
            if self.causal_layers[layer]:
                yield from _earlier_keys(tiles, length)
            else:
                yield tiles

    def propagate(self, layer: int, marked: Tensor) -> Tensor:
        """Return the marks of each token after the layer. The parameters are those of `Connectivity.propagate`."""
        if not self.causal_layers[layer]:
            return self.pattern.propagate(layer, marked)
        length = len(marked)
        before = np.concatenate([marked.numpy(), np.zeros_like(marked[:1].numpy())])  # The last row: no token.
        after = before.copy()
        for tiles in self.tiles(layer, length):
            for number, (queries, keys) in enumerate(zip(tiles.queries.numpy(), tiles.keys.numpy(), strict=True)):
                if tiles.allowed is None:
                    after[queries] |= np.bitwise_or.reduce(before[keys], axis=0)
                    continue
                allowed = tiles.allowed[number if len(tiles.allowed) > 1 else 0].expand(len(queries), len(keys))
                _or_of_allowed(after, before[keys], queries, allowed.numpy())
        return torch.from_numpy(after[:length])

    def attended_tokens(self, layer: int, queries: Tensor) -> Tensor:
        """Return the attended tokens, bool `[n]`. The parameters are those of `Connectivity.attended_tokens`."""
        if not self.causal_layers[layer]:
            return self.pattern.attended_tokens(layer, queries)
        length = len(queries)
        is_query = torch.cat([queries, torch.tensor([False])])
        attended = is_query.clone()
        for tiles in self.tiles(layer, length):
            chosen = is_query[tiles.queries]  # [tiles, q]
            if not chosen.any():
                continue
            seen = chosen.any(1)[:, None].expand(tiles.keys.shape)
            if tiles.allowed is not None:
                seen = (chosen[..., None] & tiles.allowed).any(1)
            attended[tiles.keys[seen]] = True
        return attended[:length]


def full_pairs(length: int, is_causal: bool) -> int:
    """Return the number of pairs that full attention scores in one head.

    Args:
        length: Number of tokens in the document.
        is_causal: Whether no query attends to a later key.

    Returns:
        All pairs, or those without later keys.
    """
    return length * (length + 1) // 2 if is_causal else length**2


@runtime_checkable
class _WithCausalLayers(Protocol):
    @property
    def causal_layers(self) -> tuple[bool, ...]: ...


def causal_layers(pattern: Connectivity) -> tuple[bool, ...]:
    """Return for each layer whether the `pattern` is known to have no pair of a query and a later key."""
    own = pattern.causal_layers if isinstance(pattern, _WithCausalLayers) else (False,) * pattern.depth
    return either_causal(own, causal_layers(pattern.pattern)) if isinstance(pattern, CausalPattern) else own


def either_causal(layers: Sequence[bool], others: Sequence[bool]) -> tuple[bool, ...]:
    """Return for each layer whether one of two patterns is causal there.

    Args:
        layers: Whether each layer of one pattern is causal.
        others: The same of the other pattern.
    """
    return tuple(one or other for one, other in zip(layers, others, strict=True))


def is_causal(pattern: Connectivity) -> bool:
    """Return whether every layer of a `pattern` is known to have no pair of a query and a later key."""
    return all(causal_layers(pattern))


def _earlier_keys(tiles: Tiles, length: int) -> Iterator[Tiles]:
    """Yield the part of some rectangles in which no key is later than its query, in blocks of queries."""
    for start in range(0, tiles.queries.shape[1], QUERY_BLOCK):
        rows = slice(start, start + QUERY_BLOCK)
        queries, keys = tiles.queries[:, rows], tiles.keys
        last = queries.masked_fill(queries == length, -1).amax(1, keepdim=True)  # [tiles, 1]
        some = (keys <= last).any(1)
        columns = (keys <= last).any(0)
        if not some.any():
            continue
        queries, keys = queries[some], keys[some][:, columns]
        allowed = tiles.allowed
        if allowed is not None:
            allowed = allowed.expand(len(tiles.queries), tiles.queries.shape[1], -1)[some][:, rows][..., columns]
        before = (keys <= queries.amin(1, keepdim=True)).all(0)  # Columns that no query of a tile comes before.
        for part, is_before in ((before, True), (~before, False)):
            if not part.any():
                continue
            kept = None if allowed is None else allowed[..., part]
            if not is_before:
                earlier = keys[:, None, part] <= queries[..., None]  # [tiles, q, k]
                kept = earlier if kept is None else kept & earlier
            yield Tiles(tiles.kind, tiles.heads, queries, keys[:, part], kept)


def _count(tiles: Tiles, length: int) -> int:
    rows = tiles.queries < length  # [tiles, q]
    if tiles.allowed is None:
        return int(rows.sum()) * tiles.keys.shape[1]
    return int((tiles.allowed & rows[..., None]).expand(*rows.shape, tiles.keys.shape[1]).sum())


def _or_of_allowed(result: np.ndarray, marks: np.ndarray, queries: np.ndarray, allowed: np.ndarray) -> None:
    """Add to each query's row the marks of the keys that it may attend to.

    Args:
        result: `[n + 1, words]`.
        marks: Of the keys, `[keys, words]`.
        queries: Positions.
        allowed: `[queries, keys]`.
    """
    together = max(1, _WORDS // max(1, marks.size))
    for start in range(0, len(queries), together):
        rows = slice(start, start + together)
        kept = np.where(allowed[rows, :, None], marks, marks.dtype.type(0))  # [queries, keys, words]
        result[queries[rows]] |= np.bitwise_or.reduce(kept, axis=1)
