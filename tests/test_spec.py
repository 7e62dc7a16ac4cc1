"""Specs are checked once, when made: what fits is normalised, what does not says the rule, the value and the cure."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from longformer_viz import AttentionSpec, InputError
from longformer_viz.spec import MAX_DILATION, MAX_WINDOW, LayerSpec

NOT_WHOLE = [1.0, 256.0, math.nan, math.inf, "256", b"2", True, False, 2j, {2}, {2: 2}, object, [[]], [None]]


def _refused(rule: str, value: str, **arguments) -> str:
    """The message of the refusal, which states the rule, the value and, after both, what to do."""
    with pytest.raises(InputError) as refusal:
        AttentionSpec(**arguments)
    message = str(refusal.value)
    assert rule in message
    assert f"You entered {value}".replace(",", "") in message.replace(",", "")
    assert message.rpartition(". ")[2].startswith("Try ")
    assert "\n" not in message
    assert len(message) < 250
    return message


# Windows


@pytest.mark.parametrize("window", [2, 256, MAX_WINDOW])
def test_a_window_is_kept(window):
    assert AttentionSpec(window=window).window == window
    assert AttentionSpec(window=[window, 4]).window == (window, 4)


@pytest.mark.parametrize("window", [-2, -1, 0, 1, 3, 255, MAX_WINDOW + 1, MAX_WINDOW + 2, 10**30])
def test_a_window_that_is_odd_or_out_of_range(window):
    rule = "Window must be an even number from 2 to 131,072"
    message = _refused(rule, repr(window), window=window)
    cure = int(message.rpartition("Try ")[2].rstrip("."))
    assert AttentionSpec(window=cure).window == cure
    _refused("Window of layer 1 must be an even number", repr(window), window=(4, window))


@pytest.mark.parametrize("window", [*NOT_WHOLE, [], (), range(0)], ids=repr)
def test_a_window_that_is_no_number(window):
    with pytest.raises(InputError, match=r"must be an even number .*You entered .*\. Try \d+\.$"):
        AttentionSpec(window=window)


def test_a_long_value_is_cut_in_the_message():
    _refused("Window must be", "'<script>", window="<script>" + "x" * 10_000)
    _refused("Dilation must be", "'a\\nb'", dilation="a\nb")


# Dilations


@pytest.mark.parametrize(
    ("dilation", "kept"),
    [
        (1, 1),
        (MAX_DILATION, MAX_DILATION),
        ([1, 2], (1, 2)),
        ([[1, 2], 3], ((1, 2), 3)),
        (((1,), (2,)), ((1,), (2,))),
    ],
)
def test_a_dilation_is_kept(dilation, kept):
    assert AttentionSpec(dilation=dilation).dilation == kept


@pytest.mark.parametrize("dilation", [-1, 0, MAX_DILATION + 1, 10**30])
def test_a_dilation_out_of_range(dilation):
    rule = "must be a whole number from 1 (none) to 16,384"
    _refused(f"Dilation {rule}", repr(dilation), dilation=dilation)
    _refused(f"Dilation of layer 1 {rule}", repr(dilation), dilation=(1, dilation))
    _refused(f"Dilation of layer 1, head 2 {rule}", repr(dilation), dilation=(1, (1, 1, dilation)))


@pytest.mark.parametrize("dilation", [*NOT_WHOLE, None, [], (1, ()), (1, ((2,),))], ids=repr)
def test_a_dilation_that_is_no_number(dilation):
    with pytest.raises(InputError, match=r"must be a whole number .*You entered .*\. Try 1\.$"):
        AttentionSpec(dilation=dilation)


# Global positions


@pytest.mark.parametrize(
    ("positions", "kept"),
    [(None, None), ((), ()), ([5, 0, 5], (0, 5)), ({3, 1}, (1, 3)), (range(3), (0, 1, 2)), (frozenset({7}), (7,))],
)
def test_global_positions_are_sorted_and_each_there_once(positions, kept):
    assert AttentionSpec(global_positions=positions).global_positions == kept


@pytest.mark.parametrize("position", [-1, 0.0, True, "0", None, math.nan, (0,)], ids=repr)
def test_a_global_position_that_is_none(position):
    _refused("Global positions must be whole numbers from 0", repr(position), global_positions=(0, position))


@pytest.mark.parametrize("positions", [0, "012", b"0", 1.5, {0: 1}, True, object], ids=repr)
def test_global_positions_that_are_no_tuple(positions):
    _refused("Global positions must be whole numbers from 0, in a tuple", repr(positions), global_positions=positions)


def test_positions_must_lie_in_the_document():
    spec = AttentionSpec(global_positions=(0, 9))
    assert spec.positions_in(10) == (0, 9)
    with pytest.raises(InputError, match=r"from 0 to 8. You entered 9\. Remove it, or use a longer document\.$"):
        spec.positions_in(9)
    assert AttentionSpec().positions_in(9) == (0,)
    assert AttentionSpec(global_positions=()).positions_in(9) == ()


# Arrays


@pytest.mark.parametrize("make", [np.array, torch.tensor], ids=["numpy", "torch"])
def test_arrays_are_refused_with_the_cure_and_not_by_accident(make):
    for arguments in ({"window": make([8, 8])}, {"dilation": make([1, 2])}, {"global_positions": make([0, 3])}):
        with pytest.raises(InputError, match=r"\. You entered .*\. Try "):
            AttentionSpec(**arguments)


# The spec of a model


def test_layers_of_a_model():
    own = (8, 16, 4)
    assert AttentionSpec().layers(own, 2) == tuple(LayerSpec(window, (1, 1)) for window in own)
    assert AttentionSpec(window=6, dilation=2).layers(own, 2) == (LayerSpec(6, (2, 2)),) * 3
    spec = AttentionSpec(window=(2, 4, 6), dilation=(1, (2, 3), 4))
    assert spec.layers(own, 2) == (LayerSpec(2, (1, 1)), LayerSpec(4, (2, 3)), LayerSpec(6, (4, 4)))
    assert LayerSpec(6, (1,)).one_sided_window == 3


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            AttentionSpec(window=(8, 8)),
            r"Window must be .* the model's 3 layers. You entered 2\. Set 3, or one for all layers\.$",
        ),
        (
            AttentionSpec(dilation=(1,) * 4),
            r"Dilation must be .* the model's 3 layers. You entered 4\. Set 3, or one for all layers\.$",
        ),
        (
            AttentionSpec(dilation=(1, (1,), 1)),
            r"Dilation of layer 1 .* its 2 heads. You entered 1\. Set 2, or one for all heads\.$",
        ),
    ],
)
def test_a_spec_for_another_model(spec, message):
    with pytest.raises(InputError, match=message):
        spec.layers((8, 16, 4), 2)


def test_a_spec_is_a_value():
    spec = AttentionSpec(window=[8, 16], dilation=[[1, 2], 1], global_positions=[3, 0])
    twin = AttentionSpec(window=(8, 16), dilation=((1, 2), 1), global_positions=(0, 3))
    assert spec == twin
    assert hash(spec) == hash(twin)
    assert spec != dataclasses.replace(spec, window=8)
    with pytest.raises(InputError):
        dataclasses.replace(spec, window=3)


def test_changing_the_list_afterwards_changes_nothing():
    windows = [8, 16]
    spec = AttentionSpec(window=windows)
    windows[0] = 3
    assert spec.window == (8, 16)
