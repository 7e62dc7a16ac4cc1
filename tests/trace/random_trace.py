"""Traces of random queries and keys, for what needs weights but no model."""

import math

import torch

from longformer_viz.attention.global_tokens import GlobalRows
from longformer_viz.patterns.longformer import LongformerPattern, in_band
from longformer_viz.spec import LayerSpec
from longformer_viz.trace.layer_trace import LayerTrace
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace

HEADS, HEAD_SIZE = 4, 8


def traced(length, layers, positions=(), tokens=None):
    """A trace of random queries and keys whose rows sum to 1; layers: (window, one dilation a head), 4 heads."""
    generator = torch.Generator().manual_seed(length)
    specs = tuple(LayerSpec(window, dilations) for window, dilations in layers)
    kept = []
    for spec in specs:
        query, key = torch.randn(2, len(spec.dilations), length, HEAD_SIZE, generator=generator)
        query /= HEAD_SIZE**0.5
        place = torch.arange(length)
        is_global = torch.isin(place, torch.tensor(positions, dtype=torch.long))
        lse = []
        for head, dilation in enumerate(spec.dilations):
            seen = in_band(place[:, None], place, spec.one_sided_window, dilation) | is_global
            lse.append((query[head] @ key[head].mT).masked_fill(~seen, -math.inf).logsumexp(-1))
        rows = None
        if positions:
            row_query = query[:, list(positions)]
            rows = GlobalRows(row_query, key, (row_query @ key.mT).logsumexp(-1))
        kept.append(LayerTrace(query, key, torch.stack(lse), rows))
    if tokens is None:
        offsets = tuple((5 * number, 5 * number + 4) for number in range(length))
        tokens = Tokens((5,) * length, offsets, ("word",) * length, "word " * length)
    return Trace(tokens, LongformerPattern(specs, positions), tuple(kept), "random", (8,), 512, 0.0, None)
