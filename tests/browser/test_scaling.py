"""The curves page in a real browser: the picture seen whole, a small sweep, another cancelled, files and loading."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import open_app, settle


def open_curves(page, server, query=""):
    open_app(page, server, "?document=Library+notice")
    page.goto(server.url + "curves" + query)
    page.wait_for_selector(".js-plotly-plot .main-svg, [data-testid=stAlert]")
    settle(page)


def measuring(page):
    return page.get_by_role("button", name="Cancel")


def measuring_processes(server):
    """The ids of measuring processes below this test's server; other servers on the machine have theirs."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:  # it ended meanwhile
            continue
    below = {server.process.pid}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return sorted(below - {server.process.pid})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_seen_whole_at_1280_by_720(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    open_curves(page, server)
    box = page.locator(".js-plotly-plot").first.bounding_box()
    assert box["y"] + box["height"] <= 720
    assert box["x"] + box["width"] <= 1280
    assert page.locator(".js-plotly-plot .annotation-text", has_text="Longformer HF").count() == 2
    expect(page.locator("[data-testid=stMarkdown]", has_text="measured").first).to_contain_text("tokens")


def test_a_prediction_is_put_to_the_test(page, server):
    asked = "curves=Will+it+fit%3F&fit_method=longformer-128&fit_shape=default&fit_length=300&fit_batch=1"
    open_curves(page, server, f"?{asked}&fit_training=false&fit_memory=this+server")
    running = "Running Longformer (this project), default, float32, on 300 tokens at batch size 1"
    expect(page.get_by_text(running)).to_be_visible()
    page.get_by_role("button", name="Measure this setup").click()
    expect(page.get_by_text("This setup: predicted")).to_be_visible(timeout=120_000)
    told = page.get_by_text("This setup: predicted").inner_text()
    off = float(re.search(r"([+-][0-9.]+)%", told)[1])
    assert abs(off) < 15, told
    settle(page)
    expect(page.get_by_role("button", name="Measure this setup")).to_be_visible()


def your_sweeps(page):
    page.get_by_role("tab", name="Your measurements").click()
    settle(page)
    return page.locator("[data-testid=stDataFrame]")


def test_a_small_sweep_survives_a_reload_beside_the_reference_and_is_opened_from_a_file(page, server, tmp_path):
    open_curves(page, server, "?methods=fused&lengths=64%2C+128&shape=default")
    expect(page.get_by_text("Nothing is measured yet")).to_be_visible()
    page.get_by_role("button", name=re.compile("Measure here")).click()
    expect(measuring(page)).to_be_visible()
    page.get_by_role("radio", name="Linear").first.click()  # the page answers meanwhile
    page.wait_for_url(re.compile("axes=Linear"))
    page.wait_for_url(re.compile("own=[0-9a-f]{16}"), timeout=120_000)
    expect(measuring(page)).to_have_count(0, timeout=30_000)
    expect(page.get_by_text("Your measurement:")).to_be_visible(timeout=30_000)
    settle(page)
    page.reload()
    expect(page.get_by_text("Your measurement:")).to_be_visible(timeout=30_000)
    settle(page)
    expect(your_sweeps(page)).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download (JSON)").click()
    file = tmp_path / "again.json"
    waiting.value.save_as(file)
    saved = json.loads(file.read_text())
    assert [point["status"] for point in saved["results"]["times"]] == ["measured"] * 2
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download (CSV)").click()
    assert len(waiting.value.path().read_text(encoding="utf-8-sig").splitlines()) == 5
    page.locator(".js-plotly-plot").hover()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download plot as a PNG").click()
    assert waiting.value.suggested_filename == "curves.png"
    saved["name"] = "<b>another</b> ![x](http://example.invalid/x.png)"
    saved["results"]["measured_at"] = "2030-01-01T00:00:00+00:00"
    file.write_text(json.dumps(saved))
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("<b>another</b>").first).to_be_visible(timeout=30_000)
    settle(page)
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    page.locator("input[type=file]").set_input_files(broken)
    expect(page.get_by_text("damaged or has another format")).to_be_visible(timeout=30_000)
    page.goto(server.url + "curves")  # a link without a sweep: the reference, as for every visitor
    expect(page.get_by_text("Recorded reference")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Your measurement:")).to_have_count(0)
    settle(page)
    other = page.context.new_page()
    other.goto(server.url + "curves?shape=default")
    expect(other.get_by_text("Nothing is measured yet")).to_be_visible(timeout=30_000)
    expect(other.get_by_test_id("stMultiSelect").filter(has_text="Your measurements")).to_be_visible(timeout=30_000)
    other.close()


def test_a_sweep_is_cancelled_and_no_process_is_left(page, server):
    open_curves(page, server, "?methods=full&lengths=4096%2C+8192")
    page.get_by_role("button", name=re.compile("Measure here")).click()
    expect(page.get_by_text(re.compile(r"Full attention \(eager\): 4,096")).first).to_be_visible(timeout=120_000)
    assert measuring_processes(server)
    measuring(page).click()
    expect(page.get_by_text("The measurement was cancelled")).to_be_visible()
    page.wait_for_timeout(2000)
    assert not measuring_processes(server)


def test_claims_and_fit_are_links(page, server):
    open_curves(page, server, "?curves=Claims&verdict=does+not+hold")
    expect(page.get_by_text("attention_mode=”longformer”")).to_be_visible()
    page.get_by_text("Will it fit?", exact=True).click()
    settle(page)
    page.wait_for_url(re.compile("Will"))
    expect(page.get_by_text("does not fit").first).to_be_visible()
    box = page.locator(".js-plotly-plot").first.bounding_box()
    assert box["y"] + box["height"] <= 720
