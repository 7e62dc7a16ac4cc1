"""The map for a room: full screen, the presenter view and its keys, images of a chosen width, and search."""

import re
import struct

import pytest

from tests.browser.conftest import open_app, settle
from tests.browser.test_attention_map import hook, more, point_at, rested, state

NOTICE = "?document=Library+notice"


def box(page):
    return page.evaluate(hook("map.box()"))


def layer_and_head(page):
    return page.evaluate(hook("[map.state().layer, map.state().head]"))


def wait_for_head(page, layer, head):
    """Wait until the map shows the weights of a head, and the address names it."""
    shown = "map.state().data.views[0]"
    page.wait_for_function(hook(f"{shown}.layer === {layer} && {shown}.head === {head}"))
    page.wait_for_url(re.compile(rf"(?=.*layer={layer}\b)(?=.*head={head}\b)"))


def test_full_screen_by_button_and_key(page, server):
    open_app(page, server, NOTICE)
    small = box(page)
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement !== null")
    page.wait_for_timeout(300)
    assert box(page)["height"] > small["height"]
    assert not page.locator(".lv-grid-pane").is_visible()
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement === null")
    page.wait_for_timeout(300)
    assert box(page) == small


def test_a_browser_that_refuses_full_screen_gets_the_window(page, server):
    page.add_init_script("Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('refused'))")
    open_app(page, server, NOTICE)
    small = box(page)
    page.keyboard.press("f")
    page.locator(".lv-full-screen").wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("document.fullscreenElement") is None
    assert box(page)["height"] > small["height"]
    covered = page.locator(".lv-full-screen").bounding_box()
    assert (covered["x"], covered["y"], covered["width"], covered["height"]) == (0, 0, 1280, 720)
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert box(page) == small


def test_a_refusal_is_explained(page, server):
    page.add_init_script("Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('refused'))")
    open_app(page, server, NOTICE)
    page.get_by_role("button", name="Enlarge the text").click()
    page.get_by_text("The browser refused full screen").wait_for()
    assert page.locator(".lv-text").bounding_box()["width"] == 1280
    page.keyboard.press("Escape")
    page.locator(".lv-full-screen").wait_for(state="detached")


def test_panels_fill_the_screen_and_are_saved_at_a_chosen_width(page, server):
    open_app(page, server, NOTICE)
    page.goto(f"{server.url}compare{NOTICE}")
    panels = page.locator(".lp-root")
    panels.locator("canvas").first.wait_for()
    settle(page)
    size = "root => { const { width, height } = root.lpPanels.state(); return [width, height] }"
    small = panels.evaluate(size)
    cards = panels.locator(".lp-card").all()
    assert small[0] > 0.9 * cards[0].bounding_box()["width"], "a panel fills its column"
    assert all(card.bounding_box()["y"] + card.bounding_box()["height"] <= 720 for card in cards)
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement !== null")
    page.wait_for_timeout(300)
    large = panels.evaluate(size)
    assert min(large[0] - small[0], large[1] - small[1]) > 20
    drawn = panels.locator(".lp-picture").first.evaluate("canvas => [canvas.width, canvas.height]")
    assert drawn == large, "drawn anew, not enlarged"
    panels.get_by_label("Image width").select_option("2560")
    with page.expect_download() as saved:
        panels.get_by_role("button", name="PNG").click()
    assert png_size(saved.value.path())[0] == pytest.approx(2560, abs=1)
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement === null")


def test_a_chart_fills_the_screen_by_the_key(page, server):
    open_app(page, server, NOTICE)
    page.goto(f"{server.url}curves")
    chart = page.get_by_test_id("stPlotlyChart").first
    chart.locator(".main-svg").first.wait_for()
    settle(page)
    small = chart.bounding_box()
    page.keyboard.press("f")
    page.wait_for_function(f"document.querySelector('.js-plotly-plot').clientHeight > {small['height'] + 100}")
    page.keyboard.press("Escape")
    page.wait_for_function(f"document.querySelector('.js-plotly-plot').clientHeight < {small['height'] + 20}")


def test_the_presenter_view_enlarges_everything_and_is_steered_by_keys(page, server):
    open_app(page, server, NOTICE)
    sizes = "e => e.getBoundingClientRect().height / e.offsetHeight"
    readout = page.locator(".lv-readout")
    assert readout.evaluate(sizes) == pytest.approx(1)
    page.keyboard.press("p")
    page.wait_for_timeout(500)
    assert readout.evaluate(sizes) == pytest.approx(1.5, rel=0.01)
    for away in ("[data-testid=stSidebar]", ".lv-toolbar", ".lv-pattern"):
        assert not page.locator(away).is_visible()
    point_at(page, 60, 58)
    page.locator(".lv-laser.lv-seen").wait_for(state="attached")
    hover = state(page)["hover"]
    assert abs(hover["query"] - 60) <= 2, "what is pointed at is what is read out"
    assert abs(hover["key"] - 58) <= 2
    layer, head = layer_and_head(page)
    page.keyboard.press("h")
    assert layer_and_head(page) == [layer, head + 1]
    page.keyboard.press("Shift+H")
    page.keyboard.press("l")
    assert layer_and_head(page) == [layer + 1, head]
    page.keyboard.press("Shift+L")
    page.keyboard.press("PageUp")
    assert layer_and_head(page) == [layer - 1, 11], "a remote control goes on to the layer before"
    wait_for_head(page, layer - 1, 11)
    assert f"Layer {layer - 1}, head 11" in page.locator(".lv-title").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert page.locator("[data-testid=stSidebar]").is_visible()
    assert page.locator(".lv-laser").count() == 0


def test_heads_stepped_faster_than_the_server_answers_end_at_the_last_and_back_returns(page, server):
    open_app(page, server, NOTICE)
    layer, head = layer_and_head(page)
    for steps in (5, 4, -7, 6):
        for _ in range(abs(steps)):
            page.keyboard.press("h" if steps > 0 else "Shift+H")
            page.wait_for_timeout(60)
        head += steps
        page.wait_for_timeout(250)  # between the answer and the address that the browser then has
    assert layer_and_head(page) == [layer, head]
    wait_for_head(page, layer, head)
    settle(page)
    assert layer_and_head(page) == [layer, head]
    page.keyboard.press("h")
    wait_for_head(page, layer, head + 1)
    settle(page)
    page.go_back()
    wait_for_head(page, layer, head)
    page.go_forward()
    wait_for_head(page, layer, head + 1)


@pytest.mark.parametrize("address", ["compare", "curves", "labels", "answers"])
def test_every_page_has_the_presenter_view(page, server, address):
    page.goto(f"{server.url}{address}?document=Library+notice")
    page.get_by_role("button", name="Presenter view").wait_for()
    settle(page)
    page.get_by_role("button", name="Presenter view").click()
    page.wait_for_timeout(300)
    assert not page.locator("[data-testid=stSidebar]").is_visible()
    assert page.locator("[data-testid=stMainBlockContainer]").evaluate("e => getComputedStyle(e).zoom") == "1.5"
    page.mouse.move(600, 300)
    page.get_by_role("button", name="Leave presenter view").click()
    page.wait_for_timeout(300)
    assert page.locator("[data-testid=stSidebar]").is_visible()


def test_keys_are_letters_where_one_types(page, server):
    open_app(page, server, NOTICE)
    page.get_by_label("Find in the document").fill("")
    page.get_by_label("Find in the document").press_sequentially("fph")
    page.wait_for_timeout(300)
    assert page.get_by_label("Find in the document").input_value() == "fph"
    assert page.locator(".lv-full-screen").count() == 0
    assert page.locator("[data-testid=stSidebar]").is_visible()


def png_size(path):
    with open(path, "rb") as file:
        head = file.read(24)
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", head[16:24])


@pytest.mark.parametrize(("choice", "width"), [("0", None), ("4000", 4000), ("1280", 1280)])
def test_images_are_twice_the_screen_or_as_wide_as_chosen(page, server, choice, width):
    open_app(page, server, NOTICE)
    more(page)
    page.get_by_label("Image width").select_option(choice)
    with page.expect_download() as saved:
        page.get_by_role("button", name="PNG").click()
    expected = width or 2 * page.locator(".lv-over").bounding_box()["width"]
    assert png_size(saved.value.path())[0] == pytest.approx(expected, abs=1)


def test_search_selects_and_scrolls_text_and_map(page, server):
    open_app(page, server)
    more_of_it = page.evaluate(hook("map.pointOf(100, 100)"))
    page.mouse.dblclick(*more_of_it)
    page.mouse.dblclick(*more_of_it)
    rested(page)
    before = state(page)["place"]
    page.keyboard.press("/")
    field = page.get_by_label("Find in the document")
    assert field.evaluate("e => e.matches(':focus')")
    field.fill("fault")
    rested(page)
    first = state(page)["locked"]
    text = page.evaluate(hook("map.state().data.text"))
    start = page.evaluate(hook(f"map.state().data.offsets[2 * {first}]"))
    assert text[start : start + 5].lower() == "fault"
    said = page.locator(".lv-search-count").inner_text()
    count = int(re.fullmatch(r"1 of ([\d,]+)", said)[1].replace(",", ""))
    assert count == text.lower().count("fault")
    for _ in range(3):
        field.press("Enter")
    rested(page)
    page.wait_for_timeout(300)
    assert state(page)["locked"] > first
    shown = page.locator(".lv-token.lv-locked").bounding_box()
    around = page.locator(".lv-text-box").bounding_box()
    assert around["y"] <= shown["y"] <= around["y"] + around["height"]
    assert state(page)["place"] != before, "the map follows where a part is in sight"
    field.press("Shift+Enter")
    field.press("Escape")
    assert field.input_value() == ""
    page.locator(".lv-text-box").press("Control+f")
    assert field.evaluate("e => e.matches(':focus')")
    field.fill("no such words")
    assert "not found" in page.locator(".lv-search-count").inner_text()
