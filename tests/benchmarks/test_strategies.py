"""`benchmarks.strategies` judges each setting by held-out questions, as `answer_by_strategies` reads them."""

import json
import sys

import pytest

from benchmarks import strategies
from longformer_viz import load
from longformer_viz.tasks.chunking import CHUNKS, StrategySettings, answer_by_strategies
from longformer_viz.tasks.scoring import f1
from longformer_viz.training.datasets import read_questions
from longformer_viz.training.held_out import held_out_articles
from tests.benchmarks.test_quality import CONTEXTS, QUESTIONS, squad


def test_each_setting_gets_the_f1_of_its_own_readings(tmp_path, monkeypatch, capsys):
    file = tmp_path / "qa.json"
    file.write_text(json.dumps(squad(CONTEXTS, QUESTIONS, repeated=12)))
    monkeypatch.setattr(sys, "argv", ["strategies", "--qa", str(file), "--json"])
    assert strategies.main() == 0
    cases = json.loads(capsys.readouterr().out.splitlines()[-1])["cases"]
    assert len(cases) == sum(map(len, strategies.GRID.values()))
    assert [sum(case["best"] for case in cases if case["strategy"] == one.name) for one in strategies.GRID] == [
        1,
        1,
        1,
    ]

    model, scores = load(task="qa"), []
    for article in held_out_articles(read_questions(file).items)[1]:
        for paragraph in article.paragraphs:
            for question in paragraph.questions:
                if not question.answers or len(question.text) > 1000:
                    continue
                settings = StrategySettings(overlap=64)
                (found,) = answer_by_strategies(model, question.text, paragraph.context, (CHUNKS,), settings=settings)
                scores.append(f1(found.outcome, [answer.text for answer in question.answers]))
    assert len(scores) > 0
    assert cases[0]["setting"] == "overlap 64"
    assert cases[0]["f1"] == pytest.approx(sum(scores) / len(scores))


def test_a_file_that_cannot_be_used_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["strategies", "--qa", str(tmp_path / "missing.json")])
    assert strategies.main() == 2
    assert "must be readable text" in capsys.readouterr().err
