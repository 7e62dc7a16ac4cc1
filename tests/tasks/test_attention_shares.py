"""The question's attention: the pair that is run, and the share that its tokens give to a span."""

from dataclasses import replace

import pytest
import torch

from longformer_viz import AttentionSpec, answer, load, run
from longformer_viz.documents.samples import sample
from longformer_viz.tasks.attention_shares import pair_around_answer, question_shares

TEXT, ASKED = sample("library_notice").text, sample("library_notice").questions[0].question


@pytest.fixture(scope="module")
def model():
    return load(task="qa")


def test_the_answer_stands_where_the_shift_says(model):
    tokens = model.tokenize(TEXT)
    best = answer(model, ASKED, tokens)[0]
    pair, spec, shift = pair_around_answer(model, ASKED, tokens, AttentionSpec(64, 1, (0, 9)), best)
    assert pair.tokens.ids[best.first + shift : best.last + shift + 1] == tokens.ids[best.first : best.last + 1]
    assert set(range(pair.global_count)) | {9 + shift} == set(spec.global_positions)


def test_of_a_long_document_the_stretch_around_the_answer(model):
    short = replace(model, max_tokens=128)
    tokens = short.tokenize(TEXT)
    for best in answer(short, ASKED, tokens):
        pair, _, shift = pair_around_answer(short, ASKED, tokens, AttentionSpec(), best)
        assert len(pair.tokens) == 128
        assert pair.tokens.ids[best.first + shift : best.last + shift + 1] == tokens.ids[best.first : best.last + 1]


def test_shares_are_those_of_the_global_rows(model):
    tokens = model.tokenize(TEXT)
    best = answer(model, ASKED, tokens)[0]
    pair, spec, shift = pair_around_answer(model, ASKED, tokens, AttentionSpec(64), best)
    trace = run(model, pair.tokens, spec)
    shares = question_shares(trace, pair, best.first + shift, best.last + shift)
    assert shares.shape == (len(trace.layers), trace.heads)
    rows = trace.band(3, 5).rows[1 : pair.global_count]
    expected = rows[:, best.first + shift : best.last + shift + 1].sum(1).mean()
    torch.testing.assert_close(shares[3, 5], expected, atol=1e-5, rtol=1e-4)
    everything = question_shares(trace, pair, 0, len(pair.tokens) - 1)
    torch.testing.assert_close(everything, torch.ones_like(everything), atol=2e-2, rtol=0)
