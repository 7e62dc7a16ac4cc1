"""The pattern beside the map: previewed while it is dragged, run on release, and nothing lost or moved."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import open_app, settle
from tests.browser.layout_shift import SHIFTS
from tests.browser.test_attention_map import hook, point_at, state

NOTICE = "?document=Library+notice"


def shown_window(page):
    return page.evaluate(hook("map.state().data.views[0].window"))


def drag(page, label, steps):
    """Move a slider without letting it go."""
    page.get_by_role("slider", name=label, exact=True).evaluate(
        "(range, steps) => { range.value = Number(range.value) + steps;"
        " range.dispatchEvent(new Event('input', { bubbles: true })) }",
        steps,
    )


def let_go(page, label):
    page.get_by_role("slider", name=label, exact=True).evaluate(
        "(range) => range.dispatchEvent(new Event('change', { bubbles: true }))"
    )


def wait_for_run(page, **values):
    for name, value in values.items():
        page.wait_for_function(hook(f"map.state().data.views[0].{name} === {value}"))
    page.wait_for_function(hook("map.state().preview === null && !map.state().waiting"))
    settle(page)


def over(page):
    """What is drawn over the weights."""
    page.wait_for_timeout(150)
    return page.locator(".lv-over").evaluate("canvas => canvas.toDataURL()")


def test_the_band_follows_the_slider_before_any_run(page, server):
    open_app(page, server, NOTICE)
    before, address = over(page), page.url
    drag(page, "Window", -3)
    lost = over(page)
    assert lost != before
    assert state(page)["preview"]["window"] == 64
    assert re.search(r"% → [\d.]+% of the pairs", page.locator(".lv-readout").inner_text())
    drag(page, "Dilation", 1)
    assert over(page) not in (before, lost)
    assert page.url == address
    assert shown_window(page) == 512, "nothing has run"
    drag(page, "Dilation", -1)
    share = state(page)["preview"]["share"]
    let_go(page, "Window")
    wait_for_run(page, window=64)
    assert "window=64" in page.url
    assert page.get_by_label("Window, exact value").input_value() == "64"
    summary = page.locator("[data-testid=stMain]").inner_text()
    assert f"{share:.0%}" in summary, "the run scores the share of pairs that was previewed"


def test_global_tokens_are_previewed_and_typed_exactly(page, server):
    open_app(page, server, NOTICE)
    page.locator(".lv-pattern").get_by_label("Global tokens", exact=True).select_option("Typed positions")
    typed = page.get_by_label("Positions of global tokens")
    typed.fill("0, 9, 20-22")
    assert state(page)["preview"]["globals"] == [0, 9, 20, 21, 22]
    typed.press("Enter")
    page.wait_for_function(hook("map.state().globals.length === 5"))
    page.get_by_label("Window, exact value").fill("250")
    assert state(page)["preview"]["window"] == 250
    page.get_by_label("Window, exact value").press("Enter")
    wait_for_run(page, window=250)
    page.get_by_label("Window, exact value").fill("251")
    page.get_by_label("Window, exact value").press("Tab")
    page.wait_for_timeout(600)
    assert shown_window(page) == 250, "an odd number is refused"
    assert page.get_by_label("Window, exact value").input_value() == "250"
    expect(page.locator(".lv-pattern-problem")).to_have_text(
        "Window must be an even number from 2 to 131,072. You entered 251. Try 252."
    )
    page.get_by_label("Window, exact value").fill("252")
    expect(page.locator(".lv-pattern-problem")).to_be_hidden()


def test_a_selection_survives_ten_changes_and_twenty_in_a_row_run_once(page, server):
    open_app(page, server, NOTICE)
    point_at(page, 60, 58)
    page.mouse.down()
    page.mouse.up()
    locked = state(page)["locked"]
    assert locked is not None
    windows = (256, 512, 256, 128, 256, 128, 64, 32, 64, 128)
    for change, window in enumerate(windows):
        drag(page, "Window", -1 if window < (512, *windows)[change] else 1)
        let_go(page, "Window")
        wait_for_run(page, window=window)
    assert state(page)["locked"] == locked
    assert f"locked={locked}" in page.url
    runs = []
    page.on("framenavigated", lambda frame: runs.append(frame.url))
    page.get_by_role("slider", name="Window", exact=True).evaluate(
        """async (range) => {
          const from = Number(range.value)
          for (let change = 0; change < 20; change++) {
            range.value = change === 19 ? from - 2 : from - 1 + (change % 2)
            for (const name of ["input", "change"]) range.dispatchEvent(new Event(name, { bubbles: true }))
            await new Promise((go) => setTimeout(go, 16))
          }
        }"""
    )
    wait_for_run(page, window=32)
    assert not [url for url in runs if "window=64" in url], "changes on the way are not run"
    assert state(page)["locked"] == locked


def test_nothing_moves_while_a_run_is_under_way(page, server):
    open_app(page, server)
    page.evaluate(SHIFTS)
    page.wait_for_timeout(300)
    page.evaluate("shifts.length = 0")
    drag(page, "Window", -1)
    let_go(page, "Window")
    page.wait_for_function(hook("map.state().waiting"))
    assert page.locator(".lv-waiting .lv-picture").is_visible(), "the last picture stays"
    wait_for_run(page, window=256)
    assert page.evaluate("worstShift()") < 0.05, page.evaluate("shifts")


def test_a_window_dragged_while_a_run_is_under_way_is_run_next(page, server):
    open_app(page, server)
    drag(page, "Window", -1)
    let_go(page, "Window")
    page.wait_for_function(hook("map.state().waiting"))
    drag(page, "Window", -2)
    assert state(page)["preview"]["window"] == 64, "the band follows during the run"
    let_go(page, "Window")
    wait_for_run(page, window=64)
    assert "window=64" in page.url
    assert page.get_by_label("Window, exact value").input_value() == "64"
    assert page.locator("[data-testid=stAlert]").count() == 0


@pytest.mark.parametrize("size", [(1280, 720, 560), (1920, 1080, 900)])
def test_the_map_takes_the_screen(page, server, size):
    width, height, least = size
    page.set_viewport_size({"width": width, "height": height})
    open_app(page, server, NOTICE)
    box = page.evaluate(hook("map.box()"))
    assert box["width"] >= least
    stage = page.locator(".lv-over").bounding_box()
    assert stage["y"] + stage["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
