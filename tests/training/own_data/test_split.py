"""The split: seeded, by label, and never the same document in both parts."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longformer_viz.spec import InputError
from longformer_viz.training.datasets import Answer, Article, Paragraph, Question
from longformer_viz.training.own_data.labelled import LabelledData, LabelledDocument, normal_text
from longformer_viz.training.own_data.reading import TrainingData
from longformer_viz.training.own_data.split import split_articles, split_documents
from longformer_viz.training.runs.run_data import RunData


def documents(pairs):
    return [LabelledDocument(n, text, (label,)) for n, (text, label) in enumerate(pairs, 1)]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(["a text", "A  text", "b", "c", "d", "e f"]), st.sampled_from("xy")), max_size=30
    ),
    st.floats(0.05, 0.95),
    st.integers(0, 5),
)
def test_no_document_is_in_both_parts(pairs, share, seed):
    try:
        training, held_out = split_documents(documents(pairs), share, seed)
    except InputError:
        return
    kept = {normal_text(document.text) for document in training}
    apart = {normal_text(document.text) for document in held_out}
    assert not kept & apart
    assert len(training) + len(held_out) == len(pairs)


def test_each_label_has_its_share_and_the_seed_decides():
    data = documents([(f"text {n}", "abc"[n % 3]) for n in range(90)])
    split = split_documents(data, 0.2, 1)
    assert Counter(document.labels[0] for document in split[1]) == {"a": 6, "b": 6, "c": 6}
    assert split == split_documents(data, 0.2, 1)
    assert split != split_documents(data, 0.2, 2)


def test_a_label_with_one_document_is_only_trained():
    data = documents([("one", "a"), ("two", "a"), ("three", "b")])
    split = split_documents(data)
    assert [document.labels for document in split[1]] == [("a",)]
    found = RunData.of(TrainingData(LabelledData(tuple(data))), 0.2, 0)
    assert (found.not_evaluated, found.not_trained) == (("b",), ())
    with pytest.raises(InputError, match="at least two different documents"):
        split_documents(documents([("one", "a"), ("two", "b")]))


@pytest.mark.parametrize("share", [0, 1, -1, 2])
def test_the_share_is_checked(share):
    with pytest.raises(InputError, match="between 0 and 1"):
        split_documents(documents([("one", "a"), ("two", "a")]), share)


def article(name, *contexts, answers=True):
    asked = (Question("1", "What?", (Answer(contexts[0][:1], 0),)),) if answers else ()
    return Article(name, tuple(Paragraph(context, asked) for context in contexts))


def test_articles_with_a_common_paragraph_stay_together():
    articles = [article(f"{n}", f"Text {n // 2}.", f"More {n}.") for n in range(10)]
    kept, apart = split_articles(articles)
    assert {each.name for each in kept} | {each.name for each in apart} == set("0123456789")
    assert not {int(each.name) // 2 for each in kept} & {int(each.name) // 2 for each in apart}
    with pytest.raises(InputError, match="two different documents"):
        split_articles(articles[:2])


@pytest.mark.parametrize("seed", range(6))
def test_articles_that_others_connect_stay_together(seed):
    articles = [article("a", "One."), article("b", "Two."), article("c", "One.", "Two."), article("d", "Three.")]
    _, apart = split_articles(articles, 0.4, seed)
    assert {each.name for each in apart} in ({"d"}, {"a", "b", "c"})


def test_articles_without_an_answer_are_not_evaluated():
    articles = [article(f"{n}", f"Text {n}.", answers=n < 4) for n in range(20)]
    kept, apart = split_articles(articles, 0.25)
    assert len(apart) == 1
    assert int(apart[0].name) < 4
    assert len(kept) == 19


def test_a_label_that_always_comes_second_is_in_both_parts():
    texts = [LabelledDocument(n, f"text {n}", ("a", "rare") if n < 4 else ("a",)) for n in range(40)]
    data = RunData.of(TrainingData(LabelledData(tuple(texts), True)), 0.2, 0)
    assert data.not_evaluated == data.not_trained == ()
