"""Follow a token in a real browser: it plays to the end by itself, pauses, steps, and asks for nothing else."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.alone import serving
from tests.browser.conftest import settle


@pytest.fixture(scope="module")
def server():
    yield from serving("rollout")


def shown_words(page):
    """The sentence above the picture, once a rerun has taken the old one away."""
    words = page.locator("[data-testid=stMarkdown]", has_text="Attention rollout of token")
    expect(words).to_have_count(1)
    return words.inner_text()


def shown_layer(page):
    words = shown_words(page)
    return int(re.search(r"after layer (\d+)", words)[1])


def wait_for_layer(page, layer):
    page.locator("[data-testid=stMarkdown]", has_text=f"after layer {layer}").wait_for()


def opened(page, server):
    page.goto(server.url)
    page.wait_for_selector(".js-plotly-plot .main-svg")
    settle(page)
    return page


def test_it_is_whole_at_first_and_says_what_it_is(page, server):
    opened(page, server)
    assert shown_layer(page) == 5
    assert page.get_by_text("It is no explanation").is_visible()
    assert "token 150 “" in shown_words(page)


def test_it_plays_to_the_end_and_then_rests(page, server):
    frames = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: frames.append(1)))
    opened(page, server)
    page.get_by_role("button", name="Play").click()
    seen = []
    for layer in range(6):
        wait_for_layer(page, layer)
        seen.append(shown_layer(page))
    assert seen == sorted(seen)
    page.get_by_role("button", name="Play").wait_for()
    settle(page)
    asked = len(frames)
    page.wait_for_timeout(2500)
    assert shown_layer(page) == 5
    assert len(frames) == asked


def test_pause_holds_and_step_moves_by_one(page, server):
    opened(page, server)
    page.get_by_role("button", name="Play").click()
    wait_for_layer(page, 1)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play").wait_for()
    settle(page)
    held = shown_layer(page)
    page.wait_for_timeout(2500)
    assert shown_layer(page) == held < 5
    page.get_by_role("button", name="Step", exact=True).click()
    wait_for_layer(page, held + 1)
    page.get_by_role("button", name="Step back").click()
    wait_for_layer(page, held)
    page.get_by_role("button", name="Play").click()
    wait_for_layer(page, held + 1)
