"""Real workers on a cluster of processes, two web servers that share them, and workers that are lost."""

import os
import re
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import torch

from benchmarks.load_clients.checking import Settings, are_answers_right, is_map_right, seen_answers, seen_map
from longformer_viz.cluster import connection, runner
from longformer_viz.cluster.deployment import count_workers, deploy, workers
from longformer_viz.cluster.runner import ClusterRunner, NoWorker
from longformer_viz.cluster.versions import Versions, own_versions
from longformer_viz.documents.samples import sample
from longformer_viz.models.running import run
from longformer_viz.models.store import stored_model
from longformer_viz.spec import AttentionSpec, InputError
from tests.cluster.heads import ENVIRONMENT, command, set_environment, started_head
from tests.cluster.proxies import cookie_of, proxied
from tests.event_loop import completed
from tests.faults.processes import PATIENCE_SECONDS
from tests.faults.servers import served, visit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
TEXT = "The contract ends on 4 May. Either party may leave it earlier, with notice of three months. " * 6
QUESTION = "Who may leave the contract?"


@pytest.fixture(scope="module")
def head():
    with started_head() as head:
        started = command("replicas", "--address", head.address, "--count", "2")
        assert started.returncode == 0, started.stderr
        assert "Workers ready: 2." in started.stdout
        yield head


@pytest.fixture(scope="module")
def cluster(head):
    """A runner of this process, with a list of the faults that it tells."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        set_environment()
        faults = []
        found = ClusterRunner(head.address, on_fault=lambda *fault: faults.append(fault))
        found.faults = faults
        assert found.connect() == 2
        yield found
        found.close()


class Seen:
    """A reporter that notes what it is told, and ends the job on request."""

    cancelled = False

    def __init__(self, problem=None):
        self.fractions, self.problem = [], problem

    def begin(self):
        self.fractions.append("begin")

    def __call__(self, fraction):
        self.fractions.append(fraction)
        if self.problem is not None:
            raise self.problem


def jobs_done():
    """How many jobs each worker has done, by its identity."""
    found = {}
    while len(found) < 2:
        found.update([workers().done.remote().result(timeout_s=PATIENCE_SECONDS)])
    return found


def test_a_run_on_a_worker_equals_the_library(cluster):
    model = stored_model(None)
    tokens, spec = model.tokenize(TEXT), AttentionSpec(window=16)
    there = cluster.run(lambda progress: run(model, tokens, spec, progress=progress), Seen(), 10_000_000)
    here = run(model, tokens, spec)
    assert (there.tokens, there.pattern, there.model) == (here.tokens, here.pattern, here.model)
    torch.testing.assert_close(there.weights(2, 3), here.weights(2, 3), rtol=0.01, atol=1e-4)


def test_a_worker_reports_progress_and_two_work_at_once(cluster, tmp_path):
    end = time.time() + PATIENCE_SECONDS

    def work(progress):
        (tmp_path / str(os.getpid())).touch()
        while len(list(tmp_path.iterdir())) < 2:  # Each waits for the other one, so both must run.
            assert time.time() < end, "the other worker has no job"
            progress(0.25)
            time.sleep(0.05)
        for step in range(15, 30):
            progress(step / 30)
            time.sleep(0.05)
        return os.getpid()

    seen = [Seen(), Seen()]
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda each: cluster.run(work, each), seen))
    assert len({*found, os.getpid()}) == 3, cluster.faults
    for each in seen:
        assert each.fractions[0] == "begin"
        assert each.fractions[1:] == sorted(each.fractions[1:])


def test_an_error_of_the_work_is_the_library_s(cluster):
    model = stored_model(None)
    with pytest.raises(InputError) as there:
        cluster.run(lambda progress: run(model, "word " * 40_000), Seen())
    with pytest.raises(InputError) as here:
        run(model, "word " * 40_000)
    assert str(there.value) == str(here.value)


def test_a_job_that_does_not_fit_a_worker_is_refused(cluster):
    with pytest.raises(InputError, match="memory"):
        cluster.run(lambda progress: None, Seen(), predicted_bytes=10**15)


def test_a_cancelled_job_stops_at_the_worker(cluster, tmp_path):
    def work(progress, folder=str(tmp_path)):
        open(f"{folder}/begun", "w").close()
        try:
            while True:
                progress(0.5)
                time.sleep(0.05)
        finally:
            open(f"{folder}/ended", "w").close()

    with pytest.raises(KeyError, match="nobody waits"):
        cluster.run(work, Seen(KeyError("nobody waits")))
    end = time.monotonic() + PATIENCE_SECONDS
    while not (tmp_path / "ended").exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    assert cluster.run(lambda progress: "free", Seen()) == "free"


def test_a_worker_of_another_version_does_nothing_and_both_versions_are_told(cluster, monkeypatch, tmp_path):
    ours = own_versions()
    monkeypatch.setattr(runner, "own_versions", lambda: Versions("9.9.9", ours.python, ours.ray))
    with pytest.raises(NoWorker):
        cluster.run(lambda progress, folder=str(tmp_path): open(f"{folder}/ran", "w").close(), Seen())
    event, reason = cluster.faults[-1]
    assert event == "worker_refused"
    assert f"The worker has {ours.package}; this process has 9.9.9." in reason
    assert not list(tmp_path.iterdir())


def test_a_server_of_another_version_is_refused_when_it_connects(cluster, monkeypatch):
    ours = own_versions()
    monkeypatch.setattr("longformer_viz.cluster.versions.own_package_version", lambda: "9.9.9")
    with pytest.raises(InputError, match=re.escape(f"The worker has {ours.package}; this process has 9.9.9.")):
        count_workers(workers())


def test_more_workers_than_cores_are_refused(cluster):
    with pytest.raises(InputError, match="You entered 99 workers with 1 CPU each; it has 2"):
        deploy(99)
    assert cluster.run(lambda progress: "still there", Seen()) == "still there"


def test_two_web_servers_share_the_workers(head, cluster):
    before = sum(jobs_done().values())
    options = {**ENVIRONMENT, "LONGFORMER_VIZ_RUNNER": head.address}
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        servers = [served(**options), served(**options)]
        urls = [url for url, _ in pool.map(stack.enter_context, servers)]
        proxy = stack.enter_context(proxied(urls))
        assert_visitors_stay(proxy)
        list(pool.map(lambda url: completed(_visited(url)), [proxy, urls[0], urls[1]]))
        counts = [_runner_jobs(url) for url in urls]
    assert all(at_workers >= 3 and here == 0 for at_workers, here in counts), counts
    assert sum(jobs_done().values()) - before == sum(at_workers for at_workers, _ in counts)


def assert_visitors_stay(proxy):
    """Check that new visitors are spread over both servers, and that a visitor stays at one of them."""
    assert {cookie_of(proxy) for _ in range(6)} == {"web-1", "web-2"}
    for name in ("web-1", "web-2"):
        assert {cookie_of(proxy, name) for _ in range(3)} == {None}  # It keeps the cookie that it has.
    for private in ("_viz/status", "_viz/metrics", "_stcore/metrics"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(proxy + private)


async def _visited(url):
    """Look at a sample's attention and ask about it; compare both with the library."""
    tab = await visit(url)
    try:
        text = sample().text
        seen = seen_map(tab._reply.of("map")[-1].proto.bytes)
        assert is_map_right(seen, Settings(text, layer=seen.layer, head=seen.head))
        await tab.open_page(PATIENCE_SECONDS, "answers")
        tab.set_value(tab.find("text_input", "question"), "string_value", QUESTION)
        reply = await tab.rerun(PATIENCE_SECONDS)
        assert not reply.problems
        assert are_answers_right(seen_answers(reply.of("answer_text")[-1].proto.json), Settings(text), QUESTION)
    finally:
        await tab.close()


def _runner_jobs(url):
    text = urllib.request.urlopen(f"{url}_viz/metrics").read().decode()
    return tuple(
        int(re.search(rf'runner_jobs_total{{place="{place}"}} (\d+)', text)[1]) for place in ("worker", "here")
    )


def test_a_job_of_a_killed_worker_is_done_by_another(cluster, tmp_path):
    def work(progress, folder=str(tmp_path)):
        progress(0.1)
        if not os.path.exists(f"{folder}/killed"):
            open(f"{folder}/killed", "w").close()
            os._exit(1)
        return os.getpid()

    assert cluster.run(work, Seen()) != os.getpid()
    assert cluster.faults[-1][0] == "worker_lost"


def test_a_cluster_that_leaves_gives_the_work_back(head, cluster, tmp_path):
    def work(progress, folder=str(tmp_path)):
        open(f"{folder}/begun", "w").close()
        while True:
            progress(0.5)
            time.sleep(0.05)

    def leave():
        while not (tmp_path / "begun").exists():
            time.sleep(0.05)
        head.leave()

    thread = threading.Thread(target=leave)
    thread.start()
    with pytest.raises(NoWorker):
        cluster.run(work, Seen())
    thread.join()
    assert cluster.faults[-1][0] == "cluster_lost"
    with pytest.raises(NoWorker):  # at once, without another search
        cluster.run(lambda progress: None, Seen())
    assert not connection.is_connected()
