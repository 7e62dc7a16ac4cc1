"""A server that is stopped in the middle of work, and one on a machine where it may write nowhere."""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress

import psutil
import pytest

from longformer_viz import InputError
from longformer_viz.models.disk_cache import SETTING
from longformer_viz.models.embedded import FOLDER
from longformer_viz.training.own_data.sample_set import sample_set
from longformer_viz.training.runs import queue
from longformer_viz.training.runs.queue import RunQueue, create_run
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.run_state import INTERRUPTED, RUNNING, read_run
from longformer_viz.training.runs.settings import TrainingSettings
from tests.event_loop import completed
from tests.faults.processes import PATIENCE_SECONDS
from tests.faults.servers import asked, served, stops, visit

LONG = " ".join(f"Paragraph {number} of a long report about nothing." for number in range(1_900))

# Holds the run's lock and says that it runs, as the training process does.
TRAINS = """
import fcntl, json, os, sys, time
folder = sys.argv[1]
lock = open(folder + "/.lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
with open(folder + "/new", "w") as file:
    json.dump({"state": "running", "step": 3, "steps": 9, "pid": os.getpid()}, file)
os.replace(folder + "/new", folder + "/status.json")
time.sleep(600)
"""


def test_a_server_ends_at_once_in_the_middle_of_a_long_run():
    async def scene(url, process):
        tab = await visit(url)
        task = await asked(tab, "text_area", "pasted", "string_value", LONG)
        await asyncio.sleep(1.5)
        assert not task.done(), "the run goes on"
        assert await asyncio.to_thread(stops, process, signal.SIGTERM)
        with suppress(ConnectionError):
            await task

    with served() as (url, process):
        completed(scene(url, process))


def test_an_interrupted_server_and_its_measurement_processes_end_at_once():
    async def scene(url, process):
        tab = await visit(url)
        await tab.open_page(PATIENCE_SECONDS, "curves")
        task = await asked(tab, "button", "measure", "trigger_value", True)
        end = time.monotonic() + PATIENCE_SECONDS
        while len(psutil.Process(process.pid).children(recursive=True)) < 2:
            assert time.monotonic() < end, "the measurement did not begin"
            await asyncio.sleep(0.1)
            if task.done():  # A browser asks again and again; without that a measurement is cancelled.
                task = asyncio.create_task(tab.rerun(PATIENCE_SECONDS))
        assert await asyncio.to_thread(stops, process, signal.SIGINT)
        with suppress(ConnectionError):
            await task

    with served() as (url, process):
        completed(scene(url, process))


def test_a_training_run_outlives_the_server_that_started_it(tmp_path, monkeypatch):
    """The run goes on, and the next server finds it."""
    monkeypatch.setenv("LONGFORMER_VIZ_RUNS", str(tmp_path))
    settings = TrainingSettings(epochs=1)
    data = RunData.of(sample_set(), settings.held_out, settings.seed)
    run = create_run("one", settings, data, "made for a test")
    command = [sys.executable, "-c", TRAINS, str(run.folder)]
    monkeypatch.setattr(queue, "command_of", lambda *_: command)
    server = os.fork()
    if server == 0:
        RunQueue().start("one")
        threading.Event().wait()
    while read_run("one").state != RUNNING:
        time.sleep(0.05)
    os.kill(server, signal.SIGTERM)
    assert os.waitstatus_to_exitcode(os.waitpid(server, 0)[1]) == -signal.SIGTERM
    training = psutil.Process(json.loads((run.folder / "status.json").read_text())["pid"])
    assert training.is_running()
    assert (read_run("one").state, read_run("one").step) == (RUNNING, 3)
    with pytest.raises(InputError, match="trains in another process"):
        RunQueue().start("one")
    training.kill()
    while read_run("one").state == RUNNING:
        time.sleep(0.05)
    assert read_run("one").state == INTERRUPTED
    assert read_run("one").can_continue


def test_the_app_works_where_it_may_write_nowhere_but_among_the_temporary_files(tmp_path):
    """Its user's home does not exist and cannot be made. The models are converted anew only where they are gone."""
    (tmp_path / "read only").mkdir(mode=0o555)
    (tmp_path / "temporary").mkdir()
    environment = {
        "HOME": str(tmp_path / "read only" / "home"),
        "TMPDIR": str(tmp_path / "temporary"),
        **dict.fromkeys((SETTING, "XDG_CACHE_HOME", "XDG_DATA_HOME", "LONGFORMER_VIZ_RUNS", "XDG_CONFIG_HOME")),
    }
    said = []

    async def scene(url):
        tab = await visit(url, said.append)
        assert tab.find("text_area", "pasted")
        await tab.close()

    with served(**environment) as (url, _):
        completed(scene(url))
    assert b"kept in the temporary folder" in b"".join(said)
    (private,) = (tmp_path / "temporary").glob("longformer_viz-*")
    assert private.stat().st_mode & 0o077 == 0
    assert (private / FOLDER / "checksums.json").is_file()
