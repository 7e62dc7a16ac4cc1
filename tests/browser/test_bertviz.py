"""BertViz in a real browser, on hostile tokens: it draws, none of them runs, nothing leaves the machine."""

import pytest

from tests.browser.alone import serving
from tests.browser.conftest import settle


@pytest.fixture(scope="module")
def server():
    yield from serving("bertviz")


def drawn(page, lines):
    """BertViz's own frame, once it has drawn that many lines."""
    settle(page)
    for _ in range(100):
        frame = page.frames[-1]
        if frame.evaluate("document.querySelectorAll('line').length") == lines:
            return frame
        page.wait_for_timeout(200)
    raise AssertionError("BertViz did not draw what it was given")


def test_both_views_draw_every_weight_and_no_token_is_markup(page, server):
    page.goto(server.url)
    page.wait_for_selector("iframe")
    heads, layers, tokens = 12, 6, 32
    frame = drawn(page, heads * tokens**2)
    texts = frame.locator("#left text").all_text_contents()
    assert len(texts) == tokens
    assert "</script><scr…" in texts
    assert frame.evaluate("document.querySelectorAll('img').length") == 0
    assert frame.evaluate("document.querySelectorAll('script').length") == 5
    assert frame.title() == "BertViz"

    page.get_by_text("Model view").click()
    frame = drawn(page, layers * heads * tokens**2)
    assert frame.title() == "BertViz"
    assert "taken" not in page.title()


def test_its_scripts_reach_nothing_of_the_app(page, server):
    page.goto(server.url)
    page.wait_for_selector("iframe")
    frame = drawn(page, 12 * 32**2)
    assert frame.evaluate("self.origin") == "null"
    assert frame.evaluate("(() => { try { return top.document.title } catch (fault) { return fault.name } })()") == (
        "SecurityError"
    )


def test_hovering_a_token_shows_its_own_lines_alone(page, server):
    page.goto(server.url)
    page.wait_for_selector("iframe")
    frame = drawn(page, 12 * 32**2)
    frame.locator("#left text").nth(3).hover()
    assert frame.locator("#attention line[visibility=visible]").count() == 12 * 32


def test_another_place_is_drawn(page, server):
    page.goto(server.url)
    page.wait_for_selector("iframe")
    before = drawn(page, 12 * 32**2).locator("#left text").all_text_contents()
    place = page.get_by_label("Start at token")
    place.fill("51")
    place.press("Enter")
    page.get_by_text("Tokens 51 to 82 of").wait_for()
    assert drawn(page, 12 * 32**2).locator("#left text").all_text_contents() != before
