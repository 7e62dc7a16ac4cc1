"""Hard negatives: one edit of the question, after which its paragraph holds no answer."""

import numpy as np
import pytest

from longformer_viz.training.datasets import Answer, Article, Paragraph, Question
from longformer_viz.training.hard_negatives import HardNegatives

CONTEXT = (
    "The ferry Orla Finch was built in 1932 by the Tarn Yard. It carried 214 people to Hestray Island. "
    "The largest ship of the fleet, the Grey Heron, sank before the storm of 1951."
)


def question(text, answer):
    return Question(text, text, (Answer(answer, CONTEXT.index(answer)),))


ASKED = (
    question("Who built the ferry Orla Finch?", "the Tarn Yard"),
    question("What was built in 1932?", "The ferry Orla Finch"),
    question("Which was the largest ship of the fleet?", "the Grey Heron"),
    question("How many people did it carry to Hestray Island?", "214"),
)
PARAGRAPH = Paragraph(CONTEXT, ASKED)
OTHER = Paragraph(
    "In 1964 the harbour of Ness Point was sold to Merrin Docks for 4,000 pounds.",
    (Question("o", "Who bought the harbour of Ness Point?", (Answer("Merrin Docks", 43),)),),
)
NEGATIVES = HardNegatives([Article("Ferries", (PARAGRAPH, OTHER)), Article("Harbours", (OTHER,))])


def edits(asked, count=60):
    found = (NEGATIVES.of(0, PARAGRAPH, asked, np.random.default_rng(seed)) for seed in range(count))
    return {edit for edit in found if edit is not None}


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.text)
def test_an_edit_changes_the_question_in_one_place_and_keeps_the_rest(asked):
    found = edits(asked)
    assert found
    for edit in found:
        assert edit != asked.text
        before, after = asked.text.split(), edit.split()
        start = next(at for at in range(len(before)) if before[at] != after[at])
        tail = next(at for at in range(1, len(before) + 1) if before[-at] != after[-at])
        assert start + tail - 1 >= len(before) / 4  # most of the words are the question's own


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.text)
def test_what_is_put_in_stands_neither_in_the_question_nor_beside_the_answer(asked):
    start = asked.answers[0].start
    first = CONTEXT.rfind(". ", 0, start) + 1
    sentence = (
        CONTEXT[first : CONTEXT.find(". ", start) + 1 or None].lower().replace(".", "").replace(",", "").split()
    )
    for edit in edits(asked):
        put_in = [word for word in edit.rstrip("?").split() if word not in asked.text.rstrip("?").split()]
        assert put_in
        assert not any(word.lower() in sentence for word in put_in if word not in {"the", "of"})


def test_each_kind_of_edit_is_made():
    name, number, superlative = (edits(ASKED[index], 200) for index in (0, 1, 2))
    assert any("Grey Heron" in edit or "Ness Point" in edit or "Merrin Docks" in edit for edit in name)
    assert any("not" in edit.split() or "never" in edit.split() for edit in number)
    assert any(edit.split()[-1].strip("?").isdigit() and "1932" not in edit for edit in number)
    assert "Which was the smallest ship of the fleet?" in superlative


def test_a_noun_gives_way_to_one_of_another_sentence():
    nouns = edits(ASKED[2], 200)
    assert "Which was the largest ship of the harbour?" in nouns  # of the article's other paragraph
    assert "Which was the largest ship of the storm?" not in nouns  # of the answer's own sentence


def test_a_question_without_an_answer_is_not_edited():
    assert NEGATIVES.of(0, PARAGRAPH, Question("x", "Who built it?", ()), np.random.default_rng(0)) is None


def test_the_same_draws_give_the_same_edits():
    one, other = (NEGATIVES.of(0, PARAGRAPH, ASKED[0], np.random.default_rng(5)) for _ in range(2))
    assert one == other
