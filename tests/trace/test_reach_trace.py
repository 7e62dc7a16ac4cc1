"""Traces of layers of any reach, against n x n matrices."""

import csv
import io
import math

import numpy as np
import pytest
import torch

from longformer_viz.figures.exports.run import npz_bytes, pairs_csv
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.spec import InputError
from longformer_viz.trace.heads import head_grid, weight_codes
from longformer_viz.trace.rollout import attention_rollout
from longformer_viz.widget.map_tiles import Region, overview_view, reduced_region, with_details
from longformer_viz.widget.map_views import codes, head_view, is_over_budget
from longformer_viz.widget.payload import Part
from tests.trace.reach_traces import reach_trace

LENGTH, HEADS, KEY_HEADS = 150, 4, 2
REACHES = (LayerReach(12, 0), LayerReach(None, 0), LayerReach(12, 12), LayerReach(), LayerReach(5, 20))


def traced(length=LENGTH, sinks=False):
    """A trace of random queries and keys, one layer for each reach, and its weights `[layers, heads, n, n]`."""
    trace, dense = reach_trace(length, REACHES, heads=HEADS, key_heads=KEY_HEADS, softcap=2.0, sinks=sinks, bias=True)
    position = torch.arange(length)
    allowed = torch.stack([reach.allows(position[:, None], position) for reach in REACHES])[:, None]
    return trace, dense.weights(allowed.expand(-1, HEADS, -1, -1)).float()


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "sinks"])
def both(request):
    return traced(sinks=request.param)


def every_head():
    return [(layer, head) for layer in range(len(REACHES)) for head in (0, 3)]


@pytest.mark.parametrize(("layer", "head"), every_head())
def test_weights_of_any_part(both, layer, head):
    trace, expected = both
    part = (slice(20, 70), slice(10, 90))
    torch.testing.assert_close(trace.weights(layer, head), expected[layer, head])
    torch.testing.assert_close(trace.weights(layer, head, *part), expected[layer, head][part])
    marked = trace.weights(layer, head, outside=-1.0)
    position = torch.arange(LENGTH)
    assert (marked == -1).equal(~trace.pattern.allows(layer, head, position[:, None], position))
    assert (trace.reach(layer), trace.key_heads) == (REACHES[layer], KEY_HEADS)


@pytest.mark.parametrize(("layer", "head"), every_head())
def test_the_band_holds_every_weight(both, layer, head):
    trace, expected = both
    band = trace.band(layer, head)
    half = band.band.shape[1] // 2
    again = torch.zeros(LENGTH, LENGTH)
    for query in range(LENGTH):
        for key in range(max(0, query - half), min(LENGTH, query + half + 1)):
            again[query, key] = band.band[query, key - query + half]
    torch.testing.assert_close(again, expected[layer, head])
    sink = trace.sink_weights(layer, head)
    total = band.band.sum(-1) if sink is None else band.band.sum(-1) + sink
    torch.testing.assert_close(total, torch.ones(LENGTH))


@pytest.mark.parametrize("size", [7, 64, 150, 500])
@pytest.mark.parametrize(("layer", "head"), every_head())
def test_the_overview_is_the_maximum_of_each_cell(both, layer, head, size):
    trace, expected = both
    side = min(size, LENGTH)
    found = trace.overview(layer, head, size, outside=-1.0)
    bins = torch.arange(LENGTH) * side // LENGTH
    position = torch.arange(LENGTH)
    allowed = trace.pattern.allows(layer, head, position[:, None], position)
    marked = expected[layer, head].masked_fill(~allowed, -1)
    reduced = torch.full((side, side), -1.0)
    for query in range(LENGTH):
        reduced[bins[query]].scatter_reduce_(0, bins, marked[query], "amax")
    torch.testing.assert_close(found, reduced)


def test_the_strongest_pairs(both):
    trace, expected = both
    for layer in range(len(REACHES)):
        pairs = trace.strongest(layer, 1, 5)
        values = expected[layer, 1].flatten().topk(5).values
        torch.testing.assert_close(torch.tensor([weight for *_, weight in pairs]), values)
        for query, key, weight in pairs:
            assert expected[layer, 1, query, key] == pytest.approx(weight, abs=1e-6)


def test_pairs_are_counted(both):
    trace, expected = both
    position = torch.arange(LENGTH)
    allowed = [reach.allows(position[:, None], position).sum() for reach in REACHES]
    assert trace.pairs_scored == HEADS * int(sum(allowed))
    for layer, count in enumerate(allowed):
        tiles = list(trace.pattern.tiles(layer, LENGTH))
        seen = torch.zeros(LENGTH, LENGTH, dtype=torch.long)
        for tile in tiles:
            ones = torch.ones(1, tile.queries.shape[1], tile.keys.shape[1], dtype=torch.long)
            seen[tile.queries[0][:, None], tile.keys[0]] += (ones if tile.allowed is None else tile.allowed.long())[0]
        assert seen.max() == 1
        assert seen.sum() == count
    assert expected.shape[0] == trace.pattern.depth


def test_marks_spread_as_far_as_a_layer_reaches():
    trace, _ = traced()
    marked = torch.zeros(LENGTH, 1, dtype=torch.bool)
    marked[60] = True
    position = torch.arange(LENGTH)
    for layer, reach in enumerate(REACHES):
        to_marked = reach.allows(position, torch.tensor(60))
        assert trace.pattern.propagate(layer, marked)[:, 0].equal(to_marked)
        from_marked = reach.allows(torch.tensor(60), position)
        assert trace.pattern.attended_tokens(layer, marked[:, 0]).equal(from_marked)


def test_the_head_grid(both):
    trace, expected = both
    told = []
    grid = head_grid(trace, told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)
    position = torch.arange(LENGTH)
    distance = (position - position[:, None]).abs()
    entropy = -torch.special.xlogy(expected, expected).sum(-1).mean(-1) / math.log(2)
    torch.testing.assert_close(grid.entropy_bits.float(), entropy, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(
        grid.distance_tokens.float(), (expected * distance).sum(-1).mean(-1), atol=1e-3, rtol=1e-4
    )
    assert not grid.global_share.any()
    # Each thumbnail's largest code is that of the head's largest weight.
    largest = weight_codes(expected.flatten(2).amax(-1).log())
    assert (grid.thumbnails.flatten(2).amax(-1).int() - largest.int()).abs().max() <= 1
    causal = grid.thumbnails[0, :, :, 17:]
    assert not causal.any()


def test_the_rollout_of_a_token(both):
    trace, expected = both
    matrices = [(torch.eye(LENGTH) + layer.mean(0)) / 2 for layer in expected]
    product = torch.eye(LENGTH)
    for layer, matrix in enumerate(matrices):
        product = matrix @ product
        found = attention_rollout(trace, 100).weights[layer]
        torch.testing.assert_close(found, product[100], atol=1e-5, rtol=1e-4)


def test_the_map_shows_a_head_in_full_and_as_an_overview(both):
    trace, expected = both
    for layer in range(len(REACHES)):
        assert not is_over_budget(trace, layer, 0)
        view = head_view(trace, layer, 0)
        half = view.header["half"]
        assert view.arrays["band"].shape == (LENGTH, 2 * half + 1)
        assert view.arrays["band"][100, half - 3] == codes(expected[layer, 0, 100, 97])
        details = with_details(
            trace, overview_view(trace, layer, 0), Region((0, 40), (0, 60), (1, 1), False), (100, 101)
        )
        assert isinstance(details, Part)
        row = details.arrays["row_codes"]
        assert abs(int(row[97]) - int(codes(expected[layer, 0, 100, 97]))) <= 1
        straight = reduced_region(trace, layer, 0, Region((50, 60), (-5, 6), (1, 1), True))
        assert straight[0, 2] == pytest.approx(float(expected[layer, 0, 50, 47]), abs=1e-6)


def test_a_sink_is_shown_as_a_column_of_its_own():
    for sinks in (True, False):
        trace, expected = traced(60, sinks=sinks)
        taken = 1 - expected[0, 3].sum(-1)
        rows = list(csv.reader(io.StringIO(pairs_csv(trace, 0, 3, strongest=5))))
        archive = np.load(io.BytesIO(npz_bytes(trace, 0, 3)))
        views = (head_view(trace, 0, 3), overview_view(trace, 0, 3))
        assert ("sink" in archive) == (rows[0][-1] == "weight of the query on the sink") == sinks
        assert all(("sink" in view.arrays) == sinks for view in views)
        if not sinks:
            continue
        np.testing.assert_allclose(archive["sink"], taken, atol=1e-5)
        assert all(float(row[-1]) == pytest.approx(float(taken[int(row[0])]), rel=1e-4) for row in rows[1:])
        for view in views:
            assert np.abs(view.arrays["sink"].astype(int) - codes(taken)).max() <= 1


def test_layers_and_heads_that_do_not_exist():
    trace, _ = traced()
    for layer, head in ((5, 0), (0, 4)):
        for ask in (trace.weights, trace.band, trace.overview, trace.sink_weights):
            with pytest.raises(InputError, match="must be a number"):
                ask(layer, head)
