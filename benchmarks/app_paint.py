"""Measure the app in a browser: first paint, first picture, layout shift, frames of a drag, first text.

`python -m benchmarks.app_paint [--json] [--quick]`. Starts the app and opens every page once, so that models are
loaded and the sample's results are known. Then measures fresh browser contexts, which have nothing cached, at
1280 x 720 in headless Chromium without a GPU. Times of a page count from the start of its navigation. During the
drag, every frame brings another window. The first text counts from the arrival of the document's bytes in the
component.
"""

import itertools
import statistics
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import attention_map, harness
from benchmarks.harness import Column
from tests.browser.chromium import launch
from tests.browser.conftest import WELCOMED, Server, free_port, settle
from tests.browser.layout_shift import SHIFTS

VIEW = {"width": 1280, "height": 720}
CONTEXTS = 5
DRAGGED_FRAMES = 240
TEXT_CASE, QUICK_TEXT_CASE = (16_384, 512), (512, 64)
# When a page shows what it is for: the picture of its sample document, or its text.
PICTURES = {
    "": "part('.lv-root')?.lvMap?.times().pictures && !part('.lv-waiting') && drawn('.lv-picture')",
    "compare": "part('.lp-root')?.lpPanels?.state().tokens && drawn('.lp-picture')",
    "curves": "document.querySelector('.js-plotly-plot .scatterlayer .trace path')",
    "labels": "part('.mt mark.mt-level-3') && part('.mt-row')",
    "answers": "part('.mt mark.mt-level-3') && part('.mt-row')",
    "lesson": "part('.le-picture svg')",
    "check": "part('[data-testid=stMain] h4')",
    "teach": "part('[data-testid=stMain] h4')",
    "glossary": "document.querySelector('[data-testid=stMain] img[src^=data]')?.complete",
}
# Components stand in shadow trees of their own. A canvas is drawn when its middle row has more than one colour.
_WATCH = """
window.largest = 0
new PerformanceObserver((list) => { for (const entry of list.getEntries()) largest = entry.startTime })
  .observe({ type: "largest-contentful-paint", buffered: true })
const roots = () => [document, ...[...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
  .map((host) => host.shadowRoot).filter(Boolean)]
window.part = (selector) => roots().map((root) => root.querySelector(selector)).find(Boolean)
const isDrawn = (canvas) => {
  if (!canvas.width || !canvas.height) return false
  const row = canvas.getContext("2d").getImageData(0, canvas.height >> 1, canvas.width, 1)
  return new Set(new Uint32Array(row.data.buffer)).size > 1
}
window.drawn = (selector) => {
  const found = roots().flatMap((root) => [...root.querySelectorAll(selector)])
  return found.length > 0 && found.every(isDrawn)
}
window.watchFor = (isThere) => {
  if (!isThere()) return setTimeout(() => watchFor(isThere), 20)
  requestAnimationFrame(() => requestAnimationFrame(() => { window.pictured = performance.now() }))
}
"""
_DRAG = """
async (frames) => {
  const slider = part(".lv-pattern-range[aria-label=Window]")
  const { store } = part(".lv-root").lvMap
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  const steps = Number(slider.max) - Number(slider.min)
  let followed = 0
  const stop = store.subscribe((now, previous) => { if (now.preview !== previous.preview) followed += 1 })
  const times = [await frame()]
  for (let count = 0; count < frames; count++) {
    const turn = count % (2 * steps)
    slider.value = String(Number(slider.min) + (turn < steps ? turn : 2 * steps - turn))
    slider.dispatchEvent(new Event("input", { bubbles: true }))
    times.push(await frame())
  }
  stop()
  return { times, followed }
}
"""
_FIRST_TEXT = """
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  const start = performance.now()
  lvShow(0)
  while (!(lvRoot()?.querySelector(".lv-text-box [data-token]")?.getBoundingClientRect().height > 0)) await frame()
  await frame()
  return performance.now() - start
}
"""
PAGE_COLUMNS = (
    Column("page", "page", least_width=10),
    Column("first visit", "first_visit_ms", "{:.2f} s", 1e-3),
    Column("largest paint", "largest_paint_ms", "{:.2f} s", 1e-3),
    Column("first picture", "picture_ms", "{:.2f} s", 1e-3),
    Column("slowest", "slowest_picture_ms", "{:.2f} s", 1e-3),
    Column("layout shift", "shift", "{:.3f}"),
)


def main() -> None:
    """Measure pages, drag and text, and print them."""
    chosen = harness.options(__doc__.splitlines()[0])
    contexts = 1 if chosen.quick else CONTEXTS
    found = harness.machine()
    print(harness.machine_line(found))
    server = Server(free_port())
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            found["browser"] = browser.version
            first = {name: visit(browser, server.url + name, name)["picture_ms"] for name in PICTURES}
            harness.print_head(PAGE_COLUMNS)
            rows = []
            for name in PICTURES:
                visits = [visit(browser, server.url + name, name) for _ in range(contexts)]
                rows.append(row(name, first[name], visits))
                harness.print_row(PAGE_COLUMNS, rows[-1])
            drags = [dragged(browser, server.url, 20 if chosen.quick else DRAGGED_FRAMES) for _ in range(contexts)]
            browser.close()
            browser = launch(playwright)
            text = first_text(browser, *(QUICK_TEXT_CASE if chosen.quick else TEXT_CASE), contexts)
            browser.close()
    finally:
        server.stop()
    drag = {key: statistics.median(each[key] for each in drags) for key in drags[0]}
    print(
        f"drag of the window: {drag['frames_per_second']:.0f} frames per second, longest {drag['longest_ms']:.0f} ms"
    )
    print(f"first text of {text['tokens']:,} tokens: {text['first_text_ms']:.0f} ms")
    result = {"benchmark": "app_paint", "machine": found, "GPU": "none", "pages": rows, "drag": drag, "text": text}
    harness.print_result(result, chosen.json)


def visit(browser: Browser, address: str, name: str) -> dict[str, float]:
    """Open a page in a fresh context and wait until it rests.

    Args:
        browser: The browser.
        address: The whole address.
        name: Of the page, as `PICTURES` has it.

    Returns:
        Milliseconds of the largest contentful paint and of the first picture, and the cumulative layout shift.
    """
    context = browser.new_context(viewport=VIEW, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(300_000)
    page.add_init_script(SHIFTS + _WATCH + f"watchFor(() => {PICTURES[name]})")
    page.goto(address)
    page.wait_for_function("window.pictured > 0")
    settle(page)
    taken = page.evaluate("({ largest_paint_ms: largest, picture_ms: pictured, shift: worstShift() })")
    context.close()
    return taken


def row(name: str, first_visit_ms: float, visits: list[dict[str, float]]) -> dict[str, Any]:
    """Return a row of the result: medians of all visits.

    Args:
        name: Of the page.
        first_visit_ms: Milliseconds until the picture on the first visit after the server's start.
        visits: What each later visit measured.
    """
    medians = {key: statistics.median(each[key] for each in visits) for key in visits[0]}
    slowest = max(each["picture_ms"] for each in visits)
    return {
        "page": f"/{name}",
        "first_visit_ms": first_visit_ms,
        **medians,
        "slowest_picture_ms": slowest,
        "notes": [],
    }


def dragged(browser: Browser, address: str, frames: int) -> dict[str, float]:
    """Drag the window's slider to and fro over the map of the sample, one step a frame.

    Args:
        browser: The browser.
        address: Of the map.
        frames: How many frames.

    Returns:
        Frames per second and milliseconds of the longest frame.
    """
    context = browser.new_context(viewport=VIEW, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(300_000)
    page.add_init_script(WELCOMED + ";" + _WATCH + f"watchFor(() => {PICTURES['']})")
    page.goto(address)
    page.wait_for_function("window.pictured > 0")
    settle(page)
    taken = page.evaluate(_DRAG, frames)
    context.close()
    times = taken["times"]
    assert taken["followed"] >= 0.9 * frames, f"the band followed {taken['followed']} of {frames} steps"
    lengths = [later - earlier for earlier, later in itertools.pairwise(times)]
    return {"frames_per_second": 1000 * frames / (times[-1] - times[0]), "longest_ms": max(lengths)}


def first_text(browser: Browser, length: int, window: int, contexts: int) -> dict[str, float]:
    """Show a long document in the component alone, and wait for its first words.

    Args:
        browser: The browser.
        length: Tokens of the document.
        window: The window of the run.
        contexts: How many fresh contexts.
    """
    shown = attention_map.payload(attention_map.trace_of(length, window), 2, 0)
    taken = [text_ms(browser.new_context(viewport=VIEW, bypass_csp=True).new_page(), shown) for _ in range(contexts)]
    return {"tokens": length, "first_text_ms": statistics.median(taken), "slowest_text_ms": max(taken)}


def text_ms(page: Page, shown: bytes) -> float:
    """Milliseconds from a document's bytes to its first words, in a page that the component is new to."""
    attention_map.serve(page, [shown])
    taken = page.evaluate(_FIRST_TEXT)
    page.context.close()
    return taken


if __name__ == "__main__":
    main()
