"""Patterns drawn at random, and their masks: as the pattern says it, as its tiles say it."""

import torch
from hypothesis import strategies as st

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.causal import CausalPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.reach_pattern import ReachPattern
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.spec import LayerSpec

HEADS = 3


def mask(pattern, length):
    """What `allows` says, bool [layers, heads, n, n]."""
    position = torch.arange(length)
    return torch.stack(
        [
            torch.stack([pattern.allows(layer, head, position[:, None], position) for head in range(pattern.heads)])
            for layer in range(pattern.depth)
        ]
    )


def times_in_tiles(pattern, length, heads=None):
    """How often the tiles hold each pair, int [layers, heads, n, n]."""
    times = torch.zeros(pattern.depth, pattern.heads, length + 1, length + 1, dtype=torch.int)
    for layer in range(pattern.depth):
        for tiles in pattern.tiles(layer, length, heads):
            shape = (*tiles.queries.shape, tiles.keys.shape[1])
            held = torch.ones(shape, dtype=torch.int)
            if tiles.allowed is not None:
                held = tiles.allowed.expand(shape).int()
            place = (tiles.queries[:, :, None].expand(shape), tiles.keys[:, None].expand(shape))
            for head in tiles.heads:
                times[layer, head].index_put_(place, held, accumulate=True)
    assert not times[..., :-1, -1].any()  # no key that is not there is ever allowed
    return times[:, :, :length, :length]


def reachable_by_layer(pattern, length, extra_global_positions=()):
    """Who knows of whom after 0, 1, ... layers, by breadth-first search over `allows`: bool [layers + 1, n, n]."""
    allowed = mask(pattern, length).any(1)
    causal = torch.tensor(getattr(pattern, "causal_layers", (False,) * pattern.depth))[:, None, None]
    earlier = torch.ones(length, length, dtype=torch.bool).tril()
    for position in extra_global_positions:
        touched = torch.zeros(length, length, dtype=torch.bool)
        touched[position] = touched[:, position] = True
        allowed |= touched & (earlier | ~causal)
    known = [torch.eye(length, dtype=torch.bool)]
    for layer in range(pattern.depth):
        step = (allowed[layer] | torch.eye(length, dtype=torch.bool)).float()
        known.append(step @ known[-1].float() > 0)
    return torch.stack(known)


@st.composite
def longformers(draw, length, depth=2):
    dilation = st.integers(1, 60)
    layers = tuple(
        LayerSpec(2 * draw(st.integers(1, 60)), tuple(draw(dilation) for _ in range(HEADS))) for _ in range(depth)
    )
    return LongformerPattern(layers, tuple(sorted(draw(st.sets(st.integers(0, length - 1), max_size=5)))))


@st.composite
def bigbirds(draw, length, depth=2):
    return BigBirdPattern(
        length,
        depth,
        HEADS,
        block_size=draw(st.integers(1, 40)),
        window_blocks=2 * draw(st.integers(0, 4)) + 1,
        global_blocks=draw(st.integers(0, 5)),
        random_blocks=draw(st.integers(0, 6)),
        seed=draw(st.integers(0, 1000)),
    )


@st.composite
def hugging_face_bigbirds(draw, length, depth=2):
    blocks = {"block_size": draw(st.integers(1, 9)), "random_blocks": draw(st.integers(1, 3))}
    return BigBirdPattern(length, depth, HEADS, **blocks, draw="hugging face")


@st.composite
def reformers(draw, length, depth=2):
    generator = torch.Generator().manual_seed(draw(st.integers(0, 1000)))
    keys = [torch.randn(HEADS, length, 6, generator=generator) for _ in range(depth)]
    return ReformerPattern.of_keys(
        keys,
        rounds=draw(st.integers(1, 4)),
        bucket_size=draw(st.integers(1, 40)),
        bucket_count=draw(st.sampled_from([None, None, 2, 6])),
        seed=draw(st.integers(0, 1000)),
    )


@st.composite
def chunkeds(draw, length, depth=2):
    size = draw(st.integers(1, 60))
    return ChunkedPattern(depth, HEADS, size, draw(st.integers(0, size - 1)))


@st.composite
def modernberts(draw, length, depth=4):
    return ModernBertPattern(depth, HEADS, 2 * draw(st.integers(1, 60)), draw(st.integers(1, 4)))


def full(length, depth=2):
    return st.just(FullPattern(depth, HEADS))


@st.composite
def causals(draw, length, depth=2):
    inner = draw(st.sampled_from([longformers, bigbirds, reformers, chunkeds, full]))
    return CausalPattern(draw(inner(length, depth)), (True,) * depth)


@st.composite
def reaches(draw, length, depth=2):
    side = st.sampled_from([None, 0, 1, 7, 60])
    return ReachPattern(tuple(LayerReach(draw(side), draw(side)) for _ in range(depth)), HEADS, length)


KINDS = {
    "full": full,
    "Longformer": longformers,
    "BigBird": bigbirds,
    "BigBird of transformers": hugging_face_bigbirds,
    "Reformer": reformers,
    "chunks": chunkeds,
    "ModernBERT": modernberts,
    "causal": causals,
    "reach": reaches,
}
