"""Longformer's pattern: a band of window and dilation, and global tokens (Beltagy et al. 2020, section 3.1)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from longformer_viz.checks import check_whole
from longformer_viz.patterns.pattern import (
    Tiles,
    check_layers,
    check_length,
    check_model,
    chosen_heads,
    or_of_all,
    or_over,
)
from longformer_viz.spec import LayerSpec, check_dilation, check_window

QUERY_BLOCK = 128
_BOTTOM_WINDOW, _TOP_WINDOW = 512, 8_192  # windows of the character model's lowest and highest layer
_SMALL_MODEL_GAPS = (0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3)  # tokens between two keys, by layer


def in_band(query: Tensor, key: Tensor, one_sided_window: int, dilation: int) -> Tensor:
    """Return whether keys are in the windows of queries, at a distance that is a multiple of the dilation.

    Args:
        query: Positions.
        key: Positions that broadcast with those of the queries.
        one_sided_window: Number of keys on each side of a query.
        dilation: Distance between neighbouring keys, in tokens.

    Returns:
        Bool, of the broadcast shape.
    """
    distance = key - query
    return (distance.abs() <= one_sided_window * dilation) & (distance % dilation == 0)


@dataclass(frozen=True, slots=True)
class LongformerPattern:
    """The pairs that a Longformer with these layers and global tokens scores.

    Without global tokens the pattern is called a sliding window or a dilated window.

    Attributes:
        layers: Window and dilations of each layer.
        global_positions: Positions of the global tokens.
    """

    layers: tuple[LayerSpec, ...]
    global_positions: tuple[int, ...] = ()

    reference = "Beltagy, Peters and Cohan 2020, arXiv:2004.05150, section 3.1"

    def __post_init__(self) -> None:
        check_layers(self.layers, self.global_positions)

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.layers)

    @property
    def heads(self) -> int:
        """Number of heads in each layer."""
        return len(self.layers[0].dilations)

    @property
    def name(self) -> str:
        """The pattern's name: Longformer, dilated window or sliding window."""
        if self.global_positions:
            return "Longformer"
        dilated = any(set(layer.dilations) != {1} for layer in self.layers)
        return "Dilated window" if dilated else "Sliding window"

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Return whether queries may attend to keys. The parameters are those of `Pattern.allows`."""
        band = self.layers[layer]
        globals_ = torch.tensor(self.global_positions, dtype=query.dtype, device=query.device)
        return (
            in_band(query, key, band.one_sided_window, band.dilations[head])
            | torch.isin(query, globals_)
            | torch.isin(key, globals_)
        )

    def count_pairs(self, length: int) -> int:
        """Return the number of distinct pairs in a document of `length` tokens, over all layers and heads."""
        length = check_length(length)
        counts = {
            (layer.window, dilation): self._pairs_of_head(length, layer.one_sided_window, dilation)
            for layer in self.layers
            for dilation in set(layer.dilations)
        }
        return sum(counts[layer.window, dilation] for layer in self.layers for dilation in layer.dilations)

    def tiles(self, layer: int, length: int, heads: Sequence[int] | None = None) -> Iterator[Tiles]:
        """Yield the bands in blocks of queries, then columns and rows of the global tokens.

        The parameters are those of `Pattern.tiles`.
        """
        band, wanted = self.layers[layer], chosen_heads(heads, self.heads)
        is_global = self._is_global(length)
        for dilation in sorted({band.dilations[head] for head in wanted}):
            members = tuple(head for head in wanted if band.dilations[head] == dilation)
            yield from _band_tiles(members, length, band.one_sided_window, dilation, is_global)
        everyone, positions = torch.arange(length), is_global.nonzero().flatten()
        if len(positions):
            if len(positions) < length:
                yield Tiles("global", wanted, everyone[~is_global][None], positions[None])
            yield Tiles("global", wanted, positions[None], everyone[None])

    def propagate(self, layer: int, marked: Tensor) -> Tensor:
        """Return the marks of each token after the layer. The parameters are those of `Connectivity.propagate`."""
        band, length = self.layers[layer], len(marked)
        result = marked.clone()
        for dilation in set(band.dilations):
            order = torch.argsort(torch.arange(length) % dilation, stable=True)
            remainder = torch.arange(length)[order] % dilation
            first = torch.searchsorted(remainder, remainder)
            after = torch.searchsorted(remainder, remainder, right=True)
            place = torch.arange(length)
            low = torch.maximum(first, place - band.one_sided_window)
            high = torch.minimum(after, place + band.one_sided_window + 1)
            result[order] |= or_over(marked[order], low, high)
        is_global = self._is_global(length)
        if is_global.any():
            result |= or_of_all(marked[is_global])
            result[is_global] = or_of_all(marked)
        return result

    def attended_tokens(self, layer: int, queries: Tensor) -> Tensor:
        """Return the attended tokens, bool `[n]`. The parameters are those of `Connectivity.attended_tokens`.

        Attention is mutual in this pattern.
        """
        return self.propagate(layer, queries[:, None])[:, 0]

    def _is_global(self, length: int) -> Tensor:
        mask = torch.zeros(length, dtype=torch.bool)
        mask[[position for position in self.global_positions if position < length]] = True
        return mask

    def _pairs_of_head(self, length: int, one_sided_window: int, dilation: int) -> int:
        reach = min(one_sided_window, (length - 1) // dilation)
        distances = dilation * np.arange(1, reach + 1)
        local = length + 2 * int((length - distances).sum())
        position = np.array([position for position in self.global_positions if position < length], dtype=np.int64)
        if not len(position):
            return local
        is_global = np.zeros(length)
        is_global[position] = 1
        count = len(position)
        before = np.minimum(position // dilation, reach)
        after = np.minimum((length - 1 - position) // dilation, reach)
        touching = int((before + after + 1).sum())  # Band pairs whose query is global. As many have a global key.
        # The number of pairs of global tokens at each distance, by autocorrelation.
        spectrum = np.fft.rfft(is_global, 2 * length)
        at_distance = np.rint(np.fft.irfft(np.abs(spectrum) ** 2, 2 * length)[:length]).astype(np.int64)
        both = count + 2 * int(at_distance[distances].sum())
        return local - (2 * touching - both) + 2 * count * length - count * count


def one_head_pattern(
    window: int, dilation: int = 1, global_positions: tuple[int, ...] = (), depth: int = 1
) -> LongformerPattern:
    """Return the pattern of layers that are all alike, with one head.

    Args:
        window: The full, even width in tokens.
        dilation: Distance between neighbouring keys.
        global_positions: Positions of the global tokens.
        depth: Number of layers.
    """
    return LongformerPattern((LayerSpec(window, (dilation,)),) * depth, global_positions)


def sliding_window(window: int, depth: int, heads: int) -> LongformerPattern:
    """Return a sliding window in all layers and heads.

    Args:
        window: The full, even width: `window / 2` keys on each side.
        depth: Number of layers.
        heads: Heads in a layer.

    Raises:
        InputError: A number is out of range.
    """
    return dilated_window(window, 1, depth, heads)


def dilated_window(window: int, dilation: int, depth: int, heads: int) -> LongformerPattern:
    """Return a window whose keys are `dilation` tokens apart, in all layers and heads.

    Args:
        window: Keys on both sides together.
        dilation: Distance between neighbouring keys.
        depth: Number of layers.
        heads: Heads in a layer.

    Raises:
        InputError: A number is out of range.
    """
    check_model(depth, heads)
    return LongformerPattern((LayerSpec(check_window(window), (check_dilation(dilation),) * heads),) * depth)


def longformer_preset(depth: int, heads: int) -> LongformerPattern:
    """Return the pattern of the released checkpoints: window 512 in every layer, no dilation, first token global.

    Source: Beltagy et al. 2020, section 5 ("Attention Pattern") and section 6.

    Args:
        depth: Number of layers.
        heads: Number of heads in each layer.

    Returns:
        The pattern.

    Raises:
        InputError: If a number is out of range.
    """
    check_model(depth, heads)
    return LongformerPattern((LayerSpec(512, (1,) * heads),) * depth, (0,))


def paper_dilations(depth: int, heads: int, dilated_heads: int) -> tuple[tuple[int, ...], ...]:
    """Return the dilations of the paper's small character model, rescaled to another depth.

    Source: Beltagy et al. 2020, Table 12, "Dilation (small model)".

    Args:
        depth: Number of layers.
        heads: Number of heads in each layer.
        dilated_heads: Number of heads with dilation in each layer.

    Returns:
        A tuple for each layer with the dilation of each head.

    Raises:
        InputError: A number is out of range.
    """
    check_model(depth, heads)
    check_whole(dilated_heads, "Dilated heads", 0, heads, min(2, heads))
    gaps = [_SMALL_MODEL_GAPS[layer * len(_SMALL_MODEL_GAPS) // depth] for layer in range(depth)]
    return tuple((gap + 1,) * dilated_heads + (1,) * (heads - dilated_heads) for gap in gaps)


def character_model_preset(depth: int, heads: int, dilated_heads: int = 2) -> LongformerPattern:
    """Return the pattern of the paper's character model, rescaled to another depth.

    Dilation follows the small model of 12 layers, rescaled to `depth` layers. (Its gaps are 0 in the lower half, then
    1, 2 and 3; dilations here are gap + 1.) Windows grow from 512 in the bottom layer to 8,192 in the top
    layer in equal ratios; the table names the two ends only. That model was causal and read characters. Here its
    pattern is applied to other weights.

    Source: Beltagy et al. 2020, Table 12, "Phase 5 window sizes" (the top, 8,192, follows from five phases that
    double the 512 of the first) and "Dilation (small model)", "2 heads only".

    Args:
        depth: Number of layers.
        heads: Heads in a layer.
        dilated_heads: Heads in a layer with dilation.

    Raises:
        InputError: A number is out of range.
    """
    layers = []
    for layer, dilations in enumerate(paper_dilations(depth, heads, dilated_heads)):
        width = 2 * round(_BOTTOM_WINDOW * (_TOP_WINDOW / _BOTTOM_WINDOW) ** (layer / max(1, depth - 1)) / 2)
        layers.append(LayerSpec(width, dilations))
    return LongformerPattern(tuple(layers))


def _band_tiles(heads: tuple[int, ...], length: int, half: int, dilation: int, is_global: Tensor) -> Iterator[Tiles]:
    """Yield a band without its global queries and keys; the tokens of each remainder form one sequence."""
    kind = "local" if dilation == 1 else "dilated"
    steps, longer = divmod(length, dilation)
    for first, last, size in ((0, longer, steps + 1), (longer, dilation, steps)):
        if last == first or not size:
            continue
        alike = defaultdict(list)  # Blocks of queries by the shape of their keys.
        for start in range(0, size, QUERY_BLOCK):
            stop = min(start + QUERY_BLOCK, size)
            alike[max(0, start - half) - start, min(size, stop + half) - start, stop - start].append(start)
        for (low, high, rows), starts in alike.items():
            near = (torch.arange(low, high) - torch.arange(rows)[:, None]).abs() <= half
            near = None if near.all() else near[None]
            origin = (torch.arange(first, last)[:, None] + dilation * torch.tensor(starts)).flatten()[:, None]
            queries, keys = origin + dilation * torch.arange(rows), origin + dilation * torch.arange(low, high)
            touched = is_global[queries].any(1) | is_global[keys].any(1)
            if not touched.all():
                yield Tiles(kind, heads, queries[~touched], keys[~touched], near)
            if touched.any():
                local = ~is_global[queries[touched]][:, :, None] & ~is_global[keys[touched]][:, None]
                yield Tiles(kind, heads, queries[touched], keys[touched], local if near is None else local & near)
