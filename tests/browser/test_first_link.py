"""A link to any page, opened as the very first visit, shows that page and nothing over it."""

import pytest

from tests.browser.conftest import Server, free_port, settle


class Launched(Server):
    """The app as `make run` starts it, fresh for each test."""

    program = ("-m", "longformer_viz.ui")


@pytest.fixture
def server():
    running = Launched(free_port())
    running.start()
    yield running
    running.stop()


@pytest.mark.parametrize("name", ["answers", "curves"])
def test_a_link_as_first_visit_shows_its_page(page, server, name):
    page.goto(server.url + name)
    page.wait_for_selector("[data-testid=stAppViewContainer] h1, [data-testid=stAppViewContainer] button")
    settle(page)
    assert page.locator("[role=dialog]").count() == 0
    assert page.url == server.url + name
