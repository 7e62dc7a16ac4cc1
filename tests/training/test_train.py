"""The command line of training: files with how often they are read, and what is held out."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from longformer_viz import InputError
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.training.datasets import read_questions
from longformer_viz.training.held_out import held_out_articles
from longformer_viz.training.train import Plan, file_and_times, questions


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
    with pytest.raises(InputError, match=r"must be more than 0\. You entered 'a:0'"):
        file_and_times("a:0")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"data": ()}, "Training needs at least one file. You entered none"),
        ({"task": "topics", "whole": ("b",)}, "--whole is for questions"),
        ({"max_tokens": 20_000}, "--max-tokens must be from 128 to 16,384. You entered 20,000"),
        ({"save_every": 0}, "--save-every 1 or more"),
        ({"task": "poems"}, "A task must be one of qa, topics, sentiment. You entered 'poems'"),
    ],
)
def test_a_plan_says_what_is_wrong_with_it(wrong, said):
    right = {"task": "qa", "data": ("a",), "whole": (), "folder": Path("f")}
    with pytest.raises(InputError, match=re.escape(said)):
        Plan(**right | wrong)


def test_an_article_held_out_of_paragraphs_is_held_out_of_whole_articles(tmp_path):
    entry = {
        "context": "The mast was repaired at Tarn.",
        "qas": [{"id": "1", "question": "Where?", "answers": [{"text": "Tarn", "answer_start": 25}]}],
    }
    data = [{"title": f"Article {number}", "paragraphs": [entry] * 2} for number in range(40)]
    file = tmp_path / "asked.json"
    file.write_text(json.dumps({"data": data}))
    kept, apart = held_out_articles(read_questions(file).items)
    assert apart
    plan = Plan("qa", (f"{file}:2",), (str(file),), Path("f"), judged=2)
    _, examples, judge = questions(plan, AutoTokenizer.from_pretrained(embedded_folder()))
    paragraphs, whole = examples.parts
    assert len(paragraphs.passages) == 2 * len(kept)
    assert len(whole.passages) == len(kept)
    assert paragraphs.times == 2
    assert judge is not None
    assert questions(replace(plan, judged=0), AutoTokenizer.from_pretrained(embedded_folder()))[2] is None
