"""Captured mass and the pairs that a pattern forbids, against the same by n x n."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import dilated_window, longformer_preset, sliding_window
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.spec import InputError
from longformer_viz.trace import captured_mass as module
from longformer_viz.trace import full_attention as full_module
from longformer_viz.trace.captured_mass import captured_mass, forbidden_pairs
from longformer_viz.trace.full_attention import KEY_TILE, QUERY_TILE, full_attention
from longformer_viz.trace.layer_trace import LayerTrace
from tests.patterns.masks import HEADS, KINDS, mask
from tests.trace.random_trace import traced

BAND = (16, (1,) * HEADS)


def weights_of_full_attention(trace):
    """[layers, heads, n, n], in double precision."""
    return torch.stack([(kept.query.double() @ kept.key.double().mT).softmax(-1) for kept in trace.layers])


def expected_mass(trace, pattern):
    kept = (weights_of_full_attention(trace) * mask(pattern, len(trace.tokens))).sum(-1)
    kept[:, :, list(trace.global_positions)] = math.nan
    return kept


def patterns_of(trace):
    length = len(trace.tokens)
    sizes = len(trace.layers), HEADS
    return {
        "window": sliding_window(64, *sizes),
        "dilated": dilated_window(32, 5, *sizes),
        "Longformer": longformer_preset(*sizes),
        "BigBird": BigBirdPattern(length, *sizes, block_size=32),
        "Reformer": ReformerPattern.of_keys([kept.key for kept in trace.layers], 2, 32),
        "chunks": ChunkedPattern(*sizes, 100, 30),
        "ModernBERT": ModernBertPattern(*sizes),
        "full": FullPattern(*sizes),
    }


def test_mass_of_every_pattern_at_512_tokens():
    trace = traced(512, [BAND] * 3, (0, 40))
    full = full_attention(trace)
    for name, pattern in patterns_of(trace).items():
        mass = captured_mass(trace, pattern, full)
        torch.testing.assert_close(
            mass.share.double(), expected_mass(trace, pattern), atol=1e-5, rtol=0, equal_nan=True, msg=name
        )


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_mass_and_forbidden_pairs_by_n_by_n(kind, data):
    length = data.draw(st.integers(1, 60))
    pattern = data.draw(kind(length))
    positions = tuple(sorted(data.draw(st.sets(st.integers(0, length - 1), max_size=2))))
    trace = traced(length, [BAND] * pattern.depth, positions)
    mass = captured_mass(trace, pattern)
    torch.testing.assert_close(mass.share.double(), expected_mass(trace, pattern), atol=1e-5, rtol=0, equal_nan=True)
    count = data.draw(st.integers(1, 30))
    pairs = forbidden_pairs(trace, pattern, full_attention(trace), count)
    forbidden = weights_of_full_attention(trace).masked_fill(mask(pattern, length), -1)
    forbidden[:, :, list(positions)] = -1
    best = forbidden.flatten().topk(min(count, forbidden.numel())).values
    assert torch.allclose(torch.tensor([pair.weight for pair in pairs]).double(), best[best >= 0], atol=1e-6)
    for pair in pairs:
        assert forbidden[pair.layer, pair.head, pair.query, pair.key].item() == pytest.approx(pair.weight, rel=1e-4)
    assert len({(pair.layer, pair.head, pair.query, pair.key) for pair in pairs}) == len(pairs)


def test_pairs_of_one_layer_and_head_across_tiles(monkeypatch):
    for user in (module, full_module):
        monkeypatch.setattr(user, "QUERY_TILE", 8)
        monkeypatch.setattr(user, "KEY_TILE", 48)
    trace = traced(333, [BAND] * 2, (0,))
    pattern = sliding_window(128, 2, HEADS)
    full = full_attention(trace)
    forbidden = weights_of_full_attention(trace).masked_fill(mask(pattern, len(trace.tokens)), -1)
    forbidden[:, :, 0] = -1
    monkeypatch.setattr(module, "_MORE_TILES", 3)
    for layer, head in ((None, None), (1, None), (None, 2), (0, 1)):
        chosen = forbidden[slice(None) if layer is None else [layer]]
        chosen = chosen[:, slice(None) if head is None else [head]]
        pairs = forbidden_pairs(trace, pattern, full, 15, layer, head)
        best = chosen.flatten().topk(15).values
        assert torch.allclose(torch.tensor([pair.weight for pair in pairs]).double(), best, rtol=1e-4)
        assert layer is None or {pair.layer for pair in pairs} == {layer}
        assert head is None or {pair.head for pair in pairs} == {head}


def test_full_attention_and_its_peaks():
    trace = traced(KEY_TILE + 70, [BAND] * 2, (0, 5))
    full = full_attention(trace)
    for number, kept in enumerate(trace.layers):
        scores = kept.query.double() @ kept.key.double().mT
        lse = scores.logsumexp(-1)
        torch.testing.assert_close(full.log_sum_exp[number].double(), lse, atol=1e-5, rtol=0)
        logs = scores - lse[..., None]
        logs[:, [0, 5]] = -math.inf
        tiles = torch.stack(
            [
                torch.stack([part.amax((1, 2)) for part in rows.split(KEY_TILE, 2)], -1)
                for rows in logs.split(QUERY_TILE, 1)
            ],
            1,
        )
        torch.testing.assert_close(full.peaks[number].double(), tiles, atol=1e-5, rtol=0)
    assert full.size_bytes > 0


@pytest.mark.parametrize("scale", [30.0, 3000.0])
def test_large_scores_overflow_nothing(scale):
    trace = traced(200, [BAND], (0,))
    kept = trace.layers[0]
    for query in (kept.query * scale, kept.query * scale - 2 * scale):
        large = LayerTrace(query, kept.key, kept.log_sum_exp, kept.rows)
        own = type(trace)(
            trace.tokens, trace.pattern, (large,), "random", trace.own_windows, trace.trained_tokens, 0.0, None
        )
        lse = full_attention(own).log_sum_exp[0].double()
        expected = (query.double() @ kept.key.double().mT).logsumexp(-1)
        torch.testing.assert_close(lse, expected, rtol=1e-5, atol=1e-4)


def test_the_summaries_follow_from_the_shares():
    trace = traced(120, [BAND] * 2, (0,))
    mass = captured_mass(trace, sliding_window(8, 2, HEADS))
    share = mass.share[:, :, 1:].double()
    torch.testing.assert_close(mass.by_head.double(), share.mean(-1))
    torch.testing.assert_close(mass.by_token[1:].double(), share.mean((0, 1)))
    assert mass.by_token[0].isnan()
    assert mass.mean == pytest.approx(float(share.mean()), rel=1e-6)
    ranked = mass.ranked_heads()
    assert [value for *_, value in ranked] == sorted(mass.by_head.flatten().tolist())
    assert sorted((layer, head) for layer, head, _ in ranked) == [(a, b) for a in range(2) for b in range(HEADS)]
    losing = mass.tokens_with_smallest_share(5)
    assert [value for _, value in losing] == pytest.approx(mass.by_token[1:].sort().values[:5].tolist())
    assert losing[0][0] == 1 + int(mass.by_token[1:].argmin())
    assert len(mass.tokens_with_smallest_share(1000)) == 119


def test_where_every_token_is_global_nothing_is_left():
    trace = traced(2, [BAND], (0, 1))
    mass = captured_mass(trace, sliding_window(8, 1, HEADS))
    assert mass.share.isnan().all()
    assert mass.tokens_with_smallest_share() == []
    assert forbidden_pairs(trace, sliding_window(8, 1, HEADS), full_attention(trace)) == []


def test_progress_is_told_and_may_end_the_work():
    trace, told = traced(150, [BAND] * 3, (0,)), []
    captured_mass(trace, sliding_window(8, 3, HEADS), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    full = full_attention(trace)
    told.clear()
    captured_mass(trace, sliding_window(8, 3, HEADS), full, told.append)
    assert told == pytest.approx([1 / 3, 2 / 3, 1])
    told.clear()
    forbidden_pairs(trace, sliding_window(8, 3, HEADS), full, progress=told.append)
    assert told

    def stop(part):
        raise InterruptedError

    for work in (
        lambda: full_attention(trace, stop),
        lambda: captured_mass(trace, sliding_window(8, 3, HEADS), full, stop),
        lambda: forbidden_pairs(trace, sliding_window(8, 3, HEADS), full, progress=stop),
    ):
        with pytest.raises(InterruptedError):
            work()


def test_what_does_not_fit_the_run_is_refused():
    trace = traced(40, [BAND], ())
    full = full_attention(trace)
    with pytest.raises(InputError, match="1 layers of 3 heads"):
        captured_mass(trace, sliding_window(8, 2, HEADS), full)
    with pytest.raises(InputError, match="Layer must be a number from 0 to 0"):
        forbidden_pairs(trace, sliding_window(8, 1, HEADS), full, layer=1)
    with pytest.raises(InputError, match="Head must be a number from 0 to 2"):
        forbidden_pairs(trace, sliding_window(8, 1, HEADS), full, head=-1)
