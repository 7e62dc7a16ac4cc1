"""Reach against a breadth-first search over what each pattern allows."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.causal import CausalPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern, dilated_window, sliding_window
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.reach import (
    _propagated,
    layers_to_reach,
    receptive_field,
    unreachable_pairs,
)
from longformer_viz.patterns.reachability.formula import reachable_in_closed_form
from longformer_viz.spec import InputError, LayerSpec
from longformer_viz.widget.reach_payload import NEVER, first_known
from tests.patterns.masks import KINDS, reachable_by_layer


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_reach_is_what_a_search_finds(kind, data):
    length = data.draw(st.integers(1, 50))
    pattern = data.draw(kind(length, depth=data.draw(st.integers(1, 4))))
    extra = tuple(data.draw(st.sets(st.integers(0, length - 1), max_size=1)))
    known = reachable_by_layer(pattern, length, extra)
    token, other = (data.draw(st.integers(0, length - 1)) for _ in range(2))
    field = receptive_field(pattern, length, token, extra)
    assert torch.equal(field, known[:, token])
    met = known[:, token, other].nonzero().flatten().tolist()
    assert layers_to_reach(pattern, length, token, other, extra) == (met[0] if met else None)
    spots = unreachable_pairs(pattern, length, extra)
    assert spots.reachable_by_layer == tuple(known.sum((1, 2)).tolist())
    possible = torch.ones(length, length, dtype=torch.bool)
    if all(getattr(pattern, "causal_layers", (False,))):
        possible = possible.tril()
    assert spots.pairs == int(possible.sum())
    assert spots.count == int((possible & ~known[-1]).sum())
    assert bool(spots.examples) == bool(spots.count)
    assert not any(known[-1, knower, seen] for knower, seen in spots.examples)
    assert all(possible[knower, seen] for knower, seen in spots.examples)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_the_strip_says_the_same_number_of_layers(kind, data):
    """What the strips of the page show, and its sentence, are one definition: token by token that of the search."""
    length = data.draw(st.integers(1, 50))
    pattern = data.draw(kind(length, depth=3))
    known = reachable_by_layer(pattern, length)
    token = data.draw(st.integers(0, length - 1))
    shown = first_known(receptive_field(pattern, length, token)).tolist()
    for other in range(length):
        layers = layers_to_reach(pattern, length, token, other)
        assert shown[other] == (NEVER if layers is None else layers)
        met = known[:, token, other].nonzero().flatten().tolist()
        assert layers == (met[0] if met else None)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_closed_form_is_what_a_pass_of_bits_finds(data):
    length = data.draw(st.integers(1, 90))
    dilation = data.draw(st.integers(1, 30))
    layers = tuple(
        LayerSpec(2 * data.draw(st.integers(1, 20)), (dilation,) * 2) for _ in range(data.draw(st.integers(1, 4)))
    )
    positions = tuple(sorted(data.draw(st.sets(st.integers(0, length - 1), max_size=2))))
    pattern = LongformerPattern(layers, positions)
    known = reachable_in_closed_form(pattern, length)
    assert known == _propagated(pattern, length, 3, None)[0]
    assert known == tuple(reachable_by_layer(pattern, length).sum((1, 2)).tolist())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_closed_form_of_causal_layers_is_what_a_pass_of_bits_finds(data):
    length, depth = data.draw(st.integers(1, 60)), data.draw(st.integers(1, 4))
    positions = data.draw(st.sampled_from([(), (0,)]))
    dilation = 1 if positions else data.draw(st.integers(1, 20))
    layers = tuple(LayerSpec(2 * data.draw(st.integers(1, 20)), (dilation,) * 2) for _ in range(depth))
    inner = data.draw(st.sampled_from([LongformerPattern(layers, positions), FullPattern(depth, 2)]))
    pattern = CausalPattern(inner, (True,) * depth)
    known = reachable_in_closed_form(pattern, length)
    assert known == _propagated(pattern, length, 3, None)[0]
    assert known == tuple(reachable_by_layer(pattern, length).sum((1, 2)).tolist())


def test_no_formula_where_dilations_differ():
    assert reachable_in_closed_form(LongformerPattern((LayerSpec(4, (1, 2)),)), 20) is None
    assert reachable_in_closed_form(LongformerPattern((LayerSpec(4, (1,)), LayerSpec(4, (2,)))), 20) is None
    assert reachable_in_closed_form(LongformerPattern((LayerSpec(4, (1,)), LayerSpec(4, (2,))), (3,)), 20) is not None
    assert reachable_in_closed_form(ChunkedPattern(2, 2), 20) is None


def test_a_window_grows_by_itself_in_every_layer():
    """One hand-worked case: window 4 reaches 2 tokens further on each side in each of 3 layers."""
    field = receptive_field(sliding_window(4, 3, 1), 21, 10)
    assert [row.nonzero().flatten().tolist() for row in field] == [
        [10],
        list(range(8, 13)),
        list(range(6, 15)),
        list(range(4, 17)),
    ]
    assert layers_to_reach(sliding_window(4, 3, 1), 21, 10, 16) == 3
    assert layers_to_reach(sliding_window(4, 3, 1), 21, 10, 17) is None
    assert layers_to_reach(dilated_window(4, 3, 3, 1), 21, 10, 16) == 1
    assert layers_to_reach(dilated_window(4, 3, 3, 1), 21, 10, 11) is None


def test_one_more_global_token_mends_every_blind_spot():
    for pattern in (sliding_window(4, 6, 2), ChunkedPattern(6, 2, 16), BigBirdPattern(400, 6, 2, 4, 1, 0, 0)):
        assert unreachable_pairs(pattern, 400).count > 0
        assert unreachable_pairs(pattern, 400, extra_global_positions=(7,)).count == 0
    assert unreachable_pairs(ModernBertPattern(6, 2), 400).reachable_by_layer[1] == 400**2


def test_many_blocks_of_bits_agree_with_one(monkeypatch):
    pattern = LongformerPattern((LayerSpec(6, (1, 3)), LayerSpec(4, (2, 5))))
    whole = unreachable_pairs(pattern, 300)
    monkeypatch.setattr("longformer_viz.patterns.reach._WORDS", 1)
    told = []
    parts = unreachable_pairs(pattern, 300, progress=told.append)
    assert parts.reachable_by_layer == whole.reachable_by_layer
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 3

    def stop(part):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        unreachable_pairs(pattern, 300, progress=stop)


@pytest.mark.parametrize(
    "call",
    [
        lambda pattern: receptive_field(pattern, 10, 10),
        lambda pattern: receptive_field(pattern, 10, -1),
        lambda pattern: receptive_field(pattern, 10, True),
        lambda pattern: layers_to_reach(pattern, 10, 0, 10),
        lambda pattern: unreachable_pairs(pattern, 10, extra_global_positions=(10,)),
    ],
)
def test_tokens_outside_the_document_are_refused(call):
    with pytest.raises(InputError, match="must"):
        call(sliding_window(4, 2, 1))
