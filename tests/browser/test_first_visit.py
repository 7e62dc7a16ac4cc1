"""The welcome of a first visit and the guided tour, in a browser that has never been here."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import open_app, settle, watched_page

NOTICE = "?document=Library+notice"
STOPS = ["The document", "The attention map", "Layer and head", "The window", "Global tokens"]


@pytest.fixture
def visitor(browser, server):
    """A browser that has never been here."""
    yield from watched_page(browser)


def title(page):
    return page.get_by_role("dialog").get_by_role("heading").inner_text()


def test_three_ways_in_are_offered_until_they_are_dismissed(visitor, server):
    open_app(visitor, server, NOTICE)
    welcome = visitor.get_by_role("region", name="New here?")
    assert [each.inner_text() for each in welcome.locator("strong").all()] == ["Tour", "Explore", "Decide"]
    covered = welcome.bounding_box()
    picture = visitor.locator(".lv-map-pane").bounding_box()
    assert covered["x"] + covered["width"] <= picture["x"], "the map is seen whole"
    welcome.get_by_role("button", name="Close the welcome").click()
    expect(welcome).to_have_count(0)
    visitor.reload()
    settle(visitor)
    expect(welcome).to_have_count(0)


def test_explore_leads_to_the_documents_and_decide_to_compare(visitor, server):
    open_app(visitor, server, NOTICE)
    visitor.get_by_role("button", name="Explore").click()
    expect(visitor.get_by_role("option", name="Services contract")).to_be_visible()
    visitor.evaluate("localStorage.clear()")
    visitor.reload()
    visitor.get_by_role("button", name="Decide").click()
    visitor.wait_for_url("**/compare**")


def test_the_tour_goes_by_keys_outlives_runs_and_gives_the_focus_back(visitor, server):
    open_app(visitor, server, NOTICE)
    visitor.get_by_role("region", name="New here?").get_by_role("button").filter(has_text="Tour").click()
    rings = []
    for name in STOPS:
        assert title(visitor) == name
        visitor.wait_for_timeout(400)
        rings.append(visitor.locator(".lg-ring").bounding_box())
        assert rings[-1]["width"] > 20
        card = visitor.get_by_role("dialog").bounding_box()
        assert card["x"] >= 0
        assert card["x"] + card["width"] <= 1280
        assert card["y"] + card["height"] <= 720
        visitor.keyboard.press("ArrowRight")
    assert len({(ring["x"], ring["y"]) for ring in rings}) == 5, "each stop points at another part"
    visitor.keyboard.press("ArrowLeft")
    assert title(visitor) == "The window"
    slider = visitor.get_by_role("slider", name="Window")
    slider.focus()
    before = slider.input_value()
    slider.press("ArrowLeft")
    assert slider.input_value() != before, "a slider keeps its keys during the tour"
    settle(visitor)
    assert title(visitor) == "The window"
    visitor.keyboard.press("Escape")
    expect(visitor.get_by_role("dialog")).to_have_count(0)
    button = visitor.get_by_role("button", name="Tour")
    assert button.evaluate("each => each.matches(':focus')")
    visitor.reload()
    settle(visitor)
    expect(visitor.get_by_role("dialog")).to_have_count(0)


def test_the_tour_begins_from_another_page(page, server):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{server.url}curves")
    page.get_by_role("button", name="Tour").click()
    page.locator(".lv-map-pane canvas").first.wait_for()
    expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text(STOPS[0])
    assert page.locator(".lg-ring").evaluate("each => getComputedStyle(each).transitionDuration") == "0s"
