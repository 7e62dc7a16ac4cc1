"""Attention with any reach equals one softmax over all allowed pairs."""

import math

import pytest
import torch

from longformer_viz.attention.kernels.explicit import ScoreOptions
from longformer_viz.attention.reach_attention import reach_attention
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError


def dense(query, key, value, reach, options, keep, offset):
    """The same as n x n matrices."""
    group = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(group, 1), value.repeat_interleave(group, 1)
    scores = query @ key.mT * options.scale_of(query.shape[-1])
    if options.softcap is not None:
        scores = options.softcap * torch.tanh(scores / options.softcap)
    if options.bias is not None:
        scores = scores + options.bias
    position = torch.arange(offset, offset + query.shape[2])
    after = torch.arange(key.shape[2]) - position[:, None]
    allowed = torch.ones_like(after, dtype=torch.bool)
    if reach.left is not None:
        allowed &= after >= -reach.left
    if reach.right is not None:
        allowed &= after <= reach.right
    if keep is not None:
        allowed = allowed & keep[:, None, None]
    scores = scores.masked_fill(~allowed, -math.inf)
    sinks = torch.full((query.shape[1],), -math.inf) if options.sinks is None else options.sinks
    together = torch.cat([scores, sinks[:, None, None].expand(*scores.shape[:3], 1)], -1)
    weights = together.softmax(-1)[..., :-1].nan_to_num(0)
    return weights @ value, together.logsumexp(-1)


def inputs(length=300, keys=None, heads=6, key_heads=2, size=16):
    generator = torch.Generator().manual_seed(length)
    query = torch.randn(2, length, heads, size, generator=generator).transpose(1, 2)
    key, value = torch.randn(2, 2, keys or length, key_heads, size, generator=generator).transpose(2, 3)
    return query, key, value


REACHES = [
    LayerReach(),
    LayerReach(None, 0),
    LayerReach(40, 40),
    LayerReach(40, 0),
    LayerReach(100, 7),
    LayerReach(0, 0),
    LayerReach(1000, 0),
    LayerReach(0, 20),
]
OPTIONS = {
    "plain": ScoreOptions(),
    "scale": ScoreOptions(scale=0.7),
    "softcap": ScoreOptions(softcap=1.5),
    "sinks": ScoreOptions(sinks=torch.linspace(-2, 2, 6)),
    "bias": ScoreOptions(bias=torch.randn(1, 6, 300, 300, generator=torch.Generator().manual_seed(1))),
}
PADDED = torch.ones(2, 300, dtype=torch.bool)
PADDED[0, :70] = PADDED[1, 200:] = PADDED[1, 100] = False


@pytest.mark.parametrize("keep", [None, PADDED], ids=["whole", "padded"])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("reach", REACHES, ids=str)
def test_equals_one_softmax_over_all_allowed_pairs(reach, options, keep):
    given = inputs()
    output, log_sum_exp = reach_attention(*given, reach, options, keep)
    expected, sums = dense(*given, reach, options, keep, 0)
    torch.testing.assert_close(output, expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(log_sum_exp, sums, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("key_heads", [1, 6])
@pytest.mark.parametrize("length", [1, 63, 64, 65, 200, 1000])
@pytest.mark.parametrize("reach", [LayerReach(40, 0), LayerReach(40, 40)], ids=str)
def test_any_length_and_number_of_key_heads(reach, length, key_heads):
    given = inputs(length, key_heads=key_heads)
    output, log_sum_exp = reach_attention(*given, reach)
    expected, sums = dense(*given, reach, ScoreOptions(), None, 0)
    torch.testing.assert_close(output, expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(log_sum_exp, sums, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("queries", [1, 50])
@pytest.mark.parametrize("reach", REACHES[:6], ids=str)
def test_queries_that_follow_cached_keys(reach, queries):
    given = inputs(queries, 300)
    output, _ = reach_attention(*given, reach, offset=300 - queries)
    expected, _ = dense(*given, reach, ScoreOptions(), None, 300 - queries)
    torch.testing.assert_close(output, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("keep", [None, PADDED], ids=["whole", "padded"])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("reach", REACHES[:5], ids=str)
def test_gradients_are_those_of_the_dense_matrices(reach, options, keep):
    gradients = []
    for compute in (reach_attention, lambda *given: dense(*given, 0)):
        given = [tensor.requires_grad_() for tensor in inputs()]
        output, _ = compute(*given, reach, options, keep)
        weighting = torch.cos(torch.arange(output.numel()).view(output.shape).float())
        if keep is not None:
            weighting = weighting * keep[:, None, :, None]
        (output * weighting).sum().backward()
        gradients.append([tensor.grad for tensor in given])
    for ours, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_shapes_that_do_not_fit_are_refused():
    query, key, value = inputs()
    with pytest.raises(InputError, match="multiple of key_heads"):
        reach_attention(query[:, :5], key, value, LayerReach())
