"""Questions and documents from files, and the lengths of documents."""

import json

import pytest

from longformer_viz.spec import InputError
from longformer_viz.training.own_data.preview import count_lengths
from longformer_viz.training.own_data.reading import read_documents, read_training_data
from longformer_viz.training.own_data.sample_set import DECISIONS, sample_set

CONTEXT = "The keys are kept by Ines."


def squad(*answers):
    questions = [
        {"id": str(number), "question": "Who keeps the keys?", "answers": [{"text": text, "answer_start": start}]}
        for number, (text, start) in enumerate(answers)
    ]
    return json.dumps({"data": [{"title": "a", "paragraphs": [{"context": CONTEXT, "qas": questions}]}]}).encode()


def test_questions_whose_answer_is_not_in_the_text_are_left_out_and_counted():
    data = read_training_data("a.json", squad(("Ines", 21), ("Ines", 3), ("Tomas", 21)))
    assert data.task == "questions"
    assert len(data.articles[0].paragraphs[0].questions) == 2
    assert any("1 questions left out because their answers are not in the text" in note for note in data.notes)
    with pytest.raises(InputError, match="usable question"):
        read_training_data("a.json", squad(("Tomas", 21)))


def test_documents_without_labels():
    data = read_documents("a.jsonl", b'{"text": "one"}\n{"text": ""}\n{"text": "two"}\n')
    assert data.task == "language"
    assert data.texts == ("one", "two")
    assert "Row 2: Its text is empty." in data.notes[-1]
    with pytest.raises(InputError, match="two different documents"):
        read_documents("a.jsonl", b'{"text": "one"}\n{"text": "One "}\n')


def test_labels_of_a_file_are_reported():
    data = read_training_data("a.csv", b"text,label\none,a\n,a\ntwo,b\n")
    assert data.task == "labels"
    assert data.notes[-1] == "1 row is left out. Row 2: Its text is empty."
    assert [fault.row for fault in data.faults] == [2]


def test_the_sample_set_says_nothing_about_the_label_in_its_first_512_tokens(default_model):
    documents = sample_set().labelled.documents
    assert len(documents) == 200
    evidence = [sentence for sentences in DECISIONS.values() for sentence in sentences]
    for document in documents[::20]:
        tokens = default_model.tokenize(document.text, limit=512)
        begin = document.text[: tokens.offsets[-2][1]]
        assert not any(sentence in begin for sentence in evidence)
        assert sum(sentence in document.text for sentence in DECISIONS[document.labels[0]]) == 4


def test_lengths_of_many_documents_are_those_of_a_sample(default_model):
    texts = ["word " * number for number in range(1, 31)]
    every = count_lengths(texts, default_model)
    assert every.tokens == tuple(range(3, 33))
    assert not every.is_sample
    some = count_lengths(texts, default_model, most=10)
    assert len(some.tokens) == 10
    assert some.is_sample
    assert (some.tokens[0], some.longest) == (3, 32)
    assert every.share_over(12) == pytest.approx(20 / 30)
