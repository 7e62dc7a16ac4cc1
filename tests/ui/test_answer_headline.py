"""The headline states an answer only where the evidence is strong; the list puts "no answer" first where it leads."""

from dataclasses import replace

import pytest

from longformer_viz import answer, load
from longformer_viz.ui.answers.summary import NO_ANSWER, WEAK, answer_headline, sentence_of
from longformer_viz.ui.answers.text import marked, ranked

TEXT = "The client is Harlow Brothers of Dunmere. The contractor is Venn. Harlow Brothers pay on Fridays."
NAME = "Harlow Brothers"


@pytest.fixture(scope="module")
def found():
    return answer(load(task="qa"), "Who is the client?", TEXT)


@pytest.fixture
def with_chances(found):
    def answers(best, none):
        start = TEXT.index(NAME)
        again = TEXT.rindex(NAME)
        places = ((start, start + len(NAME)), (again, again + len(NAME)))
        span = replace(found[0], text=NAME, start=start, end=start + len(NAME), probability=best, places=places)
        return replace(found, spans=(span,), none_probability=none, weak_below=0.5)

    return answers


def test_a_sure_answer_is_the_headline_with_its_places(with_chances):
    told = answer_headline(with_chances(0.9, 0.06), TEXT)
    assert told.startswith("**Harlow Brothers** (at 2 places) · **90%** probability")
    assert "6% chance that the document has no answer" in told


def test_an_answer_less_probable_than_none_is_no_headline(with_chances):
    told = answer_headline(with_chances(0.35, 0.36), TEXT)
    assert told.startswith(f"**{NO_ANSWER}** · 36% chance that the document has no answer")
    assert f"**{NAME}" not in told
    assert "chance of 35%" in told


def test_a_passage_without_a_chance_is_not_shown(with_chances):
    told = answer_headline(with_chances(0.002, 0.998), TEXT)
    assert told.startswith(f"**{NO_ANSWER}** · more than 99% chance that the document has no answer")
    assert told.endswith("No passage has a chance of 1% or more.")
    assert NAME not in told
    assert "less than 1% chance that the document has no answer" in answer_headline(with_chances(0.9, 0.004), TEXT)


def test_weak_evidence_shows_the_sentence_instead_of_a_bold_answer(with_chances):
    told = answer_headline(with_chances(0.45, 0.3), TEXT)
    assert told.startswith(f"**{WEAK}** · 45% chance for the best passage · 30% chance")
    assert told.count("**") == 2, "nothing else is bold"
    assert "“The client is *Harlow Brothers* of Dunmere\\.”" in told


def test_a_model_that_cannot_say_none_says_so(with_chances):
    told = answer_headline(with_chances(0.8, None), TEXT)
    assert told.startswith("**Harlow Brothers**")
    assert "this model cannot tell" in told


def test_a_sentence_holds_its_answer_whole(found):
    start, stop = sentence_of(TEXT, replace(found[0], start=4, end=50))
    assert TEXT[start:stop] == "The client is Harlow Brothers of Dunmere. The contractor is Venn."


def test_the_list_begins_with_what_is_most_probable(with_chances):
    none_first = ranked(with_chances(0.35, 0.36))
    assert (none_first[0].text, none_first[0].told) == ("No answer in this document", "36%")
    last = ranked(with_chances(0.9, 0.06))
    assert (last[0].text, last[0].remark, last[-1].told) == (NAME, "2 places", "6%")


def test_every_place_is_marked_and_the_best_one_most(with_chances):
    marks = [part for part in marked(TEXT, with_chances(0.9, 0.06)) if part.mark]
    assert [(part.text, part.mark, part.level) for part in marks] == [(NAME, 1, 3), (NAME, 1, 1)]
    weak = [part.level for part in marked(TEXT, with_chances(0.45, 0.3)) if part.mark]
    assert weak == [2, 1]
