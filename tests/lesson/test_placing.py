"""The learner's global tokens: judged by a real run, and refused where they cannot be."""

import pytest

from longformer_viz.lesson import placing
from longformer_viz.models.store import stored_model
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.tasks.answering import answer


@pytest.fixture(scope="module")
def model():
    return stored_model(task="qa")


def test_the_question_as_global_tokens_gives_what_the_task_gives(model):
    found = placing.place(model, list(placing.question_positions(model)))
    expected = answer(model, placing.QUESTION, placing.DOCUMENT, AttentionSpec(placing.WINDOW, 1, ()))
    assert found.right
    assert (found.answer, found.probability) == (expected[0].text, pytest.approx(expected[0].probability))


def test_no_global_token_misses_the_answer_and_says_why(model):
    found = placing.place(model, [])
    assert not found.right
    assert "Without global tokens" in found.reason
    assert "No token of the question" in placing.place(model, [20, 21]).reason


def test_the_tokens_shown_are_the_text(model):
    shown = placing.pieces(model)
    assert "".join(shown).startswith(" [CLS] When was the mill rebuilt? [SEP]")
    assert "in 1910 with a taller tower." in "".join(shown)


@pytest.mark.parametrize("chosen", [[-1], [10_000], [True], ["2"], [None], [1.5]])
def test_a_position_outside_the_text_is_refused(model, chosen):
    with pytest.raises(InputError, match="must be from 0 to"):
        placing.place(model, chosen)


def test_too_many_global_tokens_are_refused(model):
    with pytest.raises(InputError, match="At most 9 tokens"):
        placing.place(model, list(range(10)))
