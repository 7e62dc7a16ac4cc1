"""Where the first token looks: a head decides by it alone, so what it takes in is what the decision can rest on."""

from collections.abc import Sequence

import torch
from torch import Tensor

from longformer_viz.trace.trace import Trace


def first_token_shares(trace: Trace, spans: Sequence[tuple[int, int]]) -> Tensor:
    """[layers, heads]: the share of its attention that `<s>` gives to these spans of tokens, each first to last."""
    chosen = torch.zeros(len(trace.tokens))
    for first, last in spans:
        chosen[first : last + 1] = 1
    shares = [
        [float(trace.weights(layer, head, slice(0, 1))[0] @ chosen) for head in range(trace.heads)]
        for layer in range(len(trace.layers))
    ]
    return torch.tensor(shares)
