"""A whole run in this process: each document once, continued where it stopped, bad ones among good ones."""

import pytest

from longformer_viz.corpus import job
from longformer_viz.corpus.batches import Work, batches_of
from longformer_viz.corpus.job import run_corpus
from longformer_viz.corpus.plan import CorpusPlan, Setting, settings_to_compare
from longformer_viz.corpus.results import CSV, PARQUET, read_rows
from longformer_viz.corpus.sources import TEXT, Listing, Reference, list_documents
from longformer_viz.spec import InputError
from tests.corpus.documents import NAMES, QUESTION, few, text_with_answer, written

PLAN = CorpusPlan(questions=(QUESTION,))


def answers(folder):
    return {row["document"]: row.get("result") for row in read_rows(folder)}


def test_every_document_is_answered_and_the_files_are_there(tmp_path):
    told = []
    done = run_corpus(list_documents(few(tmp_path / "in")), PLAN, tmp_path / "out", progress=told.append)
    assert (done.documents, done.examined, done.continued, done.repeated, done.workers) == (4, 4, 0, 0, 0)
    assert answers(tmp_path / "out") == {f"letter {number}.txt": NAMES[number] for number in range(4)}
    assert (tmp_path / "out" / PARQUET).is_file()
    assert (tmp_path / "out" / CSV).is_file()
    assert (told[0].done, told[0].total, told[0].seconds_left) == (0, 4, None)
    assert (told[-1].done, told[-1].seconds_left) == (4, 0.0)


def test_an_interrupted_run_goes_on_and_reads_no_document_twice(tmp_path, monkeypatch):
    listing = list_documents(few(tmp_path / "in"))
    examined = []

    def watched(plan, reference, key, *args):
        if len(examined) == 2:
            raise KeyboardInterrupt
        examined.append(reference.name)
        return rows_of_document(plan, reference, key, *args)

    rows_of_document = job.rows_of_document
    monkeypatch.setattr(job, "rows_of_document", watched)
    with pytest.raises(KeyboardInterrupt):
        run_corpus(listing, PLAN, tmp_path / "out")
    first = [*examined]
    assert len(read_rows(tmp_path / "out")) == 2
    monkeypatch.setattr(job, "rows_of_document", rows_of_document)
    done = run_corpus(listing, PLAN, tmp_path / "out")
    assert (done.examined, done.continued) == (2, 2)
    assert len(read_rows(tmp_path / "out")) == 4
    assert [row["document"] for row in read_rows(tmp_path / "out")][:2] == first
    again = run_corpus(listing, PLAN, tmp_path / "out")
    assert (again.examined, again.continued) == (0, 4)


def test_documents_that_are_added_later_are_examined_then(tmp_path):
    folder = few(tmp_path / "in", 2)
    run_corpus(list_documents(folder), PLAN, tmp_path / "out")
    written(folder, [("new.txt", text_with_answer(NAMES[5], 1, 9))])
    assert run_corpus(list_documents(folder), PLAN, tmp_path / "out").examined == 1
    assert answers(tmp_path / "out")["new.txt"] == NAMES[5]


def test_equal_documents_are_examined_once_and_have_rows_each(tmp_path):
    text = text_with_answer(NAMES[0], 1, 9)
    folder = written(tmp_path / "in", [("a.txt", text), ("b.txt", text)])
    done = run_corpus(list_documents(folder), PLAN, tmp_path / "out")
    assert (done.documents, done.examined, done.repeated) == (2, 1, 1)
    first, second = read_rows(tmp_path / "out")
    assert (first["document"], first.get("same_as")) == ("a.txt", None)
    assert (second["document"], second["same_as"], second["result"]) == ("b.txt", "a.txt", first["result"])
    written(folder, [("c.txt", text)])
    later = run_corpus(list_documents(folder), PLAN, tmp_path / "out")
    assert (later.examined, later.continued) == (0, 2)
    assert [(row["document"], row.get("same_as")) for row in read_rows(tmp_path / "out")][2:] == [("c.txt", "a.txt")]


def test_bad_documents_among_good_ones_are_rows_with_the_reason(tmp_path):
    folder = few(tmp_path / "in", 2)
    written(folder, [("empty.txt", ""), ("odd.xyz", "text")])
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    run_corpus(list_documents(folder), PLAN, tmp_path / "out")
    errors = {row["document"]: row.get("error") for row in read_rows(tmp_path / "out")}
    assert len(errors) == 5
    assert {name for name, error in errors.items() if error} == {"empty.txt", "odd.xyz", "broken.pdf"}


def test_the_longest_documents_come_first_and_in_batches():
    left = [Work(Reference(str(size), TEXT, "", size_bytes=size), str(size)) for size in (5, 900, 40, 7, 80, 3)]
    batches = batches_of(left)
    assert [work.reference.size_bytes for batch in batches for work in batch] == [900, 80, 40, 7, 5, 3]
    assert [len(batch) for batch in batches] == [4, 2]
    assert max(map(len, batches_of(left * 1_000_000))) == 256


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"plan": CorpusPlan()}, "must be asked something"),
        ({"plan": "what"}, "must be of type CorpusPlan"),
        ({"listing": ["a.txt"]}, "must be of type Listing"),
        ({"workers": -1}, "workers must be"),
        ({"workers": 1.5}, "workers must be"),
        ({"progress": 3}, "progress must be"),
    ],
)
def test_wrong_values_are_refused_before_anything_is_written(tmp_path, given, said):
    listing = Listing((Reference("a", TEXT, "text"),))
    with pytest.raises(InputError, match=said):
        run_corpus(**{"listing": listing, "plan": PLAN, "output": tmp_path / "out", **given})
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "given",
    [
        {"questions": "one text"},
        {"questions": ("",)},
        {"questions": ("a", "a")},
        {"questions": tuple(map(str, range(51)))},
        {"questions": (3,)},
        {"labels": "unknown"},
        {"labels": ("one",)},
        {"windows": (7,)},
        {"settings": ()},
        {"settings": ("Longformer",)},
    ],
)
def test_a_plan_is_checked_when_it_is_made(given):
    with pytest.raises(InputError):
        CorpusPlan(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"strategy": "Guess"},
        {"placement": "Everywhere"},
        {"window": 3},
        {"strategy": "Truncate at 512", "window": 64},
    ],
)
def test_a_setting_is_checked_when_it_is_made(given):
    with pytest.raises(InputError):
        Setting(**given)


def test_equal_plans_have_equal_identities():
    assert CorpusPlan(questions=["a"]).identity == CorpusPlan(questions=("a",)).identity
    assert len({CorpusPlan().identity, CorpusPlan(measure=True).identity, CorpusPlan(device="cuda").identity}) == 3


def test_a_comparison_has_each_setting_once():
    names = [setting.name for setting in settings_to_compare(windows=[64, 64], placements=["None"], models=["other"])]
    assert len(names) == len(set(names)) == 12
    assert "Longformer, whole, window 64" in names
    assert "Truncate at 512, other" in names
