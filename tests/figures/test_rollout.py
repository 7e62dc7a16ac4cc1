"""The picture of a followed token: its strips, what is left empty, and its words."""

from dataclasses import replace

import numpy as np
import pytest

from longformer_viz import AttentionSpec, run
from longformer_viz.figures.rollout import describe_rollout, rollout_figure
from longformer_viz.trace.rollout import attention_rollout
from tests.figures.hostile import HOSTILE

TEXT = "The harbour master keeps two ledgers; one is for ships, the other nobody reads. " * 100


@pytest.fixture(scope="module")
def trace(default_model):
    return run(default_model, TEXT, AttentionSpec(16, 1, ()))


def strips(figure):
    return np.array(figure.data[0].z, dtype=float)


def test_layers_to_come_and_tokens_out_of_reach_are_empty(trace):
    rollout = attention_rollout(trace, 900)
    drawn = strips(rollout_figure(rollout, trace, 1))
    assert drawn.shape[0] == len(trace.layers)
    assert drawn.shape[1] == 1024 < len(trace.tokens)
    assert np.isfinite(drawn[0]).sum() < np.isfinite(drawn[1]).sum() < drawn.shape[1] / 10
    assert not np.isfinite(drawn[2:]).any()


def test_no_single_token_vanishes(trace):
    rollout = attention_rollout(trace, 900)
    drawn = strips(rollout_figure(rollout, trace, len(trace.layers) - 1, "dark"))
    np.testing.assert_allclose(10 ** np.nanmax(drawn, 1), rollout.weights.max(1).values.numpy(), rtol=1e-4)
    positions = np.array(rollout_figure(rollout, trace, 0).data[0].x)
    assert abs(positions[np.nanargmax(drawn[0])] - 900) < 2


def test_words_are_never_markup_in_hovers_and_plain_in_the_text_alternative(trace):
    pieces = tuple(HOSTILE[number % len(HOSTILE)] for number in range(len(trace.tokens)))
    hostile = replace(trace, tokens=replace(trace.tokens, pieces=pieces))
    rollout = attention_rollout(hostile, 0)
    for row in rollout_figure(rollout, hostile, 5).data[0].customdata:
        for hover in row:
            assert "<" not in hover.replace("<br>", "")
    told = describe_rollout(rollout, hostile, 3)
    assert "“</script><script>do…”" in told
    assert "&lt;" not in told


def test_the_words_say_what_the_numbers_are(trace):
    rollout = attention_rollout(trace, 900)
    told = describe_rollout(rollout, trace, 0)
    assert "token 900" in told
    assert f"{float(rollout.weights[0, 900]):.0%}" in told
    assert f"17 of {len(trace.tokens):,} tokens contribute" in told


def test_a_document_of_few_tokens(default_model):
    short = run(default_model, "One", AttentionSpec(2))
    rollout = attention_rollout(short, 1)
    assert strips(rollout_figure(rollout, short, 0)).shape == (6, 3)
    assert "token 1" in describe_rollout(rollout, short, 0)
