"""The compare page in a real browser: every slider against the library's numbers, the common cursor, the reach."""

import csv
import io
import random
import re

import pytest
import torch
from playwright.sync_api import expect

from longformer_viz import run
from longformer_viz.documents.samples import sample
from longformer_viz.figures.text import percent
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern, dilated_window, sliding_window
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.reach import layers_to_reach, receptive_field
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.spec import LayerSpec
from longformer_viz.trace.captured_mass import captured_mass
from longformer_viz.trace.panel import pattern_panel
from longformer_viz.widget.reach_payload import first_known
from tests.browser.conftest import open_app, open_tab, paste, see_tabs, settle

N = 1059  # tokens of the support thread
FIRST = "patterns=Longformer&patterns=Dilated&patterns=BigBird&patterns=Reformer&patterns=Chunks&patterns=Full"
# Each slider: its box, its name, where a link sets it, and how often it is moved to the right.
SLIDERS = (
    ("Longformer", "Window", 1),
    ("Sliding", "Sliding window", 1),
    ("Dilated", "Dilated window", 1),
    ("Dilated", "Dilation", 1),
    ("BigBird", "Block size", 1),
    ("BigBird", "Window blocks", 1),
    ("BigBird", "Global blocks", 1),
    ("BigBird", "Random blocks", 1),
    ("BigBird", "BigBird seed", 2),
    ("Reformer", "Rounds", 1),
    ("Reformer", "Bucket size", 1),
    ("Reformer", "Reformer seed", 1),
    ("ModernBERT", "Full attention every n layers", 1),
    ("ModernBERT", "Local attention", 1),
    ("Chunks", "Chunk size", 1),
    ("Chunks", "Overlap", 2),
)


@pytest.fixture(scope="module")
def trace(default_model):
    return run(default_model, sample("support_thread").text)


def open_compare(page, server, query):
    # Once some session has run the app, every page's own address is known to the server.
    open_app(page, server, "?document=Library+notice")
    page.goto(f"{server.url}compare?{query}")
    page.wait_for_selector(".lp-card canvas, [data-testid=stAlert]")
    see_tabs(page)
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")


def told(page, words, given=None):
    """What the panels' (or, of `reach`, the reach's) own script says; they live in a shadow tree."""
    root = page.locator(".rv-root" if words.startswith("reach.") else ".lp-root")
    code = words.replace("reach.", "root.lvReach.").replace("panels.", "root.lpPanels.")
    return root.evaluate(f"(root, given) => {code}", given)


def panels(page):
    return {panel["name"]: panel for panel in told(page, "panels.panels()")}


def picture(page, number):
    return page.locator(".lp-picture").nth(number).evaluate("canvas => canvas.toDataURL()")


def open_box(page, name):
    """The box of a pattern's sliders; the first one is open."""
    title = page.locator("summary").get_by_text(name, exact=True)
    box = page.get_by_test_id("stExpander").filter(has=title)
    if box.locator("details[open]").count() == 0:
        box.locator("summary").click()
    return box


def check_panels(page, trace, patterns, layer, head):
    """That every panel says of some pairs what the library says, and of the head as well."""
    found = panels(page)
    assert list(found) == list(patterns)
    draw = random.Random(layer * 12 + head)
    length = len(trace.tokens)
    pairs = [(draw.randrange(length), draw.randrange(length)) for _ in range(150)]
    pairs += [(query, min(length - 1, query + draw.randrange(80))) for query, _ in pairs[:150]]
    queries, keys = torch.tensor(pairs).T
    for number, (name, pattern) in enumerate(patterns.items()):
        ours = pattern_panel(trace, pattern, layer, head)
        assert found[name]["pairs"] == ours.pairs, name
        assert found[name]["kept"] == pytest.approx(ours.captured_share, abs=1e-5), name
        seen = pattern.allows(layer, head, queries, keys).tolist()
        recorded = trace.layers[layer]
        scores = recorded.query[head].float() @ recorded.key[head].float().mT
        weights = torch.exp(scores - ours.log_sum_exp[:, None])
        answers = told(
            page, "given.pairs.map(([q, k]) => panels.pair(given.number, q, k))", {"number": number, "pairs": pairs}
        )
        for (query, key), allowed, pair in zip(pairs, seen, answers, strict=True):
            assert (pair["kind"] != "outside") == allowed, (name, query, key)
            if allowed and query:
                assert pair["weight"] == pytest.approx(float(weights[query, key]), rel=2e-3, abs=1e-7), name
            else:
                assert pair["weight"] is None


def test_every_slider_moves_its_panel_and_agrees_with_the_library(page, server, trace):
    """One after another, in two sets of patterns: the panel changes, and all of them are the library's."""
    first = "patterns=Longformer&patterns=Dilated&patterns=BigBird&patterns=Chunks"
    second = "patterns=Sliding&patterns=Reformer&patterns=ModernBERT&patterns=Full"
    # In layer 3 one full layer in 3 and one in 4 differ.
    for names, layer, settings in (
        (first, 2, "window=64&dilated=32&bigbird_block=32&chunk=128"),
        (second, 3, "local=32"),
    ):
        open_compare(page, server, f"document=Support+thread&{names}&{settings}&compare_layer={layer}")
        shown = list(panels(page))
        for box, label, steps in SLIDERS:
            if box not in shown:
                continue
            number = shown.index(box)
            before = picture(page, number)
            slider = open_box(page, box).locator(f'input[aria-label="{label}"]')
            for _ in range(steps):
                slider.press("ArrowRight")
            settle(page)
            assert picture(page, number) != before, f"{label} changes the picture"
        if "BigBird" in shown:
            layers = (LayerSpec(128, (1,) * 12),) * 6
            patterns = {
                "Longformer": LongformerPattern(layers, (0,)),
                "Dilated": dilated_window(64, 6, 6, 12),
                "BigBird": BigBirdPattern(N, 6, 12, 64, 5, 3, 4, seed=2),
                "Chunks": ChunkedPattern(6, 12, 256, 32),
            }
        else:
            patterns = {
                "Sliding": sliding_window(512, 6, 12),
                "Reformer": ReformerPattern.of_keys([kept.key for kept in trace.layers], 8, 128, seed=1),
                "ModernBERT": ModernBertPattern(6, 12, 64, 4),
                "Full": FullPattern(6, 12),
            }
        check_panels(page, trace, patterns, layer, 0)
        for label, moves in (("Layer", 1), ("Head", 3)):
            for _ in range(moves):
                page.locator(f'input[aria-label="{label}"]').press("ArrowRight")
                page.wait_for_timeout(60)
            settle(page)
        check_panels(page, trace, patterns, layer + 1, 3)
        page.wait_for_url(re.compile("compare_head=3"))
        looking = told(page, "reach.state()")["looking"]
        for number, pattern in enumerate(patterns.values()):
            ours = first_known(receptive_field(pattern, N, looking)).tolist()
            assert told(page, "reach.layers(given)", number) == ours
        open_tab(page, "Captured mass")
        kept = page.locator("[data-testid=stMarkdown]", has_text="Over all 72 heads").first
        expect(kept).to_be_visible(timeout=120_000)
        for name, pattern in patterns.items():
            assert f"{name} {percent(captured_mass(trace, pattern).mean)}" in kept.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_six_panels_are_seen_whole_at_1280_by_720(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    open_compare(page, server, f"document=Support+thread&{FIRST}")
    assert page.locator(".lp-root").get_attribute("data-theme") == scheme
    for card in page.locator(".lp-stage").all():
        box = card.bounding_box()
        assert box["y"] + box["height"] <= 720
        assert box["x"] + box["width"] <= 1280
        assert box["width"] >= 150
    badges = page.locator(".lp-badge").all_inner_texts()
    assert badges == ["pattern of the run"] + ["same weights, other pattern"] * 5


def test_one_cursor_for_all_panels_without_the_server(page, server, trace):
    open_compare(page, server, f"document=Support+thread&{FIRST}")
    sent = []
    page.on("websocket", lambda socket: sent.append(socket))
    over = page.locator(".lp-over").nth(5)
    box = over.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.51)
    state = told(page, "panels.state()")
    query, key = state["hover"]["query"], state["hover"]["key"]
    readout = page.locator(".lp-readout")
    expect(readout).to_contain_text(f"query {query:,}")
    expect(readout).to_contain_text(trace.tokens.pieces[query])
    expect(readout).to_contain_text(trace.tokens.pieces[key])
    values = page.locator(".lp-value:not([hidden])")
    assert values.count() == 6
    assert values.nth(5).get_attribute("data-kind") == "full"
    page.mouse.down()
    page.mouse.up()
    page.mouse.move(5, 5)
    expect(readout).to_contain_text("selected")
    assert told(page, "panels.state().selected") == {"query": query, "key": key}
    # Near by every pair is drawn from its own weight, in all panels over the same part.
    before = [picture(page, number) for number in range(6)]
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(8):
        page.mouse.wheel(0, -240)
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)
    state = told(page, "panels.state()")
    assert state["near"]
    assert state["sight"]["span"] < 100
    assert all(picture(page, number) != old for number, old in enumerate(before))
    over.press("Home")
    page.wait_for_timeout(200)
    assert told(page, "panels.state().sight.span") == N
    over.press("Escape")
    assert told(page, "panels.state().selected") is None
    page.get_by_role("button", name="Kinds of pairs").click()
    expect(page.locator(".lp-legend")).to_contain_text("random")
    with page.expect_download() as waiting:
        page.locator(".lp-tools").get_by_role("button", name="PNG").click()
    assert waiting.value.path().read_bytes()[:4] == b"\x89PNG"
    assert not sent, "no new connection was needed"


def test_the_reach_plays_pauses_and_steps(page, server, trace):
    open_compare(page, server, "document=Support+thread&patterns=Sliding&patterns=Chunks&sliding=64&chunk=256")
    assert told(page, "reach.state()")["at"] == 6
    bar = page.locator(".rv-bar")
    bar.get_by_role("button", name="Play").click()
    bar.get_by_role("button", name="Pause").click()
    assert not told(page, "reach.state()")["playing"]
    for _ in range(7):
        if bar.get_by_role("button", name="Step back").is_enabled():
            bar.get_by_role("button", name="Step back").click()
    assert told(page, "reach.state()")["at"] == 0
    bar.get_by_role("button", name="Step forward", exact=True).click()
    expect(bar).to_contain_text("after 1 of 6 layers")
    strips = [canvas.evaluate("canvas => canvas.toDataURL()") for canvas in page.locator(".rv-canvas").all()]
    bar.get_by_role("button", name="Step forward", exact=True).click()
    assert page.locator(".rv-canvas").first.evaluate("canvas => canvas.toDataURL()") != strips[0]
    # The query token, and the key token, by a click in the text.
    page.locator(".rv-text span[data-token='150']").click()
    settle(page)
    page.get_by_role("button", name="key token", exact=True).click()
    page.locator(".rv-text span[data-token='300']").click()
    settle(page)
    state = told(page, "reach.state()")
    assert (state["looking"], state["wanted"]) == (150, 300)
    page.wait_for_url(re.compile("reach_to=300"))
    layers = layers_to_reach(sliding_window(64, 6, 12), N, 150, 300)
    assert layers == 5
    sentence = page.locator("[data-testid=stMarkdown]", has_text="after this many layers")
    expect(sentence).to_contain_text(f"Sliding {layers}")
    expect(sentence).to_contain_text("Chunks never")
    page.get_by_test_id("stCheckbox").get_by_text("Add a global token").click()
    settle(page)
    expect(sentence).to_contain_text("Sliding 2, Chunks 2")
    expect(sentence).to_contain_text("every pair is connected")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download this table (CSV)").click()
    data = waiting.value.path().read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    assert [row["layers until the key reaches the query"] for row in rows] == ["2", "2"]


def test_a_link_brings_all_of_it_back(page, server):
    query = "document=Support+thread&patterns=BigBird&patterns=Full&bigbird_seed=41&compare_layer=4&reach_from=77"
    open_compare(page, server, query)
    assert list(panels(page)) == ["BigBird", "Full"]
    assert told(page, "reach.state().looking") == 77
    page.get_by_role("link", name="Attention").click()
    page.wait_for_selector(".lv-map-pane canvas")
    settle(page)
    page.get_by_role("link", name="Compare").click()
    page.wait_for_selector(".lp-card canvas")
    settle(page)
    assert list(panels(page)) == ["BigBird", "Full"], "what was chosen holds on coming back"
    open_compare(page, server, f"document=Support+thread&{FIRST}&reformer_seed=x")
    expect(page.get_by_role("alert")).to_contain_text("Reformer seed must be a whole number")
    assert len(panels(page)) == 6


def test_words_are_never_markup(page, server):
    hostile = "<img src=x onerror=\"document.title='taken'\"> ![x](http://example.invalid/x.png) </script> "
    open_compare(page, server, f"document=Library+notice&{FIRST}")
    paste(page, hostile * 6)
    box = page.locator(".lp-over").first.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    for name in ("Captured mass", "Most affected tokens", "Forbidden pairs", "Table"):
        open_tab(page, name)
    assert page.title() == "Longformer Viz"
    open_tab(page, "Receptive field")
    assert "<img src=x" in page.locator(".rv-text").inner_text()
