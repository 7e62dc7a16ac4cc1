"""The head grid against the same figures from the weights of one head at a time."""

import math

import pytest
import torch

from longformer_viz.trace.heads import COLUMNS, ROWS, head_grid, weight_codes
from tests.trace.random_trace import HEADS, traced


def straightforward(trace, layer, head, columns):
    """Thumbnail, entropy, distance and share of one head, cell by cell, from all its weights."""
    weights = trace.band(layer, head)
    length, spec = len(trace.tokens), trace.pattern.layers[layer]
    dilation, half = spec.dilations[head], (weights.band.shape[1] - 1) // 2
    local = [row for row in range(length) if row not in trace.global_positions]
    offsets = [(column - half) * dilation for column in range(2 * half + 1)]
    inside = [column for column, offset in enumerate(offsets) if abs(offset) < length]
    rows, width = min(ROWS, length), len(inside)
    peak = torch.zeros(rows, columns)
    for row in range(rows):
        queries = [query for query in range(length) if query * rows // length == row]
        for column in range(columns):
            if width > columns:
                chosen = [place for place in range(width) if (2 * place + 1) * columns // (2 * width) == column]
            else:
                chosen = [(2 * column + 1) * width // (2 * columns)]
            peak[row, column] = weights.band[queries][:, [inside[place] for place in chosen]].max()
    entropy, distance, share = [], [], []
    for query in local:
        row = torch.cat([weights.band[query], weights.columns[query]]).double()
        far = [abs(offset) for offset in offsets] + [abs(query - key) for key in trace.global_positions]
        entropy.append(-sum(weight * math.log2(weight) for weight in row.tolist() if weight))
        distance.append(float(row @ torch.tensor(far, dtype=torch.float64)))
        share.append(float(weights.columns[query].sum()))
    means = [sum(values) / len(values) if values else math.nan for values in (entropy, distance, share)]
    return weight_codes(peak.log()), *means


CASES = {
    "plain": (150, [(8, (1,) * 4), (16, (1,) * 4)], ()),
    "globals": (150, [(16, (1,) * 4)], (0, 7, 8, 149)),
    "a dilation a head": (171, [(8, (1, 2, 3, 7)), (64, (1, 1, 4, 4))], (0, 80)),
    "fewer rows than the dilation": (50, [(8, (1, 2, 30, 60))], (3,)),
    "window wider than the document": (45, [(512, (1, 2, 5, 50))], (0,)),
    "a wide window": (300, [(128, (1, 1, 1, 2))], (0,)),
    "one token": (1, [(8, (1, 2, 1, 1))], ()),
    "two tokens": (2, [(2, (1, 2, 1, 1))], (1,)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_head_is_what_its_weights_say(case):
    trace = traced(*case)
    grid = head_grid(trace)
    columns = grid.thumbnails.shape[-1]
    assert columns == min(COLUMNS, 2 * int(grid.half.max()) + 1)
    for layer in range(len(trace.layers)):
        for head in range(HEADS):
            codes, entropy, distance, share = straightforward(trace, layer, head, columns)
            # A weight that falls between two codes may be rounded either way.
            difference = (grid.thumbnails[layer, head].int() - codes.int()).abs()
            assert difference.max() <= 1
            assert (difference > 0).float().mean() < 0.01
            assert grid.entropy_bits[layer, head].item() == pytest.approx(entropy, rel=1e-4, abs=1e-4)
            assert grid.distance_tokens[layer, head].item() == pytest.approx(distance, rel=1e-4, abs=1e-4)
            assert grid.global_share[layer, head].item() == pytest.approx(share, rel=1e-4, abs=1e-5)


def test_many_blocks_agree_with_one(monkeypatch):
    trace = traced(171, [(64, (1, 1, 3, 4))], (0, 80))
    whole = head_grid(trace)
    monkeypatch.setattr("longformer_viz.trace.heads._BLOCK_ELEMENTS", 1)
    parts = head_grid(trace)
    torch.testing.assert_close(parts.entropy_bits, whole.entropy_bits, rtol=1e-5, atol=1e-5)
    assert torch.equal(parts.thumbnails, whole.thumbnails)


def test_where_every_token_is_global_there_is_no_figure():
    grid = head_grid(traced(1, [(8, (1,) * 4)], (0,)))
    assert grid.entropy_bits.isnan().all()
    assert grid.global_share.isnan().all()
    assert not grid.thumbnails.any()


def test_what_is_no_number_is_a_fault_and_not_a_weight():
    trace = traced(60, [(8, (1,) * 4)], (0,))
    trace.layers[0].query[1, 30] = math.nan
    grid = head_grid(trace)
    assert (grid.thumbnails[0, 1] == 255).any()
    assert not (grid.thumbnails[0, 0] == 255).any()
    assert grid.entropy_bits[0].isnan().tolist() == [False, True, False, False]


def test_codes_are_within_two_percent():
    weights = torch.logspace(-4, 0, 5000, dtype=torch.float64)
    codes = weight_codes(weights.log())
    assert codes.min() >= 1
    assert codes.max() == 254
    back = 1e-4 * 1e4 ** ((codes.double() - 1) / 253)
    assert ((back - weights).abs() / weights).max() <= 0.0184
    assert weight_codes(torch.tensor([-math.inf, math.log(9e-5), math.nan, 0.0])).tolist() == [0, 0, 255, 254]


def test_progress_is_told_and_may_end_the_work():
    trace, told = traced(60, [(8, (1,) * 4)] * 3), []
    head_grid(trace, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert {1 / 3, 2 / 3} <= set(told)

    def stop(fraction):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        head_grid(trace, stop)
