"""Captured mass, panels and forbidden pairs of causal, capped, biased models and of models with sinks, by n x n."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.patterns.longformer import LongformerPattern, sliding_window
from longformer_viz.patterns.reach import unreachable_pairs
from longformer_viz.patterns.reach_pattern import ReachPattern
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.spec import InputError, LayerSpec
from longformer_viz.trace import captured_mass as module
from longformer_viz.trace import full_attention as full_module
from longformer_viz.trace import pattern_run
from longformer_viz.trace.captured_mass import captured_mass, forbidden_pairs
from longformer_viz.trace.full_attention import full_attention
from longformer_viz.trace.panel import OUTSIDE, pattern_panel
from longformer_viz.trace.pattern_run import pattern_over, pattern_overview
from tests.patterns.masks import HEADS, KINDS, mask
from tests.trace.reach_traces import reach_trace

REACHES = (LayerReach(None, 0), LayerReach(12, 0))
MODELS = {
    "causal": (REACHES, {}),
    "both directions": ((LayerReach(), LayerReach(12, 12)), {}),
    "mixed": ((LayerReach(None, 0), LayerReach()), {}),
    "capped": (REACHES, {"softcap": 2.0}),
    "sinks": (REACHES, {"sinks": True}),
    "biased": ((LayerReach(), LayerReach()), {"bias": True}),
    "all at once": (REACHES, {"softcap": 3.0, "sinks": True, "bias": True}),
}


def full_mask(trace):
    """The pairs of full attention, bool `[layers, heads, n, n]`."""
    length = len(trace.tokens)
    earlier = torch.ones(length, length, dtype=torch.bool).tril()
    layers = [earlier if is_causal else torch.ones_like(earlier) for is_causal in trace.causal_layers]
    return torch.stack(layers)[:, None].expand(-1, trace.heads, -1, -1)


def expected_mass(trace, dense, pattern):
    allowed = full_mask(trace)
    kept = dense.log_sum_exp(allowed & mask(pattern, len(trace.tokens)), with_sinks=False)
    return torch.exp(kept - dense.log_sum_exp(allowed, with_sinks=False))


def check_forbidden(trace, dense, pattern, pairs, count):
    weights = dense.weights(full_mask(trace))
    lost = weights.masked_fill(~full_mask(trace) | mask(pattern, len(trace.tokens)), -1)
    best = lost.flatten().topk(min(count, lost.numel())).values
    torch.testing.assert_close(
        torch.tensor([pair.weight for pair in pairs]).double(), best[best >= 0], atol=1e-6, rtol=1e-4
    )
    for pair in pairs:
        assert lost[pair.layer, pair.head, pair.query, pair.key].item() == pytest.approx(pair.weight, rel=1e-4)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=5, deadline=None)
@given(st.data())
def test_mass_and_forbidden_pairs_by_n_by_n(model, kind, data):
    reaches, options = MODELS[model]
    length = data.draw(st.integers(1, 60))
    pattern = data.draw(kind(length))
    trace, dense = reach_trace(length, (reaches * 2)[: pattern.depth], **options)
    mass = captured_mass(trace, pattern)
    torch.testing.assert_close(mass.share.double(), expected_mass(trace, dense, pattern), atol=1e-5, rtol=0)
    pairs = forbidden_pairs(trace, pattern, full_attention(trace), 12)
    check_forbidden(trace, dense, pattern, pairs, 12)


def test_a_causal_layer_of_a_pattern_is_not_full_in_a_layer_of_both_directions():
    pattern = ReachPattern((LayerReach(), LayerReach(None, 0)), HEADS, 2)
    trace, dense = reach_trace(2, MODELS["mixed"][0])
    share = captured_mass(trace, pattern).share
    torch.testing.assert_close(share.double(), expected_mass(trace, dense, pattern), atol=1e-5, rtol=0)
    assert (share[1, :, 0] < 1).all()


@pytest.mark.parametrize("model", MODELS)
def test_a_panel_by_n_by_n(model, monkeypatch):
    monkeypatch.setattr(pattern_run, "_TILE_ELEMENTS", 2000)  # In many parts.
    reaches, options = MODELS[model]
    length, layer, head = 90, 1, 2
    trace, dense = reach_trace(length, reaches, **options)
    sizes = (2, HEADS)
    bins = torch.arange(length) * 30 // length
    for pattern in (
        LongformerPattern((LayerSpec(8, (1, 2, 3)),) * 2, (7,)),
        BigBirdPattern(length, *sizes, block_size=8),
        ReformerPattern.of_keys([kept.key for kept in trace.layers], 2, 8),
        ChunkedPattern(*sizes, 20, 5),
        FullPattern(*sizes),
        trace.pattern,
    ):
        allowed = full_mask(trace) & mask(pattern, length)
        panel = pattern_panel(trace, pattern, layer, head, size=30)
        expected = dense.weights(allowed)[layer, head].masked_fill(~allowed[layer, head], OUTSIDE)
        reduced = torch.full((30, 30), OUTSIDE, dtype=torch.double)
        for query in range(length):
            reduced[bins[query]].scatter_reduce_(0, bins, expected[query], "amax")
        torch.testing.assert_close(panel.weights.double(), reduced, atol=1e-5, rtol=1e-4)
        assert torch.equal(panel.weights, pattern_overview(trace, pattern, layer, head, 30, outside=OUTSIDE))
        lse = dense.log_sum_exp(allowed, with_sinks=True)[layer, head]
        torch.testing.assert_close(panel.log_sum_exp.double(), lse, atol=1e-5, rtol=1e-5)
        assert panel.pairs == int(allowed[layer, head].sum())
        assert panel.full_pairs == int(full_mask(trace)[layer, head].sum())
        kept = expected_mass(trace, dense, pattern)[layer, head].mean()
        assert panel.captured_share == pytest.approx(float(kept), abs=1e-5)


def test_pairs_across_tiles(monkeypatch):
    for user in (module, full_module):
        monkeypatch.setattr(user, "QUERY_TILE", 8)
        monkeypatch.setattr(user, "KEY_TILE", 48)
    trace, dense = reach_trace(200, REACHES, sinks=True)
    pattern = sliding_window(64, 2, HEADS)
    full = full_attention(trace)
    lse = dense.log_sum_exp(full_mask(trace), with_sinks=False)
    torch.testing.assert_close(full.log_sum_exp.double(), lse, atol=1e-5, rtol=1e-5)
    logs = dense.weights(full_mask(trace)).log()
    expected = torch.stack(
        [torch.stack([part.amax((2, 3)) for part in rows.split(48, 3)], -1) for rows in logs.split(8, 2)], 2
    )
    torch.testing.assert_close(full.peaks.double(), expected, atol=1e-4, rtol=1e-4)
    check_forbidden(trace, dense, pattern, forbidden_pairs(trace, pattern, full, 15), 15)


@pytest.mark.parametrize("height", [-200.0, 200.0])
def test_a_sink_far_from_the_scores_changes_no_share(height):
    """The share of the tokens' weight does not depend on how much the sink takes."""
    trace, _ = reach_trace(60, REACHES, sinks=True)
    plain = captured_mass(trace, sliding_window(8, 2, HEADS))
    for layer in trace.layers:
        without = layer.log_sum_exp + torch.log1p(-torch.exp(layer.rule.sinks[:, None] - layer.log_sum_exp))
        layer.rule.sinks.fill_(height)
        layer.log_sum_exp.copy_(torch.logaddexp(without, layer.rule.sinks[:, None]))
    torch.testing.assert_close(captured_mass(trace, sliding_window(8, 2, HEADS)).share, plain.share)


def test_full_attention_of_a_causal_model_is_half_of_the_square():
    trace, _ = reach_trace(100, REACHES)
    assert trace.pairs_full == 2 * HEADS * 100 * 101 // 2
    assert trace.pairs_scored == trace.pattern.count_pairs(100) < trace.pairs_full
    whole = captured_mass(trace, FullPattern(2, HEADS))
    assert (whole.share == 1).all()
    own = captured_mass(trace, trace.pattern)
    assert (own.share[0] == 1).all()
    assert own.share[1].min() < 0.9
    with pytest.raises(InputError, match="2 layers of 3 heads"):
        pattern_over(trace, FullPattern(1, HEADS))


def test_later_tokens_are_no_unreachable_pairs():
    trace, _ = reach_trace(50, REACHES)
    for pattern in (FullPattern(2, HEADS), trace.pattern):
        spots = unreachable_pairs(pattern_over(trace, pattern), 50)
        assert (spots.count, spots.pairs) == (0, 50 * 51 // 2)
    # Each of the two is causal in the layer in which the other one is not.
    mixed, _ = reach_trace(50, MODELS["mixed"][0])
    pattern = pattern_over(mixed, ReachPattern((LayerReach(), LayerReach(None, 0)), HEADS, 50))
    for extra in ((), (20,)):
        spots = unreachable_pairs(pattern, 50, extra)
        assert (spots.count, spots.pairs) == (0, 50 * 51 // 2)
    narrow = unreachable_pairs(pattern_over(trace, sliding_window(8, 2, HEADS)), 50)
    assert narrow.count == sum(max(0, token - 8) for token in range(50))
    assert all(key < query for query, key in narrow.examples)


def test_a_head_without_weight_on_tokens_is_no_fault():
    trace, _ = reach_trace(1, REACHES, sinks=True)
    assert math.isfinite(captured_mass(trace, sliding_window(8, 2, HEADS)).mean)
