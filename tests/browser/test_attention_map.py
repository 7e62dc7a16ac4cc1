"""The attention map in a real browser: moved about by mouse and keys, and read against the trace's exact weights."""

import base64
import json
import re
import xml.dom.minidom

import pytest
import torch

from longformer_viz.trace.tokens import Tokens
from longformer_viz.widget.bundles import style
from longformer_viz.widget.map_views import head_view
from longformer_viz.widget.payload import encode
from tests.browser.alone import serving
from tests.browser.inline import mounting
from tests.browser.scripts.attention_map import trace_of
from tests.trace.random_trace import traced

HOSTILE = (
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "</svg>\"'`&amp;",
    "line\u2028separator\u2029",
    "\x00\x07\x1b",
    "lone \ud800",
    "🚢" * 40,
    "x" * 10_000,
    "\u202eright to left",
)


@pytest.fixture(scope="module")
def map_server():
    yield from serving("attention_map")


@pytest.fixture(scope="module")
def trace():
    """What the page shows by default."""
    return trace_of.__wrapped__(600, 64, 1, 2)


def opened(page, server, query=""):
    page.goto(f"{server.url}?{query}")
    page.locator(".lv-over").wait_for(timeout=120_000)
    page.wait_for_function(hook("map.times().pictures > 0"))
    page.wait_for_timeout(300)
    return page


def hook(expression):
    """An expression over `map`, the root's hook, wherever the component lies."""
    return (
        "(() => { const roots = [document, ...[...document.querySelectorAll('*')].map((e) => e.shadowRoot)];"
        " const map = roots.map((r) => r?.querySelector('.lv-root')).find(Boolean)?.lvMap;"
        f" return {expression} }})()"
    )


def state(page):
    return page.evaluate(hook("{ ...map.state(), data: null }"))


def rested(page):
    """The map after all turning and drawing."""
    before = None
    for _ in range(60):
        now = page.evaluate(hook("map.times().pictures"))
        if now == before:
            return page
        before = now
        page.wait_for_timeout(120)
    raise AssertionError("the map does not come to rest")


def point_at(page, query, key, panel=0):
    page.mouse.move(*page.evaluate(hook(f"map.pointOf({query}, {key}, {panel})")))


def zoom_to(page, query, key):
    """By wheel alone, always over the pair, until it can come no closer."""
    for _ in range(40):
        point_at(page, query, key)
        before = state(page)["place"]
        page.mouse.wheel(0, -240)
        page.wait_for_timeout(60)
        if state(page)["place"] == before:
            break
    rested(page)
    point_at(page, query, key)
    page.wait_for_timeout(120)


def more(page):
    """Open the menu of the toolbar."""
    page.locator(".lv-fold-button").click()


def readout(page):
    return " ".join(page.locator(".lv-readout").inner_text().split())


def weight_read(page):
    return float(re.search(r"weight ([\d.]+)", readout(page))[1])


def result(page):
    return json.loads(page.locator("[data-testid=stCode] code").inner_text())


def wait_for_result(page, **values):
    for _ in range(80):
        found = result(page)
        if all(found[name] == value for name, value in values.items()):
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"expected {values}, got {found}")


@pytest.mark.parametrize("mode", ["All pairs", "Band"])
def test_a_known_pair_is_found_by_wheel_and_read_with_its_exact_weight(page, map_server, trace, mode):
    opened(page, map_server)
    page.get_by_role("button", name=mode, exact=True).click()
    rested(page)
    pairs = [pair for pair in trace.strongest(2, 0, 60) if pair[0] != pair[1]]
    pairs = [pair for pair in pairs if 0 < abs(pair[0] - pair[1]) <= 32 and pair[1] and pair[0]][:2]
    pairs.append((401, 398, float(trace.weights(2, 0)[401, 398])))
    for query, key, weight in pairs:
        page.get_by_role("button", name="Fit").click()
        zoom_to(page, query, key)
        said = readout(page)
        assert f"query {query}" in said
        assert f"key {key}" in said
        assert trace.tokens.pieces[query] in said
        assert trace.tokens.pieces[key] in said
        tokens = f"{abs(key - query)} token{'s' if abs(key - query) > 1 else ''}"
        assert f"{tokens} {'back' if key < query else 'ahead'}" in said
        assert "window" in said
        assert weight_read(page) == pytest.approx(weight, rel=0.02)


def test_global_pairs_and_pairs_outside_the_pattern_are_told_apart(page, map_server, trace):
    opened(page, map_server)
    weights = trace.weights(2, 0)
    for query, key in ((450, 0), (0, 450), (300, 20), (20, 300)):
        point_at(page, query, key)
        page.wait_for_timeout(100)
        # At this zoom a pixel may be the neighbour's: read what it says it is.
        found = re.search(r"query ([\d,]+).*key ([\d,]+)", readout(page))
        query, key = (int(number.replace(",", "")) for number in found.groups())
        weight = float(weights[query, key])
        if {query, key} & {0, 300}:
            assert "global" in readout(page)
            if weight > 1.1e-4:
                assert weight_read(page) == pytest.approx(weight, rel=0.02)
    point_at(page, 100, 500)
    page.wait_for_timeout(100)
    assert "forbidden by the pattern" in readout(page)
    assert "weight" not in readout(page)


def test_a_click_locks_a_row_and_the_visible_button_unlocks_it(page, map_server):
    opened(page, map_server)
    unlock = page.get_by_role("button", name="Clear selection")
    assert not unlock.is_visible()
    point_at(page, 200, 190)
    page.mouse.down()
    page.mouse.up()
    locked = state(page)["locked"]
    assert abs(locked - 200) <= 2
    assert unlock.is_visible()
    wait_for_result(page, locked=locked)
    unlock.click()
    assert state(page)["locked"] is None
    wait_for_result(page, locked=None)


def test_drag_wheel_double_click_and_fit_move_the_view(page, map_server):
    opened(page, map_server)
    assert state(page)["place"] is None
    point_at(page, 300, 300)
    page.mouse.dblclick(*page.evaluate(hook("map.pointOf(300, 300)")))
    rested(page)
    zoomed = state(page)["place"]
    assert zoomed[2] == pytest.approx(2.5)
    assert state(page)["locked"] is None, "a double click locks and unlocks"
    x, y = page.evaluate(hook("map.pointOf(300, 300)"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 40, steps=4)
    page.mouse.up()
    moved = state(page)["place"]
    assert moved[0] > zoomed[0]
    assert moved[1] > zoomed[1]
    assert page.evaluate(hook("map.pointOf(300, 300)")) == pytest.approx([x - 60, y - 40], abs=1)
    page.get_by_role("button", name="Fit").click()
    assert state(page)["place"] is None


def test_the_map_is_moved_and_read_by_keyboard_alone(page, map_server, trace):
    opened(page, map_server)
    canvas = page.locator(".lv-over")
    for _ in range(40):
        if canvas.evaluate("canvas => canvas.matches(':focus')"):
            break
        page.keyboard.press("Tab")
    assert canvas.evaluate("canvas => canvas.matches(':focus-visible')")
    for _ in range(12):
        page.keyboard.press("+")
    rested(page)
    start = state(page)["place"]
    assert start[2] > 5
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert state(page)["place"][0] > start[0]
    assert state(page)["place"][1] > start[1]
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_timeout(150)
    hover = state(page)["hover"]
    assert trace.tokens.pieces[hover["query"]] in readout(page)
    page.keyboard.press("Enter")
    assert state(page)["locked"] == hover["query"]
    page.keyboard.press("Escape")
    assert state(page)["locked"] is None
    page.keyboard.press("Home")
    assert state(page)["place"] is None
    assert page.locator(".lv-readout").get_attribute("aria-live") == "polite"
    assert "Attention map of layer 2, head 0" in canvas.get_attribute("aria-label")


def test_another_head_keeps_the_place_and_python_is_told(page, map_server):
    opened(page, map_server)
    zoom_to(page, 250, 250)
    place = state(page)["place"]
    page.get_by_label("Head", exact=True).select_option("7")
    page.wait_for_function(hook("map.state().data.views[0].head === 7"))
    assert state(page)["place"] == place
    assert wait_for_result(page, head=7, layer=2)["place"] == pytest.approx(place)
    page.get_by_label("Layer", exact=True).select_option("4")
    page.wait_for_function(hook("map.state().data.views[0].layer === 4"))
    assert state(page)["head"] == 7


def test_the_turn_is_animated_unless_the_reader_wants_no_motion(page, map_server):
    opened(page, map_server)
    square = shown_pixels(page)
    page.get_by_role("button", name="Band").click()
    between = set()
    for _ in range(20):  # Where other work slows the browser, one look at a fixed time may come too early.
        between.add(shown_pixels(page))
        page.wait_for_timeout(30)
    rested(page)
    straight = shown_pixels(page)
    assert straight != square
    assert between - {square, straight}
    page.emulate_media(reduced_motion="reduce")
    drawn = page.evaluate(hook("map.times().pictures"))
    page.get_by_role("button", name="All pairs").click()
    page.wait_for_timeout(900)
    assert shown_pixels(page) == square
    assert page.evaluate(hook("map.times().pictures")) - drawn <= 2
    wait_for_result(page, mode="square")


def shown_pixels(page):
    return page.locator(".lv-picture").evaluate("canvas => canvas.toDataURL()")


def test_scale_and_share_change_the_picture_without_the_server(page, map_server):
    opened(page, map_server)
    seen = [shown_pixels(page)]
    more(page)
    page.get_by_label("Colour scale").select_option("linear")
    rested(page)
    seen.append(shown_pixels(page))
    page.get_by_role("slider").press("Home")
    rested(page)
    seen.append(shown_pixels(page))
    assert len(set(seen)) == 3
    wait_for_result(page, scale="linear", percent=50)


def test_two_maps_share_place_and_crosshair_and_a_difference_is_said(page, map_server, trace):
    opened(page, map_server, "other=5")
    zoom_to(page, 401, 398)
    said = readout(page)
    for head in (0, 5):
        weight = re.search(rf"head {head}: window, weight (below )?([\d.]+)", said)
        assert float(weight[2]) == pytest.approx(float(trace.weights(2, head)[401, 398]), rel=0.02)
    point_at(page, 401, 398, 1)
    page.wait_for_timeout(120)
    assert readout(page) == said
    opened(page, map_server, "other=5&difference=1")
    zoom_to(page, 401, 398)
    exact = float(trace.weights(2, 5)[401, 398] - trace.weights(2, 0)[401, 398])
    found = re.search(r"([\d.]+) (higher|lower)", readout(page))
    assert float(found[1]) * (1 if found[2] == "more" else -1) == pytest.approx(exact, rel=0.04)


@pytest.mark.parametrize("query", ["length=2400&window=8192", "length=4096&window=128&globals=1200"])
def test_beyond_the_budget_tiles_bring_full_sharpness(page, map_server, query):
    numbers = dict(re.findall(r"(\w+)=(\d+)", query))
    length, window = int(numbers["length"]), int(numbers["window"])
    big = trace_of.__wrapped__(length, window, 1, int(numbers.get("globals", 2)))
    opened(page, map_server, query)
    weights = big.weights(2, 0, slice(1000, 1001))[0]
    key = int(weights[950:1050].argmax()) + 950
    zoom_to(page, 1000, key)
    for _ in range(100):
        if re.search(r"weight \d", readout(page)):
            break
        page.wait_for_timeout(100)
        point_at(page, 1001, key)
        point_at(page, 1000, key)
    assert weight_read(page) == pytest.approx(float(weights[key]), rel=0.02)


def test_png_and_svg_are_saved_and_the_svg_is_sound(page, map_server):
    opened(page, map_server)
    zoom_to(page, 300, 298)
    more(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="PNG").click()
    with open(saved.value.path(), "rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n"
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG").click()
    with open(saved.value.path(), encoding="utf-8") as file:
        drawing = xml.dom.minidom.parse(file)
    assert drawing.getElementsByTagName("image")[0].getAttribute("href").startswith("data:image/png;base64,")
    assert len(drawing.getElementsByTagName("text")) > 10
    assert not drawing.getElementsByTagName("script")


# ---- a page of its own, without a server: what arrives is made here ----


@pytest.fixture
def alone(browser, tmp_path):
    """Opens a page with these bytes; errors in it, and any request, fail the test."""
    context = browser.new_context(viewport={"width": 1000, "height": 700}, has_touch=True)
    faults = []

    def visit(data, before=""):
        written = base64.b64encode(data).decode()
        (tmp_path / "page.html").write_text(
            f"""<!doctype html><meta charset="utf-8"><style>{style("map")}</style><div id="place"></div>
<script type="text/plain" id="bytes">{written}</script><script type="module">{before}
{mounting("map")}
const data = Uint8Array.from(atob(document.getElementById("bytes").textContent), (letter) => letter.charCodeAt(0))
window.told = []
const tell = (...said) => told.push(said)
const mounted = {{ parentElement: document.getElementById("place"), setStateValue: tell, setTriggerValue: tell }}
window.again = (bytes) => mount({{ ...mounted, data: bytes ?? data }})
again()
</script>""",
            encoding="utf-8",
        )
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda asked: None if "page.html" in asked.url else faults.append(asked.url[:80]))
        page.goto(f"file://{tmp_path}/page.html")
        page.wait_for_selector(".lv-over, .lv-note")
        page.wait_for_timeout(200)
        return page

    yield visit
    context.close()
    assert not [fault for fault in faults if not fault.startswith(("data:", "blob:"))]


def payload(trace, head=0, **controls):
    shared = {"layers": len(trace.layers), "heads": trace.heads, "trained_tokens": 512}
    shared["controls"] = {"generation": 1, **controls}
    return encode(shared, trace.tokens, [head_view(trace, 0, head)])


def tokens_of(pieces):
    text, offsets = "", []
    for piece in pieces:
        offsets.append((len(text), len(text) + len(piece)))
        text += piece + " "
    return Tokens((5,) * len(pieces), tuple(offsets), tuple(pieces), text)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data[:-40], "incomplete"),
        (lambda data: data[:5], "incomplete"),
        (lambda data: data.replace(b'"version": 1', b'"version": 7'), "another version"),
        (lambda data: b"LVM2" + data[4:], "another version"),
        (lambda data: data[:-9] + bytes([data[-9] ^ 4]) + data[-8:], "damaged"),
    ],
)
def test_a_spoilt_payload_is_told_in_a_sentence_and_a_sound_one_after_it_is_drawn(alone, spoil, words):
    sound = payload(traced(40, ((8, (1,)),), (0,)))
    page = alone(spoil(sound))
    assert words in page.locator(".lv-note").inner_text()
    assert page.locator("canvas").count() == 0
    page.evaluate(f"void again(Uint8Array.from(atob('{base64.b64encode(sound).decode()}'), (c) => c.charCodeAt(0)))")
    page.locator(".lv-over").wait_for()
    assert page.locator(".lv-note").count() == 0


def test_no_tokens_and_one_token(alone):
    one = traced(1, ((8, (1,)),))
    page = alone(payload(one))
    point_at(page, 0, 0)
    page.wait_for_timeout(100)
    assert "query 0" in readout(page)
    assert "itself" in readout(page)
    assert weight_read(page) == 1
    page.get_by_role("button", name="Band").click()
    rested(page)
    none = payload(one).replace(b'"tokens": 1', b'"tokens": 0')
    assert "no tokens" in alone(none).locator(".lv-note").inner_text()


def test_a_browser_without_a_canvas_is_told(alone):
    page = alone(payload(traced(9, ((8, (1,)),))), before="HTMLCanvasElement.prototype.getContext = () => null")
    assert "cannot draw" in page.locator(".lv-note").inner_text()


def test_a_weight_that_is_no_number_is_said_as_a_fault(alone):
    trace = traced(40, ((8, (1,)),), (0,))
    trace.layers[0].query[0, 20] = torch.nan
    page = alone(payload(trace))
    point_at(page, 20, 21)
    page.wait_for_timeout(100)
    assert "not a number" in readout(page)
    assert "not a number" in page.locator(".lv-legend").get_attribute("aria-label")
    x, y = page.evaluate(hook("map.pointOf(20, 21)"))
    colour = page.locator(".lv-picture").evaluate(
        "(canvas, [x, y]) => { const box = canvas.getBoundingClientRect();"
        " return [...canvas.getContext('2d').getImageData(x - box.left, y - box.top, 1, 1).data] }",
        [x, y],
    )
    assert colour == [0xD5, 0x5E, 0x00, 255]


def test_hostile_tokens_stay_words_on_screen_and_in_the_svg(alone):
    page = alone(payload(traced(len(HOSTILE), ((8, (1,)),), (0,), tokens_of(HOSTILE))))
    for query in range(len(HOSTILE)):
        point_at(page, query, query)
        page.wait_for_timeout(40)
    page.mouse.click(*page.evaluate(hook("map.pointOf(0, 1)")))
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert page.locator("#place img, #place script").count() == 0
    more(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG").click()
    with open(saved.value.path(), encoding="utf-8") as file:
        drawing = xml.dom.minidom.parse(file)
    assert not drawing.getElementsByTagName("script")
    assert len(drawing.getElementsByTagName("image")) == 1


def test_zoomed_out_no_line_vanishes(alone):
    """Every global column, every global row and the diagonal are there, however many tokens share a pixel."""
    positions = (0, 701, 1403, 2999)
    page = alone(payload(traced(3000, ((8, (1,)),), positions)))
    inside = """(canvas, [x, y]) => { const box = canvas.getBoundingClientRect()
      const context = canvas.getContext("2d")
      for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) {
        const [r, g, b] = context.getImageData(x - box.left + dx, y - box.top + dy, 1, 1).data
        if (!(r === 236 && g === 236 && b === 236)) return true
      }
      return false }"""
    picture = page.locator(".lv-picture")
    for place in range(50, 2950, 61):
        for position in positions[1:3]:
            for pair in ((place, position), (position, place), (place, place)):
                at = page.evaluate(hook(f"map.pointOf({pair[0]}, {pair[1]})"))
                assert picture.evaluate(inside, at), pair


def test_fingers_drag_and_pinch(alone):
    page = alone(payload(traced(300, ((16, (1,)),), (0,))))
    box = page.locator(".lv-over").bounding_box()
    x, y = box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5
    page.locator(".lv-over").evaluate(
        """(canvas, [x, y]) => {
          const touch = { pointerType: "touch", bubbles: true, cancelable: true }
          const fire = (type, pointerId, dx, dy) =>
            canvas.dispatchEvent(new PointerEvent(type, { ...touch, pointerId, clientX: x + dx, clientY: y + dy }))
          fire("pointerdown", 1, -20, 0)
          fire("pointerdown", 2, 20, 0)
          for (let step = 1; step <= 10; step++) {
            fire("pointermove", 1, -20 - 6 * step, 0)
            fire("pointermove", 2, 20 + 6 * step, 0)
          }
          fire("pointerup", 1, -80, 0)
          fire("pointerup", 2, 80, 0)
        }""",
        [x, y],
    )
    zoomed = state(page)
    assert zoomed["place"][2] == pytest.approx(4, rel=0.05)
    assert zoomed["locked"] is None


def test_the_map_fits_its_room_when_the_window_changes(alone):
    page = alone(payload(traced(300, ((16, (1,)),), (0,))))
    for width in (1000, 700, 420):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(400)
        box = page.locator(".lv-over").bounding_box()
        assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        point_at(page, 299, 299)
        page.wait_for_timeout(100)
        assert "query 29" in readout(page)
