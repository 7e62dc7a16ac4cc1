"""Public mode below a path and behind a proxy: pages, map and reloads work, and each visitor is told apart."""

import re
import urllib.error
import urllib.request
from typing import ClassVar

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, free_port, key_figures, paste, settle
from tests.browser.reverse_proxy import ReverseProxy


class PublicServer(Server):
    """The app below a path, with room for one visitor."""

    settings: ClassVar[dict[str, str]] = {
        "LONGFORMER_VIZ_MODE": "public",
        "LONGFORMER_VIZ_TRUSTED_PROXIES": "1",
        "LONGFORMER_VIZ_MAX_SESSIONS": "1",
        "LONGFORMER_VIZ_MAX_REQUESTS_PER_MINUTE": "30",
        "STREAMLIT_SERVER_BASE_URL_PATH": "viz",
    }

    def __init__(self, port):
        super().__init__(port)
        self.url += "viz/"


@pytest.fixture(scope="module")
def direct():
    running = PublicServer(free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def proxied(direct):
    with ReverseProxy(direct.port) as proxy:
        yield f"http://127.0.0.1:{proxy.port}/viz/"


def status(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_visitor_uses_the_app_and_a_second_one_reads_why_to_wait(page, proxied, browser):
    page.goto(f"{proxied}?document=Library+notice")
    page.locator(".lv-map-pane canvas").first.wait_for()
    settle(page)
    paste(page, "The harbour master keeps two ledgers. One is for ships. " * 10)
    assert "tokens" in key_figures(page)
    page.get_by_role("link", name="Compare").first.click()
    page.wait_for_url(re.compile("/viz/compare"))
    settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_test_id("stMain").locator("h4").first).to_be_visible()

    context = browser.new_context()
    second = context.new_page()
    second.goto(proxied)
    expect(second.get_by_role("heading", name="All places are taken")).to_be_visible()
    context.close()


def test_the_address_that_the_proxy_tells_has_the_limit(direct):
    for _ in range(40):
        last = status(f"{direct.url}compare", **{"X-Forwarded-For": "192.0.2.1"})
    assert last == 429
    assert status(f"{direct.url}compare", **{"X-Forwarded-For": "192.0.2.1, 192.0.2.2"}) in (200, 503)
    assert status(f"{direct.url}_stcore/health", **{"X-Forwarded-For": "192.0.2.1"}) == 200


def test_the_pages_of_whoever_runs_it_do_not_pass_the_proxy(direct, proxied):
    for address in ("_viz/status", "_viz/metrics", "_stcore/metrics"):
        assert status(proxied + address) == 403
        assert status(direct.url + address) == 200
