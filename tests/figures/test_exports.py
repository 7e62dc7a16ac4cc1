"""What is taken away: exact numbers, no cell that a spreadsheet runs, no pickle, nothing from outside."""

import base64
import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
import torch

from longformer_viz import AttentionSpec, InputError, run
from longformer_viz.figures.exports import run as exports
from longformer_viz.figures.exports.run import html_bytes, npz_bytes, pairs_csv
from tests.figures.hostile import HOSTILE

TEXT = "The harbour master keeps two ledgers; one is for ships, the other nobody reads. 🚢 " * 20


@pytest.fixture(scope="module")
def trace(default_model):
    return run(default_model, TEXT, AttentionSpec(16, 2, (0, 120)))


@pytest.fixture(scope="module")
def hostile(trace):
    pieces = tuple(HOSTILE[number % len(HOSTILE)] for number in range(len(trace.tokens)))
    return replace(trace, tokens=replace(trace.tokens, pieces=pieces))


def read(text, **dialect):
    """What a spreadsheet makes of it: the rows below the headings."""
    return list(csv.reader(io.StringIO(text, newline=""), **dialect))[1:]


def test_a_region_holds_each_allowed_pair_once_with_its_weight(trace):
    rows, columns = slice(100, 140), slice(90, 150)
    cells = read(pairs_csv(trace, 2, 5, rows, columns))
    positions = torch.arange(len(trace.tokens))
    allowed = trace.pattern.allows(2, 5, positions[rows][:, None], positions[columns])
    assert len(cells) == int(allowed.sum())
    assert len({(query, key) for query, _, key, _, _ in cells}) == len(cells)
    weights = trace.weights(2, 5)
    for query, query_token, key, key_token, weight in cells:
        assert query_token == trace.tokens.pieces[int(query)]
        assert key_token == trace.tokens.pieces[int(key)]
        assert float(weight) == pytest.approx(float(weights[int(query), int(key)]), rel=1e-5)


def test_the_strongest_come_first_and_none_from_outside_the_pattern(trace):
    cells = read(pairs_csv(trace, 1, 3, strongest=1000))
    weights = [float(row[4]) for row in cells]
    assert len(cells) == 1000
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == pytest.approx(float(trace.weights(1, 3).max()), rel=1e-5)


def test_a_document_with_fewer_pairs_than_asked_for(default_model):
    short = run(default_model, "Two words", AttentionSpec(2, 1, ()))
    assert len(read(pairs_csv(short, 0, 0, strongest=1000))) == 10


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_is_one_that_a_spreadsheet_runs(hostile, separator):
    text = pairs_csv(hostile, 0, 0, slice(0, 60), slice(0, 60))
    text.encode("utf-8")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
    assert len(cells) > 100
    assert not [cell for cell in cells if re.match(r"[\s\"']*[=+\-@＝]", cell) and not cell.startswith("'")]


def test_hostile_tokens_are_still_readable(hostile):
    shown = {int(row[2]): row[3] for row in read(pairs_csv(hostile, 0, 0, slice(0, 1), slice(0, len(HOSTILE))))}
    for position, token in enumerate(HOSTILE):
        kept = re.sub("[\ud800-\udfff\x00]", "�", token)
        assert shown[position].replace("'", "") == kept.replace("'", "")
    assert shown[HOSTILE.index("=1+1")] == "'=1+1"


def test_weights_that_are_not_numbers_are_empty_cells(trace):
    broken = replace(trace.layers[0], query=trace.layers[0].query.clone())
    broken.query[0, 50] = float("nan")
    cells = read(pairs_csv(replace(trace, layers=(broken, *trace.layers[1:])), 0, 0, slice(50, 52), slice(40, 60)))
    assert {row[4] == "" for row in cells if row[0] == "50"} == {True}
    assert {row[4] == "" for row in cells if row[0] == "51"} == {False}


def test_too_many_pairs_are_refused_with_a_cure(trace, monkeypatch):
    monkeypatch.setattr(exports, "MAX_PAIRS", 100)
    with pytest.raises(InputError, match="NPZ"):
        pairs_csv(trace, 0, 0)
    with pytest.raises(InputError, match="NPZ"):
        pairs_csv(trace, 0, 0, strongest=101)


def test_npz_holds_the_head_and_needs_no_pickle(trace):
    exact = trace.band(4, 7)
    with np.load(io.BytesIO(npz_bytes(trace, 4, 7)), allow_pickle=False) as archive:
        for name in ("band", "columns", "rows"):
            np.testing.assert_array_equal(archive[name], getattr(exact, name).numpy())
        np.testing.assert_array_equal(archive["ids"], trace.tokens.ids)
        np.testing.assert_array_equal(archive["offsets"], trace.tokens.offsets)
        np.testing.assert_array_equal(archive["global_positions"], trace.global_positions)
        assert bytes(archive["text"]).decode() == trace.tokens.text
        spec = json.loads(str(archive["spec"]))
    assert (spec["layer"], spec["head"], spec["window"], spec["dilation"]) == (4, 7, 16, 2)
    assert not spec["own_window_without_dilation"]


SCRIPT = "console.log(document.querySelectorAll('script.payload').length)\n"


def elements(document):
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed(document)
    return found


def test_html_holds_its_payloads_and_asks_for_nothing(trace):
    named = replace(trace, model="</title><script>alert(1)</script>")
    document = html_bytes(named, [(0, 1), (2, 3)], [b"first", b"second"], SCRIPT, "canvas { border: 0 }").decode()
    found = elements(document)
    scripts = [attributes for tag, attributes in found if tag == "script"]
    assert [script["type"] for script in scripts] == ["application/octet-stream"] * 2 + ["module"]
    assert not [attributes for _, attributes in found if {"src", "href"} & set(attributes)]
    blocks = re.findall(r'class="payload">([^<]*)</script>', document)
    assert [base64.b64decode(block) for block in blocks] == [b"first", b"second"]
    policy = next(attributes["content"] for tag, attributes in found if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")


def test_html_refuses_what_it_cannot_hold(trace, monkeypatch):
    with pytest.raises(InputError, match="at least one"):
        html_bytes(trace, [], [], SCRIPT, "")
    with pytest.raises(InputError, match="at least one"):
        html_bytes(trace, [(0, 0)], [], SCRIPT, "")
    with pytest.raises(InputError, match="must not contain the end tag"):
        html_bytes(trace, [(0, 0)], [b""], SCRIPT + "'</script>'", "")
    with pytest.raises(InputError, match="Try 3 heads"):
        html_bytes(trace, [(0, head) for head in range(4)], [bytes(12_000_000)] * 4, SCRIPT, "")
