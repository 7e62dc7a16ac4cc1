"""A panel against what the library says of the same head and pattern elsewhere."""

import math

import pytest
import torch

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern, dilated_window
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.spec import InputError, LayerSpec
from longformer_viz.trace.captured_mass import captured_mass
from longformer_viz.trace.panel import OUTSIDE, full_attention_log_sum_exp, pattern_panel
from longformer_viz.trace.pattern_run import pattern_overview
from tests.patterns.masks import mask
from tests.trace.random_trace import HEADS, traced
from tests.trace.test_pattern_run import Blind, dense


@pytest.fixture(scope="module")
def trace():
    return traced(300, [(16, (1,) * HEADS)] * 2, (0, 40))


def patterns(trace):
    length, sizes = len(trace.tokens), (2, HEADS)
    return [
        LongformerPattern((LayerSpec(16, (1, 2, 3, 1)),) * 2, (7,)),
        dilated_window(8, 5, *sizes),
        BigBirdPattern(length, *sizes, block_size=16),
        ReformerPattern.of_keys([kept.key for kept in trace.layers], 2, 16),
        ChunkedPattern(*sizes, 64, 16),
        FullPattern(*sizes),
    ]


def test_a_panel_is_what_the_library_says_of_the_head(trace):
    layer, head = 1, 2
    full = full_attention_log_sum_exp(trace, layer, head)
    for pattern in patterns(trace):
        panel = pattern_panel(trace, pattern, layer, head, full, size=60)
        assert torch.equal(panel.weights, pattern_overview(trace, pattern, layer, head, 60, outside=OUTSIDE))
        assert panel.captured_share == pytest.approx(
            float(captured_mass(trace, pattern).by_head[layer, head]), abs=1e-5
        )
        assert panel.pairs == int(mask(pattern, 300)[layer, head].sum())
        assert panel.empty_rows == 0
        assert panel.size_bytes > 4 * 300
        recorded = trace.layers[layer]
        expected, _ = dense(pattern, recorded.query, recorded.key, layer)
        torch.testing.assert_close(panel.log_sum_exp.double(), expected[head], atol=1e-4, rtol=0)


def test_full_attention_keeps_all_and_what_is_not_given_is_computed(trace):
    assert pattern_panel(trace, FullPattern(2, HEADS), 0, 0).captured_share == pytest.approx(1, abs=1e-6)


def test_rows_that_see_nothing_are_counted_and_never_nan():
    blind = traced(9, [(8, (1,) * 3)] * 2)
    panel = pattern_panel(blind, Blind(2, 3), 0, 0)
    assert panel.empty_rows == 1
    assert math.isfinite(panel.captured_share)
    assert not panel.weights.isnan().any()


def test_where_every_token_is_global_nothing_is_kept_or_lost():
    assert math.isnan(
        pattern_panel(traced(2, [(8, (1,) * HEADS)], (0, 1)), FullPattern(1, HEADS), 0, 0).captured_share
    )


def test_a_head_that_is_not_there_is_refused(trace):
    with pytest.raises(InputError, match="Head must be"):
        pattern_panel(trace, FullPattern(2, HEADS), 0, HEADS)
