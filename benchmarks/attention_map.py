"""Measure the attention map in a browser: first drawing, redraws while zooming and dragging, hover, change of head.

`python -m benchmarks.attention_map [--json] [--quick]`. A canvas of 900 x 900 in headless Chromium without a GPU; all
times of drawing are taken inside the page around the real component's own draws, from the arrival of its bytes on.
A change of head is taken in Python from the trace to the bytes, and to the new picture in the page.
"""

import dataclasses
import statistics
import time
from argparse import Namespace
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import harness
from benchmarks.harness import Column
from longformer_viz import AttentionSpec, Trace, load, run
from longformer_viz.documents.samples import sample
from longformer_viz.widget.bundles import script, style
from longformer_viz.widget.map_views import head_view
from longformer_viz.widget.payload import encode
from tests.browser.chromium import launch

CASES = ((4096, 512), (16_384, 512))
QUICK = ((256, 64), (512, 64))
SIDE = 900
HEAD_CHANGES = 5
FRESH_PAGES = 5  # a first drawing is measured in each
COLUMNS = (
    Column("tokens", "tokens", "{:,}"),
    Column("window", "window"),
    Column("first draw", "first_draw_ms", "{:.1f} ms"),
    Column("redraw", "redraw_median_ms", "{:.1f} ms"),
    Column("redraw 95 %", "redraw_95_ms", "{:.1f} ms"),
    Column("straight", "redraw_straight_median_ms", "{:.1f} ms"),
    Column("hover", "hover_ms", "{:.1f} ms"),
    Column("payload", "payload_bytes", "{:.2f} MB", 1e-6),
    Column("head, Python", "head_change_seconds", "{:.3f} s"),
    Column("to the picture", "head_change_to_picture_seconds", "{:.3f} s"),
    Column("200 changes", "heap_growth_bytes", "{:+.1f} MB", 1e-6),
)
ADDRESS = "http://127.0.0.1:9/"  # answered by the test itself: nothing is listened to
_PAGE = """<!doctype html><meta charset="utf-8"><style>{style}</style>
<style>body {{ margin: 0; --st-background-color: #ffffff; --st-text-color: #31333f }} {more}</style>
<div id="place"></div>"""
_MAP_ALONE = """#place {{ width: {width}px }} .lv-root .lv-side, .lv-root .lv-grid-pane {{ display: none }}
.lv-root .lv-body {{ height: {height}px }} .lv-root .lv-map-pane {{ width: {width}px }}"""
# The page's own part: mounts the component, and moves about as a reader does.
_DRIVER = """
import mount from "./map.js"
const place = document.querySelector("#place")
const api = { parentElement: place, setStateValue() {}, setTriggerValue() {} }
const frame = () => new Promise((done) => requestAnimationFrame(done))
window.lvBytes = []
window.lvLoad = async (name) => window.lvBytes.push(new Uint8Array(await (await fetch(name)).arrayBuffer()))
window.lvRoot = () => place.querySelector(".lv-root")
window.lvShow = async (index) => {
  const pictures = lvRoot()?.lvMap.times().pictures ?? 0
  const start = performance.now()
  window.lvUnmount = mount({ ...api, data: lvBytes[index] })
  const now = lvRoot().lvMap
  while (now.times().pictures === pictures && performance.now() - start < 20000) await frame()
  return now.times().finished - start
}
window.lvHeap = async () => {
  gc()
  await new Promise((done) => setTimeout(done, 100))
  gc()
  return performance.memory.usedJSHeapSize
}
window.lvMoves = async () => {
  const canvas = lvRoot().querySelector(".lv-over")
  const box = canvas.getBoundingClientRect()
  const fire = (Kind, type, x, y, more) =>
    canvas.dispatchEvent(
      new Kind(type, { clientX: x, clientY: y, bubbles: true, cancelable: true, pointerId: 1, ...more }),
    )
  const times = []
  let pictures = lvRoot().lvMap.times().pictures
  const drawn = async () => {
    await frame()
    await frame()
    const now = lvRoot().lvMap.times()
    if (now.pictures !== pictures) times.push(now.picture)
    pictures = now.pictures
  }
  const [x, y] = [box.left + box.width * 0.45, box.top + box.height * 0.5]
  for (const direction of [-1, 1]) {
    for (let step = 0; step < 24; step++) {
      fire(WheelEvent, "wheel", x, y, { deltaY: direction * 100 })
      await drawn()
    }
    for (let step = 0; step < 3; step++) fire(WheelEvent, "wheel", x, y, { deltaY: -120 })
    await drawn()
    fire(PointerEvent, "pointerdown", x, y)
    for (let step = 1; step <= 24; step++) {
      fire(PointerEvent, "pointermove", x - 6 * step, y - 6 * step)
      await drawn()
    }
    fire(PointerEvent, "pointerup", x - 144, y - 144)
  }
  fire(KeyboardEvent, "keydown", x, y, { key: "Home" })
  await frame()
  return times
}
window.lvHover = async () => {
  const map = lvRoot().lvMap
  const canvas = lvRoot().querySelector(".lv-over")
  const readout = lvRoot().querySelector(".lv-readout")
  const times = []
  for (let step = 0; step < 20; step++) {
    const query = Math.floor(map.state().data.tokens * (0.2 + 0.02 * step))
    const [x, y] = map.pointOf(query, query + 1)
    const said = readout.textContent
    const start = performance.now()
    canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y, bubbles: true, pointerId: 1 }))
    while (readout.textContent === said && performance.now() - start < 1000) await frame()
    times.push(performance.now() - start)
  }
  return times
}
"""


def main() -> None:
    """Measure every case and print it."""
    chosen = harness.options(__doc__.splitlines()[0])
    found = harness.machine()
    print(harness.machine_line(found))
    harness.print_head(COLUMNS)
    rows = []
    with sync_playwright() as playwright:
        browser = launch(playwright, "--enable-precise-memory-info", "--js-flags=--expose-gc")
        found["browser"] = browser.version
        for length, window in QUICK if chosen.quick else CASES:
            rows.append(measured(browser, length, window, chosen))
            harness.print_row(COLUMNS, rows[-1])
        browser.close()
    result = {"benchmark": "attention_map", "machine": found, "GPU": "none", "canvas": [SIDE, SIDE], "cases": rows}
    harness.print_result(result, chosen.json)


def trace_of(length: int, window: int) -> Trace:
    """The embedded default over a sample document repeated to the length."""
    model = load()
    text = sample("research_paper").text
    while len(tokens := model.tokenize(text)) < length:
        text += "\n" + text
    cut = {name: getattr(tokens, name)[:length] for name in ("ids", "offsets", "pieces")}
    return run(model, dataclasses.replace(tokens, **cut), AttentionSpec(window, 1, (0,)))


def payload(trace: Trace, layer: int, head: int) -> bytes:
    """One head's bytes, as the component makes them."""
    controls = {"layer": layer, "head": head, "generation": 1}
    shared = {"layers": len(trace.layers), "heads": trace.heads, "trained_tokens": trace.trained_tokens}
    return encode({**shared, "controls": controls}, trace.tokens, [head_view(trace, layer, head)])


def measured(browser: Any, length: int, window: int, chosen: Namespace) -> dict[str, Any]:
    """One case, as a row of the result."""
    trace = trace_of(length, window)
    first = payload(trace, 2, 0)  # not timed: the first of anything is slow
    seconds, others = [], []
    for head in range(1, 1 + (1 if chosen.quick else HEAD_CHANGES)):
        start = time.perf_counter()
        others.append(payload(trace, 3, head))
        seconds.append(time.perf_counter() - start)
    first_draws = []
    for _ in range(1 if chosen.quick else FRESH_PAGES):
        page = opened(browser, [first, *others])
        first_draws.append(page.evaluate("lvShow(0)"))
        if len(first_draws) < FRESH_PAGES and not chosen.quick:
            page.context.close()
    shown = page.evaluate("(() => { const box = lvRoot().lvMap.box(); return [box.width, box.height] })()")
    assert [round(side) for side in shown] == [SIDE, SIDE], shown
    moves = page.evaluate("lvMoves()")
    page.evaluate("lvRoot().querySelectorAll('.lv-joined button')[1].click()")
    page.wait_for_timeout(1500)
    straight = page.evaluate("lvMoves()")
    page.evaluate("lvRoot().querySelectorAll('.lv-joined button')[0].click()")
    page.wait_for_timeout(1500)
    hovers = page.evaluate("lvHover()")
    changes = [page.evaluate(f"lvShow({1 + number})") / 1000 for number in range(len(others))]
    growth = heap_growth(page, len(others), 4 if chosen.quick else 200)
    page.context.close()
    return {
        "tokens": length,
        "window": window,
        "first_draw_ms": statistics.median(first_draws),
        "redraw_median_ms": statistics.median(moves),
        "redraw_95_ms": sorted(moves)[int(0.95 * len(moves))],
        "redraw_straight_median_ms": statistics.median(straight),
        "payload_bytes": len(first),
        "hover_ms": statistics.median(hovers),
        "head_change_seconds": statistics.median(seconds),
        "head_change_to_picture_seconds": statistics.median(map(sum, zip(seconds, changes, strict=True))),
        "heap_growth_bytes": growth,
        "notes": [],
    }


def opened(browser: Any, payloads: list[bytes]) -> Page:
    """A page fresh to the component, its canvas's weights 900 x 900, with the payloads in memory."""
    spare = (200, 400)
    for _ in range(2):  # a first page tells what is around the weights; the second one is measured
        page = browser.new_context(viewport={"width": 1200, "height": 1300}).new_page()
        serve(page, payloads, _MAP_ALONE.format(width=SIDE + spare[0], height=SIDE + spare[1]))
        if spare != (200, 400):
            break
        page.evaluate("lvShow(0)")
        width, height = page.evaluate(
            "(() => { const box = lvRoot().lvMap.box(); return [box.width, box.height] })()"
        )
        spare = (spare[0] + SIDE - width, spare[1] + SIDE - height)
        page.context.close()
    return page


def serve(page: Page, payloads: list[bytes], more: str = "") -> None:
    """Load the component's own script and style, more rules, and the payloads into a page without a server."""
    served = {"": _PAGE.format(style=style("map"), more=more)}
    served |= {"map.js": script("map"), "driver.js": _DRIVER}
    served |= {f"{number}": data for number, data in enumerate(payloads)}
    kinds = {"": "text/html", "map.js": "text/javascript", "driver.js": "text/javascript"}

    def answer(route: Any) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        route.fulfill(body=served.get(name, ""), content_type=kinds.get(name, "application/octet-stream"))

    page.route(f"{ADDRESS}**", answer)
    page.goto(ADDRESS)
    page.add_script_tag(url=f"{ADDRESS}driver.js", type="module")
    for number in range(len(payloads)):
        page.evaluate(f"lvLoad('{number}')")


def heap_growth(page: Page, count: int, changes: int) -> int:
    """Bytes that the tab's heap grows over many changes of head, garbage collected before and after."""
    used = "lvHeap()"
    page.evaluate("lvShow(0)")
    before = page.evaluate(used)
    page.evaluate(
        f"(async () => {{ for (let step = 0; step < {changes}; step++) await lvShow((step + 1) % {count + 1}) }})()"
    )
    page.evaluate("lvShow(0)")
    return page.evaluate(used) - before


if __name__ == "__main__":
    main()
