"""A public server in a browser: every page opens, and what is not allowed is not offered."""

import re

import pytest
from playwright.sync_api import expect

from longformer_viz.models.embedded import NAME as BUILT_IN
from longformer_viz.models.gguf import smollm2
from longformer_viz.ui.page_entries import LESSON, MORE, TOOLS, TRAIN
from tests.browser.conftest import WELCOMED, Server, free_port, settle, watched_page


@pytest.fixture(scope="module")
def public_server(tmp_path_factory):
    running = Server(free_port())
    running.settings = {"LONGFORMER_VIZ_MODE": "public", "LONGFORMER_VIZ_RUNS": str(tmp_path_factory.mktemp("runs"))}
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(browser):
    yield from watched_page(browser, WELCOMED)


def visit(page, server, address, query="document=Library+notice"):
    page.goto(f"{server.url}{address}?{query}")
    page.get_by_test_id("stMain").wait_for()
    settle(page)


@pytest.mark.parametrize(
    "entry", [entry for entry in (*TOOLS, LESSON, *MORE) if entry != TRAIN], ids=lambda entry: entry.address
)
def test_every_page_opens_and_none_leads_to_training(page, public_server, entry):
    visit(page, public_server, entry.address)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    links = page.get_by_role("link")
    assert links.filter(has_text=LESSON.title).count()
    assert not links.filter(has_text=re.compile(f"^{TRAIN.title}$")).count()
    assert not page.locator(f"a[href*='/{TRAIN.address}']").count()


def test_the_page_of_training_says_that_there_is_none(page, public_server):
    visit(page, public_server, TRAIN.address)
    expect(page.get_by_test_id("stAlertContentError")).to_contain_text("This server offers no training.")
    expect(page.get_by_role("button", name="Start training")).to_have_count(0)


def test_the_choice_of_a_model_has_only_what_is_allowed(page, public_server):
    visit(page, public_server, "map")
    page.get_by_test_id("stSidebar").get_by_text("More settings").click()
    settle(page)
    expect(page.get_by_text("This server accepts texts of up to 200,000 characters")).to_have_count(1)
    expect(page.get_by_label("Name, folder or file")).to_have_count(0)
    page.get_by_test_id("stSidebar").get_by_label("Model", exact=True).click()
    language = [smollm2.NAME] if smollm2.can_be_loaded(download=False) else []
    assert page.get_by_role("option").all_inner_texts() == [BUILT_IN, *language]


def test_a_model_in_the_address_is_refused_and_leaves_it(page, public_server):
    visit(page, public_server, "map", "document=Library+notice&model=%2Fetc%2Fpasswd")
    expect(page.get_by_test_id("stAlertContentError")).to_contain_text("You entered '/etc/passwd'.")
    assert "passwd" not in page.url
    page.locator(".lv-map-pane canvas").first.wait_for()


def test_the_settings_stay_from_page_to_page(page, public_server):
    visit(page, public_server, "map", "document=Library+notice&window=64")
    page.get_by_role("link", name="Compare").first.click()
    page.wait_for_url("**/compare**")
    settle(page)
    assert "model=" not in page.url
    assert "window=64" in page.url
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
