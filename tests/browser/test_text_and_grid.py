"""Document text and head grid in a real browser: linked to one state, on their own, against the trace's weights."""

import re

import pytest
import torch
from playwright.sync_api import expect

from longformer_viz.trace.heads import head_grid
from longformer_viz.trace.tokens import Tokens
from tests.browser.text_and_grid_page import page_of, payload_of
from tests.trace.random_trace import traced

LAYERS = [(64, (1, 1, 2, 3)), (16, (1, 1, 1, 1))]
GLOBALS = (0, 30)
HOSTILE = (
    "<script>window.hacked=1</script> <img src=x onerror=window.hacked=1> </script><b>bold</b> &amp; \"'`{{}} "
    "line\u2028and\u2029separators \x07\x1b\x00 \ud800 🚢🚢 e\u0301te\u0301 \u202eabc\u202c zero\u200bwidth \u200b "
    + "x" * 10_000
    + "\n\nשלום עולם, זה English בעברית.\r\n\r\nمرحبا بالعالم\n\nthe end"
)


def tokens_of(text):
    """Words and signs as tokens, a special one at both ends."""
    found = list(re.finditer(r"\w{1,6}|[^\w\s]", text))
    found += list(re.finditer("\u200b", text))
    found.sort(key=lambda match: match.start())
    spans = [(0, 0), *sorted({match.span() for match in found}), (0, 0)]
    pieces = ["[CLS]", *(text[start:stop] for start, stop in spans[1:-1]), "[SEP]"]
    return Tokens((5,) * len(spans), tuple(spans), tuple(pieces), text)


def document(words=400):
    text = "\n\n".join(" ".join(f"word{40 * line + word}" for word in range(40)) for line in range(words // 40))
    return traced_text(text)


def traced_text(text, layers=LAYERS, positions=GLOBALS):
    tokens = tokens_of(text)
    return traced(len(tokens), layers, positions, tokens)


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a trace; what goes wrong in the page, or asks for anything else than the page, fails the test."""
    context = browser.new_context(viewport={"width": 960, "height": 720})
    faults = []

    def visit(trace, **options):
        (tmp_path / "page.html").write_text(page_of(trace, **options), encoding="utf-8")
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda asked: None if "page.html" in asked.url else faults.append(asked.url))
        page.goto(f"file://{tmp_path}/page.html")
        page.wait_for_selector(".lv-text-box .lv-token")
        return page

    yield visit
    context.close()
    assert not faults


def token(page, position):
    return page.locator(f".lv-text [data-token='{position}']")


def state(page, name):
    return page.evaluate("(name) => store.get()[name]", name)


def shaded(page):
    """The positions that have a shade, of those in the page."""
    return set(
        page.evaluate(
            "() => [...document.querySelectorAll('.lv-token')].filter((span) => span.style.backgroundColor)"
            ".map((span) => Number(span.dataset.token))"
        )
    )


def present(page):
    return set(
        page.evaluate("() => [...document.querySelectorAll('.lv-token')].map((span) => Number(span.dataset.token))")
    )


def test_hover_previews_and_a_hover_elsewhere_lights_the_text(opened):
    page = opened(document())
    token(page, 12).hover()
    assert state(page, "hover") == {"query": 12, "key": None}
    assert "query 12" in page.locator(".lv-readout").inner_text()
    assert "lv-query" in token(page, 12).get_attribute("class")
    assert not shaded(page)
    page.mouse.move(5, 5)
    assert state(page, "hover") is None
    page.evaluate("store.set({ hover: { query: 20, key: 23 } })")
    assert "lv-query" in token(page, 20).get_attribute("class")
    assert "lv-key-local" in token(page, 23).get_attribute("class")
    page.evaluate("store.set({ hover: { query: 20, key: 30 } })")
    assert "lv-key" not in token(page, 23).get_attribute("class")
    assert "lv-key-global" in token(page, 30).get_attribute("class")
    page.wait_for_timeout(400)
    assert page.evaluate("told") == []


@pytest.mark.parametrize("position", [12, 30])
def test_a_lock_shades_the_text_by_its_row_and_unlock_clears_it(opened, position):
    trace = document()
    page = opened(trace)
    token(page, position).click()
    assert state(page, "locked") == position
    weights = trace.weights(0, 1, slice(position, position + 1))[0]
    expected = set((weights >= 1e-4).nonzero().flatten().tolist())
    assert shaded(page) == expected & present(page)
    assert len(shaded(page)) > 20
    token(page, 14).hover()
    assert state(page, "hover") == {"query": position, "key": 14}
    said = float(re.search(r"weight (\S+)", page.locator(".lv-readout").inner_text())[1])
    assert said == pytest.approx(float(weights[14]), rel=0.02)
    page.evaluate("store.set({ percent: 50 })")
    kept = shaded(page)
    assert kept < expected
    left_out = list((expected & present(page)) - kept)
    assert weights[list(kept)].min() >= 0.98 * weights[left_out].max()
    token(page, position).click()
    assert state(page, "locked") is None
    assert not shaded(page)
    assert not page.get_by_role("button", name="Make global").is_visible()


def test_the_strongest_keys_have_the_strongest_colour(opened):
    trace = document()
    for theme, strongest in (("light", (11, 7, 36)), ("dark", (252, 253, 191))):
        page = opened(trace, theme=theme)
        page.evaluate("store.set({ locked: 40, scale: 'linear' })")
        weights = trace.weights(0, 1, slice(40, 41))[0]
        order = weights.argsort(descending=True).tolist()
        found = [
            page.evaluate("(place) => document.querySelector(`[data-token='${place}']`).style.backgroundColor", place)
            for place in (order[0], order[40])
        ]
        rgb = [tuple(map(int, re.findall(r"\d+", colour))) for colour in found]
        distance = [sum(abs(a - b) for a, b in zip(colour, strongest, strict=True)) for colour in rgb]
        assert distance[0] < distance[1]


def test_a_global_token_is_marked_twice_and_made_in_three_ways(opened):
    page = opened(document())
    assert "lv-global" in token(page, 30).get_attribute("class")
    assert (
        page.evaluate("getComputedStyle(document.querySelector(\"[data-token='30']\"), '::after').content") == '"G"'
    )
    token(page, 14).click()
    page.get_by_role("button", name="Make global").click()
    page.evaluate("store.set({ globals: [0, 14, 30] })")  # as Python answers
    assert "lv-global" in token(page, 14).get_attribute("class")
    page.get_by_role("button", name="Make local").click()
    page.evaluate("store.set({ globals: [0, 30] })")
    assert "lv-global" not in token(page, 14).get_attribute("class")
    token(page, 16).dblclick()
    token(page, 18).hover()
    page.locator(".lv-text-box").press("g")
    made = [value for name, value in page.evaluate("told") if name == "global_toggled"]
    assert made == [14, 14, 16, 18]


def test_the_keyboard_alone_finds_locks_and_unlocks(opened):
    page = opened(document())
    box = page.locator(".lv-text-box")
    box.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "Enter"):
        box.press(key)
    assert state(page, "locked") == 2
    box.press("ArrowRight")
    assert state(page, "hover") == {"query": 2, "key": 3}
    box.press("Escape")
    assert state(page, "locked") is None
    box.press("End")
    last = page.evaluate("store.get().data.tokens") - 1
    assert state(page, "hover")["query"] == last
    assert token(page, last).is_visible()


def test_only_what_is_near_is_built_and_a_lock_scrolls_to_its_word(opened):
    page = opened(traced_text(" ".join(f"w{number}" for number in range(4000)), [(8, (1, 1, 1, 1))], (0,)))
    assert page.locator(".lv-token").count() < 1500
    page.evaluate("store.set({ hover: { query: 3500, key: 3501 } })")
    assert page.evaluate("document.querySelector('.lv-text-box').scrollTop") == 0
    for place in (3500, 100, 2000, 3999):
        page.evaluate("(place) => store.set({ locked: place })", place)
        page.wait_for_timeout(100)
        box, word = page.locator(".lv-text-box").bounding_box(), token(page, place).bounding_box()
        assert box["y"] <= word["y"] <= box["y"] + box["height"] - word["height"]
        assert "lv-locked" in token(page, place).get_attribute("class")
    assert page.evaluate("window.scrollY") == 0
    page.evaluate(
        "(async () => { for (let y = 0; y < 60; y += 1) { document.querySelector('.lv-text-box').scrollTop"
        " = y * 400; await new Promise(requestAnimationFrame) } })()"
    )
    assert page.locator(".lv-token").count() < 5000


def test_hostile_text_stays_words_and_every_token_its_own(opened):
    trace = traced_text(HOSTILE)
    page = opened(trace)
    page.evaluate("document.querySelector('.lv-text-box').scrollTop = 1e6")
    page.wait_for_timeout(200)
    page.evaluate("store.set({ locked: 3, hover: { query: 3, key: 5 } })")
    assert page.evaluate("window.hacked") is None
    assert page.title() == "Page"
    assert page.locator(".lv-text :is(img, script, b)").count() == 0
    whole = page.evaluate(
        "[...document.querySelectorAll('.lv-text-paragraph')].map((line) => line.textContent).join('')"
    )
    for words in (
        "<script>window.hacked=1</script>",
        "x" * 10_000,
        "שלום עולם, זה English בעברית.",
        "🚢🚢",
        "the end",
    ):
        assert words in whole
    found = page.evaluate(
        "[...document.querySelectorAll('.lv-token')].map((span) => [+span.dataset.token, span.textContent])"
    )
    assert len(found) > 50
    for position, shown in found:
        start, stop = trace.tokens.offsets[position]
        expected = trace.tokens.text[start:stop].replace("\ud800", "\ufffd")
        assert shown == (expected or trace.tokens.pieces[position])
    line = page.locator(".lv-text-paragraph", has_text="שלום")
    assert line.evaluate("(element) => getComputedStyle(element).direction") == "rtl"


def test_line_breaks_and_shared_letters_are_tokens_too(opened):
    text = "ab\n\ncd é\nend"
    spans = ((0, 0), (0, 2), (2, 3), (3, 4), (4, 6), (7, 8), (7, 8), (8, 10), (10, 12), (0, 0))
    pieces = ("<s>", "ab", "Ċ", "Ċ", "cd", "Ã", "©", "Ċe", "nd", "</s>")
    tokens = Tokens((5,) * len(spans), spans, pieces, text)
    page = opened(traced(len(spans), [(8, (1, 1, 1, 1))], (), tokens))
    found = page.evaluate(
        "[...document.querySelectorAll('.lv-token')].map((span) => [+span.dataset.token, span.textContent])"
    )
    assert found == [
        [0, "<s>"],
        [1, "ab"],
        [2, "↵"],
        [3, "↵"],
        [4, "cd"],
        [5, "é"],
        [7, "e"],
        [8, "nd"],
        [9, "</s>"],
    ]
    page.evaluate("store.set({ locked: 6 })")
    assert "lv-locked" in token(page, 5).get_attribute("class")


def test_one_token(opened):
    page = opened(traced(1, [(8, (1, 1, 1, 1))], (0,), Tokens((5,), ((0, 0),), ("[CLS]",), "")))
    token(page, 0).click()
    assert state(page, "locked") == 0
    assert shaded(page) == {0}
    assert "entropy none" in page.locator(".lv-head").first.get_attribute("aria-label")


REPORT = """# Yearly report

The ferry ran late. Nobody knew why it did so, and nobody asked.

- first item
- second item

| Day | Fee |
| Monday | 12 |

The end of it."""


def test_a_click_selects_a_sentence_and_shades_by_its_mean_attention(opened):
    trace = traced_text(REPORT)
    page = opened(trace)
    page.get_by_role("button", name="Sentence", exact=True).click()
    words = {trace.tokens.pieces[place]: place for place in range(len(trace.tokens))}
    token(page, words["Nobody"]).click()
    span = words["Nobody"], words["asked"] + 2  # with the full stop
    expect(page.locator(".lv-readout")).to_contain_text(
        f"Nobody knew why it di…sentence 3 ({span[1] - span[0]} tokens), mean attention"
    )
    mean = trace.weights(0, 1, slice(*span)).mean(0)
    assert shaded(page) >= set((mean >= 2e-4).nonzero().flatten().tolist()) & present(page)
    assert not shaded(page) & set((mean == 0).nonzero().flatten().tolist())
    token(page, words["item"]).hover()
    expect(page.locator(".lv-readout")).to_contain_text("mean weight")
    said = float(re.search(r"mean weight (\S+)", page.locator(".lv-readout").inner_text())[1])
    assert said == pytest.approx(float(mean[words["item"]]), rel=0.02)
    chosen = page.evaluate("[...document.querySelectorAll('.lv-chosen')].map((span) => Number(span.dataset.token))")
    assert chosen == list(range(*span))
    page.wait_for_timeout(400)
    assert [shown["unit"] for name, shown in page.evaluate("told") if name == "shown"][-1] == "sentence"
    token(page, words["why"]).click()
    assert state(page, "locked") is None
    assert not shaded(page)


def test_numbers_in_the_margin_and_keys_select_paragraphs(opened):
    page = opened(traced_text(REPORT))
    numbers = page.locator(".lv-text-number")
    assert numbers.evaluate_all("found => found.map((one) => one.dataset.number)") == ["1", "2", "3", "4"]
    numbers.nth(1).click()
    assert state(page, "unit") == "paragraph"
    expect(page.locator(".lv-readout")).to_contain_text("paragraph 2 (3 tokens), mean attention")
    box = page.locator(".lv-text-box")
    box.press("Escape")
    for key in ("Home", "ArrowDown", "ArrowDown", "Enter"):
        box.press(key)
    expect(page.locator(".lv-readout")).to_contain_text("paragraph 1 (")
    box.press("1")
    expect(page.locator(".lv-readout")).to_contain_text("query 4")


def test_headings_tables_and_lists_keep_their_form_and_every_character(opened):
    page = opened(traced_text(REPORT))
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text() == "[CLS]# Yearly report"
    cells = page.locator(".lv-text-row").first.locator(".lv-text-cell")
    assert [cell.strip() for cell in cells.all_inner_texts()] == ["| Day |", "Fee |"]
    assert page.locator(".lv-text-item").count() == 2
    whole = page.locator(".lv-text-box").evaluate("box => box.textContent")
    assert re.sub(r"\s|\[CLS\]|\[SEP\]", "", whole) == re.sub(r"\s", "", REPORT)


def test_the_text_fills_the_screen_by_its_button_and_its_key(opened):
    page = opened(traced_text(REPORT))
    page.get_by_role("button", name="Enlarge the text").click()
    page.wait_for_function("document.fullscreenElement?.classList.contains('lv-text')")
    token(page, 3).click()
    expect(page.locator(".lv-text .lv-readout")).to_contain_text("report")
    page.locator(".lv-text-box").press("f")
    page.wait_for_function("document.fullscreenElement === null")
    expect(page.locator(".lv-text .lv-readout")).to_have_count(0)
    page.locator(".lv-text-box").press("f")
    page.wait_for_function("document.fullscreenElement?.classList.contains('lv-text')")


def opens(page):
    page.wait_for_timeout(100)
    return [(shown["layer"], shown["head"]) for name, shown in page.evaluate("told") if name == "shown"]


def test_another_document_takes_the_place_of_the_first(opened):
    page = opened(document())
    token(page, 12).click()
    page.evaluate("show", payload_of(traced_text("Another text altogether.", [(8, (1, 1, 1, 1))], (0,))))
    page.wait_for_function("document.querySelectorAll('.lv-head').length === 4")
    text = page.locator(".lv-text-box")
    assert text.inner_text().split() == ["[CLS]Another", "text", "altogether.[SEP]"]
    assert not shaded(page)
    assert state(page, "locked") is None


def heads(page):
    return page.evaluate("[...document.querySelectorAll('.lv-head')].map((cell) => cell.dataset.head)")


def test_the_grid_says_sorts_and_opens(opened):
    trace = document()
    grid = head_grid(trace)
    page = opened(trace)
    assert heads(page) == [f"{layer}.{head}" for layer in range(2) for head in range(4)]
    cell = page.locator("[data-head='1.2']")
    label = cell.get_attribute("aria-label")
    assert f"entropy {grid.entropy_bits[1, 2]:.2f} bits" in label
    assert f"mean distance {grid.distance_tokens[1, 2]:.1f} tokens" in label
    assert f"weight on global tokens {100 * grid.global_share[1, 2]:.1f}%" in label
    for name, figures in (
        ("entropy", grid.entropy_bits),
        ("mean distance", grid.distance_tokens),
        ("weight on global tokens", grid.global_share),
    ):
        page.get_by_label("Sort by").select_option(label=name)
        order = figures.flatten().argsort(descending=True).tolist()
        assert heads(page) == [f"{place // 4}.{place % 4}" for place in order]
    page.get_by_label("Sort by").select_option(label="layer and head")
    assert heads(page)[0] == "0.0"
    cell.click()
    assert opens(page) == [(1, 2)]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert opens(page) == [(1, 2), (1, 1), (0, 1)]
    page.evaluate("store.set({ layer: 1, head: 3 })")
    assert page.locator(".lv-head[aria-pressed=true]").get_attribute("data-head") == "1.3"


def test_thumbnails_are_the_codes_in_the_maps_colours(opened):
    trace = document()
    codes = head_grid(trace).thumbnails[0, 1]
    page = opened(trace)
    found = page.evaluate(
        "() => { const canvas = document.querySelector(\"[data-head='0.1'] canvas\");"
        " const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);"
        " return [canvas.width, canvas.height, [...data]] }"
    )
    assert found[:2] == [codes.shape[1], codes.shape[0]]
    pixels = torch.tensor(found[2]).view(*codes.shape, 4)[..., :3]
    brightness = pixels.float().sum(-1)
    strongest = codes >= codes[codes > 0].float().quantile(0.9)
    weak = (codes > 0) & (codes <= codes[codes > 0].float().quantile(0.1))
    assert brightness[strongest].max() < brightness[weak].min(), "in the light theme the strong end is dark"
    assert pixels[0, 0].tolist() == [0xEC, 0xEC, 0xEC], "outside the document"


def test_a_picked_token_is_a_line_in_every_thumbnail(opened):
    page = opened(document())
    page.evaluate("store.set({ locked: 201 })")
    picture = page.locator("[data-head='0.0'] .lv-head-picture")
    top = picture.evaluate("(element) => parseFloat(getComputedStyle(element, '::after').top)")
    tokens = page.evaluate("store.get().data.tokens")
    assert top == pytest.approx(44 * 201.5 / tokens - 1, abs=0.6)


def test_a_folded_grid_leaves_the_map(opened):
    page = opened(document())
    page.get_by_text("All layers and heads", exact=True).click()
    assert not page.locator(".lv-head").first.is_visible()
    assert page.locator(".lv-map").is_visible()
