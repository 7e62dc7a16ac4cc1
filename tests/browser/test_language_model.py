"""SmolLM2-135M in the browser: its causal map, the cost of a narrower window, and what patterns keep."""

import re

import pytest
from playwright.sync_api import expect

from longformer_viz import captured_mass, full_attention, load, next_tokens, run, sample
from longformer_viz.figures.text import percent
from longformer_viz.patterns.longformer import sliding_window
from tests.browser.conftest import key_figures, open_app, open_tab, picture

MODEL = "SmolLM2-135M"
LINK = f"model={MODEL}&document=Library+notice"


@pytest.fixture(scope="module")
def model():
    return load(MODEL)


@pytest.fixture(scope="module")
def trace(model):
    return run(model, sample("library_notice").text)


def test_the_map_is_causal_and_the_text_tells_what_a_narrower_window_costs(page, server, model):
    open_app(page, server, f"?{LINK}")
    assert "trained with this pattern" in key_figures(page)
    before = picture(page)
    page.get_by_label("Layer", exact=True).first.select_option("20")
    page.wait_for_url(re.compile("layer=20"))
    assert picture(page) != before
    open_tab(page, "Next tokens")
    page.get_by_role("combobox", name="Tokens attended to").click()
    page.get_by_role("option", name="32", exact=True).click()
    document = sample("library_notice").text
    bits = [next_tokens(model, document).mean_bits, next_tokens(model, document, 32, 1).mean_bits]
    expect(page.get_by_text("Loss, at most 32 tokens")).to_be_visible()
    told = key_figures(page)
    assert all(f"{each:.2f} bits per token" in told for each in bits)
    assert f"{bits[1] - bits[0]:+.2f} bits per token" in told


def test_patterns_are_compared_over_its_attention(page, server, trace):
    open_app(page, server, f"?{LINK}")
    page.goto(f"{server.url}compare?{LINK}&patterns=Sliding&patterns=Full&sliding=64")
    page.wait_for_selector(".lp-card canvas")
    open_tab(page, "Captured mass")
    pattern = sliding_window(64, len(trace.layers), trace.heads)
    mean = captured_mass(trace, pattern, full_attention(trace)).mean
    expect(page.get_by_text(re.compile(rf"Sliding {percent(mean)}"))).to_be_visible()
