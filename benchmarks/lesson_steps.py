"""Measure how long each step of the lesson takes to redraw in a browser.

`python -m benchmarks.lesson_steps [--json] [--quick]`. The real component in headless Chromium without a GPU at
1280 x 720, with all chapters made before. A redraw is taken inside the page, from the key to the end of the frame
that shows the step: a question and its answer count as two.
"""

import statistics
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import harness
from benchmarks.harness import Column
from longformer_viz.lesson.contents import make_chapter
from longformer_viz.lesson.entries import ENTRIES
from longformer_viz.lesson.payload import chapter_data, contents_data
from longformer_viz.widget.bundles import script, style
from tests.browser.chromium import launch

ROUNDS = 5
COLUMNS = (
    Column("chapter", "chapter"),
    Column("redraws", "redraws"),
    Column("median", "median_ms", "{:.1f} ms"),
    Column("slowest", "slowest_ms", "{:.1f} ms"),
)
ADDRESS = "http://127.0.0.1:9/"  # Answered by the page's own route: nothing is listened to.
_PAGE = '<!doctype html><meta charset="utf-8"><style>{style}</style><div id="place"></div>'
_DRIVER = """
import mount from "./lesson.js"
const frame = () => new Promise((done) => requestAnimationFrame(done))
window.lvPress = async (key) => {
  const start = performance.now()
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))
  await frame()
  await frame()
  return performance.now() - start
}
window.lvShow = (data) =>
  mount({ data, parentElement: document.querySelector("#place"), setStateValue() {}, setTriggerValue() {} })
window.lvStart = () => document.querySelector(".le-chapter").click()
"""
_DONE = "document.querySelector('.le-bar .le-primary').disabled"


def main() -> None:
    """Measure every step and print the chapters."""
    chosen = harness.options(__doc__.splitlines()[0])
    found = harness.machine()
    print(harness.machine_line(found))
    chapters = {entry.slug: chapter_data(make_chapter(entry.slug)) for entry in ENTRIES}
    data = {**contents_data(), "place": None, "problems": {}, "judged": None, "chapters": chapters}
    times: dict[str, list[float]] = {entry.slug: [] for entry in ENTRIES}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        found["browser"] = browser.version
        for _ in range(1 if chosen.quick else ROUNDS):
            page = browser.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=True).new_page()
            walk(page, data, times)
            page.context.close()
        browser.close()
    rows = [row(slug, taken) for slug, taken in times.items()]
    rows.append(row("all", [each for taken in times.values() for each in taken]))
    harness.print_head(COLUMNS)
    for each in rows:
        harness.print_row(COLUMNS, each)
    harness.print_result({"benchmark": "lesson_steps", "machine": found, "GPU": "none", "cases": rows}, chosen.json)


def walk(page: Page, data: dict[str, Any], times: dict[str, list[float]]) -> None:
    """Walk the whole lesson by keyboard in a fresh page, and note the milliseconds of each redraw by chapter.

    Args:
        page: The page.
        data: The lesson with all chapters.
        times: Where they are noted.
    """
    served = {"": ("text/html", _PAGE.format(style=style("lesson")))}
    served |= {"lesson.js": ("text/javascript", script("lesson")), "driver.js": ("text/javascript", _DRIVER)}

    def answer(route: Any) -> None:
        kind, body = served.get(route.request.url.removeprefix(ADDRESS).partition("?")[0], ("text/plain", ""))
        route.fulfill(body=body, content_type=kind)

    page.route(f"{ADDRESS}**", answer)
    page.goto(ADDRESS)
    page.add_script_tag(url=f"{ADDRESS}driver.js", type="module")
    page.wait_for_function("Boolean(window.lvShow)")
    page.evaluate("data => { lvShow(data); lvStart() }", data)
    while not page.evaluate(_DONE):
        taken = page.evaluate("lvPress('ArrowRight')")
        times[page.evaluate("new URLSearchParams(location.search).get('chapter')")].append(taken)


def row(name: str, taken: list[float]) -> dict[str, Any]:
    """Return a row of the result.

    Args:
        name: Of the chapter.
        taken: Milliseconds of each redraw.
    """
    return {
        "chapter": name,
        "redraws": len(taken),
        "median_ms": statistics.median(taken),
        "slowest_ms": max(taken),
        "notes": [],
    }


if __name__ == "__main__":
    main()
