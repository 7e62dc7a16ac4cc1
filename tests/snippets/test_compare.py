"""The Compare page's lines: every pattern, its captured mass, and what each tab shows."""

import math

import pytest
import torch

from longformer_viz import load, run
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import (
    LongformerPattern,
    character_model_preset,
    dilated_window,
    sliding_window,
)
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.reach import receptive_field, unreachable_pairs
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.snippets.compare import MassShown, PairsShown, ReachShown, TokensShown, compare_lines
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.captured_mass import captured_mass, forbidden_pairs
from longformer_viz.trace.full_attention import full_attention
from longformer_viz.trace.panel import pattern_panel
from longformer_viz.trace.pattern_run import pattern_over
from tests.hf.small_families import FAMILIES
from tests.models import small
from tests.models.test_families import TEXT
from tests.models.test_families import tokenizer as word_tokenizer
from tests.snippets.executed import executed


@pytest.fixture(scope="module", params=["longformer", "llama"])
def model(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "longformer":
        small.save(folder, "Longformer")
    else:
        FAMILIES["llama"].make().save_pretrained(folder)
        word_tokenizer(wrapped=False).save_pretrained(folder)
    return load(str(folder))


@pytest.fixture(scope="module")
def text(model):
    return TEXT[:260] if model.reaches else "The mill is old. It was sold.\n\n" * 9


@pytest.fixture(scope="module")
def trace(model, text):
    return run(model, text)


def longformer(model, trace, spec):
    return LongformerPattern(spec.layers(model.windows, model.heads), spec.positions_in(len(trace.tokens)))


def patterns(model, trace):
    depth, heads, length = len(trace.layers), trace.heads, len(trace.tokens)
    named = {
        "Longformer": longformer(model, trace, AttentionSpec(8, 1, (0,))),
        "by layer": longformer(model, trace, AttentionSpec(tuple(range(4, 4 + 2 * depth, 2)), 2, (0, 3))),
        "every 5th": longformer(model, trace, AttentionSpec(4, 1, tuple(range(0, length, 5)))),
        "Sliding": sliding_window(12, depth, heads),
        "Dilated": dilated_window(6, 3, depth, heads),
        "Table 12": character_model_preset(depth, heads, min(2, heads)),
        "BigBird": BigBirdPattern(length, depth, heads, 8, 3, 2, 1, 7),
        "BigBird 2": BigBirdPattern(length, depth, heads, 4, 3, 2, 1, 0, "hugging face"),
        "Reformer": ReformerPattern.of_keys([kept.key for kept in trace.layers], 2, 16, seed=3),
        "ModernBERT": ModernBertPattern(depth, heads, 10, 2),
        "Chunks": ChunkedPattern(depth, heads, 20, 5),
        "Full": FullPattern(depth, heads),
        "Own": trace.pattern,
    }
    return [(name, pattern_over(trace, pattern)) for name, pattern in named.items()]


_TABS = ("Longformer", "Sliding", "Chunks")


def lines_of(trace, model, tab=None):
    named = patterns(model, trace)
    return compare_lines(trace, model, 1, 2, named if tab is None else [one for one in named if one[0] in _TABS], tab)


def test_the_lines_make_every_pattern_and_its_captured_mass(trace, model, text, tmp_path, monkeypatch):
    found = executed(lines_of(trace, model), tmp_path, monkeypatch, text)
    expected = patterns(model, trace)
    assert list(found["panels"]) == [name for name, _ in expected]
    for name, pattern in expected:
        panel, shown = found["panels"][name], pattern_panel(trace, pattern, 1, 2)
        assert math.isclose(panel.captured_share, shown.captured_share, abs_tol=1e-6)
        assert (panel.pairs, panel.full_pairs) == (shown.pairs, shown.full_pairs)
        torch.testing.assert_close(panel.weights, shown.weights, rtol=0, atol=1e-6)


def test_the_lines_follow_the_open_tab(trace, model, text, tmp_path, monkeypatch):
    named = dict(patterns(model, trace))
    full = full_attention(trace)
    found = executed(lines_of(trace, model, MassShown()), tmp_path, monkeypatch, text)
    for name, pattern in ((name, named[name]) for name in _TABS):
        assert math.isclose(found["masses"][name].mean, captured_mass(trace, pattern, full).mean, abs_tol=1e-6)
    found = executed(lines_of(trace, model, TokensShown("Chunks", 6)), tmp_path, monkeypatch, text)
    losing = captured_mass(trace, named["Chunks"], full).tokens_with_smallest_share(6)
    assert [place for place, _ in found["tokens"]] == [place for place, _ in losing]
    for is_one_head in (False, True):
        where = (1, 2) if is_one_head else ()
        found = executed(lines_of(trace, model, PairsShown("Sliding", 5, is_one_head)), tmp_path, monkeypatch, text)
        pairs = forbidden_pairs(trace, named["Sliding"], full, 5, *where)
        assert [(each.query, each.key) for each in found["pairs"]] == [(each.query, each.key) for each in pairs]


@pytest.mark.parametrize("extra", [(), (4,)])
def test_the_lines_follow_the_reach(extra, trace, model, text, tmp_path, monkeypatch, capsys):
    found = executed(lines_of(trace, model, ReachShown(50, 5, extra)), tmp_path, monkeypatch, text)
    told = capsys.readouterr().out
    length = len(trace.tokens)
    named = dict(patterns(model, trace))
    for name, pattern in ((name, named[name]) for name in _TABS):
        count = unreachable_pairs(pattern, length, extra).count
        layers = receptive_field(pattern, length, 50, extra)[:, 5].nonzero().flatten().tolist()
        assert f"{name} {layers[:1]} {count}\n" in told
    assert (found["query"], found["key"]) == (50, 5)
