"""`longformer-viz corpus` from a folder to its tables, with wrong values refused in one sentence."""

import json
import sys

import pyarrow.parquet
import pytest

from longformer_viz import cli
from longformer_viz.corpus import command
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.results import MISTAKES, PARQUET
from tests.corpus.documents import NAMES, QUESTION, few, text_with_answer, written


@pytest.fixture
def called(monkeypatch, capsys):
    """Call the command, and return its exit code, its output and what it said besides."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["longformer-viz", "corpus", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code or 0
        return code, *capsys.readouterr()

    return call


def test_a_folder_is_asked_and_the_tables_are_there(called, tmp_path):
    folder = written(few(tmp_path / "in", 2), [("empty.txt", ""), (".hidden", "x")])
    code, printed, said = called(
        folder, "-o", tmp_path / "out", "--ask", QUESTION, "--classify", "kinds", "--measure"
    )
    assert code == 0, said
    assert "1 hidden file is left out.\n3 documents.\n" in said
    assert "3 of 3 documents, 1 with an error" in said
    assert "In none of 3 documents does an answer end past the first 512 tokens." in printed
    assert "of full attention in a window of 64" in printed
    assert "empty.txt: The document is empty" in printed
    table = pyarrow.parquet.read_table(tmp_path / "out" / PARQUET).to_pylist()
    assert {row["result"] for row in table if row["task"] == "answer"} == set(NAMES[:2])
    assert sum(row["task"] == "label" for row in table) == 2
    code, printed, said = called(
        *(folder, "-o", tmp_path / "out", "--ask", QUESTION, "--classify", "kinds", "--measure", "--json")
    )
    again = json.loads(printed)
    assert (again["continued"], again["examined"], again["summary"]["unreadable"]) == (3, 0, 1)


def test_right_answers_give_a_table_and_a_recommendation(called, tmp_path):
    rows = [
        {"text": text_with_answer(NAMES[number], 50, 70), "question": QUESTION, "answer": NAMES[number]}
        for number in range(2)
    ]
    table = tmp_path / "corpus.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    columns = ("--question-column", "question", "--answer-column", "answer")
    code, printed, said = called(table, "-o", tmp_path / "out", *columns, "--strategies", "--price-per-hour", "0.5")
    assert code == 0, said
    assert "Recommended: " in printed
    assert "95% interval" in printed
    assert "2 evidence past the cut" in printed
    mistakes = (tmp_path / "out" / MISTAKES).read_text(encoding="utf-8-sig").splitlines()
    assert mistakes[0].startswith("document,question,setting,cause,right,")
    assert sum("Truncate at 512,evidence past the cut" in line for line in mistakes) == 2
    code, printed, _ = called(table, "-o", tmp_path / "out", *columns, "--strategies", "--json")
    judged = json.loads(printed)["judgement"]
    assert judged["recommended"] != "Truncate at 512"
    assert {score["setting"]: score["score"] for score in judged["scores"]}["Truncate at 512"] == 0.0
    assert json.loads(printed)["agreements"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere", "-o", "out", "--ask", "Who?"), "must be a folder, a file or a pattern"),
        (("in", "-o", "out"), "must be asked something"),
        (("in", "-o", "in/letter 0.txt", "--ask", "Who?"), "must be writable"),
        (("in", "-o", "out", "--ask", "Who?", "--windows", "a"), "--windows must be"),
        (("in", "-o", "out", "--ask", "Who?", "--windows", "7"), "even"),
        (("in", "-o", "out", "--ask", "Who?", "--windows", "0"), "even"),
        (("in", "-o", "out", "--ask", "Who?", "--windows", "9" * 5_000), "--windows must be"),
        (("in", "-o", "out", "--ask", "Who?", "--price-per-hour", "inf"), "price of an hour must be"),
        (("", "-o", "out", "--ask", "Who?"), "must have a path"),
        (("in", "-o", "out", "--ask", "Who?", "--globals", "All"), "--globals must be"),
        (("in", "-o", "out", "--classify", "one"), "2 to"),
        (("in", "-o", "out", "--ask", "Who?", "--address", "somewhere"), "Try ray://"),
        (("in",), "--output"),
    ],
)
def test_a_wrong_value_is_one_sentence_and_exit_code_2(called, tmp_path, monkeypatch, arguments, said):
    few(tmp_path / "in", 1)
    monkeypatch.chdir(tmp_path)
    code, printed, told = called(*arguments)
    assert (code, printed) == (2, "")
    assert said in told
    assert "Traceback" not in told


def test_workers_are_for_large_corpora_and_without_ray_it_says_so(monkeypatch, capsys):
    assert command._workers(None, None, 10) == 0
    assert command._workers(None, None, 10_000) is None
    assert command._workers(3, None, 10) == 3
    assert command._workers(None, "auto", 10) is None
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert command._workers(None, None, 10_000) == 0
    assert "Ray is not installed, so this process examines the documents." in capsys.readouterr().err


def test_a_plan_of_the_command_reads_a_fine_tuned_run():
    assert CorpusPlan(label_model="run:my run").asks_labels


def test_names_that_a_terminal_would_obey_or_cannot_show(called, tmp_path):
    folder = written(tmp_path / "in", [("esc\x1b[2J\nline.txt", "")])
    (folder / "caf\udce9.txt").write_text("", encoding="utf-8")
    code, printed, said = called(folder, "-o", tmp_path / "out", "--ask", QUESTION)
    assert code == 0, said
    assert "esc�[2J�line.txt: The document is empty" in printed
    assert "caf\\udce9.txt: The document is empty" in printed
    assert "\x1b" not in printed + said
    assert called(folder, "-o", tmp_path / "out", "--ask", QUESTION, "--json")[0] == 0
