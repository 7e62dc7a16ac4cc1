"""Jobs in the background: one at a time in a process of its own, their states, and that nothing is left behind."""

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from longformer_viz.corpus.background import queue as background_queue
from longformer_viz.corpus.background.process import read_order, write_order
from longformer_viz.corpus.background.queue import CANCELLED, DONE, FAILED, WAITING, BackgroundQueue
from longformer_viz.corpus.background.temporary_folders import PREFIX, delete_left_folders
from longformer_viz.corpus.plan import Asked, CorpusPlan, Setting
from longformer_viz.corpus.sources import FAULT, TEXT, Reference, list_uploads
from longformer_viz.spec import InputError
from tests.corpus.documents import NAMES, QUESTION, text_with_answer

PLAN = CorpusPlan(questions=(QUESTION,))
WAIT = 300


def text(name: str, number: int = 0, sentences: int = 8) -> Reference:
    return Reference(name, TEXT, text_with_answer(NAMES[number], 2, sentences))


@pytest.fixture
def queue():
    made = BackgroundQueue()
    yield made
    for job in (made._job, *made._waiting):
        if job is not None:
            made.cancel(job)


def test_a_job_answers_every_document_beside_those_that_cannot_be_read(queue):
    good, bad = text("a.txt"), Reference("b.pdf", FAULT, "The file must open without a password.")
    job = queue.submit(PLAN, [good, bad, Reference("c.txt", TEXT, "")])
    assert queue.wait(job, WAIT)
    assert (job.state, job.message) == (DONE, "")
    rows = {row["document"]: row for row in job.rows()}
    assert rows["a.txt"]["passage"] == NAMES[0]
    assert rows["b.pdf"]["error"] == "The file must open without a password."
    assert "word" in rows["c.txt"]["error"] or "text" in rows["c.txt"]["error"]
    assert job.seconds_left(job.rows()) is None
    queue.delete(job)
    assert not job.folder.exists()


def test_a_document_beyond_the_limits_is_a_row_with_the_reason(queue):
    plan = CorpusPlan(questions=(QUESTION,), max_characters=2_000, max_tokens=200)
    long, many = Reference("long.txt", TEXT, "word " * 500), Reference("many.txt", TEXT, "a b c d " * 240)
    job = queue.submit(plan, [text("short.txt"), long, many])
    assert queue.wait(job, WAIT)
    errors = {row["document"]: row.get("error") for row in job.rows()}
    assert errors["short.txt"] is None
    assert "at most 2,000 characters" in errors["long.txt"]
    assert "at most 200 tokens" in errors["many.txt"]


def test_jobs_wait_for_each_other_and_can_be_cancelled(queue):
    first = queue.submit(PLAN, [text(f"{number}.txt", number % 7, 400) for number in range(40)])
    second, third = queue.submit(PLAN, [text("a.txt")]), queue.submit(PLAN, [text("b.txt")])
    assert (second.state, third.state) == (WAITING, WAITING)
    assert queue.place(third) == queue.place(second) + 1 >= 2
    queue.cancel(second)
    assert second.state == CANCELLED
    while first.started is None:
        time.sleep(0.05)
    process = queue._process
    queue.cancel(first)
    assert queue.wait(third, WAIT)
    assert (first.state, third.state) == (CANCELLED, DONE)
    assert process.returncode != 0, "its process was ended"
    assert not second.rows()


def test_a_job_ends_at_its_longest_time_and_keeps_its_rows(queue):
    job = queue.submit(PLAN, [text("a.txt"), text("long.txt", 1, 20_000)], most_seconds=1)
    assert queue.wait(job, WAIT)
    assert job.state == FAILED
    assert "at most 1 s" in job.message


def test_a_process_that_is_killed_or_refuses_says_so_and_the_next_job_is_done(queue):
    killed = queue.submit(PLAN, [text(f"{number}.txt", number % 7, 400) for number in range(40)])
    while killed.started is None:
        time.sleep(0.05)
    queue._process.kill()
    refused, good = queue.submit(CorpusPlan(), [text("a.txt")]), queue.submit(PLAN, [text("b.txt")])
    assert queue.wait(good, WAIT)
    assert (killed.state, refused.state, good.state) == (FAILED, FAILED, DONE)
    assert "ended unexpectedly" in killed.message
    assert "must be asked something" in refused.message


def test_a_closed_queue_leaves_no_file_and_no_process(queue):
    job = queue.submit(PLAN, [text(f"{number}.txt", number % 7, 400) for number in range(40)])
    while job.started is None:
        time.sleep(0.05)
    process = queue._process
    background_queue.close_queues()
    assert process.wait(WAIT) != 0
    assert not job.folder.parent.exists()
    assert queue.wait(job, WAIT)


def test_an_order_is_read_as_it_was_written(tmp_path):
    plan = CorpusPlan(
        questions=("Who?", "When?"), labels=("a b", "c"), settings=(Setting(window=64), Setting("Truncate at 512"))
    )
    references = (Reference("ä\udc80.txt", TEXT, "x", asked=(Asked("Who?", ("A", "B")), Asked("Why?"))),)
    write_order(tmp_path, plan, references)
    assert read_order(tmp_path) == (plan, references)


def test_the_process_ends_with_the_one_that_started_it(tmp_path):
    write_order(tmp_path, PLAN, tuple(text(f"{number}.txt", number % 7, 2_000) for number in range(40)))
    command = [sys.executable, "-m", "longformer_viz.corpus.background.process", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdin.close()
        assert process.wait(WAIT) == 1


def test_folders_of_servers_that_have_ended_are_deleted(tmp_path, monkeypatch):
    monkeypatch.setattr(background_queue.tempfile, "tempdir", str(tmp_path))
    queue = BackgroundQueue()
    used = queue.new_folder().parent
    left, new = tmp_path / f"{PREFIX}left", tmp_path / f"{PREFIX}new"
    for folder in (left, new):
        folder.mkdir()
        (folder / "a.txt").write_text("a secret")
    target = tmp_path / "mine"
    target.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(target)
    old = time.time() - 3600
    for folder in (left, used):
        os.utime(folder, (old, old))
    delete_left_folders()
    assert not left.exists()
    assert new.exists(), "its server may be starting"
    assert used.exists(), "its server runs"
    assert target.exists()
    assert used.stat().st_mode & 0o077 == 0, "only its owner reads it"
    (kept,) = (folder for folder in used.iterdir() if folder.is_dir())
    day_old = time.time() - 25 * 3600
    os.utime(kept, (day_old, day_old))
    assert queue.new_folder().exists()
    assert not kept.exists()


def test_uploads_keep_their_names_and_bad_ones_are_documents_with_an_error(tmp_path):
    archive = tmp_path / "00002.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("same.txt", "One text.")
        file.writestr("../../up.txt", "Up.")
        file.writestr("bomb.txt", b"0" * 20_000_000, zipfile.ZIP_DEFLATED)
        file.writestr(".hidden", "x")
    with zipfile.ZipFile(tmp_path / "00003.zip", "w"):
        pass
    (tmp_path / "00000").write_text("Another text.")
    (tmp_path / "00004.zip").write_text("no archive")
    names: list[tuple[Path | InputError, str]] = [
        (tmp_path / "00000", "same.txt"),
        (InputError("Too large."), "large.pdf"),
        (archive, "all.zip"),
        (tmp_path / "00003.zip", "empty.zip"),
        (tmp_path / "00004.zip", "../<b>broken</b>.zip"),
    ]
    found = {reference.name: reference for reference in list_uploads(names).references}
    faults = {name: reference.path for name, reference in found.items() if reference.kind == FAULT}
    assert list(found) == [
        "same.txt",
        "large.pdf",
        "same (2).txt",
        "../../up.txt",
        "bomb.txt",
        "empty.zip",
        "../<b>broken</b>.zip",
    ]
    assert found["same.txt"].path == str(tmp_path / "00000")
    assert faults["large.pdf"] == "Too large."
    assert "must not leave the archive" in faults["../../up.txt"]
    assert "unpack" in faults["bomb.txt"]
    assert "has none" in faults["empty.zip"]
    assert "complete zip file" in faults["../<b>broken</b>.zip"]
