"""What BertViz is given: squares of the trace's weights, renormalised, and tokens that cannot break out."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import torch

from longformer_viz import AttentionSpec, InputError, run
from longformer_viz.figures.bertviz_html import MAX_TOKENS, bertviz_page, sandboxed
from tests.figures.hostile import HOSTILE

TEXT = "The harbour master keeps two ledgers; one is for ships, the other nobody reads. " * 20


@pytest.fixture(scope="module")
def trace(default_model):
    return run(default_model, TEXT, AttentionSpec(16, 1, (0, 120)))


def given(page):
    """The data in the page, as its script reads it."""
    return json.loads(re.search(r'<script type="application/json" [^>]*>(.*?)</script>', page.html)[1])


def tags(document):
    """The elements that a browser would make of it; a script is one, whatever it holds."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: found.append(tag)
    parser.feed(document)
    return found


@pytest.mark.parametrize(("view", "count", "layers"), [("head", 128, [3]), ("model", 48, [0, 1, 2, 3, 4, 5])])
def test_rows_are_the_traces_renormalised(trace, view, count, layers):
    page = bertviz_page(trace, view, 100, count, layer=3)
    parameters = given(page)
    assert parameters["include_layers"] == layers
    weights = torch.tensor(parameters["attention"][0]["attn"])
    assert weights.shape == (len(layers), trace.heads, count, count)
    torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:-1]), atol=0.01, rtol=0)
    exact = trace.weights(layers[-1], 5, slice(100, 100 + count), slice(100, 100 + count))
    torch.testing.assert_close(weights[-1, 5], exact / exact.sum(-1, keepdim=True), atol=6e-5, rtol=0)
    assert "renormalized" in page.note
    assert f"Tokens 100 to {99 + count} of" in page.note


def test_hostile_tokens_stay_text(trace):
    pieces = tuple(HOSTILE[number % len(HOSTILE)] for number in range(len(trace.tokens)))
    hostile = replace(trace, tokens=replace(trace.tokens, pieces=pieces))
    page = bertviz_page(hostile, "head", 0, len(HOSTILE))
    assert tags(page.html).count("script") == page.html.lower().count("</script") == 5
    shown = given(page)["attention"][0]["left_text"]
    assert len(shown) == len(HOSTILE)
    assert max(map(len, shown)) <= 14
    page.html.encode("utf-8")
    assert sandboxed(page).count("<iframe") == 1
    assert "<script" not in sandboxed(page)


def test_no_script_differs_from_document_to_document(trace):
    pages = [bertviz_page(trace, "head", start, 8).html for start in (0, 40)]
    found = [re.findall(r"<script>(.*?)</script>", page, re.DOTALL) for page in pages]
    assert found[0] == found[1]
    assert pages[0] != pages[1]


def test_nothing_is_asked_from_outside(trace):
    page = bertviz_page(trace, "model", 0, 8)
    assert set(tags(page.html)) == {"html", "head", "meta", "title", "style", "body", "div", "span", "script"}
    assert "<script src" not in page.html
    assert re.search(r"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-", page.html)


def test_faults_are_said_and_drawn_as_nothing(trace):
    broken = replace(trace.layers[2], query=trace.layers[2].query.clone())
    broken.query[0, 5] = float("nan")
    layers = (*trace.layers[:2], broken, *trace.layers[3:])
    page = bertviz_page(replace(trace, layers=layers), "head", 0, 16, layer=2)
    assert "are not numbers" in page.note
    assert given(page)["attention"][0]["attn"][0][0][5] == [0.0] * 16


@pytest.mark.parametrize(
    ("view", "start", "count", "layer"),
    [
        ("head", 0, MAX_TOKENS["head"] + 1, 0),
        ("model", 0, MAX_TOKENS["model"] + 1, 0),
        ("head", 0, 0, 0),
        ("head", -1, 8, 0),
        ("head", 10**6, 8, 0),
        ("head", 0, 8, 6),
        ("neuron", 0, 8, 0),
    ],
)
def test_what_cannot_be_shown_is_refused(trace, view, start, count, layer):
    with pytest.raises(InputError, match="Try"):
        bertviz_page(trace, view, start, count, layer)
