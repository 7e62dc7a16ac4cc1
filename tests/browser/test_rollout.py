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


# A layer stands for less than a second: on a busy machine only the page itself sees each.
NOTE_LAYERS = """first => {
  window.seenLayers = [];
  const note = () => {
    const layers = [...document.body.innerText.matchAll(/after layer (\\d+)/g)].map(found => Number(found[1]));
    const seen = window.seenLayers;
    if (layers.length === 1 && layers[0] !== (seen.length ? seen.at(-1) : first)) seen.push(layers[0]);
  };
  new MutationObserver(note).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def opened(page, server):
    page.goto(server.url)
    page.wait_for_selector(".js-plotly-plot .main-svg")
    settle(page)
    return page


def test_it_is_whole_at_first_and_says_what_it_is(page, server):
    opened(page, server)
    assert shown_layer(page) == 5
    assert page.get_by_text("It does not explain").is_visible()
    assert "token 150 “" in shown_words(page)


def test_it_plays_to_the_end_and_then_rests(page, server):
    frames = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: frames.append(1)))
    opened(page, server)
    page.evaluate(NOTE_LAYERS, 5)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("window.seenLayers.at(-1) === 5")
    expect(page.get_by_role("button", name="Pause")).to_have_count(0, timeout=30_000)
    settle(page)
    asked = len(frames)
    page.wait_for_timeout(2500)
    assert shown_layer(page) == 5
    assert len(frames) == asked
    seen = page.evaluate("window.seenLayers")
    assert seen[0] < 3, "it begins anew"
    assert seen == sorted(seen)
    assert seen[-1] == 5


def test_pause_holds_and_step_moves_by_one(page, server):
    opened(page, server)
    page.get_by_role("button", name="Play").click()
    page.locator("[data-testid=stMarkdown]", has_text=re.compile("after layer [1-4]")).wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play").wait_for()
    settle(page)
    held = shown_layer(page)
    page.wait_for_timeout(2500)
    assert shown_layer(page) == held < 5
    page.get_by_role("button", name="Step forward", exact=True).click()
    wait_for_layer(page, held + 1)
    page.get_by_role("button", name="Step back").click()
    wait_for_layer(page, held)
    settle(page)
    page.evaluate(NOTE_LAYERS, held)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("window.seenLayers.length > 0")
    assert page.evaluate("window.seenLayers[0]") == held + 1, "it goes on from where it was"
