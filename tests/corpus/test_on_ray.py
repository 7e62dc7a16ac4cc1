"""The same corpus by worker processes: equal rows, lost workers, a killed driver, a cluster that is not there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from longformer_viz.corpus.job import run_corpus
from longformer_viz.corpus.journal import JOURNAL, journal_rows
from longformer_viz.corpus.on_ray import MAX_ATTEMPTS, Attempts
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.results import read_rows
from longformer_viz.corpus.sources import list_documents
from longformer_viz.spec import InputError
from tests.cluster.heads import started_head
from tests.corpus.documents import NAMES, QUESTION, few, written

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PLAN = CorpusPlan(questions=(QUESTION,))
MEASURED = ("seconds", "peak_bytes")  # They differ from run to run.
PATIENCE_SECONDS = 240
WORKER = "MapWorker"


def told(folder: Path) -> list[dict]:
    """The rows without what is measured, in the order of their documents."""
    rows = [{name: value for name, value in row.items() if name not in MEASURED} for row in read_rows(folder)]
    return sorted(rows, key=lambda row: row["document"])


def equal(first: list[dict], second: list[dict]) -> bool:
    """Whether rows are equal, probabilities within the rounding of another number of threads."""
    return [_rounded(row) for row in first] == [_rounded(row) for row in second]


def _rounded(row: dict) -> dict:
    others = [(each["text"], each["start"]) for each in row.get("others", ())]
    return {
        name: others if name == "others" else round(value, 4) if isinstance(value, float) else value
        for name, value in row.items()
    }


def workers_of(process: int) -> list[psutil.Process]:
    """The processes that examine documents for a driver."""
    found = []
    for child in psutil.Process(process).children(recursive=True):
        try:
            if WORKER in " ".join(child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def rows_written(output: Path) -> int:
    return sum(1 for _ in journal_rows(output / JOURNAL)) if (output / JOURNAL).exists() else 0


def wait_for(what, process):
    ends = time.monotonic() + PATIENCE_SECONDS
    while not (found := what()):
        assert process.poll() is None, process.stderr.read().decode()[-2000:]
        assert time.monotonic() < ends
        time.sleep(0.05)
    return found


def started(source: Path, output: Path, *where: str) -> subprocess.Popen:
    """The command in a process group of its own; with two workers of this machine if it is not told where."""
    command = ["corpus", str(source), "--output", str(output), "--ask", QUESTION, *(where or ("--workers", "2"))]
    return subprocess.Popen(
        [sys.executable, "-m", "longformer_viz", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "RAY_worker_niceness": "0"},  # Other tests run beside it.
        start_new_session=True,
    )


def run_command(source: Path, output: Path, address: str) -> subprocess.CompletedProcess:
    process = started(source, output, "--address", address)
    printed, errors = process.communicate(timeout=PATIENCE_SECONDS)
    return subprocess.CompletedProcess(process.args, process.returncode, printed.decode(), errors.decode())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Fourteen documents, one of them unreadable and one doubled, and the rows of a plain loop over them."""
    folder = few(tmp_path_factory.mktemp("corpus") / "in", 12, 40)
    written(folder, [("empty.txt", ""), ("twice.txt", (folder / "letter 3.txt").read_text())])
    output = folder.parent / "plain"
    run_corpus(list_documents(folder), PLAN, output)
    return folder, told(output)


def test_workers_that_are_killed_twice_leave_no_gap_and_no_double(corpus, tmp_path):
    folder, plain = corpus
    process, output = started(folder, tmp_path / "out"), tmp_path / "out"
    killed: set[int] = set()
    for rows in (2, 6):
        wait_for(lambda rows=rows: rows_written(output) >= rows, process)
        victim = wait_for(lambda: [each for each in workers_of(process.pid) if each.pid not in killed], process)[0]
        killed.add(victim.pid)
        victim.kill()
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, errors.decode()[-2000:]
    assert len(killed) == 2
    found = told(output)
    assert len(found) == 14
    assert {row["document"] for row in found} == {row["document"] for row in plain}
    assert equal([row for row in found if "same_as" not in row], [row for row in plain if "same_as" not in row])
    assert [row["result"] for row in found if row["document"] == "twice.txt"] == [NAMES[3]]


def test_a_killed_driver_leaves_no_process_and_the_next_run_goes_on(corpus, tmp_path):
    folder, plain = corpus
    process, output = started(folder, tmp_path / "out"), tmp_path / "out"
    wait_for(lambda: rows_written(output) >= 3, process)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    gone, left = psutil.wait_procs(children, timeout=PATIENCE_SECONDS)
    assert gone
    assert not left, "Ray's helpers end when they miss the process that they help"
    kept = [row["document"] for row in read_rows(output)]
    assert 3 <= len(kept) < 14
    done = run_corpus(list_documents(folder), PLAN, output)
    assert done.continued == len(kept)
    assert done.examined == 13 - len(kept)
    found = told(output)
    assert len(found) == 14
    assert {row["document"] for row in found} == {row["document"] for row in plain}


def test_a_document_that_ends_its_worker_each_time_is_given_up():
    attempts = Attempts()
    assert [attempts.begin("bad") for _ in range(MAX_ATTEMPTS + 1)] == [1, 2, 3, 4]
    attempts.begin("good")
    attempts.end("good")
    assert attempts.begin("good") == 1, "a document that was finished before its batch came again"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1:9", "A cluster must be at the address"),
        ("ray://127.0.0.1:9", "must be at"),
        ("here", "Try ray://"),
    ],
)
def test_a_cluster_that_is_not_there_is_refused_and_nothing_is_lost(corpus, tmp_path, address, said):
    folder, _ = corpus
    with pytest.raises(InputError, match=said):
        run_corpus(list_documents(folder), PLAN, tmp_path / "out", address=address, workers=None)
    assert read_rows(tmp_path / "out") == []


def test_a_running_cluster_examines_the_same(corpus, tmp_path):
    folder, plain = corpus
    with started_head() as head:
        done = run_command(folder, tmp_path / "out", head.address)
        assert done.returncode == 0, done.stderr[-2000:]
        found = told(tmp_path / "out")
        assert {row["document"] for row in found} == {row["document"] for row in plain}
        unique = [row for row in found if "same_as" not in row]
        assert equal(unique, [row for row in plain if "same_as" not in row])
        head.leave()
    gone = run_command(folder, tmp_path / "later", head.address)
    assert gone.returncode == 2
    assert "A cluster must be at the address" in gone.stderr


def test_a_cluster_that_leaves_in_the_middle_keeps_what_is_finished(corpus, tmp_path):
    folder, _ = corpus
    output = tmp_path / "out"
    with started_head() as head:
        process = started(folder, output, "--address", head.address)
        wait_for(lambda: rows_written(output) >= 3, process)
        head.leave()
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2, errors.decode()[-2000:]
    assert "What is finished is kept" in errors.decode()
    assert "Traceback" not in errors.decode()
    kept = len(read_rows(output))
    assert run_corpus(list_documents(folder), PLAN, output).examined == 13 - kept
