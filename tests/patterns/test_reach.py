"""Reach against a breadth-first search over what each pattern allows."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.longformer import LongformerPattern, dilated_window, sliding_window
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.reach import (
    _passed_on,
    blind_spots,
    known_in_closed_form,
    layers_until,
    receptive_field,
)
from longformer_viz.spec import InputError, LayerSpec
from longformer_viz.widget.reach_payload import NEVER, first_known
from tests.patterns.masks import KINDS, known_by_layer


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_reach_is_what_a_search_finds(kind, data):
    length = data.draw(st.integers(1, 50))
    pattern = data.draw(kind(length, depth=data.draw(st.integers(1, 4))))
    extra = tuple(data.draw(st.sets(st.integers(0, length - 1), max_size=1)))
    known = known_by_layer(pattern, length, extra)
    token, other = (data.draw(st.integers(0, length - 1)) for _ in range(2))
    field = receptive_field(pattern, length, token, extra)
    assert torch.equal(field, known[:, token])
    met = known[:, token, other].nonzero().flatten().tolist()
    assert layers_until(pattern, length, token, other, extra) == (met[0] if met else None)
    spots = blind_spots(pattern, length, extra)
    assert spots.known_by_layer == tuple(known.sum((1, 2)).tolist())
    assert spots.count == int((~known[-1]).sum())
    assert bool(spots.examples) == bool(spots.count)
    assert not any(known[-1, knower, seen] for knower, seen in spots.examples)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_the_strip_says_the_same_number_of_layers(kind, data):
    """What the strips of the page show, and its sentence, are one definition: token by token that of the search."""
    length = data.draw(st.integers(1, 50))
    pattern = data.draw(kind(length, depth=3))
    known = known_by_layer(pattern, length)
    token = data.draw(st.integers(0, length - 1))
    shown = first_known(receptive_field(pattern, length, token)).tolist()
    for other in range(length):
        layers = layers_until(pattern, length, token, other)
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
    known = known_in_closed_form(pattern, length)
    assert known == _passed_on(pattern, length, 3, None)[0]
    assert known == tuple(known_by_layer(pattern, length).sum((1, 2)).tolist())


def test_no_formula_where_dilations_differ():
    assert known_in_closed_form(LongformerPattern((LayerSpec(4, (1, 2)),)), 20) is None
    assert known_in_closed_form(LongformerPattern((LayerSpec(4, (1,)), LayerSpec(4, (2,)))), 20) is None
    assert known_in_closed_form(LongformerPattern((LayerSpec(4, (1,)), LayerSpec(4, (2,))), (3,)), 20) is not None
    assert known_in_closed_form(ChunkedPattern(2, 2), 20) is None


def test_a_window_grows_by_itself_in_every_layer():
    """One hand-worked case: window 4 reaches 2 tokens further on each side in each of 3 layers."""
    field = receptive_field(sliding_window(4, 3, 1), 21, 10)
    assert [row.nonzero().flatten().tolist() for row in field] == [
        [10],
        list(range(8, 13)),
        list(range(6, 15)),
        list(range(4, 17)),
    ]
    assert layers_until(sliding_window(4, 3, 1), 21, 10, 16) == 3
    assert layers_until(sliding_window(4, 3, 1), 21, 10, 17) is None
    assert layers_until(dilated_window(4, 3, 3, 1), 21, 10, 16) == 1
    assert layers_until(dilated_window(4, 3, 3, 1), 21, 10, 11) is None


def test_one_more_global_token_mends_every_blind_spot():
    for pattern in (sliding_window(4, 6, 2), ChunkedPattern(6, 2, 16), BigBirdPattern(400, 6, 2, 4, 1, 0, 0)):
        assert blind_spots(pattern, 400).count > 0
        assert blind_spots(pattern, 400, extra_globals=(7,)).count == 0
    assert blind_spots(ModernBertPattern(6, 2), 400).known_by_layer[1] == 400**2


def test_many_blocks_of_bits_agree_with_one(monkeypatch):
    pattern = LongformerPattern((LayerSpec(6, (1, 3)), LayerSpec(4, (2, 5))))
    whole = blind_spots(pattern, 300)
    monkeypatch.setattr("longformer_viz.patterns.reach._WORDS", 1)
    told = []
    parts = blind_spots(pattern, 300, progress=told.append)
    assert parts.known_by_layer == whole.known_by_layer
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 3

    def stop(part):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        blind_spots(pattern, 300, progress=stop)


@pytest.mark.parametrize(
    "call",
    [
        lambda pattern: receptive_field(pattern, 10, 10),
        lambda pattern: receptive_field(pattern, 10, -1),
        lambda pattern: receptive_field(pattern, 10, True),
        lambda pattern: layers_until(pattern, 10, 0, 10),
        lambda pattern: blind_spots(pattern, 10, extra_globals=(10,)),
    ],
)
def test_tokens_outside_the_document_are_refused(call):
    with pytest.raises(InputError, match="must"):
        call(sliding_window(4, 2, 1))
