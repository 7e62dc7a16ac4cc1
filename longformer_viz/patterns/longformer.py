"""Longformer's pattern: a band of window and dilation, and global tokens (Beltagy et al. 2020, section 3.1)."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from longformer_viz.spec import LayerSpec


def in_band(query: Tensor, key: Tensor, one_sided_window: int, dilation: int) -> Tensor:
    """Whether `key` lies in the window of `query` (positions, broadcast): distance a multiple of the dilation."""
    distance = key - query
    return (distance.abs() <= one_sided_window * dilation) & (distance % dilation == 0)


@dataclass(frozen=True, slots=True)
class LongformerPattern:
    """The pairs that a Longformer with these layers and global tokens scores."""

    layers: tuple[LayerSpec, ...]
    global_positions: tuple[int, ...] = ()

    name = "Longformer"
    reference = "Beltagy, Peters and Cohan 2020, arXiv:2004.05150"

    def allows(self, layer: int, head: int, query: Tensor, key: Tensor) -> Tensor:
        """Whether `query` may attend to `key` (positions, broadcast) in this layer and head."""
        band = self.layers[layer]
        globals_ = torch.tensor(self.global_positions, dtype=query.dtype, device=query.device)
        return (
            in_band(query, key, band.one_sided_window, band.dilations[head])
            | torch.isin(query, globals_)
            | torch.isin(key, globals_)
        )

    def count_pairs(self, length: int) -> int:
        """Pairs scored in a document of `length` tokens, over all layers and heads, each pair once."""
        counts = {
            (layer.window, dilation): self._pairs_of_head(length, layer.one_sided_window, dilation)
            for layer in self.layers
            for dilation in set(layer.dilations)
        }
        return sum(counts[layer.window, dilation] for layer in self.layers for dilation in layer.dilations)

    def _pairs_of_head(self, length: int, one_sided_window: int, dilation: int) -> int:
        reach = min(one_sided_window, (length - 1) // dilation)
        distances = dilation * np.arange(1, reach + 1)
        local = length + 2 * int((length - distances).sum())
        if not self.global_positions:
            return local
        is_global = np.zeros(length)
        is_global[list(self.global_positions)] = 1
        count = len(self.global_positions)
        position = np.array(self.global_positions)
        before = np.minimum(position // dilation, reach)
        after = np.minimum((length - 1 - position) // dilation, reach)
        touching = int((before + after + 1).sum())  # band pairs whose query is global; as many whose key is
        # How many pairs of global tokens stand at each distance, by autocorrelation.
        spectrum = np.fft.rfft(is_global, 2 * length)
        at_distance = np.rint(np.fft.irfft(np.abs(spectrum) ** 2, 2 * length)[:length]).astype(np.int64)
        both = count + 2 * int(at_distance[distances].sum())
        return local - (2 * touching - both) + 2 * count * length - count * count
