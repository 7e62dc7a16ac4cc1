"""`benchmarks.corpus` makes documents of the stated lengths, runs the command, and tells growth from noise."""

import json
import sys

import pytest

from benchmarks import cluster_plan, corpus


def test_documents_have_the_stated_lengths_and_differ(tmp_path, default_model):
    corpus.write_documents(tmp_path, 5, 400, 6_000)
    texts = [file.read_text() for file in sorted(tmp_path.iterdir())]
    tokens = [default_model.count_tokens(text) for text in texts]
    assert tokens == pytest.approx([400, 1_800, 3_200, 4_600, 6_000], rel=0.1)
    assert len(set(texts)) == 5


def test_a_run_is_that_of_the_command(tmp_path):
    corpus.write_documents(tmp_path, 2, 50, 60)
    followed = []
    result = corpus.timed(tmp_path, 0, followed)
    assert (result["examined"], result["workers"], result["summary"]["unreadable"]) == (2, 0, 0)
    assert max(followed) > 50e6


def test_growth_is_that_of_the_second_half():
    assert corpus.growth_second_half([1] * 20 + [10] * 20) == 0.0
    assert corpus.growth_second_half([10] * 30 + [11] * 10) == pytest.approx(0.1)


def test_the_plan_prints_its_assumptions(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["cluster_plan", "--documents", "1000", "--nodes", "2", "--json"])
    assert cluster_plan.main() == 0
    printed = capsys.readouterr().out
    assert "| nodes | 2 |" in printed
    assert json.loads(printed.splitlines()[-1])["hours"] > 0
