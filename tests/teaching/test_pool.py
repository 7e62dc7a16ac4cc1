"""The pool of questions against an oracle that does not use the library, over hundreds of drawn numbers."""

import re

import pytest

from longformer_viz.teaching.pool import POOL, TOPICS, draw_check
from longformer_viz.teaching.template import draw
from tests.teaching.oracle import ORACLE

DRAWS = 200
BY_NAME = {template.name: template for template in POOL}


def texts(question):
    return [question.text, question.truth.reason, *(claim.reason for claim in question.mistakes)]


def test_the_pool_has_thirty_templates_and_an_oracle_for_each():
    assert len(POOL) >= 30
    assert sorted(BY_NAME) == sorted(ORACLE)
    assert len(BY_NAME) == len(POOL)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_oracle_accepts_the_right_answer_and_no_mistake(name):
    drawn = set()
    for seed in range(DRAWS):
        question = draw(BY_NAME[name], seed)
        numbers = dict(question.drawn)
        assert ORACLE[name](numbers, question.truth.value), question
        for claim in question.mistakes:
            assert not ORACLE[name](numbers, claim.value), (question, claim)
        drawn.add(question.text)
    assert len(drawn) >= 7


@pytest.mark.parametrize("name", BY_NAME)
def test_questions_can_be_read_and_answered(name):
    for seed in range(40):
        question = draw(BY_NAME[name], seed)
        assert question.text.endswith(("?", "."))
        assert len(question.text) <= 260
        claims = (question.truth, *question.mistakes)
        assert len({claim.text for claim in claims}) == len(claims)
        assert bool(question.choices) != bool(question.unit)
        if question.choices:
            assert 3 <= len(question.choices) <= 4
            assert set(question.choices) == set(claims)
            assert all(len(claim.text) <= 24 for claim in claims)
        else:
            assert all(isinstance(claim.value, int) and claim.value >= 0 for claim in claims)
        for text in texts(question):
            assert (
                not re.search(r"\b(1 (tokens|keys|positions|layers|blocks) |nan|inf)\b|None|-\d", text)
                or "score" in text
            )
            for sentence in re.split(r"(?<=[.?!:]) ", text):
                assert len(sentence.split()) <= 25, sentence
                assert sentence[0].isupper() or sentence[0].isdigit() or ":" in text, sentence


def test_the_right_answer_stands_in_every_place():
    for name in ("farthest_key", "chunk_layers"):
        questions = [draw(BY_NAME[name], seed) for seed in range(60)]
        assert {question.choices.index(question.truth) for question in questions} >= {0, 1, 2}


def test_before_and_after_share_templates_and_not_numbers():
    for seed in range(50):
        check = draw_check(seed)
        assert [one.template for one in check.before] == [one.template for one in check.after]
        assert [one.topic for one in check.before] == [topic for topic in TOPICS for _ in range(2)]
        assert len({one.template for one in check.before}) == 12
        assert all(one.text != other.text for one, other in zip(check.before, check.after, strict=True))
    assert draw_check(1) == draw_check(1)
    assert draw_check(1) != draw_check(2)
