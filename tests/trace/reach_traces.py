"""Traces of random queries and keys in layers of any reach, with the same by n x n."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from longformer_viz.trace.reach_layer import ReachLayer
from longformer_viz.trace.reach_trace import ReachTrace, pattern_of
from longformer_viz.trace.score_rule import ScoreRule
from longformer_viz.trace.tokens import Tokens

SIZE = 8


@dataclass(frozen=True, slots=True)
class Dense:
    """What a trace is made of, by n x n.

    scores: after cap and bias, `[layers, heads, n, n]`; sinks: `[heads]`, -inf for none.
    """

    scores: Tensor
    sinks: Tensor

    def log_sum_exp(self, allowed, *, with_sinks):
        """Over the allowed pairs `[layers, heads, n, n]`; -inf for a row without one."""
        lse = self.scores.masked_fill(~allowed, -math.inf).logsumexp(-1)
        return torch.logaddexp(lse, self.sinks[:, None].expand(lse.shape[1:])) if with_sinks else lse

    def weights(self, allowed):
        """The softmax over the allowed pairs and the sinks, `[layers, heads, n, n]`."""
        lse = self.log_sum_exp(allowed, with_sinks=True)[..., None]
        return torch.where(allowed, torch.exp(self.scores - lse), 0)


def reach_trace(length, reaches, *, heads=3, key_heads=1, softcap=None, sinks=False, bias=False):
    """A trace with one layer for each reach, and the same by n x n, in double precision."""
    generator = torch.Generator().manual_seed(length)
    position = torch.arange(length)
    own_sinks = torch.linspace(-1, 3, heads) if sinks else None
    layers, scores = [], []
    for reach in reaches:
        query = torch.randn(heads, length, SIZE, generator=generator)
        key = torch.randn(key_heads, length, SIZE, generator=generator)
        by_distance = torch.randn(heads, 2 * length - 1, generator=generator) if bias else None
        one = query.double() @ key.double().repeat_interleave(heads // key_heads, 0).mT
        if softcap is not None:
            one = softcap * torch.tanh(one / softcap)
        if by_distance is not None:
            one = one + by_distance.double()[:, position - position[:, None] + length - 1]
        scores.append(one)
        lse = one.masked_fill(~reach.allows(position[:, None], position), -math.inf).logsumexp(-1)
        lse = lse if own_sinks is None else torch.logaddexp(lse, own_sinks.double()[:, None])
        layers.append(ReachLayer(query, key, lse.float(), reach, ScoreRule(softcap, own_sinks, by_distance)))
    offsets = tuple((5 * number, 5 * number + 4) for number in range(length))
    tokens = Tokens((5,) * length, offsets, ("word",) * length, "word " * length)
    pattern = pattern_of(tuple(layers))
    widths = tuple(layer.window for layer in pattern.layers)
    trace = ReachTrace(tokens, pattern, tuple(layers), "random", widths, 512, 0.0, None)
    dense = Dense(torch.stack(scores), torch.full((heads,), -math.inf) if own_sinks is None else own_sinks)
    return trace, dense
