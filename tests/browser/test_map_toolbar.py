"""The controls around the map: at most seven in the toolbar, and the order of the heads in the address."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import open_app, settle

MOST_CONTROLS = 7


def heads(page):
    return page.locator(".lv-head").evaluate_all("found => found.map(cell => cell.dataset.head)")


def test_the_toolbar_has_seven_controls_and_the_rest_under_more(page, server):
    open_app(page, server, "?document=Library+notice")
    bar = page.locator(".lv-toolbar")
    controls = bar.locator("button:visible, select:visible, input:visible, summary:visible")
    assert controls.count() <= MOST_CONTROLS
    expect(bar.get_by_role("button", name="Zoom in")).to_be_hidden()
    bar.locator(".lv-fold-button").click()
    assert page.locator(".lv-root").evaluate("root => root.lvMap.state().place") is None
    bar.get_by_role("button", name="Zoom in").click()
    page.wait_for_url(re.compile("place="))
    assert page.locator(".lv-root").evaluate("root => root.lvMap.state().place[2]") > 1


def test_the_order_of_the_heads_is_in_the_address_and_survives_a_reload(page, server):
    open_app(page, server, "?document=Library+notice")
    page.locator(".lv-head").first.wait_for()
    by_layer = heads(page)
    page.get_by_label("Sort by").select_option(label="entropy")
    page.wait_for_url(re.compile("sort=entropy"))
    settle(page)
    by_entropy = heads(page)
    assert by_entropy != by_layer
    page.reload()
    page.locator(".lv-head").first.wait_for()
    settle(page)
    assert page.get_by_label("Sort by").input_value() == "entropy"
    assert heads(page) == by_entropy
    page.get_by_label("Sort by").select_option(label="layer and head")
    page.wait_for_url(re.compile("^(?!.*sort=)"))
    assert heads(page) == by_layer
