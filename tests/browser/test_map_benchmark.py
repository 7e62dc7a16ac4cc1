"""The page of the map's benchmark, whose figures hold for a map of 900 x 900 pixels."""

import pytest

from benchmarks.attention_map import SIDE, opened, payload
from tests.trace.random_trace import traced


def test_the_benchmark_draws_a_map_of_the_documented_size(browser):
    trace = traced(64, ((8, (1, 1, 1, 1)),))
    page = opened(browser, [payload(trace, 0, 0)])
    assert page.evaluate("lvShow(0)") > 0
    shown = page.evaluate("(({ width, height }) => [width, height])(lvRoot().lvMap.box())")
    assert shown == pytest.approx([SIDE, SIDE], abs=0.5)
    assert page.evaluate("lvMoves()"), "no redraw was timed"
    page.context.close()
