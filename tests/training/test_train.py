"""The command line of training: files with how often they are read, and what is held out."""

import json
import sys

import pytest
from transformers import AutoTokenizer

from longformer_viz import InputError
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.training.datasets import held_out_articles, read_questions
from longformer_viz.training.train import file_and_times, options, questions


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("a.json.gz", ("a.json.gz", 1.0)),
        ("a.json.gz:2.5", ("a.json.gz", 2.5)),
        ("a:.5", ("a", 0.5)),
        ("a:3.", ("a", 3.0)),
        ("C:\\data\\a.json", ("C:\\data\\a.json", 1.0)),
        ("a:1e-1", ("a:1e-1", 1.0)),
    ],
)
def test_behind_a_file_stands_how_often_it_is_read(named, expected):
    assert file_and_times(named) == expected


def test_never_is_refused():
    with pytest.raises(InputError, match="more often than never; got 'a:0'"):
        file_and_times("a:0")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["qa", "--folder", "f"], "--data or --whole must name a file"),
        (["topics", "--folder", "f", "--data", "a", "--whole", "b"], "--whole is for questions"),
        (["qa", "--folder", "f", "--data", "a", "--max-tokens", "20000"], "--max-tokens must be from 128 to 16,384"),
        (["qa", "--folder", "f", "--data", "a", "--save-every", "0"], "--save-every 1 or more"),
    ],
)
def test_what_cannot_be_trained_on_is_said(monkeypatch, capsys, words, said):
    monkeypatch.setattr(sys, "argv", ["train", *words])
    with pytest.raises(SystemExit):
        options()
    assert said in capsys.readouterr().err


def test_an_article_held_out_of_paragraphs_is_held_out_of_whole_articles(monkeypatch, tmp_path):
    entry = {
        "context": "The mast was repaired at Tarn.",
        "qas": [{"id": "1", "question": "Where?", "answers": [{"text": "Tarn", "answer_start": 25}]}],
    }
    data = [{"title": f"Article {number}", "paragraphs": [entry] * 2} for number in range(40)]
    file = tmp_path / "asked.json"
    file.write_text(json.dumps({"data": data}))
    kept, apart = held_out_articles(read_questions(file).items)
    assert apart
    words = ["train", "qa", "--folder", "f", "--data", f"{file}:2", "--whole", str(file), "--judged", "2"]
    monkeypatch.setattr(sys, "argv", words)
    _, examples, judge = questions(options(), AutoTokenizer.from_pretrained(embedded_folder()))
    paragraphs, whole = examples.parts
    assert len(paragraphs.passages) == 2 * len(kept)
    assert len(whole.passages) == len(kept)
    assert paragraphs.times == 2
    assert judge is not None
    monkeypatch.setattr(sys, "argv", [*words[:-1], "0"])
    assert questions(options(), AutoTokenizer.from_pretrained(embedded_folder()))[2] is None
