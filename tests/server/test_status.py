"""The pages for whoever runs the server: what they tell, what they never tell, and to whom."""

import re

import pytest
from starlette.testclient import TestClient

from longformer_viz.jobs.statistics import QueueStatistics
from longformer_viz.server import measurements
from longformer_viz.server.settings import AppSettings
from longformer_viz.server.status import TOKEN, StatusPages
from longformer_viz.server.visitors import Visitors
from tests.server.small_app import small_app

QUEUE = QueueStatistics(
    waiting=2,
    running=1,
    done=100,
    failed=3,
    cancelled=4,
    wait_seconds=tuple(number / 100 for number in range(100)),
    work_seconds=(),
    cache_bytes=5_000_000,
    cache_limit_bytes=2**30,
    memory_budget_bytes=None,
)
LINE = re.compile(r'longformer_viz_\w+(\{\w+="[^"\n]*"(,\w+="[^"\n]*")*\})? [-+.e\d]+')
ADDRESSES = ("/_viz/status", "/_viz/metrics", "/_stcore/metrics")


def browser(mode="personal", queue=QUEUE, peer="127.0.0.1", host="localhost"):
    settings, visitors = AppSettings(mode=mode, max_sessions=60), Visitors(60)
    visitors.enter("a secret token")
    visitors.refused["full"] += 7
    pages = StatusPages(small_app, settings, visitors, lambda: queue)
    return TestClient(pages, base_url=f"http://{host}", client=(peer, 5000))


def metrics(answer):
    lines = [line for line in answer.text.splitlines() if not line.startswith("# ")]
    assert all(LINE.fullmatch(line) for line in lines), lines
    return {
        name.removeprefix("longformer_viz_"): float(value) for name, value in (line.rsplit(" ", 1) for line in lines)
    }


def test_prometheus_reads_the_queue_the_memory_and_the_sessions():
    answer = browser().get("/_viz/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = metrics(answer)
    assert found["sessions"] == 1
    assert found["sessions_limit"] == 60
    assert found['refused_total{reason="full"}'] == 7
    assert found['queue_wait_seconds{quantile="0.5"}'] == 0.5
    assert found['queue_wait_seconds{quantile="0.95"}'] == 0.95
    assert found["queue_waiting"] == 2
    assert found['jobs_total{state="failed"}'] == 3
    assert found["cache_bytes"] == 5e6
    assert found["rss_bytes"] > 1e7
    assert not any(name.startswith(("job_seconds", "memory_budget")) for name in found), "what is unknown is left out"
    typed = re.findall(r"^# TYPE (\w+) (\w+)$", answer.text, re.MULTILINE)
    assert len(typed) == len({name for name, _ in typed})
    assert all((kind == "counter") == name.endswith("_total") for name, kind in typed)


def test_before_the_first_visit_there_is_no_queue_yet():
    found = metrics(browser(queue=None).get("/_viz/metrics"))
    assert found["sessions"] == 1
    assert "queue_waiting" not in found


def test_the_page_tells_the_same_in_words(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGFORMER_VIZ_CACHE", str(tmp_path))
    (tmp_path / "converted<model>").mkdir()
    (tmp_path / "converted<model>" / "weights").write_bytes(b"x" * 3_000_000)
    text = browser().get("/_viz/status").text
    for part in ("Jobs that wait", "streamlit", "converted&lt;model&gt;", "3 MB", "writable", "personal"):
        assert part in text
    monkeypatch.setenv("LONGFORMER_VIZ_CACHE", str(tmp_path / "missing"))
    assert "No such file" in browser().get("/_viz/status").text


def test_nothing_that_a_visitor_wrote_is_shown(monkeypatch):
    monkeypatch.setattr(
        measurements, "loaded_models", lambda: ("built-in, qa, cpu:0, float32", "/home/visitor/model")
    )
    monkeypatch.setattr("longformer_viz.server.status.loaded_models", measurements.loaded_models)
    for address in ADDRESSES[:2]:
        text = browser().get(address).text
        assert "visitor/model" not in text
        assert "secret" not in text
    assert "built-in, qa" in browser().get("/_viz/status").text
    assert "another model" in browser().get("/_viz/status").text
    assert metrics(browser().get("/_viz/metrics"))["models"] == 2


@pytest.mark.parametrize("address", [*ADDRESSES, "/viz/_viz/status", "/viz/_stcore/metrics"])
def test_in_public_mode_only_the_server_itself_and_the_token_may_read(address, monkeypatch):
    monkeypatch.setenv(TOKEN, "long and random")
    assert browser("public").get(address).status_code == 200
    for stranger in (
        browser("public", peer="192.0.2.1"),
        browser("public", host="example.org"),
        browser("public", peer="192.0.2.1", host="127.0.0.1"),
    ):
        refused = stranger.get(address)
        assert refused.status_code == 403
        assert TOKEN in refused.text
        assert stranger.get(address, headers={"authorization": "Bearer wrong"}).status_code == 403
        assert stranger.get(address, headers={"authorization": "Bearer long and random"}).status_code == 200
    assert browser("public").get(address, headers={"x-forwarded-for": "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("token", ["", None])
def test_without_a_token_none_opens_the_pages(token, monkeypatch):
    monkeypatch.setenv(TOKEN, "")
    if token is None:
        monkeypatch.delenv(TOKEN)
    for given in ("Bearer ", "Bearer", "Bearer None", ""):
        answer = browser("public", peer="192.0.2.1").get(ADDRESSES[0], headers={"authorization": given})
        assert answer.status_code == 403


def test_every_other_address_is_passed_on():
    assert browser().get("/compare").text == "0 bytes"
    assert browser().post("/_viz/status").status_code == 405
