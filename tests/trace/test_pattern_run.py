"""Any pattern run block by block against the same by n x n."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import sliding_window
from longformer_viz.spec import InputError
from longformer_viz.trace import pattern_run
from longformer_viz.trace.pattern_run import pattern_log_sum_exp, pattern_overview
from tests.patterns.masks import HEADS, KINDS, mask
from tests.trace.random_trace import traced


def dense(pattern, query, key, layer):
    """Log-sum-exp [heads, n] and weights [heads, n, n] of one layer; a blind row is zero."""
    allowed = mask(pattern, query.shape[1])[layer]
    scores = (query.double() @ key.double().mT).masked_fill(~allowed, -math.inf)
    lse = scores.logsumexp(-1)
    return lse, torch.where(allowed, torch.exp(scores - lse[..., None]), 0)


def three_heads(length, depth=2, positions=()):
    """A trace of random queries and keys of `depth` layers of three heads."""
    trace = traced(length, [(8, (1,) * HEADS)] * depth, positions)
    return trace


def reduced(weights, size):
    length = len(weights)
    side = min(size, length)
    bins = torch.arange(length) * side // length
    rows = torch.stack([weights[bins == row].amax(0) for row in range(side)])
    return torch.stack([rows[:, bins == column].amax(1) for column in range(side)], 1)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_log_sum_exp_and_overview_are_those_of_n_by_n(kind, data):
    length = data.draw(st.integers(1, 70))
    pattern = data.draw(kind(length))
    layer, head = data.draw(st.integers(0, pattern.depth - 1)), data.draw(st.integers(0, HEADS - 1))
    positions = tuple(sorted(data.draw(st.sets(st.integers(0, length - 1), max_size=2))))
    trace = three_heads(length, pattern.depth, positions)
    kept = trace.layers[layer]
    lse, weights = dense(pattern, kept.query, kept.key, layer)
    ours = pattern_log_sum_exp(pattern, layer, kept.query, kept.key)
    torch.testing.assert_close(ours.double(), lse, atol=1e-5, rtol=1e-5)
    one = pattern_log_sum_exp(pattern, layer, kept.query, kept.key, (head,))
    torch.testing.assert_close(one, ours[head : head + 1])

    expected = weights[head].masked_fill(~mask(pattern, length)[layer, head], -1)
    expected[list(positions)] = -1
    given_lse = ours[head] if data.draw(st.booleans()) else None
    for size in (512, 13):
        picture = pattern_overview(trace, pattern, layer, head, size, log_sum_exp=given_lse, outside=-1.0)
        torch.testing.assert_close(picture.double(), reduced(expected, size), atol=1e-5, rtol=0)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=10, deadline=None)
@given(st.data())
def test_many_parts_agree_with_one(kind, data):
    length = data.draw(st.integers(30, 70))
    pattern = data.draw(kind(length))
    trace = three_heads(length, pattern.depth)
    kept = trace.layers[0]
    whole = pattern_log_sum_exp(pattern, 0, kept.query, kept.key)
    picture = pattern_overview(trace, pattern, 0, 1, 20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pattern_run, "_TILE_ELEMENTS", 300)
        torch.testing.assert_close(pattern_log_sum_exp(pattern, 0, kept.query, kept.key), whole)
        torch.testing.assert_close(pattern_overview(trace, pattern, 0, 1, 20), picture)


class Blind(FullPattern):
    """A pattern in which the first token of all sees nothing, and neither do those of one tile."""

    def allows(self, layer, head, query, key):
        return super().allows(layer, head, query, key) & (query > 0)

    def tiles(self, layer, length, heads=None):
        for tiles in super().tiles(layer, length, heads):
            yield replace(tiles, kind="local", allowed=(tiles.queries > 0)[:, :, None].expand(-1, -1, length))


def test_a_blind_row_is_never_nan():
    trace, pattern = three_heads(9), Blind(2, HEADS)
    kept = trace.layers[0]
    lse = pattern_log_sum_exp(pattern, 0, kept.query, kept.key)
    assert (lse[:, 0] == -math.inf).all()
    assert lse[:, 1:].isfinite().all()
    assert not pattern_overview(trace, pattern, 0, 0)[0].any()
    assert not pattern_overview(trace, pattern, 0, 0).isnan().any()


def test_a_trace_in_half_precision_is_read():
    trace = three_heads(40)
    kept = trace.layers[0]
    halved = pattern_log_sum_exp(sliding_window(8, 2, HEADS), 0, kept.query.half(), kept.key.half())
    whole = pattern_log_sum_exp(sliding_window(8, 2, HEADS), 0, kept.query, kept.key)
    assert halved.dtype == torch.float32
    torch.testing.assert_close(halved, whole, atol=1e-2, rtol=0)


@pytest.mark.parametrize(
    ("pattern", "layer", "head", "words"),
    [
        (sliding_window(8, 3, HEADS), 0, 0, "2 layers of 3 heads"),
        (sliding_window(8, 2, 4), 0, 0, "2 layers of 3 heads"),
        (sliding_window(8, 2, HEADS), 2, 0, "Layer must be a number from 0 to 1"),
        (sliding_window(8, 2, HEADS), 0, 3, "Head must be a number from 0 to 2"),
        (BigBirdPattern(41, 2, HEADS), 0, 0, "is valid only for the length"),
    ],
)
def test_what_does_not_fit_the_run_is_refused(pattern, layer, head, words):
    with pytest.raises(InputError, match=words):
        pattern_overview(three_heads(40), pattern, layer, head)
