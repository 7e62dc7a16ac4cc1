"""How much attention each token of a document receives."""

from collections.abc import Sequence

import torch
from torch import Tensor

from longformer_viz.trace.trace import Trace


def received_shares(trace: Trace, places: Sequence[tuple[int, int]] | None = None) -> Tensor:
    """The share of all weight in its window that each token receives, mean over (layer, head) places: `[n]`.

    Weights of global tokens are left out. All layers have one window and no dilation.
    """
    length, half = len(trace.tokens), trace.pattern.layers[0].window // 2
    places = places or [(layer, head) for layer in range(len(trace.layers)) for head in range(trace.heads)]
    band = sum(trace.band(layer, head).band for layer, head in places) / len(places)  # [query, window + 1]
    keys = torch.arange(length)[:, None] + torch.arange(-half, half + 1)
    inside = (keys >= 0) & (keys < length)
    received = torch.zeros(length).index_add_(0, keys[inside], band[inside])
    return received / torch.bincount(keys[inside], minlength=length)
