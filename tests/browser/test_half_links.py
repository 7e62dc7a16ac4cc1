"""A link with only half of its parameters opens its page with defaults for the rest, and loses no text."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import open_app, paste, settle

OWN = "The ferry leaves at nine. Nobody may board after eight forty-five. " * 12
HALF = [
    (
        "?document=Library+notice&globals=Typed+positions&windows=Layer+by+layer&dilations=Layer+by+layer",
        ".lv-map-pane canvas",
    ),
    ("?document=Library+notice&unit=sentence&maps=side_1_2&positions=3&window_list=2,4", ".lv-map-pane canvas"),
    ("compare?document=Library+notice&compare_head=3&reach_to=5", "[data-testid=stMetric]"),
    ("labels?document=Library+notice&labels=Your+own", "[data-testid=stMain] h4"),
    ("answers?question=Who+may+enter%3F", "[data-testid=stMetric]"),
    ("curves?fit_length=4096&axes=Linear", "[data-testid=stMain] h4"),
    ("lesson?at=2", "[data-testid=stMain] button"),
    ("teach?sheet=3", "[data-testid=stMain] h4"),
    ("glossary?find=head", "[data-testid=stMain] h4"),
]


@pytest.mark.parametrize(("address", "shown"), HALF, ids=[address.split("?")[0] or "map" for address, _ in HALF])
def test_a_link_with_half_its_parameters_opens_with_defaults(page, server, address, shown):
    page.goto(server.url + address)
    page.locator(shown).first.wait_for()
    settle(page)
    assert page.locator("[data-testid=stException], [role=dialog]").count() == 0
    assert page.locator("[data-testid=stAlertContentError]").all_inner_texts() == []


def test_a_half_link_keeps_the_text_of_the_tab(page, server):
    open_app(page, server)
    paste(page, OWN)
    open_app(page, server, "?document=Your+text&globals=Typed+positions")
    expect(page.locator(".lv-text-box")).to_contain_text("Nobody")


def test_a_link_of_an_earlier_version_opens_and_is_shown_in_present_words(page, server):
    page.goto(server.url + "curves?methods=longformer-1024&methods=fused&lengths=64")
    chosen = page.get_by_test_id("stMultiSelect")
    expect(chosen).to_contain_text("Longformer 1,024")
    expect(chosen).to_contain_text("Full (fused)")
    settle(page)
    assert "methods=Longformer+1%2C024&methods=Full+%28fused%29" in page.url
    assert page.locator("[data-testid=stAlertContentError]").all_inner_texts() == []
