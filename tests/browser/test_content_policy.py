"""Every page, tab and download works under the app's Content-Security-Policy, which allows no more than they need."""

import re
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WELCOMED, open_tab, settle, watched_page

# The browser tells every violation, also one that leaves nothing in its console. Streamlit's messages are read by a
# library that tries WebAssembly first and does without.
WATCH = """
window.violations = []
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  if (blockedURI !== 'wasm-eval') violations.push(`${violatedDirective}: ${blockedURI}`)
})
"""
TABS = {
    "": ["Attention rollout", "Static figure", "Strongest pairs"],
    "compare": ["Captured mass", "Most affected tokens", "Forbidden pairs", "Systems", "Table"],
    "curves": ["Growth rates", "Your measurements", "Measurement method"],
    "labels": ["Attention of the first token", "Longformer or chunking", "All labels"],
    "answers": ["Attention of the question", "Longformer or chunking", "What changes the answer"],
    "train": [],
    "lesson?chapter=window&at=2": [],
    "check": [],
    "glossary?term=window": [],
}


@pytest.fixture
def watched(browser, server):
    for page in watched_page(browser, WELCOMED + WATCH, bypass_csp=False):
        yield page
        assert page.evaluate("violations") == []


def opened(page, server, address):
    page.goto(f"{server.url}{address}{'&' if '?' in address else '?'}document=Library+notice&locked=30")
    page.locator("[data-testid=stMain] :is(h4, button)").first.wait_for()
    settle(page)


@pytest.mark.parametrize("address", TABS)
def test_a_page_and_its_tabs_violate_nothing(watched, server, address):
    opened(watched, server, address)
    for name in TABS[address]:
        open_tab(watched, name)
    watched.emulate_media(color_scheme="dark")
    settle(watched)


def test_bertviz_draws_within_the_policy_of_the_page_around_it(watched, server):
    opened(watched, server, "")
    open_tab(watched, "BertViz")
    for view in ("Head view", "Model view"):
        watched.get_by_text(view, exact=True).click()
        settle(watched)
        inner = watched.frame_locator("iframe").frame_locator("iframe")
        expect(inner.locator("line").first).to_be_attached()


def test_a_file_is_downloaded_although_it_may_run_nothing(watched, server):
    opened(watched, server, "teach?sheet=7")
    with watched.expect_download() as waiting:
        watched.get_by_role("button", name=re.compile("Download")).first.click()
    assert "<html" in waiting.value.path().read_text("utf-8")


@pytest.mark.parametrize(
    "code",
    [
        "document.head.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))",
        "document.body.insertAdjacentHTML('beforeend', `<img src=x onerror='window.ran = true'>`)",
        "setTimeout(() => { eval('window.ran = true') }, 0)",
        "try { fetch('https://example.org/?words').then(() => { window.ran = true }, () => {}) } catch {}",
        "document.head.append(Object.assign(document.createElement('base'), { href: 'https://example.org/' }))",
    ],
)
def test_a_script_of_a_stranger_does_not_run(browser, server, code):
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{server.url}check")
    page.locator("[data-testid=stMain] button").first.wait_for()
    page.evaluate(f"() => {{ {code} }}")
    page.wait_for_function("violations.length > 0")
    assert page.evaluate("window.ran") is None
    context.close()


class _OtherSite(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"<iframe src='{self.path.partition('?')[2]}'></iframe>".encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def other_site():
    with HTTPServer(("127.0.0.1", 0), _OtherSite) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}/"
        site.shutdown()


def test_another_site_cannot_show_the_app_in_a_frame(browser, server, other_site):
    context = browser.new_context()
    page = context.new_page()
    with page.expect_event("requestfailed") as refused:
        page.goto(f"{other_site}?{server.url}")
    assert refused.value.failure == "net::ERR_BLOCKED_BY_RESPONSE"
    assert refused.value.url == server.url
    context.close()
