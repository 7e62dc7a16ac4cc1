"""Hostile texts as documents, questions, labels, positions and names."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longformer_viz import InputError, answer, classify, run, sentence_starts
from longformer_viz.cost.checks import typed_lengths
from longformer_viz.documents.cleaning import clean_text
from longformer_viz.documents.landmarks import typed_positions
from longformer_viz.documents.limits import MAX_CHARACTERS
from longformer_viz.documents.sentences import sentences
from longformer_viz.documents.structure.blocks import blocks
from longformer_viz.figures.text import plain
from longformer_viz.models.runs import name_of_file, run_folder
from longformer_viz.spec import AttentionSpec
from tests.hostile.refusals import assert_refused, refused_or_right
from tests.hostile.texts import LONG, SHORT

SPEC = AttentionSpec(window=8)


def check_document(model, text):
    try:
        clean = clean_text(text)
    except InputError:
        return refused_or_right(lambda: clean_text(text))
    assert clean_text(clean) == clean, "cleaned twice is cleaned once"
    clean.encode("utf-8")
    tokens = model.tokenize(clean)
    assert all(0 <= start <= stop <= len(clean) for start, stop in tokens.offsets)
    assert all(0 <= position < len(tokens) for position in sentence_starts(tokens))
    blocks(clean)
    found = sentences(clean)
    assert all(0 <= each.start < each.stop <= len(clean) for each in found)
    return None


def test_short_texts_as_documents(default_model):
    for text in SHORT:
        check_document(default_model, text)


@pytest.mark.parametrize("number", range(len(LONG)))
def test_long_texts_as_documents(default_model, number):
    check_document(default_model, LONG[number])


def test_texts_are_tokenized_and_run_as_they_are(default_model):
    for text in SHORT[::10]:
        trace = run(default_model, text[:300], SPEC)
        assert trace.weights(0, 0).isfinite().all()
        rows = trace.weights(0, 0).sum(-1)
        assert ((rows - 1).abs() < 1e-2).all()


def test_texts_as_questions_and_labels(default_model):
    tokens = default_model.tokenize("Ada wrote to Bo. Bo paid 12 euros.")
    for text in SHORT[::16]:
        refused_or_right(lambda text=text: answer(default_model, text[:200], tokens))
        refused_or_right(lambda text=text: classify(default_model, tokens, [text, "letter"]))


def test_texts_as_positions_lengths_and_names(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGFORMER_VIZ_RUNS", str(tmp_path))
    for text in SHORT:
        refused_or_right(lambda text=text: typed_positions(text))
        refused_or_right(lambda text=text: typed_lengths(text))
        if refused_or_right(lambda text=text: run_folder(text)) is None:
            assert run_folder(text).parent == tmp_path
        assert run_folder(name_of_file(text + ".csv")).parent == tmp_path


def test_texts_in_figures_are_no_markup():
    for text in SHORT:
        drawn = plain(text, 40)
        assert "<" not in drawn


@given(st.text(st.characters(codec=None), max_size=200))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text(default_model, text):
    check_document(default_model, text)


@given(st.text(st.characters(codec=None), max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_as_positions(text):
    refused_or_right(lambda: typed_positions(text))
    refused_or_right(lambda: typed_lengths(text))


@pytest.mark.parametrize("use", ["run", "answer", "classify", "labels", "count"])
def test_five_megabytes_are_refused_at_once(default_model, use):
    text = "lorem ipsum dolor " * 280_000
    assert len(text) > MAX_CHARACTERS
    calls = {
        "run": lambda: run(default_model, text),
        "answer": lambda: answer(default_model, "What?", text),
        "classify": lambda: classify(default_model, text, "topics"),
        "labels": lambda: classify(default_model, text, ["a", "b"]),
        "count": lambda: default_model.count_tokens(text),
    }
    assert "at most 2,000,000 characters" in str(assert_refused(calls[use]))


def test_two_megabytes_of_one_word_are_one_unknown_token(default_model):
    assert default_model.count_tokens("a" * MAX_CHARACTERS) == 3


def test_five_megabytes_as_a_question_are_refused(default_model):
    question = "why " * 1_250_000
    assert_refused(lambda: answer(default_model, question, "Ada wrote to Bo."))
