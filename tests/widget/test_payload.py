"""What the map travels as: bytes both ways, codes against exact weights, differences, and heads beyond the budget."""

import json
import struct

import numpy as np
import pytest
import torch

from longformer_viz import InputError, Tokens
from longformer_viz.widget.map_tiles import Region, overview_view, reduced_region, with_details
from longformer_viz.widget.map_views import (
    FAULT,
    codes,
    difference_codes,
    difference_view,
    head_view,
    is_over_budget,
    view_bytes,
)
from longformer_viz.widget.payload import BUDGET_BYTES, Part, decode, encode
from tests.trace.random_trace import traced
from tests.widget.decoding import differences_of, weights_of

SHARED = {"layers": 1, "heads": 4, "trained_tokens": 512, "controls": {"generation": 1}}
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'`&amp;\\",
    "line\u2028separator\u2029",
    "\x00\x07\x1b",
    "lone \ud800 and \udfff",
    "\U0001f600 face",
    "x" * 10_000,
    "\u202eright to left",
)


def hostile_tokens():
    text, offsets = "", []
    for piece in HOSTILE:
        offsets.append((len(text), len(text) + len(piece)))
        text += piece + " "
    return Tokens(tuple(range(len(HOSTILE))), tuple(offsets), HOSTILE, text)


def dense_of(view, length):
    """The n x n weights that a view's codes stand for, NaN outside its pattern."""
    table = differences_of if view.header["difference"] else weights_of
    half, step, positions = (view.header[name] for name in ("half", "dilation", "globals"))
    dense = np.full((length, length), np.nan, np.float32)
    band = table(view.arrays["band"])
    for query in range(length):
        for column in range(2 * half + 1):
            key = query + (column - half) * step
            if 0 <= key < length:
                dense[query, key] = band[query, column]
    dense[:, positions] = table(view.arrays["columns"])
    dense[positions] = table(view.arrays["rows"])
    return dense


def test_what_is_encoded_is_decoded_and_every_array_is_aligned():
    trace = traced(50, ((8, (1, 2, 3, 1)),), (0, 30))
    view = head_view(trace, 0, 1)
    thumbs = np.arange(35, dtype=np.uint8).reshape(5, 7)
    data = encode(SHARED, trace.tokens, [view, view], Part({"rows": 5}, {"thumbs": thumbs}))
    header, arrays = decode(data).header, decode(data).arrays
    assert header["bytes"] == len(data)
    assert header["tokens"] == 50
    assert header["grid"] == {"rows": 5}
    assert [found["globals"] for found in header["views"]] == [[0, 30], [0, 30]]
    assert (8 + struct.unpack_from("<I", data, 4)[0]) % 8 == 0
    assert all(found["start"] % 8 == 0 for found in header["arrays"].values())
    for number in range(2):
        for name, array in view.arrays.items():
            np.testing.assert_array_equal(arrays[header["views"][number]["arrays"][name]], array)
    np.testing.assert_array_equal(arrays["thumbs"], thumbs)


def test_hostile_tokens_arrive_as_they_are_and_their_offsets_count_as_javascript_does():
    tokens = hostile_tokens()
    arrays = decode(encode(SHARED, tokens, [])).arrays
    pieces = json.loads(bytes(arrays["pieces"]))
    whole = [piece.replace("\ud800", "\ufffd").replace("\udfff", "\ufffd") for piece in HOSTILE]
    assert pieces == whole
    units = bytes(arrays["text"]).decode().encode("utf-16-le")
    found = [units[2 * start : 2 * stop].decode("utf-16-le") for start, stop in arrays["offsets"]]
    assert found == whole


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data[:6], "whole"),
        (lambda data: data[:-1], "bytes of"),
        (lambda data: data[:100], "fewer than its header"),
        (lambda data: b"PNG!" + data[4:], "PNG!"),
        (lambda data: data.replace(b'"version": 1', b'"version": 2'), "version 2"),
        (lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:], "damaged"),
    ],
)
def test_a_payload_cut_short_damaged_or_of_another_version_is_refused(spoil, words):
    trace = traced(20, ((4, (1,)),))
    data = encode(SHARED, trace.tokens, [head_view(trace, 0, 0)])
    decode(data)
    with pytest.raises(InputError, match=words):
        decode(spoil(data))


def test_codes_are_within_two_percent_of_the_weights():
    weights = torch.logspace(-4, 0, 5001, dtype=torch.float64).float().clamp(min=1e-4)
    found = weights_of(codes(weights))
    assert np.abs(found / weights.numpy() - 1).max() < 0.0185
    special = torch.tensor([0.0, 9e-5, 1.0, float("nan"), float("inf")])
    assert codes(special).tolist() == [0, 0, 254, FAULT, FAULT]
    assert np.isnan(weights_of(codes(special))[3:]).all()


def test_codes_of_differences_keep_sign_size_and_order():
    sizes = torch.logspace(-4, 0, 2001).clamp(min=1e-4)
    for sign in (-1, 1):
        found = differences_of(difference_codes(sign * sizes))
        assert np.abs(found / (sign * sizes.numpy()) - 1).max() < 0.038
    assert difference_codes(torch.tensor([0.0, -5e-5, float("nan"), 1, -1])).tolist() == [0, 0, FAULT, 254, 253]
    mixed = torch.tensor([0.5, -0.4, 0.001, -0.01])
    assert difference_codes(mixed).argsort().tolist() == [2, 3, 1, 0], "a larger code is a larger difference"


@pytest.mark.parametrize("head", range(4))
@pytest.mark.parametrize("positions", [(), (0,), (3, 17, 49)])
def test_a_view_holds_every_weight_of_the_pattern_and_nothing_else(head, positions):
    trace = traced(50, ((8, (1, 2, 3, 30)),), positions)
    exact = trace.weights(0, head, outside=torch.nan).numpy()
    found = dense_of(head_view(trace, 0, head), 50)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(exact))
    inside = ~np.isnan(exact)
    assert np.all(np.abs(found[inside] - exact[inside]) <= np.maximum(0.0185 * exact[inside], 1e-4))


def test_a_window_wider_than_the_document_is_cut_to_it():
    trace = traced(9, ((64, (1,)),), (4,))
    view = head_view(trace, 0, 0)
    assert view.arrays["band"].shape == (9, 17)
    exact = trace.weights(0, 0).numpy()
    np.testing.assert_allclose(dense_of(view, 9), exact, rtol=0.0185, atol=1e-4)


def test_one_token_makes_a_view():
    trace = traced(1, ((8, (1,)),))
    assert head_view(trace, 0, 0).arrays["band"].shape == (1, 1)
    assert decode(encode(SHARED, trace.tokens, [head_view(trace, 0, 0)])).header["tokens"] == 1


def test_weights_that_are_no_numbers_are_said_to_be():
    trace = traced(30, ((8, (1,)),), (0,))
    trace.layers[0].query[0, 12] = torch.nan
    view = head_view(trace, 0, 0)
    assert (view.arrays["band"][12, 1:8] == FAULT).all()
    assert view.arrays["columns"][12, 0] == FAULT
    assert (view.arrays["band"][11] != FAULT).all()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (((8, (1,)), (0,)), ((16, (1,)), (0, 20))),
        (((8, (2,)), (5, 20)), ((8, (3,)), (20,))),
        (((8, (1,)), ()), ((8, (4,)), (7, 8))),
    ],
)
def test_a_difference_is_that_of_the_exact_weights_whatever_the_two_patterns(first, second):
    runs = [traced(40, (band,), positions) for band, positions in (first, second)]
    view = difference_view((runs[0], 0, 0), (runs[1], 0, 0))
    exact = (runs[1].weights(0, 0) - runs[0].weights(0, 0)).numpy()
    found = np.nan_to_num(dense_of(view, 40))
    assert np.all(np.abs(found - exact) <= np.maximum(0.038 * np.abs(exact), 1e-4))


def test_two_documents_have_no_difference():
    with pytest.raises(InputError, match="same document"):
        difference_view((traced(20, ((4, (1,)),)), 0, 0), (traced(21, ((4, (1,)),)), 0, 0))


@pytest.mark.parametrize("straight", [False, True])
@pytest.mark.parametrize("steps", [(1, 1), (2, 4), (7, 3)])
def test_a_tile_is_the_maximum_of_what_it_covers(straight, steps):
    trace = traced(60, ((12, (2,)),), (0, 33))
    columns = (-9, 14) if straight else (11, 50)
    region = Region.asked({"rows": [5, 43], "columns": columns, "steps": steps, "straight": straight}, 60)
    dense = trace.weights(0, 0, outside=-1.0).numpy()
    exact = np.full((-(-38 // steps[0]), -(-(columns[1] - columns[0]) // steps[1])), -1.0, np.float32)
    for query in range(5, 43):
        for column in range(*columns):
            key = query + column if straight else column
            if 0 <= key < 60:
                place = (query - 5) // steps[0], (column - columns[0]) // steps[1]
                exact[place] = max(exact[place], dense[query, key])
    np.testing.assert_allclose(reduced_region(trace, 0, 0, region).numpy(), exact, atol=1e-6)


@pytest.mark.parametrize(
    "wish",
    [
        None,
        3,
        {},
        {"rows": [0, 5]},
        {"rows": [5, 2], "columns": [0, 9], "steps": [1, 1], "straight": False},
        {"rows": ["a", 2], "columns": [0, 9], "steps": [1, 1], "straight": False},
        {"rows": [0, 9], "columns": [0, 9], "steps": [float("inf"), 1], "straight": False},
    ],
)
def test_a_wish_that_makes_no_sense_is_none(wish):
    assert Region.asked(wish, 20) is None


def test_a_wish_for_too_much_is_made_coarser():
    region = Region.asked({"rows": [0, 16_384], "columns": [0, 16_384], "steps": [1, 1], "straight": False}, 16_384)
    assert region.steps == (16, 16)


def test_a_head_beyond_the_budget_travels_as_overview_tile_and_locked_row():
    assert view_bytes(16_384, 256, 1) < 9_500_000
    assert view_bytes(16_384, 256, 1000) > BUDGET_BYTES
    trace = traced(1700, ((4096, (1, 1, 1, 1)),), (0, 700))
    assert not is_over_budget(trace, 0, 0)
    trace = traced(2300, ((4600, (1, 1, 1, 1)),), (0, 700))
    assert is_over_budget(trace, 0, 0)
    whole = overview_view(trace, 0, 0)
    assert sum(array.nbytes for array in whole.arrays.values()) <= 2 * 1024**2
    region = Region.asked({"rows": [100, 140], "columns": [90, 200], "steps": [1, 1], "straight": False}, 2300)
    view = with_details(trace, whole, region, (120, 121))
    data = encode(SHARED, trace.tokens, [view])
    assert len(data) < BUDGET_BYTES
    header, arrays = decode(data).header["views"][0], decode(data).arrays
    exact = trace.weights(0, 0, slice(100, 140), slice(90, 200)).numpy()
    np.testing.assert_allclose(weights_of(arrays[header["arrays"]["tile_codes"]]), exact, rtol=0.0185, atol=1.1e-4)
    row = weights_of(arrays[header["arrays"]["row_codes"]])
    np.testing.assert_allclose(row, trace.weights(0, 0, slice(120, 121))[0].numpy(), rtol=0.0185, atol=1.1e-4)
    assert header["row"] == 120
