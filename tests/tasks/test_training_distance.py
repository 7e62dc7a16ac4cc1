"""The shipped statistics on documents written for the project: only those of other kinds are unlike the training."""

import json

import pytest

from longformer_viz import classify, load
from longformer_viz.documents.samples import sample, sample_names
from longformer_viz.models.adapters import adapter_folder
from longformer_viz.tasks.labels.training_distance import FIGURES, STATISTICS, training_distance

POST = """In article <1993Apr12.8@hill.uni.edu> dave@hill.uni.edu (Dave) writes:

> My old card only does 256 colors. Does anybody know if the newer
> one works with a 486 and Windows 3.1?

I have had mine since March and it works fine, but you need the latest driver
from the vendor's BBS. Don't use the one on the disk that comes in the box: it
crashes when you switch to DOS and back.

As for speed, I can't say that I notice much of a difference, except in the
paint program. Can anyone with a local bus version comment?

Tom
"""
REVIEW = """I went to see this movie with my sister because we both loved the director's first film, and what a
disappointment it was. The plot makes no sense at all: the hero spends an hour looking for a man who turns out to have
been his neighbour all along, and when they meet nothing happens. The acting is wooden, the dialogue sounds as if it
had been written in one night, and the music tells you what to feel in every single scene. The only good thing is the
old lady in the hotel, who is really funny, but she has five minutes on the screen. I kept waiting for it to get
better and it never did. Save your money and rent the first one again. 3 out of 10.
"""


@pytest.fixture(scope="module", params=["topics", "sentiment"])
def shipped(request):
    return load(task=request.param)


@pytest.mark.parametrize("name", sample_names())
def test_samples_are_unlike_the_training_data(shipped, name):
    found = training_distance(shipped, shipped.tokenize(sample(name).text))
    assert found.is_unlike, found


def test_a_text_of_the_trainings_kind_is_like_it_and_one_of_another_is_not(shipped):
    post, review = (training_distance(shipped, shipped.tokenize(text)).is_unlike for text in (POST, REVIEW))
    assert (post, review) == {"topics": (False, True), "sentiment": (True, False)}[shipped.task]


def test_classify_says_it(shipped):
    found = classify(shipped, sample("library_notice").text)
    assert found.training.distance > found.training.limit
    assert found.is_unlike_training_data


def test_compared_labels_have_no_training_data(default_model):
    found = classify(default_model, "A short note about the boat.", ["boats", "trains"])
    assert found.training is None
    assert not found.is_unlike_training_data


@pytest.mark.parametrize("task", ["topics", "sentiment"])
def test_the_model_card_states_the_shipped_figures(task):
    folder = adapter_folder(task)
    card, figures = (folder / "README.md").read_text(), json.loads((folder / FIGURES).read_text())
    assert STATISTICS in card
    assert "The limit is " + ", ".join(f"{limit:.1f}" for limit in figures["limits"]) in card
    for name, one in figures["kinds"].items():
        assert f"| {name} | {one['documents']} | {one['auroc']} |" in card
    assert 0 < figures["false_alarms"] <= 0.1
    assert (folder / STATISTICS).stat().st_size < 1_000_000
