"""Two answers are the same where their span or their words are, and another person's name never is."""

from dataclasses import replace

import pytest

from longformer_viz import answer, load
from longformer_viz.documents.samples import sample
from longformer_viz.tasks.agreement import answer_words, finds_none, same_answer, same_outcome, score_against

NOTICE = sample("library_notice")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Board of Trustees", "board of trustees."),
        ("“Ann Lee”", "Ann Lee"),
        ("1,250,000", "1250000"),
        ("the\nclient’s   agent", "Client's agent"),
        ("ﬁve days", "five days"),
        ("", " "),
    ],
)
def test_the_same_words_are_the_same_answer(one, other):
    assert same_answer(one, (0, 5), other, (90, 95))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Lee", "Carl Dunn"),
        ("Ann Lee and Carl Dunn", "Carl Dunn"),
        ("3.5", "35"),
        ("-5%", "5%"),
        ("5-10", "510"),
        ("The", "A"),
        ("?", "!"),
        ("की", "का"),
    ],
)
def test_other_words_are_another_answer_even_where_the_spans_overlap(one, other):
    assert not same_answer(one, (10, 31), other, (22, 31))


def test_one_span_is_one_answer():
    assert same_answer("Ann", (3, 6), "Ann", (3, 6))
    assert answer_words("…") == ("…",)


@pytest.mark.parametrize(
    ("found", "right", "is_exact", "f1"),
    [
        ("the Board of Trustees", "Board of Trustees", True, 1.0),
        ("Board", "the Board of Trustees", False, 0.5),
        ("Ann Lee", "Carl Dunn", False, 0.0),
        ("30 days", "30", False, 2 / 3),
    ],
)
def test_a_score_is_exact_match_and_f1_of_the_words(found, right, is_exact, f1):
    score = score_against(found, right)
    assert score.is_exact == is_exact
    assert score.f1 == pytest.approx(f1)


def test_no_answer_agrees_with_no_answer_alone():
    found = answer(load(task="qa"), NOTICE.questions[0].question, NOTICE.text)
    assert not finds_none(found)
    assert same_outcome(found, found)
    none = replace(found, none_probability=found[0].probability + 0.01)
    assert finds_none(none), "an answer less probable than none is no answer"
    assert same_outcome(none, none)
    assert not same_outcome(found, none)
    assert not finds_none(replace(found, none_probability=None)), "such a model cannot say so"
