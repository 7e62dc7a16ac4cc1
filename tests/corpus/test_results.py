"""The results folder: rows survive an interruption, and the files that are made of them."""

import csv
import io
import json

import pyarrow.parquet
import pytest

from longformer_viz.corpus.journal import JOURNAL
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.results import CSV, PARQUET, ResultsFolder, read_rows
from longformer_viz.spec import InputError

PLAN = CorpusPlan(questions=("Who?",))


def row(name: str, **more):
    return {"document": name, "key": f"key of {name}", "task": "answer", "question": "Who?", "setting": "s", **more}


def test_rows_are_kept_as_they_come_and_a_torn_one_is_left_out(tmp_path):
    with ResultsFolder(tmp_path, PLAN, 3) as folder:
        folder.append([row("a")])
        assert [each["document"] for each in read_rows(tmp_path)] == ["a"]
        folder.append([row("b"), row("b")])
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(b'{"document": "torn')
    assert json.loads((tmp_path / JOURNAL).read_bytes().splitlines()[0])["total"] == 3
    assert [each["document"] for each in read_rows(tmp_path)] == ["a", "b", "b"]
    with ResultsFolder(tmp_path, PLAN, 3) as folder:
        assert folder.names_by_key == {"key of a": {"a"}, "key of b": {"b"}}
        folder.append([row("c")])
    assert [each["document"] for each in read_rows(tmp_path)] == ["a", "b", "b", "c"]


@pytest.mark.parametrize("length", [0, 5])
def test_a_run_that_was_interrupted_before_its_first_row_starts_again(tmp_path, length):
    with ResultsFolder(tmp_path, PLAN):
        pass
    journal = tmp_path / JOURNAL
    journal.write_bytes(journal.read_bytes()[:length])
    with ResultsFolder(tmp_path, PLAN) as folder:
        folder.append([row("a")])
    assert [each["document"] for each in read_rows(tmp_path)] == ["a"]


def test_results_of_another_plan_are_kept_and_refused(tmp_path):
    with ResultsFolder(tmp_path, PLAN) as folder:
        folder.append([row("a")])
    with pytest.raises(InputError, match="same questions and settings"):
        ResultsFolder(tmp_path, CorpusPlan(questions=("Where?",)))
    assert len(read_rows(tmp_path)) == 1


def test_a_folder_belongs_to_one_run_at_a_time(tmp_path):
    with ResultsFolder(tmp_path, PLAN), pytest.raises(InputError, match="in use"):
        ResultsFolder(tmp_path, PLAN)
    with ResultsFolder(tmp_path, PLAN):
        pass


def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below", "\0"):
        with pytest.raises(InputError, match="must be writable"):
            ResultsFolder(place, PLAN)
    with pytest.raises(InputError, match="has none"):
        read_rows(tmp_path)


def test_a_full_disk_is_reported_and_what_is_written_stays(tmp_path, monkeypatch):
    with ResultsFolder(tmp_path, PLAN) as folder:
        folder.append([row("a")])
        with open("/dev/full", "r+b", buffering=0) as full:
            monkeypatch.setattr(folder, "_file", full)
            with pytest.raises(InputError, match="needs free disk space"):
                folder.append([row("b")])
            monkeypatch.undo()
    assert [each["document"] for each in read_rows(tmp_path)] == ["a"]


def test_parquet_and_csv_have_all_rows_with_types_and_no_formula(tmp_path):
    others = [{"text": "x", "start": 1, "end": 2, "probability": 0.25}]
    with ResultsFolder(tmp_path, CorpusPlan(measure=True, windows=(128,))) as folder:
        folder.append([row("=SUM(A1)", result="a\ud800b", start=3, probability=0.5, others=others, right=["y", "z"])])
        folder.append([row("b", error="It is broken.")] * 5_000)
        folder.append([row("c", captured_mass_128=0.75)])
        folder.finish()
    table = pyarrow.parquet.read_table(tmp_path / PARQUET)
    first, *_, last = table.to_pylist()
    assert table.num_rows == 5_002
    assert (first["document"], first["result"], first["start"]) == ("=SUM(A1)", "a?b", 3)
    assert (first["others"], first["right"]) == (others, ["y", "z"])
    assert last["captured_mass_128"] == 0.75
    lines = list(csv.DictReader(io.StringIO((tmp_path / CSV).read_bytes().decode("utf-8-sig"), newline="")))
    assert len(lines) == 5_002
    assert lines[0]["document"] == "'=SUM(A1)"
    assert lines[0]["right"] == '["y", "z"]'
    assert lines[-1]["captured_mass_128"] == "0.75"
