"""Every sample document holds what its description and its questions promise."""

import pytest

from longformer_viz import InputError
from longformer_viz.documents import clean_text
from longformer_viz.documents.samples import DEFAULT_SAMPLE, sample, sample_names

names = pytest.mark.parametrize("name", sample_names())


@names
def test_a_sample_is_clean_text_under_its_title(name):
    document = sample(name)
    assert document.name == name
    assert document.text.splitlines()[0] == document.title
    assert document.text == clean_text(document.text)
    assert document.kind
    assert document.about.endswith(".")
    assert "\n" not in document.about


@names
def test_four_questions_whose_answers_stand_in_the_text(name):
    document = sample(name)
    assert len({question.question for question in document.questions}) == 4
    for question in document.questions:
        assert question.question.endswith("?")
        assert question.question not in document.text
        assert question.answers
        assert question.evidence
        for passage in (*question.answers, *question.evidence):
            assert passage.strip() == passage != ""
            assert passage in document.text
        assert any(answer in passage for answer in question.answers for passage in question.evidence)


def test_the_default_is_one_of_them():
    assert sample() == sample(DEFAULT_SAMPLE)
    assert DEFAULT_SAMPLE in sample_names()


def test_lengths_reach_from_one_window_to_nearly_the_longest(default_model):
    counts = [default_model.count_tokens(sample(name).text) for name in sample_names()]
    assert counts == sorted(counts)  # shortest first, as the list says
    assert counts[0] <= 400
    assert any(6_000 < count < 12_000 for count in counts)
    assert 12_000 < counts[-1] <= default_model.max_tokens


@pytest.mark.parametrize("name", ["nothing", "", "../samples/story", "story.txt", "Story"])
def test_an_unknown_sample_is_refused(name):
    with pytest.raises(InputError, match=r"A sample must be one of library_notice, .*Try services_contract"):
        sample(name)
