"""Children of the app that the system kills in the middle: a sentence, and nothing is left behind."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from longformer_viz import InputError
from longformer_viz.documents import child, read_document
from longformer_viz.documents.contract import ReadOptions
from longformer_viz.probe.processes import Server, ServerError
from longformer_viz.probe.worker import PAUSE
from tests.faults.processes import PATIENCE_SECONDS, ended, python
from tests.probe.test_sweep import job

# A parser that starts a program of its own, as text recognition does, and waits.
HANGS = """
import subprocess, sys, time
from pathlib import Path
program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], stdout=subprocess.DEVNULL)
Path({mark!r}).write_text(str(program.pid))
time.sleep(600)
"""


@contextmanager
def nothing_left() -> Iterator[None]:
    """Check that no process, not even a zombie, and no open file remains."""
    me = psutil.Process()
    before, files = {each.pid for each in me.children(recursive=True)}, me.num_fds()
    yield
    assert {each.pid for each in me.children(recursive=True)} <= before
    assert me.num_fds() <= files


def number_in(file: Path) -> int:
    """Wait until a process has written its id."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not file.exists() or not file.read_text():
        assert time.monotonic() < end, "the parser did not begin"
        time.sleep(0.02)
    return int(file.read_text())


def is_gone(pid: int) -> bool:
    """Whether a process ends within some seconds."""
    end = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_a_killed_parser_is_a_sentence_and_its_own_child_ends_too(tmp_path, monkeypatch):
    mark = tmp_path / "mark"
    (tmp_path / "parser.py").write_text(HANGS.format(mark=str(mark)))
    monkeypatch.setattr(child, "SCRIPT", tmp_path / "parser.py")

    def kill():
        os.kill(psutil.Process(number_in(mark)).ppid(), signal.SIGKILL)

    with nothing_left():
        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(InputError) as caught:
            child.parse("html", "report.html", b"<p>Words", ReadOptions())
        killer.join()
    assert str(caught.value) == (
        "A document is read by a process of its own, which must not be stopped; the system stopped it while it read "
        "'report.html', perhaps because memory is short. Try again, or paste the text."
    )
    assert is_gone(number_in(mark))
    monkeypatch.undo()
    assert read_document("report.html", b"<p>Words").text == "Words"


def test_a_parser_ends_with_the_app(tmp_path):
    """The app is killed, so it can end nothing itself."""
    mark = tmp_path / "mark"
    script = tmp_path / "parser.py"
    script.write_text(
        f"import os, sys, time\nsys.path.insert(0, {str(child.SCRIPT.parent)!r})\nimport run\nrun.end_with_parent()\n"
        f"open({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    )
    app = python(
        f"""
        from pathlib import Path
        from longformer_viz.documents import child
        from longformer_viz.documents.contract import ReadOptions
        child.SCRIPT = Path({str(script)!r})
        child.parse("html", "a.html", b"<p>Words", ReadOptions())
        """
    )
    parser = number_in(mark)
    app.kill()
    ended(app)
    assert is_gone(parser)


def test_a_killed_measurement_server_is_a_killed_point_and_the_next_one_runs():
    with nothing_left(), Server(pinned=False) as server:
        found, worker = [], 0
        for message in server.run(job(f"{PAUSE}-60"), 0.2):
            if message is not None:
                found.append(message)
                if "begin" in message:
                    process = server._process
                    assert process is not None
                    (worker,) = [each.pid for each in psutil.Process(process.pid).children()]
                    process.kill()
        assert found[-1] == {"ended": -signal.SIGKILL}
        assert is_gone(worker)
        again = [message for message in server.run(job(f"{PAUSE}-0.01"), 0.2) if message is not None]
        assert again[-1] == {"ended": 0}


def test_a_measurement_server_that_is_killed_while_it_starts_is_a_sentence():
    def start():
        for _ in server.run(job(f"{PAUSE}-0.01"), 0.05):
            process = server._process
            assert process is not None
            process.kill()

    with nothing_left(), Server(pinned=False) as server:
        with pytest.raises(ServerError) as caught:
            start()
        assert str(caught.value) == "The measurement process ended unexpectedly. Start it again."
