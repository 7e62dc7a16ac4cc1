"""A link to any page, opened as the very first visit to a server, shows that page and no "Page not found"."""

import pytest

from tests.browser.conftest import Server, free_port, settle


@pytest.fixture
def fresh_server():
    running = Server(free_port())
    running.start()
    yield running
    running.stop()


@pytest.mark.parametrize("address", ["compare", "curves", "labels", "answers", "train", "lesson"])
def test_a_link_as_first_visit_shows_its_page(page, fresh_server, address):
    page.goto(fresh_server.url + address)
    page.wait_for_selector("[data-testid=stAppViewContainer] h1, [data-testid=stAppViewContainer] button")
    settle(page)
    assert page.locator("[role=dialog]").count() == 0
    assert page.url.split("?")[0] == fresh_server.url + address
    link = page.locator("[data-testid=stTopNavLink][aria-current=page]")
    assert link.get_attribute("href").endswith(address)


def test_the_name_of_the_attention_page_opens_it_with_the_settings_of_the_link(page, fresh_server):
    page.goto(f"{fresh_server.url}map?document=Library+notice&window=64")
    page.wait_for_selector(".lv-map-pane canvas")
    settle(page)
    assert page.locator("[role=dialog]").count() == 0
    assert page.url.startswith(f"{fresh_server.url}?")
    assert "window=64" in page.url


def test_reload_and_back_keep_the_page(page, fresh_server):
    page.goto(fresh_server.url + "curves")
    settle(page)
    page.goto(fresh_server.url + "answers")
    settle(page)
    page.reload()
    settle(page)
    page.go_back()
    settle(page)
    assert page.url.split("?")[0] == fresh_server.url + "curves"
    assert page.locator("[role=dialog]").count() == 0
