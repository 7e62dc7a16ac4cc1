"""How much attention each token of a document receives."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from longformer_viz import AttentionSpec, run
from longformer_viz.models.loading import LoadedModel
from longformer_viz.trace.trace import Trace

SHIFT = 100


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


def received_at(
    model: LoadedModel, text: str, places: Iterable[int], spec: AttentionSpec | None = None
) -> dict[int, float]:
    """What the tokens at places receive, in multiples of the median token, without places past the document's end.

    A word that draws attention wherever it stands counts relative to what it receives elsewhere: in the same document
    without its first tokens.
    """
    shares = received_shares(run(model, text, spec))
    elsewhere = received_shares(run(model, model.tokenize(text, start=SHIFT), spec))
    usual = shares.median().item()
    return {
        place: shares[place].item() / max(usual, elsewhere[place - SHIFT].item())
        for place in places
        if place < len(shares) - 1
    }
