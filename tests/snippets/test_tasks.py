"""The lines of Answers and Labels: they find the same answers and labels with the same probabilities."""

import pytest
import torch

from longformer_viz import (
    AttentionSpec,
    answer,
    answer_by_settings,
    answer_by_strategies,
    classify,
    classify_by_strategies,
    first_token_shares,
    label_evidence,
    load,
    run,
)
from longformer_viz.snippets import answers, labels
from longformer_viz.snippets.answers import QuestionShown, SettingsShown, answers_lines
from longformer_viz.snippets.labels import FirstTokenShown, labels_lines
from longformer_viz.tasks.attention_shares import pair_around_answer, question_shares
from tests.models import small
from tests.snippets.executed import executed

LONG = "The mill is old. It was sold in 2019 for nine euros.\n\n" * 12
QUESTION = 'When was "it" sold,\nand for how much isn\'t known?'


def shown(answers):
    return [(each.text, each.start, round(each.probability, 6)) for each in answers]


def labels_of(found):
    return [(label.name, round(label.probability, 6)) for label in found]


@pytest.fixture(scope="module")
def qa(tmp_path_factory):
    folder = tmp_path_factory.mktemp("qa")
    small.save(folder, "Longformer", "ForQuestionAnswering", attention_window=[64, 64])
    return load(str(folder))


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labels")
    small.save(folder, "Longformer", "ForSequenceClassification")
    return load(str(folder))


@pytest.mark.parametrize("spec", [AttentionSpec(16, 1, (0,)), AttentionSpec((8, 16), 2, ())])
def test_the_lines_find_the_same_answers(spec, qa, tmp_path, monkeypatch):
    tokens = qa.tokenize(LONG)
    assert len(tokens) > qa.max_tokens, "read in parts"
    found = executed(answers_lines(qa, QUESTION, tokens, spec), tmp_path, monkeypatch, LONG)
    expected = answer(qa, QUESTION, LONG, spec)
    assert found["question"] == QUESTION
    assert shown(found["answers"]) == shown(expected)
    assert found["answers"].none_probability == expected.none_probability


def test_the_lines_give_the_attention_of_the_questions_global_tokens(qa, tmp_path, monkeypatch):
    tokens, spec = qa.tokenize(LONG), AttentionSpec(8, 1, (0, 3))
    lines = answers_lines(qa, QUESTION, tokens, spec, QuestionShown(1, 2))
    found = executed(lines, tmp_path, monkeypatch, LONG)
    best = answer(qa, QUESTION, LONG, spec)[0]
    pair, pair_spec, shift = pair_around_answer(qa, QUESTION, tokens, spec, best)
    trace = run(qa, pair.tokens, pair_spec)
    assert found["trace"].global_positions == trace.global_positions
    assert set(range(pair.global_count)) <= set(trace.global_positions)
    shares = question_shares(trace, pair, best.first + shift, best.last + shift)
    torch.testing.assert_close(found["share"], shares[1, 2], rtol=0, atol=1e-6)


def outcomes(results):
    return [(each.strategy.name, each.outcome, round(each.probability, 6)) for each in results]


def test_the_lines_run_every_strategy_and_every_setting(qa, tmp_path, monkeypatch):
    tokens = qa.tokenize(LONG[:400])
    lines = answers_lines(qa, QUESTION, tokens, AttentionSpec(), answers.StrategiesShown())
    found = executed(lines, tmp_path, monkeypatch, LONG[:400])
    assert outcomes(found["results"]) == outcomes(answer_by_strategies(qa, QUESTION, tokens))
    lines = answers_lines(qa, QUESTION, tokens, AttentionSpec(), SettingsShown())
    found = executed(lines, tmp_path, monkeypatch, LONG[:400])
    expected = answer_by_settings(qa, QUESTION, tokens)
    points = [(each.setting, shown(each.answers)) for each in found["found"].points]
    assert points == [(each.setting, shown(each.answers)) for each in expected.points]


@pytest.mark.parametrize("text", [LONG[:200], LONG])
def test_the_lines_give_the_attention_of_the_first_token(text, classifier, tmp_path, monkeypatch):
    tokens, part = classifier.tokenize(text), classifier.tokenize(text, limit=classifier.max_tokens)
    spec, part_spec = AttentionSpec(8, 2, (0, len(tokens) - 1)), AttentionSpec(8, 2, (0,))
    shown_head = FirstTokenShown(part, spec if part == tokens else part_spec, 1, 2, 2)
    lines = labels_lines(classifier, tokens, None, spec, "LABEL_1", "gradient times input", shown_head)
    found = executed(lines, tmp_path, monkeypatch, text)
    trace = run(classifier, part, shown_head.spec)
    torch.testing.assert_close(found["attention"], trace.weights(1, 2)[0], rtol=0, atol=1e-6)
    spans = [(each.first, each.last) for each in label_evidence(classifier, text, "LABEL_1", spec).ranked[:2]]
    torch.testing.assert_close(found["shares"], first_token_shares(trace, spans), rtol=0, atol=1e-6)


def test_the_lines_label_by_every_strategy(classifier, tmp_path, monkeypatch):
    lines = labels_lines(classifier, classifier.tokenize(LONG), None, AttentionSpec(8), tab=labels.StrategiesShown())
    found = executed(lines, tmp_path, monkeypatch, LONG)
    assert outcomes(found["results"]) == outcomes(classify_by_strategies(classifier, LONG))


@pytest.mark.parametrize("explained", [None, "LABEL_1"])
def test_the_lines_find_the_labels_of_a_head(explained, classifier, tmp_path, monkeypatch):
    spec = AttentionSpec(8, 2, (0, 5))
    tokens = classifier.tokenize(LONG)
    lines = labels_lines(classifier, tokens, None, spec, explained, "gradient times input")
    found = executed(lines, tmp_path, monkeypatch, LONG)
    assert labels_of(found["found"]) == labels_of(classify(classifier, LONG, spec=spec))
    if explained is not None:
        expected = label_evidence(classifier, LONG, explained, spec)
        weights = [each.known_weight for each in expected.ranked]
        assert [each.known_weight for each in found["evidence"].ranked] == pytest.approx(weights, abs=1e-5)


def test_the_lines_find_typed_labels(classifier, tmp_path, monkeypatch):
    typed = ("a lease", 'a "re\\port"', "it's")
    expected = classify(classifier, LONG, typed)
    method = "leave one out"
    lines = labels_lines(classifier, classifier.tokenize(LONG), typed, AttentionSpec(), expected[1].name, method)
    found = executed(lines, tmp_path, monkeypatch, LONG)
    assert labels_of(found["found"]) == labels_of(expected)
    assert (found["evidence"].label, found["evidence"].method) == (expected[1].name, method)
