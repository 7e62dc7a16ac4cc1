"""Damaged results folders, and interruptions in the middle of a document."""

import json
import os

import numpy
import pytest

from longformer_viz.corpus.job import check_asks, run_corpus
from longformer_viz.corpus.journal import JOURNAL
from longformer_viz.corpus.plan import Asked, CorpusPlan
from longformer_viz.corpus.results import ResultsFolder, read_rows
from longformer_viz.corpus.sources import TEXT, Listing, Reference
from longformer_viz.spec import InputError
from tests.corpus.test_results import PLAN, row


def filled(folder):
    with ResultsFolder(folder, PLAN, 2) as results:
        results.append([row("a", number=1), row("a", number=2)])
        results.append([row("b", number=1), row("b", number=2)])
    return folder / JOURNAL


@pytest.mark.parametrize(
    "line",
    [
        *(b"garbage", b"\0" * 90, b"[]", b"5", b"[" * 100_000, b'{"document": "a"}', b"{" + b"x" * 2_000_000),
        b'{"document": "a", "key": 5, "task": "document"}',
        b'{"document": "a", "key": "k", "task": "answer", "setting": "s", "start": "x"}',
        b'{"document": "a", "key": "k", "task": "document", "start": 99999999999999999999}',
    ],
)
def test_a_damaged_row_in_the_middle_is_named_and_nothing_is_changed(tmp_path, line):
    journal = filled(tmp_path)
    lines = journal.read_bytes().splitlines(keepends=True)
    data = b"".join([*lines[:3], line + b"\n", *lines[3:]])
    journal.write_bytes(data)
    for call in (lambda: ResultsFolder(tmp_path, PLAN), lambda: read_rows(tmp_path)):
        with pytest.raises(InputError, match=r"line 4 of .* is damaged"):
            call()
    assert journal.read_bytes() == data


@pytest.mark.parametrize("data", [b"a table of mine", b"[" * 100_000 + b"\n", b"\xff\xfe\x00", b"x" * 200_000])
def test_a_file_that_no_run_has_written_is_kept(tmp_path, data):
    (tmp_path / JOURNAL).write_bytes(data)
    with pytest.raises(InputError, match="has others"):
        ResultsFolder(tmp_path, PLAN)
    assert (tmp_path / JOURNAL).read_bytes() == data


@pytest.mark.parametrize("kind", ["pipe", "folder", "link"])
def test_a_journal_that_is_no_file_is_refused(tmp_path, kind):
    journal = tmp_path / JOURNAL
    if kind == "link":
        journal.symlink_to("missing")
    else:
        (os.mkfifo if kind == "pipe" else os.mkdir)(journal)
    with pytest.raises(InputError, match="must be writable"):
        ResultsFolder(tmp_path, PLAN)
    with pytest.raises(InputError):
        read_rows(tmp_path)


@pytest.mark.parametrize("cut", [1, 40, 75])
def test_a_document_whose_rows_were_cut_is_examined_again(tmp_path, cut):
    journal = filled(tmp_path)
    journal.write_bytes(journal.read_bytes()[:-cut])
    with ResultsFolder(tmp_path, PLAN) as results:
        assert results.names_by_key == {"key of a": {"a"}}, "one row of b is whole, and the other one is lost"
    assert [(each["document"], each["number"]) for each in read_rows(tmp_path)] == [("a", 1), ("a", 2)]


def test_a_full_disk_leaves_no_part_of_a_document(tmp_path, monkeypatch):
    with ResultsFolder(tmp_path, PLAN) as results:
        results.append([row("a")])
        before = (tmp_path / JOURNAL).read_bytes()

        class Full:
            """A file whose disk takes ten more bytes."""

            def __init__(self, file):
                self._file, self._left = file, 10

            def __getattr__(self, name):
                return getattr(self._file, name)

            def write(self, data):
                if not self._left:
                    raise OSError(28, "No space left on device")
                written, self._left = self._file.write(data[: self._left]), 0
                return written

        monkeypatch.setattr(results, "_file", Full(results._file))
        with pytest.raises(InputError, match="disk space"):
            results.append([row("b"), row("b")])
        monkeypatch.undo()
        assert (tmp_path / JOURNAL).read_bytes() == before
        results.append([row("c")])
    assert [each["document"] for each in read_rows(tmp_path)] == ["a", "c"]


def test_rows_that_no_table_can_have_are_refused_in_words(tmp_path):
    with ResultsFolder(tmp_path, PLAN) as results:
        results.append([row("a", others=5)])
        with pytest.raises(InputError, match="is damaged"):
            results.finish()


def test_numbers_of_other_libraries_make_a_plan_that_can_be_stored():
    plan = CorpusPlan(measure=numpy.bool_(True), windows=tuple(numpy.array([64])))
    assert plan.identity == CorpusPlan(measure=True, windows=(64,)).identity


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"plan": CorpusPlan(questions=("Who?",), device="tpu")}, "Device must be"),
        ({"listing": Listing(())}, "at least one document"),
        ({"output": 5}, "must be a path"),
        ({"address": 5}, "address must be"),
    ],
)
def test_what_no_document_could_answer_is_refused_before_the_run(tmp_path, given, said):
    listing = Listing((Reference("a", TEXT, "text"),))
    with pytest.raises(InputError, match=said):
        run_corpus(**{"listing": listing, "plan": PLAN, "output": tmp_path / "out", **given})
    assert not (tmp_path / "out").exists()


def test_questions_behind_the_first_thousand_documents_count(tmp_path):
    plain = [Reference(str(number), TEXT, "text") for number in range(1_500)]
    check_asks(CorpusPlan(), [*plain, Reference("last", TEXT, "text", asked=(Asked("Who?"),))])
    with pytest.raises(InputError, match="must be asked something"):
        check_asks(CorpusPlan(), plain)


def test_odd_questions_are_rows_with_a_reason(tmp_path):
    odd = tuple(map(Asked, ("\0", "   ", "Who \ud800 runs?")))
    run_corpus(Listing((Reference("a", TEXT, "Ada runs.", asked=odd),)), PLAN, tmp_path)
    found = {each["question"]: each.get("error") for each in read_rows(tmp_path)}
    assert found["Who?"] is None
    assert found["Who \ud800 runs?"] is None
    assert all("must contain a word" in found[question] for question in ("\0", "   "))
    assert json.loads(json.dumps(found)) == found
