"""The attention page in a real browser: paste, move every control, reload, and find the text again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, free_port, key_figures, open_app, open_tab, paste, picture, settle

OWN = (
    "The harbour master keeps two ledgers. <script>document.title='taken'</script> "
    "![x](http://example.invalid/x.png) "
    "[SEP] [PAD] One is for ships; the other, nobody reads. 🚢 שלום \u200b"
) * 6


def move(page, label, key="ArrowRight"):
    page.get_by_role("slider", name=label, exact=True).press(key)
    page.wait_for_timeout(500)  # changes that follow one another closely make one run
    settle(page)


def test_a_sample_is_shown_before_any_click(page, server):
    open_app(page, server)
    assert "2,041 tokens" in key_figures(page)
    assert "measured" in key_figures(page)
    assert len(set(picture(page))) > 20, "the map and the heads' thumbnails"


def test_each_control_changes_the_picture_and_the_address(page, server):
    open_app(page, server, "?document=Support+thread")
    seen = [picture(page)]
    for label, change, parameter in (
        ("Layer", lambda: page.get_by_label("Layer", exact=True).first.select_option("3"), "layer=3"),
        ("Head", lambda: page.get_by_label("Head", exact=True).first.select_option("1"), "head=1"),
        ("Band", lambda: page.get_by_role("button", name="Band").click(), "mode=straight"),
        ("Window", lambda: move(page, "Window", "ArrowLeft"), "window=256"),
        ("Dilation", lambda: move(page, "Dilation", "ArrowRight"), "dilation=2"),
    ):
        change()
        settle(page)
        page.wait_for_url(re.compile(parameter))
        now = picture(page)
        assert now != seen[-1], f"{label} changed nothing"
        seen.append(now)
    assert "same weights, other pattern" in key_figures(page)
    page.locator(".lv-pattern").get_by_label("Global tokens", exact=True).select_option("Sentence starts")
    page.wait_for_url(re.compile("globals=Sentence"))
    settle(page)
    assert picture(page) != seen[-1]
    assert "globals=Sentence" in page.url
    page.goto(page.url)
    page.wait_for_selector(".lv-map-pane canvas")
    settle(page)
    assert page.get_by_label("Layer", exact=True).first.input_value() == "3"
    assert page.get_by_label("Head", exact=True).first.input_value() == "1"
    assert page.get_by_role("button", name="Band").get_attribute("aria-pressed") == "true"
    assert "same weights, other pattern" in key_figures(page)
    for part in ("window=256", "dilation=2"):
        assert part in page.url


def test_a_pasted_text_is_shown_survives_a_reload_and_stays_words(page, server):
    open_app(page, server)
    sample = picture(page)
    paste(page, OWN)
    assert picture(page) != sample
    assert page.title() == "Longformer Viz"
    pasted, tokens = picture(page), key_figures(page).split("tokens")[0]
    page.reload()
    page.wait_for_selector(".lv-map-pane canvas")
    settle(page)
    assert key_figures(page).split("tokens")[0] == tokens
    assert picture(page) == pasted
    page.get_by_role("button", name=re.compile("Paste or upload")).click()
    expect(page.get_by_label("Paste a text")).to_have_value(OWN, timeout=30_000)


GONE = "about:blank"  # a page whose server is gone says so in the console, rightly


def test_a_pasted_text_survives_a_restart_of_the_server(page, browser):
    own = Server(free_port())
    own.start()
    try:
        open_app(page, own)
        paste(page, OWN)
        expect(page.locator("[data-testid=stMetric]", has_text="2,041 tokens")).to_have_count(0)
        tokens = key_figures(page).split("tokens")[0]
        page.goto(GONE)
        own.stop()
        own.start()
        page.goto(own.url + "?document=Your+text")
        page.wait_for_selector(".lv-map-pane canvas")
        settle(page)
        assert key_figures(page).split("tokens")[0] == tokens
    finally:
        page.goto(GONE)
        own.stop()


def test_an_upload_is_shown_and_a_bad_one_is_refused_in_words(page, server):
    open_app(page, server)
    page.get_by_role("button", name=re.compile("Paste or upload")).click()
    chooser = page.locator("input[type=file]")
    chooser.set_input_files({"name": "note.txt", "mimeType": "text/plain", "buffer": b"A short note. " * 40})
    settle(page)
    page.get_by_role("button", name="Use this text").click()
    page.get_by_role("dialog", name="The text as it was read").wait_for(state="detached")
    settle(page)
    assert "162 tokens" in key_figures(page)
    page.get_by_role("button", name=re.compile("Paste or upload")).click()
    chooser = page.locator("input[type=file]")
    chooser.set_input_files(
        {"name": "note.txt", "mimeType": "text/plain", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(99)}
    )
    expect(page.get_by_role("alert").first).to_contain_text("plain text")
    settle(page)
    assert "162 tokens" in key_figures(page), "the text before it must not be lost"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_at_1280_by_720(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    open_app(page, server)
    box = page.locator(".lv-map-pane canvas").first.bounding_box()
    assert box["y"] + box["height"] <= 720
    assert box["x"] + box["width"] <= 1280


def test_the_open_tab_is_copied_as_python(page, server):
    open_app(page, server, "?document=Library+notice&locked=30")
    for name, line in (
        ("Attention rollout", "attention_rollout"),
        ("BertViz", "bertviz_page"),
        ("Static figure", "attention_figure"),
        ("Strongest pairs", "trace.strongest"),
    ):
        open_tab(page, name)
        page.get_by_role("button", name="Share").click()
        expect(page.get_by_test_id("stCode")).to_contain_text(line)
        page.keyboard.press("Escape")
