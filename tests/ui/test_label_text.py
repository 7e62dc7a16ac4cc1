"""The text in parts: nothing lost, nothing doubled, and each sentence marked by its strength."""

import pytest

from longformer_viz.figures.text import percent
from longformer_viz.tasks.answering import Answer, Answers
from longformer_viz.tasks.labels.evidence import Evidence, SentenceEvidence
from longformer_viz.tasks.labels.own_labels import label_name, split_labels
from longformer_viz.ui.answers.text import marked
from longformer_viz.ui.labels.text import evidence_parts, times

TEXT = "One. Two. Three. Four. Five."


def evidence(*weights):
    sentences, place = [], 0
    for number, weight in enumerate(weights):
        stop = TEXT.index(".", place) + 1
        sentences.append(SentenceEvidence(place, stop, number, number, weight))
        place = stop + 1
    return Evidence("yes", "leave one out", tuple(sentences), 0.0, (0, len(TEXT)), True, 1, 0.1, None)


def levels(*weights):
    return {part.text: (part.mark, part.level) for part in evidence_parts(TEXT, evidence(*weights)) if part.level}


def test_parts_are_the_text():
    for found in (None, evidence(0.5, -0.5, 0.1, None, 0.3)):
        parts = evidence_parts(TEXT, found)
        assert "".join(part.text for part in parts) == TEXT
        assert all(part.text for part in parts)
    assert evidence_parts("", None) == []


def test_strength_is_measured_by_the_strongest_sentence():
    assert levels(1.0, 0.4, 0.2, 0.05, -0.5) == {
        "One.": (1, 3),
        "Two.": (2, 2),
        "Three.": (3, 1),
        "Five.": (5, -1),
    }
    assert levels(0.1, -1.0, None, None, -0.65) == {"Two.": (3, -2), "Five.": (2, -2)}
    assert levels(0.0, 0.0, 0.0, 0.0, 0.0) == {}
    assert levels(None, None, None, None, None) == {}


def test_a_mark_says_what_it_does_to_the_odds():
    first = next(part for part in evidence_parts(TEXT, evidence(0.7, None, None, None, None)) if part.mark)
    assert first.title == "1. log-odds +0.7: odds ×2.01"


@pytest.mark.parametrize(("weight", "said"), [(0, "×1"), (0.1, "×1.11"), (-0.7, "×0.497"), (1e9, "×4.85e+08")])
def test_odds_in_words(weight, said):
    assert times(weight) == said


def test_percent_has_a_decimal_where_little_is_left():
    shares = (1, 0.5, 0.0996, 0.099, 0.0004, 0)
    assert [percent(share) for share in shares] == ["100%", "50%", "10%", "9.9%", "0.04%", "0%"]


def test_labels_are_typed_with_commas_semicolons_or_lines():
    assert split_labels(" a, b;c\n d ,,\r\n") == ("a", "b", "c", "d")
    assert split_labels(" ; ") == ()
    assert split_labels("report, contract: an agreement, signed; story: told, once") == (
        "report",
        "contract: an agreement, signed",
        "story: told, once",
    )
    assert [label_name(label) for label in ("a: b: c", "at 10:30", "https://x.y", "note:", " a  b :  c")] == [
        "a",
        "at 10:30",
        "https://x.y",
        "note",
        "a b",
    ]
    assert split_labels("a, a") == ("a", "a"), "doubled ones are for the library to refuse"


def test_answers_are_marked_with_their_rank():
    import numpy as np

    spans = (Answer("Three.", 10, 16, 0.6, 2, 2), Answer("One.", 0, 4, 0.2, 0, 0), Answer("ee. F", 13, 18, 0.1, 2, 3))
    answers = Answers("?", spans, None, np.zeros(5), np.zeros(5), 1.0, 5, 1, 0.1, None)
    parts = marked(TEXT, answers)
    assert "".join(part.text for part in parts) == TEXT
    assert {part.text: (part.mark, part.level) for part in parts if part.mark} == {"One.": (2, 2), "Three.": (1, 3)}
