"""The chapters: short texts, pictures with a text alternative, and predictions whose truth is the library's."""

import re
from dataclasses import fields, is_dataclass

import pytest

from longformer_viz.lesson.contents import make_chapter
from longformer_viz.lesson.entries import ENTRIES, SLUGS, entry_of
from longformer_viz.lesson.payload import chapter_data, contents_data
from longformer_viz.lesson.predictions import ChooseWhich, DrawBand, Estimate, PlaceGlobals
from longformer_viz.spec import InputError
from tests.lesson.default_models import default_for

MOST_WORDS, MOST_WORDS_A_SENTENCE = 120, 25


@pytest.fixture(scope="module")
def chapters():
    return {slug: make_chapter(slug, default_for) for slug in SLUGS}


def texts_of(value):
    """Yield every text in a chapter, as the reader sees it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_of(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_of(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts_of(getattr(value, each.name))


def words(chapter):
    """Number of words that a reader of the chapter reads: idea, questions and steps."""
    questions = [step.prediction.question for step in chapter.steps if step.prediction is not None]
    return sum(len(text.split()) for text in [chapter.idea, *questions, *(step.say for step in chapter.steps)])


def test_the_contents_name_each_chapter_as_it_is(chapters):
    assert len(SLUGS) == len(set(SLUGS)) == 12
    for entry in ENTRIES:
        chapter = chapters[entry.slug]
        assert (chapter.slug, len(chapter.steps)) == (entry.slug, entry.steps)


def test_no_chapter_has_over_120_words(chapters):
    assert {slug: words(chapter) for slug, chapter in chapters.items() if words(chapter) > MOST_WORDS} == {}


def test_no_sentence_has_over_25_words(chapters):
    for chapter in chapters.values():
        for text in texts_of(chapter):
            if text.startswith(" "):
                continue  # A token of a document.
            for sentence in re.split(r"(?<=[.?!])\s+", text):
                assert len(sentence.split()) <= MOST_WORDS_A_SENTENCE, sentence


def test_every_picture_says_its_point(chapters):
    for chapter in chapters.values():
        for step in chapter.steps:
            assert len(step.picture.alt.split()) >= 4
            assert step.picture.alt.endswith(".")


def test_six_chapters_or_more_ask_and_all_four_kinds_occur(chapters):
    asked = [[step.prediction for step in chapter.steps if step.prediction] for chapter in chapters.values()]
    assert sum(bool(predictions) for predictions in asked) >= 6
    kinds = {type(prediction) for predictions in asked for prediction in predictions}
    assert kinds == {DrawBand, Estimate, ChooseWhich, PlaceGlobals}


def test_every_prediction_can_be_answered_right_and_has_a_reason_for_each_wrong_answer(chapters):
    for chapter in chapters.values():
        for prediction in (step.prediction for step in chapter.steps):
            if isinstance(prediction, Estimate):
                assert prediction.low <= prediction.truth <= prediction.high
                for trap in prediction.traps:
                    off = trap.value / prediction.truth
                    assert not 1 / prediction.factor <= off <= prediction.factor, (chapter.slug, trap)
            elif isinstance(prediction, ChooseWhich):
                right = [option for option in prediction.options if option.right]
                assert right
                assert prediction.several or len(right) == 1
                assert all(option.reason for option in prediction.options)
                assert len({option.text for option in prediction.options}) == len(prediction.options)
            elif isinstance(prediction, DrawBand):
                assert set(prediction.why) <= set(prediction.reasons)


def test_an_unknown_chapter_is_refused_with_those_that_exist():
    with pytest.raises(InputError, match=r"must be one of why, .*You entered 'windows'"):
        entry_of("windows")


def test_the_browser_gets_plain_data_with_kinds(chapters):
    data = chapter_data(chapters["window"])
    assert data["steps"][1]["prediction"]["kind"] == "band"
    assert data["steps"][0]["picture"]["kind"] == "matrix"
    assert data["try_it"]["address"].startswith("./?document=")
    assert [entry["slug"] for entry in contents_data()["contents"]] == list(SLUGS)
