"""Measurements: a known allocation, killed processes, exceeded limits, and no process left behind."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from longformer_viz import InputError, cache
from longformer_viz.jobs.job import Cancelled
from longformer_viz.jobs.queue import JobQueue
from longformer_viz.probe import measurement
from longformer_viz.probe.measurement import TICK_SECONDS, job_message
from longformer_viz.probe.peak_memory import HIGH_WATER
from longformer_viz.probe.plan import Plan
from longformer_viz.probe.processes import Server
from longformer_viz.probe.sweep import measure, predicted_seconds, sweep
from longformer_viz.probe.worker import KNOWN, PAUSE

linux = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's high-water mark")
SMALL = {"shape": "default", "point_seconds": 120}


_others = set()


@pytest.fixture(autouse=True)
def _only_own_processes():
    """Other tests' browsers and servers, which live all session, are not this file's to count or kill."""
    _others.clear()
    _others.update(children())


def children(parent=None):
    """Processes below this one that a test of this file started and that are alive, by id."""
    parent = parent or os.getpid()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z" and int(folder.name) not in _others:
            found += [int(folder.name), *children(int(folder.name))]
    return found


def job(method, kind="memory", limit_bytes=2**30):
    return job_message(Plan(("full",), (16,)), kind, method, [16], limit_bytes)


def messages(server, message_of_job, on_begin=lambda: None, after=0.0):
    """What the server says of a job; `on_begin` is called once it has begun."""
    found = []
    for message in server.run(message_of_job, TICK_SECONDS):
        if message is not None:
            found.append(message)
            if "begin" in message:
                time.sleep(after)
                on_begin()
    return found


@linux
@pytest.mark.parametrize("megabytes", [64, 500])
def test_a_known_allocation_is_measured_within_2_percent(megabytes):
    known_bytes = megabytes * 2**20
    with Server(pinned=True) as server:
        found = messages(server, job(f"{KNOWN}-{known_bytes}", limit_bytes=2 * known_bytes))
    point = next(message["point"] for message in found if "point" in message)
    assert point["status"] == "measured"
    assert point["meter"] == HIGH_WATER
    assert point["peak_bytes"] == pytest.approx(megabytes * 2**20, rel=0.02)


@linux
def test_killed_from_outside_and_stopped_by_the_page_are_told_apart():
    with Server(pinned=False) as server:

        def kill():
            (child,) = children(server._process.pid)
            os.kill(child, signal.SIGKILL)

        assert messages(server, job(f"{PAUSE}-60"), kill)[-1] == {"ended": -9}
        assert messages(server, job(f"{PAUSE}-60"), server.stop)[-1] == {"ended": -9}
        assert messages(server, job(f"{PAUSE}-0.01"))[-1] == {"ended": 0}, "the server lives on"
    assert not children()


@linux
def test_a_point_that_is_killed_is_a_point_and_the_next_one_is_measured():
    killed = []
    steps = sweep(Plan(("fused",), (512, 1024), quantities=("memory",), **SMALL))
    for step in steps:
        if step.doing.startswith("Full") and not killed and step.point is None:
            _, *rest = children()
            for child in rest:
                os.kill(child, signal.SIGKILL)
                killed.append(child)
    first, second = step.results.memory
    assert (first.status, second.status) == ("killed", "measured")
    assert "from outside" in first.note
    assert not children()


@linux
def test_a_process_over_its_limit_is_out_of_memory_and_longer_ones_are_not_tried():
    plan = Plan(("full",), (512, 2048, 4096), quantities=("memory",), point_bytes=64 * 2**20, **SMALL)
    points = measure(plan).memory
    assert [point.status for point in points] == ["measured", "out of memory", "out of memory"]
    assert "Not measured" in points[-1].note


@linux
def test_a_machine_with_2_gb_free_loses_the_point_and_nothing_else(monkeypatch):
    monkeypatch.setattr(cache, "available_memory_bytes", lambda: 2 * 2**30)
    monkeypatch.setattr(measurement, "available_memory_bytes", lambda: 2 * 2**30)
    results = measure(Plan(("full",), (512, 16_384), quantities=("memory", "time"), shape="default"))
    for points in (results.memory, results.times):
        assert {point.length: point.status for point in points} == {512: "measured", 16_384: "out of memory"}
    assert not children()


@linux
def test_a_point_that_takes_too_long_is_too_slow():
    plan = Plan(("full",), (2048,), "model", "base", ("time",), point_seconds=0.3)
    (point,) = measure(plan).times
    assert point.status == "too slow"
    assert point.median_seconds is None
    assert not children()


def test_what_a_method_does_not_support_is_said_and_not_faked():
    points = measure(Plan(("bigbird",), (512,))).memory
    assert [point.status for point in points] == ["not supported"]
    assert "more than 704 tokens" in points[0].note


def test_no_gpu_is_said():
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has one")
    with pytest.raises(InputError, match="cuda"):
        measure(Plan(device="cuda"))


@linux
def test_cancelled_from_the_queue_no_process_is_left():
    begun, ended = threading.Event(), threading.Event()

    def work(progress):
        def tell(step):
            if step.doing.startswith("Full"):
                begun.set()
            progress(step.fraction)

        try:
            return measure(Plan(("full",), (512, 1024), level="model", **SMALL), tell)
        finally:
            ended.set()

    ticket = JobQueue().submit("one", work)
    assert begun.wait(120)
    assert children()
    ticket.release()
    assert ended.wait(2), "within 2 seconds"
    assert not children()
    with pytest.raises(Cancelled):
        ticket.result()


def test_two_sessions_measure_one_after_the_other():
    queue, log, both_wait = JobQueue(lease_seconds=600), [], threading.Event()

    def work(name):
        def run(progress):
            assert both_wait.wait(60)
            log.append(f"{name} begins")
            measure(Plan(("full",), (64,), quantities=("memory",), **SMALL), lambda step: progress(step.fraction))
            log.append(f"{name} ends")

        return run

    first, second = (queue.submit(name, work(name), lane="measurement") for name in "ab")
    assert second.place in (1, 2), "behind the first, which may not have begun"
    both_wait.set()
    first.result(), second.result()
    assert log == ["a begins", "a ends", "b begins", "b ends"]


def test_measurements_of_different_processes_wait_for_each_other():
    plan = Plan(("bigbird",), (512,))
    running, waiting = sweep(plan), sweep(plan)
    next(running)
    assert "Waiting for another measurement" in next(waiting).doing
    running.close()
    assert [step.doing for step in waiting][-1] == "Done"


def test_a_plan_has_an_estimate():
    assert predicted_seconds(Plan()) > predicted_seconds(Plan(("fused",), (512,))) > 0
