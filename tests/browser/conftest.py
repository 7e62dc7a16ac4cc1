"""A running app and a browser on it; whatever leaves the machine, or goes wrong in the console, fails the test."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import MISSING, find, launch

ROOT = Path(__file__).parents[2]
LOCAL = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    if find() is None:
        assert os.environ.get("CI") != "true", MISSING
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


class Server:
    """The app as a reader starts it, on a port of its own."""

    command = (sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true")
    folder = ROOT
    settings: ClassVar[dict[str, str]] = {}

    def __init__(self, port: int):
        self.port = port
        self.url = f"http://127.0.0.1:{port}/"
        self.process = None

    def start(self):
        port = "--port" if "longformer-viz" in self.command[0] else "--server.port"
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "STREAMLIT_SERVER_ADDRESS": "127.0.0.1", **self.settings}
        self.process = subprocess.Popen(
            [*self.command, f"{port}={self.port}"],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(240):
            try:
                urllib.request.urlopen(self.url + "_stcore/health", timeout=2).read()
                return
            except OSError:
                assert self.process.poll() is None, "the app ended while it started"
                time.sleep(0.25)
        raise AssertionError("the app did not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def server():
    running = Server(free_port())
    running.start()
    yield running
    running.stop()


# A visitor who has been here before: the welcome of a first visit is tested on its own.
# A frame of its own, such as BertViz's, has no storage.
WELCOMED = "try { localStorage.setItem('longformer_viz.welcomed', 'yes') } catch {}"


@pytest.fixture
def page(browser: Browser, server: Server):
    yield from watched_page(browser, WELCOMED)


def watched_page(browser: Browser, script: str = "", bypass_csp: bool = True):
    """For a fixture: a page of a fresh browser that runs a script first; a fault on it fails the test.

    The test's own expressions are evaluated in the page, which its Content-Security-Policy forbids.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=bypass_csp)
    context.add_init_script(script)
    faults = []
    opened = context.new_page()
    opened.set_default_timeout(60_000)

    def on_request(request):
        if not LOCAL.match(request.url):
            faults.append(f"left the machine: {request.url}")

    def on_console(message):
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(f"console: {message.text}")

    opened.on("request", on_request)
    opened.on("console", on_console)
    opened.on("pageerror", lambda error: faults.append(f"page: {error}"))
    yield opened
    shown = opened.locator("[data-testid=stException]").all_inner_texts()
    context.close()
    assert not faults
    assert not shown


# A live run of a model may take longer than Playwright's five seconds where other tests share the cores.
expect.set_options(timeout=30_000)
CALM_MS = 500

# Whether the script has rested, and nothing on the page was stale or waited for its own script, for that long.
CALM = """
calm => {
  const rests = document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')
  const now = performance.now()
  window.restsSince = rests ? window.restsSince ?? now : undefined
  return rests && now - window.restsSince >= calm
}
"""


def settle(page: Page):
    """Wait until the script has run and rests: long enough for what was just done to start it."""
    page.evaluate("() => { window.restsSince = undefined }")
    page.wait_for_function(CALM, arg=CALM_MS)


def see_tabs(page: Page):
    """Scroll to the tabs below a picture, which are drawn once they are in sight."""
    settle(page)
    place = page.locator("[class*='_out_of_sight']")
    if place.count():
        place.first.evaluate("place => place.scrollIntoView({ block: 'center' })")
        expect(place).to_have_count(0)
        settle(page)


def open_tab(page: Page, name: str | re.Pattern[str]):
    """Open a tab below a picture."""
    page.get_by_role("tab", name=name).click()
    settle(page)
    see_tabs(page)


def present(page: Page):
    """Open the presenter view by its key, and wait until the page has grown."""
    page.evaluate("document.activeElement?.blur()")  # in a field, the key would be typed
    page.keyboard.press("p")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('[data-testid=stMainBlockContainer]')).zoom === '1.5'"
    )
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()


def open_app(page: Page, server: Server, query: str = ""):
    page.goto(server.url + query)
    page.wait_for_selector(".lv-map-pane canvas, [data-testid=stAlert]")
    settle(page)


def picture(page: Page) -> list[str]:
    """What the map shows: every canvas that stands still, as the browser drew it."""
    before = None
    for _ in range(40):
        now = page.locator(".lv-map-pane canvas, .lv-grid-pane canvas").evaluate_all(
            "found => found.map(canvas => canvas.toDataURL())"
        )
        if now and now == before:
            return now
        before = now
        page.wait_for_timeout(250)
    raise AssertionError("the map does not come to rest")


def key_figures(page: Page) -> str:
    """Return the headline, the labelled values and the badges beside them, as one text."""
    page.locator("[data-testid=stMetric]").first.wait_for()
    texts = page.locator("[data-testid=stMarkdown]", has_text="probability").all_inner_texts()
    texts += page.locator("[data-testid=stMetric]").all_inner_texts()
    texts += page.locator("[data-testid=stMarkdown]", has=page.locator(".stMarkdownBadge")).all_inner_texts()
    return " · ".join(texts)


def paste(page: Page, text: str):
    """Paste a text as the document, and wait until the page shows it."""
    page.get_by_role("button", name=re.compile("Paste or upload")).click()
    area = page.get_by_label("Paste a text")
    area.fill(text)
    area.press("Control+Enter")
    page.wait_for_url(re.compile("Your.text"))
    expect(area).to_be_hidden()
    settle(page)
