"""Captured mass in a picture, and the rows to take away, against the numbers that they show."""

import csv
import io

import plotly.io
import pytest
import torch

from longformer_viz.figures.exports.comparison import (
    correction_rows,
    mass_rows,
    pair_rows,
    panel_rows,
    system_rows,
    token_rows,
)
from longformer_viz.figures.mass import describe_mass, mass_figure
from longformer_viz.figures.text import percent
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.longformer import sliding_window
from longformer_viz.patterns.systems import SYSTEMS
from longformer_viz.tables import table_csv
from longformer_viz.trace.captured_mass import CapturedMass, captured_mass, forbidden_pairs
from longformer_viz.trace.full_attention import full_attention
from tests.figures.hostile import HOSTILE
from tests.trace.random_trace import HEADS, traced


@pytest.fixture(scope="module")
def trace():
    return traced(200, [(16, (1,) * HEADS)] * 3, (0,))


@pytest.fixture(scope="module")
def masses(trace):
    patterns = {"Sliding": sliding_window(16, 3, HEADS), "Chunks": ChunkedPattern(3, HEADS, 32)}
    return [(name, captured_mass(trace, pattern)) for name, pattern in patterns.items()]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_cell_is_a_heads_share(masses, theme):
    figure = mass_figure(masses, 1, 2, theme)
    tables = [one for one in figure.data if one.type == "heatmap"]
    assert len(tables) == 2
    for table, (name, mass) in zip(tables, masses, strict=True):
        torch.testing.assert_close(torch.tensor(table.z), mass.by_head)
        assert name in table.customdata[1][2]
        assert percent(float(mass.by_head[1, 2])) in table.customdata[1][2]
    words = [text for one in figure.data if one.type == "scatter" for text in one.text]
    assert len(words) == 2 * 3 * HEADS
    frames = [(shape.x0, shape.y0) for shape in figure.layout.shapes]
    assert frames == [(1.5, 0.5)] * 2
    assert plotly.io.to_json(figure)


def test_many_heads_have_no_words_and_missing_shares_no_cell():
    share = torch.full((1, 40, 3), torch.nan)
    figure = mass_figure([("All global", CapturedMass(share))], 0, 0)
    assert [one.type for one in figure.data] == ["heatmap"]
    assert "every row is left out" in describe_mass([("All global", CapturedMass(share))])
    assert percent(float("nan")) == "–"


def test_words_say_the_worst_and_the_best_head(masses):
    told = describe_mass(masses)
    for name, mass in masses:
        layer, head, least = mass.ranked_heads()[0]
        assert f"{name} keeps {percent(mass.mean)}" in told
        assert f"from {percent(least)} in layer {layer}, head {head}" in told


def test_names_in_a_picture_are_never_markup(masses):
    for text in HOSTILE:
        figure = mass_figure([(text, masses[0][1])], 0, 0)
        assert "<" not in figure.layout.annotations[0].text
        assert "<img" not in figure.data[0].customdata[0][0]


def test_rows_hold_what_was_computed(trace, masses):
    rows = mass_rows(masses)
    assert len(rows) == 2 * 3 * HEADS
    first = masses[0][1].ranked_heads()[0]
    assert (rows[0]["layer"], rows[0]["head"], rows[0]["captured mass"]) == (*first[:2], round(first[2], 6))
    losing = masses[0][1].tokens_with_smallest_share(4)
    assert [row["position"] for row in token_rows(losing, trace.tokens)] == [place for place, _ in losing]
    pairs = forbidden_pairs(trace, sliding_window(16, 3, HEADS), full_attention(trace), 5)
    found = pair_rows(pairs, trace.tokens)
    assert [row["weight in full attention"] for row in found] == [round(pair.weight, 6) for pair in pairs]
    assert all(abs(row["distance"]) > 8 for row in found)
    (row,) = panel_rows([("Chunks", "pieces of 8", False, 50, 100, float("nan"))])
    assert row["compared with the run"] == "same weights, other pattern"
    assert (row["of all pairs"], row["captured mass"]) == (0.5, None)


def test_the_systems_go_into_a_spreadsheet_with_their_sources():
    rows = list(csv.DictReader(io.StringIO(table_csv(system_rows()), newline="")))
    assert [row["system"] for row in rows] == [system.name for system in SYSTEMS]
    assert all("arXiv" in row["sources"] for row in rows)
    assert all("arXiv" in row["source"] for row in correction_rows())
