"""The session menu: a link copied, a session saved to a file and opened in a fresh browser, and files refused."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import open_app, paste, settle

OWN = "The ferry leaves at nine. <b>Nobody</b> may board after eight forty-five. " * 12

LARGE = json.dumps({"longformer_viz_session": 1, "path": "", "search": "", "text": "ferry " * 1_000_000}).encode()


def open_menu(page):
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()


def give(page, name, content):
    page.locator(".ls-root input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": content}
    )


def test_a_session_with_own_text_opens_in_a_fresh_browser(page, server, browser):
    open_app(page, server, "?window=64&layer=3&locked=5")
    paste(page, OWN)
    open_menu(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save session").click()
    saved = waiting.value.path().read_bytes()
    assert json.loads(saved)["text"] == OWN
    expect(page.locator(".ls-said")).to_contain_text("Session saved")

    context = browser.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=True)
    fresh = context.new_page()
    fresh.set_default_timeout(60_000)
    fresh.goto(server.url + "answers")
    fresh.wait_for_selector(".mt-row")
    settle(fresh)
    open_menu(fresh)
    give(fresh, "session.json", saved)
    fresh.wait_for_selector(".lv-map-pane canvas")
    settle(fresh)
    assert "window=64" in fresh.url
    assert "layer=3" in fresh.url
    assert "answers" not in fresh.url
    expect(fresh.locator(".lv-text-box")).to_contain_text("Nobody")
    context.close()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"longformer_viz_session": 2}', "format 2"),
        (b'{"longformer_viz_session": 1, "path": "x', "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged or has another format"),
        (LARGE, "cannot keep the session's text of 6,000,000 characters"),
    ],
)
def test_a_file_that_is_no_session_is_refused_beside_the_button(page, server, content, said):
    open_app(page, server, "?document=Library+notice")
    before = page.url
    open_menu(page)
    give(page, "session.json", content)
    expect(page.locator(".ls-said")).to_contain_text(said)
    assert page.url == before


def test_the_copied_link_is_the_address_and_says_that_the_text_is_not_in_it(page, server):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_app(page, server)
    paste(page, OWN)
    open_menu(page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".ls-said")).to_contain_text("does not contain your text")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
