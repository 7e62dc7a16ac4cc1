"""The map in a notebook: drawn by the widget, alive inside its cell only, and drawn in an exported notebook."""

import base64

import nbformat
import pytest
from nbconvert import HTMLExporter

from longformer_viz import AttentionSpec, run, show
from longformer_viz.widget.bundles import script, style

TEXT = "The harbour master keeps two ledgers; one is for ships, the other nobody reads. " * 8
# The host that anywidget gives: traits by name, and a payload that does not begin at an aligned byte.
CELL = """async ([code, css, payload]) => {
  const sheet = document.createElement("style")
  sheet.textContent = css
  document.head.append(sheet)
  const bytes = Uint8Array.from(atob(payload), (one) => one.charCodeAt(0))
  const buffer = new Uint8Array(bytes.length + 3)
  buffer.set(bytes, 3)
  const traits = { payload: new DataView(buffer.buffer, 3), theme: "light" }
  window.told = []
  const model = {
    get: (name) => traits[name],
    set: (name, value) => window.told.push([name, value]),
    save_changes() {}, on() {}, off() {},
  }
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }))
  const { default: widget } = await import(url)
  window.takeDown = widget.render({ model, el: document.getElementById("cell") })
}"""


@pytest.fixture(scope="module")
def trace(default_model):
    return run(default_model, TEXT, AttentionSpec(16, 1, (0,)))


@pytest.fixture
def opened(browser):
    """A page without a network; whatever goes wrong in its scripts fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert not faults


def colours(frame) -> int:
    """How many colours the picture has: a blank one has one."""
    frame.wait_for_selector(".lv-picture")
    frame.wait_for_function(
        """() => {
          const canvas = document.querySelector(".lv-picture")
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
          window.colours = new Set(new Uint32Array(data.buffer)).size
          return window.colours > 20
        }"""
    )
    return frame.evaluate("window.colours")


def test_the_widget_draws_the_map_and_tells_what_is_chosen_in_its_cell(opened, trace, tmp_path):
    page = opened
    file = tmp_path / "cell.html"
    file.write_text("<!DOCTYPE html><title>Notebook</title><p tabindex=0 id=code>code</p><div id=cell></div>")
    page.goto(file.as_uri())
    widget = show(trace, head=4)
    page.evaluate(CELL, [script("notebook"), style("notebook"), base64.b64encode(widget.payload).decode()])
    assert colours(page) > 20
    page.locator("#code").focus()
    page.keyboard.press("h")
    page.wait_for_timeout(500)
    assert page.evaluate("window.told") == [], "a key of the notebook"
    page.locator(".lv-root canvas[tabindex]").first.focus()
    page.keyboard.press("h")
    page.wait_for_function("() => window.told.length > 0")
    name, value = page.evaluate("window.told.at(-1)")
    assert name == "shown"
    widget.shown = value
    assert (widget.layer, widget.head) == (2, 5)
    page.evaluate("window.takeDown()")
    assert page.locator(".lv-root").count() == 0


def test_an_exported_notebook_draws_the_map(opened, trace, tmp_path):
    bundle, _ = show(trace, head=4)._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", bundle)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("trace.show(head=4)", outputs=[output])])
    file = tmp_path / "book.html"
    file.write_text(HTMLExporter().from_notebook_node(book)[0])
    opened.goto(file.as_uri(), wait_until="commit")
    frame = opened.wait_for_selector("iframe").content_frame()
    assert colours(frame) > 20
    assert "head 4" in frame.locator("#heads").inner_text()
