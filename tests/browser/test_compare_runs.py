"""Runs pinned by name and compared: in the link, in a session file, and beside the map."""

from playwright.sync_api import expect

from tests.browser.conftest import open_app, settle
from tests.browser.test_attention_map import hook, point_at, readout
from tests.browser.test_session_file import give, open_menu

NOTICE = "?document=Library+notice"
LABELS = "map.state().data.views.map((view) => view.label)"


def wait_for_labels(page, *labels):
    page.wait_for_selector(".lv-map-pane canvas")
    page.wait_for_function(hook(f"JSON.stringify({LABELS}) === JSON.stringify({list(labels)!r})"))


def chip(page, name):
    return page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True)


def test_a_head_opened_far_below_the_map_is_seen_on_it(page, server):
    open_app(page, server, NOTICE)
    cell = page.locator('[data-head="5.9"]')
    cell.scroll_into_view_if_needed()
    stage = page.locator(".lv-over")
    assert stage.bounding_box()["y"] < 0
    cell.click()
    page.wait_for_function(hook("map.state().data.views[0].layer === 5 && map.state().data.views[0].head === 9"))
    page.wait_for_timeout(700)
    box = stage.bounding_box()
    assert 40 < box["y"] < 200
    assert box["y"] + box["height"] <= 720


def test_pin_compare_reload_and_open_in_a_fresh_browser(page, server, browser):
    open_app(page, server, NOTICE)
    alone = page.evaluate(hook("map.box()"))
    page.get_by_role("button", name="Compare runs").click()
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_test_id("stToast")).to_contain_text("Pinned: window 512", timeout=60_000)
    expect(chip(page, "window 512")).to_be_visible()
    page.get_by_label("Window, exact value").fill("64")
    page.get_by_label("Window, exact value").press("Enter")
    page.wait_for_function(hook("map.state().data.views[0].window === 64"))
    settle(page)
    chip(page, "window 512").click()
    wait_for_labels(page, "this run (window 64)", "window 512")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    first, second = page.evaluate(hook("map.panels().map((box) => box.width)"))
    assert first == second > 0.6 * alone["width"], "two maps fill the width"
    point_at(page, 60, 58, 1)
    page.wait_for_timeout(150)
    assert "this run (window 64): window, weight" in readout(page)
    assert "window 512: window, weight" in readout(page)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()

    page.reload()
    wait_for_labels(page, "this run (window 64)", "window 512")
    settle(page)
    assert "pins=512.1.0" in page.url
    chip(page, "Difference").click()
    wait_for_labels(page, "window 512 minus this run (window 64)")
    settle(page)
    page.go_back()
    wait_for_labels(page, "this run (window 64)", "window 512")
    settle(page)

    page.get_by_role("link", name="Answers").click()
    page.wait_for_selector(".mt-row")
    settle(page)
    open_menu(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save session").click()
    saved = waiting.value.path().read_bytes()
    context = browser.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=True)
    fresh = context.new_page()
    fresh.set_default_timeout(60_000)
    open_app(fresh, server, NOTICE)
    open_menu(fresh)
    give(fresh, "session.json", saved)
    fresh.wait_for_selector(".mt-row")
    settle(fresh)
    fresh.get_by_role("link", name="Attention").click()
    wait_for_labels(fresh, "this run (window 64)", "window 512")
    context.close()


def test_a_selection_of_another_document_is_cleared_with_a_word(page, server):
    open_app(page, server, f"{NOTICE}&locked=60&layer=4")
    assert page.evaluate(hook("map.state().locked")) == 60
    page.get_by_role("combobox", name="Document").click()
    page.get_by_role("option", name="Support thread").click()
    expect(page.get_by_test_id("stToast")).to_contain_text("The selection was cleared", timeout=60_000)
    settle(page)
    assert page.evaluate(hook("[map.state().locked, map.state().layer]")) == [None, 4]
    assert "locked" not in page.url
