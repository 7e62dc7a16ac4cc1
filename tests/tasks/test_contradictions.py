"""Words that exclude each other, and sentences that contradict a question."""

import pytest

from longformer_viz.tasks.spans.contradictions import contradictions
from longformer_viz.tasks.spans.opposites import negates, opposites

TEXT = (
    "The yard opened in 1932. The largest ship of the northern fleet was the Grey Heron, and it was formal. "
    "It was not sold before 1951. Orla Finch bought it in the winter."
)


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("What was the largest ship of the fleet?", "Grey Heron", (0, 0, 0, 0)),
        ("What was the smallest ship of the fleet?", "Grey Heron", (1, 0, 0, 0)),
        ("What was the largest ship of the southern fleet?", "Grey Heron", (1, 0, 0, 0)),
        ("Which ship was informal?", "Grey Heron", (1, 0, 0, 0)),
        ("Which ship was not the largest?", "Grey Heron", (0, 1, 0, 0)),
        ("When was it sold?", "1951", (0, 0, 0, 0)),
        ("When was it not sold?", "1951", (0, 0, 0, 0)),
        ("Who bought it, like Orla Finch?", "Orla Finch", (0, 0, 0, 0)),
        ("Who bought it before Tarn Merrin?", "Orla Finch", (0, 0, 1, 0)),
        ("Who bought it in 1951?", "Orla Finch", (0, 0, 0, 0)),
        ("Who bought it in 1951 or 1964?", "Orla Finch", (0, 0, 0, 0.5)),
        ("Who bought it in the Summer of 1964?", "Orla Finch", (1, 0, 1, 1)),
    ],
)
def test_contradictions(question, answer, expected):
    start = TEXT.index(answer)
    assert contradictions(question, TEXT, start, start + len(answer)) == pytest.approx(expected)


@pytest.mark.parametrize("answer", [TEXT[:3], TEXT[-7:], TEXT])
def test_an_answer_at_either_end_has_a_sentence(answer):
    start = TEXT.index(answer)
    assert contradictions("What was it?", TEXT, start, start + len(answer)) == (0, 0, 0, 0)


def test_opposites_go_both_ways_and_are_never_the_word_itself():
    for word in ("largest", "before", "north", "tuesday", "third", "increase", "flexible", "rarely"):
        assert opposites(word)
        assert word not in opposites(word)
        assert all(word in opposites(other) for other in opposites(word))
    assert "South" in opposites("North")
    assert opposites("harbour") == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("formal", "informal", True),
        ("Impossible", "possible", True),
        ("legal", "illegal", True),
        ("under", "der", False),
        ("overestimated", "Underestimated", True),
        ("downstream", "upstream", True),
        ("overground", "undermined", False),
        ("input", "output", False),  # the list has it: "put" alone is too short
        ("stone", "stone", False),
        ("formal", "normal", False),
    ],
)
def test_words_that_differ_by_a_prefix_that_denies(one, other, expected):
    assert negates(one, other) is expected
