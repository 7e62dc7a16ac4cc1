"""Every pattern against its definition, written down a second time pair by pair, and its parts against each other."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import (
    LongformerPattern,
    character_model_preset,
    dilated_window,
    longformer_preset,
    sliding_window,
)
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.pattern import or_over
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.spec import InputError
from tests.patterns.masks import HEADS, KINDS, mask, reachable_by_layer, times_in_tiles

LENGTHS = st.integers(1, 70)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_tiles_count_and_spread_are_what_is_allowed(kind, data):
    length = data.draw(LENGTHS)
    pattern = data.draw(kind(length))
    allowed = mask(pattern, length)
    assert torch.equal(times_in_tiles(pattern, length), allowed.int())
    assert pattern.count_pairs(length) == int(allowed.sum())
    one = data.draw(st.integers(0, HEADS - 1))
    assert torch.equal(times_in_tiles(pattern, length, (one,))[:, one], allowed[:, one].int())
    generator = torch.Generator().manual_seed(data.draw(st.integers(0, 99)))
    marked = torch.rand(length, 4, generator=generator) < 0.1
    for layer in range(pattern.depth):
        sees = (allowed[layer].any(0) | torch.eye(length, dtype=torch.bool)).float()
        assert torch.equal(pattern.propagate(layer, marked), sees @ marked.float() > 0)
        bits = pattern.propagate(layer, marked.long() << torch.arange(60, 64))
        assert torch.equal(bits != 0, sees @ marked.float() > 0)
        assert torch.equal(pattern.attended_tokens(layer, marked[:, 0]), marked[:, 0].float() @ sees > 0)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_chunks_by_definition(data):
    length = data.draw(LENGTHS)
    pattern = data.draw(KINDS["chunks"](length))
    expected = torch.zeros(length, length, dtype=torch.bool)
    start = 0
    while True:
        piece = slice(start, start + pattern.chunk_size)
        expected[piece, piece] = True
        if piece.stop >= length:
            break
        start += pattern.stride
    assert torch.equal(mask(pattern, length)[0, 0], expected)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_bigbird_by_definition(data):
    length = data.draw(LENGTHS)
    pattern = data.draw(KINDS["BigBird"](length))
    size, half = pattern.block_size, pattern.window_blocks // 2
    blocks = [range(start, min(start + size, length)) for start in range(0, length, size)]
    first, last = -(-pattern.global_blocks // 2), pattern.global_blocks // 2
    is_global = [number < first or number >= len(blocks) - last for number in range(len(blocks))]
    layer, head = data.draw(st.integers(0, 1)), data.draw(st.integers(0, HEADS - 1))
    allowed = mask(pattern, length)[layer, head].tolist()
    for asking, rows in enumerate(blocks):
        seen = {asked for asked, keys in enumerate(blocks) if allowed[rows[0]][keys[0]]}
        for row in rows:
            assert allowed[row] == [key // size in seen for key in range(length)]
        if is_global[asking]:
            assert len(seen) == len(blocks)
            continue
        fixed = {asked for asked in range(len(blocks)) if is_global[asked] or abs(asked - asking) <= half}
        assert fixed <= seen
        assert len(seen) == min(len(fixed) + pattern.random_blocks, len(blocks))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_reformer_by_definition(data):
    length = data.draw(LENGTHS)
    pattern = data.draw(KINDS["Reformer"](length))
    layer, head = data.draw(st.integers(0, 1)), data.draw(st.integers(0, HEADS - 1))
    chunks = []
    for buckets in pattern.buckets[layer, head].tolist():
        order = sorted(range(length), key=lambda token, of=buckets: (of[token], token))
        chunks += [order[start : start + pattern.bucket_size] for start in range(0, length, pattern.bucket_size)]
    expected = torch.zeros(length, length, dtype=torch.bool)
    for number, own in enumerate(chunks):
        for token in own:
            expected[token, own + chunks[number - 1]] = True
    assert torch.equal(mask(pattern, length)[layer, head], expected)


def test_random_blocks_are_alike_likely():
    """Each of the candidates of a row, over many heads, in about the share that chance gives it."""
    pattern = BigBirdPattern(20, 4, 1000, block_size=1, random_blocks=3, seed=5)
    drawn = pattern.blocks[:, :, 6]  # among 1 to 4 and 8 to 18
    counts = torch.bincount(drawn.flatten(), minlength=20)
    assert counts.nonzero().flatten().tolist() == [1, 2, 3, 4, *range(8, 19)]
    expected = 4000 * 3 / 15
    assert (counts[counts > 0] - expected).abs().max() < 5 * expected**0.5
    assert not torch.equal(pattern.blocks, BigBirdPattern(20, 4, 1000, block_size=1, seed=6).blocks)
    assert torch.equal(pattern.blocks, BigBirdPattern(20, 4, 1000, block_size=1, seed=5).blocks)


def test_more_blocks_than_there_are():
    everything = BigBirdPattern(50, 1, 2, block_size=8, random_blocks=100)
    assert mask(everything, 50).all()
    assert everything.count_pairs(50) == 2 * 50**2
    assert mask(BigBirdPattern(50, 1, 2, block_size=8, global_blocks=100), 50).all()
    assert mask(BigBirdPattern(50, 1, 2, block_size=8, window_blocks=99), 50).all()


def test_a_window_wider_than_the_document_is_full():
    for pattern in (sliding_window(512, 2, 3), ModernBertPattern(2, 3, 512), ChunkedPattern(2, 3, 512)):
        assert mask(pattern, 40).all()
        assert pattern.count_pairs(40) == FullPattern(2, 3).count_pairs(40)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=10, deadline=None)
@given(st.data())
def test_one_token_sees_itself(kind, data):
    pattern = data.draw(kind(1))
    assert mask(pattern, 1).all()
    assert pattern.count_pairs(1) == pattern.depth * pattern.heads
    assert reachable_by_layer(pattern, 1).all()


def test_names_say_what_is_set():
    assert sliding_window(8, 1, 2).name == "Sliding window"
    assert dilated_window(8, 3, 1, 2).name == "Dilated window"
    assert LongformerPattern(sliding_window(8, 1, 2).layers, (0,)).name == "Longformer"
    assert ChunkedPattern(1, 1).name == "Chunks"
    assert ChunkedPattern(1, 1, 512, 128).name == "Chunks with overlap"


def test_presets_are_the_papers():
    preset = longformer_preset(6, 12)
    assert {(layer.window, layer.dilations) for layer in preset.layers} == {(512, (1,) * 12)}
    assert preset.global_positions == (0,)
    small = character_model_preset(12, 8)
    assert [layer.dilations[0] for layer in small.layers] == [1] * 6 + [2, 2, 3, 3, 4, 4]
    assert all(layer.dilations[2:] == (1,) * 6 for layer in small.layers)
    assert (small.layers[0].window, small.layers[-1].window) == (512, 8192)
    six = character_model_preset(6, 12)
    assert [layer.dilations[:3] for layer in six.layers] == [(1, 1, 1)] * 3 + [(2, 2, 1), (3, 3, 1), (4, 4, 1)]
    assert character_model_preset(1, 1, dilated_heads=1).layers[0].window == 512


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: FullPattern(0, 1), "Layers must be a whole number from 1"),
        (lambda: FullPattern(1, 1.5), "Heads must be"),
        (lambda: sliding_window(7, 1, 1), "even number"),
        (lambda: dilated_window(8, 0, 1, 1), "Dilation must be"),
        (lambda: ChunkedPattern(1, 1, 0), "Chunk size must be"),
        (lambda: ChunkedPattern(1, 1, 64, 64), "Overlap must be a whole number from 0 to 63"),
        (lambda: ModernBertPattern(1, 1, 127), "Local attention must be an even number"),
        (lambda: ModernBertPattern(1, 1, 128, 0), "full layer"),
        (lambda: BigBirdPattern(0, 1, 1), "Length must be"),
        (lambda: BigBirdPattern(64, 1, 1, block_size=0), "Block size must be"),
        (lambda: BigBirdPattern(64, 1, 1, window_blocks=2), "odd number"),
        (lambda: BigBirdPattern(64, 1, 1, random_blocks=-1), "Random blocks must be"),
        (lambda: BigBirdPattern(64, 1, 1, global_blocks=True), "Global blocks must be"),
        (lambda: BigBirdPattern(64, 1, 1, seed="x"), "Seed must be"),
        (lambda: BigBirdPattern(64, 1, 1, draw="eval"), "Draw must be"),
        (lambda: BigBirdPattern(64, 1, 1, window_blocks=5, draw="hugging face"), "3 window blocks"),
        (lambda: BigBirdPattern(64, 1, 1).count_pairs(65), "is valid only for the length"),
        (lambda: ReformerPattern(torch.zeros(3, 4)), "Buckets must have shape"),
        (lambda: ReformerPattern.of_keys([torch.ones(1, 4, 2)], rounds=0), "Rounds must be"),
        (lambda: ReformerPattern.of_keys([torch.ones(1, 4, 2)], bucket_size=0), "Bucket size must be"),
        (lambda: ReformerPattern.of_keys([torch.ones(1, 4, 2)], bucket_count=3), "even number"),
        (lambda: ReformerPattern.of_keys([torch.ones(1, 4, 2)]).count_pairs(9), "is valid only for the length"),
    ],
)
def test_a_wrong_setting_is_refused_with_a_cure(make, words):
    with pytest.raises(InputError, match=words) as error:
        make()
    assert "Try" in str(error.value) or "Make" in str(error.value) or "Take" in str(error.value)


def test_or_over_stretches():
    generator = torch.Generator().manual_seed(1)
    marked = torch.rand(23, 5, generator=generator) < 0.2
    low, high = torch.randint(0, 24, (2, 200), generator=generator)
    expected = torch.stack([marked[a:b].any(0) for a, b in zip(low.tolist(), high.tolist(), strict=True)])
    assert torch.equal(or_over(marked, low, high), expected)
