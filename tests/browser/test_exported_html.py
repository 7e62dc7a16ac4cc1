"""The exported HTML file in a real browser with the network cut: it draws the map, and nothing complains."""

from dataclasses import replace

import pytest

from longformer_viz import AttentionSpec, run
from longformer_viz.figures.exports.run import html_bytes
from longformer_viz.ui.attention.downloads import map_payload
from longformer_viz.widget.bundles import script, style
from tests.figures.hostile import HOSTILE

TEXT = "The harbour master keeps two ledgers; one is for ships, the other nobody reads. " * 20
HEADS = [(2, 5), (0, 1)]


@pytest.fixture(scope="module")
def trace(default_model):
    made = run(default_model, TEXT, AttentionSpec(16, 1, (0, 120)))
    pieces = tuple(HOSTILE[number % len(HOSTILE)] for number in range(len(made.tokens)))
    return replace(made, tokens=replace(made.tokens, pieces=pieces))


@pytest.fixture(params=["light", "dark"])
def opened(request, browser, trace, tmp_path):
    """The file, opened from the disk; whatever it asks for and whatever it complains of fails the test."""
    theme = request.param
    payloads = [map_payload(trace, *head, theme) for head in HEADS]
    file = tmp_path / "map.html"
    file.write_bytes(html_bytes(trace, HEADS, payloads, script("map_file"), style("map"), theme))
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()
    faults = []
    page.on(
        "request", lambda asked: faults.append(asked.url) if not asked.url.startswith(("file:", "blob:")) else None
    )
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_selector(".lv-root canvas")
    yield page
    context.close()
    assert not faults


def colours(page):
    """How many colours the picture has: a blank one has one."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector(".lv-picture")
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
          return new Set(new Uint32Array(data.buffer)).size
        }"""
    )


def hovered(page, query, key):
    x, y = page.evaluate(
        "([query, key]) => document.querySelector('.lv-root').lvMap.pointOf(query, key)", [query, key]
    )
    page.mouse.move(x, y)
    page.wait_for_timeout(200)
    return page.evaluate("document.querySelector('.lv-root').lvMap.state().hover")


def test_the_map_is_drawn_and_alive_without_a_network(opened):
    opened.wait_for_timeout(500)
    assert colours(opened) > 20
    assert opened.title().startswith("Attention of")
    hover = hovered(opened, 100, 104)
    assert abs(hover["query"] - 100) <= 2
    assert abs(hover["key"] - 104) <= 2


def test_another_head_of_the_file_is_a_choice_away(opened):
    state = "(({ layer, head }) => [layer, head])(document.querySelector('.lv-root').lvMap.state())"
    assert opened.evaluate(state) == [2, 5]
    opened.locator("#heads").select_option("Layer 0, head 1")
    opened.wait_for_timeout(300)
    assert opened.evaluate(state) == [0, 1]
    assert opened.locator(".lv-root").count() == 1
    assert colours(opened) > 20


def test_no_token_became_markup(opened):
    opened.wait_for_timeout(300)
    assert "taken" not in opened.title()
    assert opened.evaluate("document.querySelectorAll('img').length") == 0
    assert opened.evaluate("document.querySelectorAll('script').length") == len(HEADS) + 1
