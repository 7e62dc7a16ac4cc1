"""The sweep: every setting once, compared with the trained one, and said in words."""

from dataclasses import replace

import pytest

from longformer_viz import AttentionSpec, InputError, answer, load
from longformer_viz.documents.samples import sample
from longformer_viz.jobs.job import Cancelled
from longformer_viz.tasks.agreement import answer_words, finds_none
from longformer_viz.tasks.sweep import PLACEMENTS, QUESTION, Setting, answer_by_settings, sweep_settings, what_changes

TEXT, ASKED = sample("library_notice").text, sample("library_notice").questions[0].question


@pytest.fixture(scope="module")
def model():
    return load(task="qa")


@pytest.fixture(scope="module")
def found(model):
    return answer_by_settings(model, ASKED, TEXT, windows=(8, 64), dilations=(2,))


def test_every_setting_is_there_once_and_the_trained_one_among_them(model, found):
    assert [point.setting for point in found.grid] == [
        Setting(window, dilation, QUESTION) for window in (8, 64, 512) for dilation in (1, 2)
    ]
    assert [point.setting.placement for point in found.placements] == list(PLACEMENTS)
    assert found.trained.setting == Setting(512, 1, QUESTION)
    assert found.trained in found.grid
    assert found.trained in found.placements
    assert found.trained.is_same
    assert len(found.points) == len({point.setting for point in found.points}) == 10


def test_a_point_is_what_answer_finds_under_that_pattern(model, found):
    point = next(point for point in found.points if point.setting == Setting(8, 2, QUESTION))
    alone = answer(model, ASKED, TEXT, AttentionSpec(8, 2))
    assert [(span.text, round(span.probability, 5)) for span in point.answers] == [
        (span.text, round(span.probability, 5)) for span in alone
    ]


def test_global_tokens_are_counted_with_the_questions(model, found):
    count = {point.setting.placement: point.global_count for point in found.placements}
    asked = len(model.tokenize(ASKED)) - 2
    assert count["None"] == 0
    assert count["First token only"] == 1
    assert count[QUESTION] == asked + 1
    assert count["Question and sentences"] > count["Question and paragraphs"] > count[QUESTION]


def test_an_unknown_placement_is_refused():
    with pytest.raises(InputError, match=r"A placement must be one of .* You entered 'Everywhere'"):
        sweep_settings((512,), placements=("Everywhere",))


def test_windows_that_differ_by_layer_stay_the_models_own():
    settings = sweep_settings((32, 64), (8,), (1,), (QUESTION,))
    assert settings == (Setting(None, 1, QUESTION), Setting(8, 1, QUESTION))
    assert settings[0].shown_window == "the model's own"


def test_the_words_name_what_gives_another_result(found):
    def told(different):
        points = tuple(replace(point, is_same=point.setting not in different) for point in found.points)
        return what_changes(replace(found, points=points, trained=replace(found.trained, is_same=True)))

    assert told(()) == "10 of 10 settings find the same answer. No single change alters it."
    words = told((Setting(8, 1, QUESTION), Setting(64, 1, QUESTION), Setting(512, 1, "None")))
    assert words == (
        "7 of 10 settings find the same answer. Each of these changes alone gives another result: window 8 or 64; "
        "global tokens: none."
    )


def test_where_no_answer_is_most_probable_the_words_say_so(found):
    none = replace(found.trained.answers, none_probability=1.0)
    trained = replace(found.trained, answers=none)
    assert what_changes(replace(found, trained=trained, points=(trained,))).startswith(
        "1 of 1 settings find no answer."
    )


def test_another_persons_name_is_no_agreement(model):
    """Small windows move this answer to other people of the dossier, or to more words than the name."""
    document = sample("news_dossier")
    found = answer_by_settings(model, document.questions[0].question, document.text, dilations=(1,), placements=())
    best, finds = found.trained.answers[0], not finds_none(found.trained.answers)
    for point in found.points:
        own = point.answers[0]
        same_words = answer_words(own.text) == answer_words(best.text)
        same_span = (own.start, own.end) == (best.start, best.end)
        finds_own = not finds_none(point.answers)
        assert point.is_same == ((finds and finds_own and (same_words or same_span)) or not (finds or finds_own)), (
            own.text
        )


def test_progress_is_told_and_may_end_it(model):
    told = []
    answer_by_settings(model, ASKED, TEXT, windows=(8,), dilations=(1,), placements=(), progress=told.append)
    assert told == [0.5, 1.0]

    def stop(part):
        raise Cancelled

    with pytest.raises(Cancelled):
        answer_by_settings(model, ASKED, TEXT, progress=stop)


def test_what_cannot_be_asked_is_said_before_anything_is_read(model, default_model):
    with pytest.raises(InputError, match="must contain a word"):
        answer_by_settings(model, " ", TEXT)
    no_head = replace(default_model, is_built_in=False)
    with pytest.raises(InputError, match="head for questions"):
        answer_by_settings(no_head, ASKED, TEXT)
