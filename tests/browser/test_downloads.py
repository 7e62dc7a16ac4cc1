"""The downloads popover in a real browser: each button hands over the file that it promises."""

import csv
import io

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.alone import serving
from tests.browser.conftest import settle


@pytest.fixture(scope="module")
def server():
    yield from serving("downloads")


def taken(page, server, name, before=lambda page: None):
    page.goto(server.url)
    page.get_by_role("button", name="Downloads").click()
    settle(page)
    before(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return waiting.value.suggested_filename, open(waiting.value.path(), "rb").read()


def test_csv(page, server):
    name, data = taken(page, server, "strongest pairs")
    assert name == "attention_layer_2_head_5_strongest.csv"
    assert data.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))) == 1001
    _, data = taken(page, server, "visible pairs")
    queries = {int(row[0]) for row in list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]}
    assert queries == set(range(100, 140))


def test_npz(page, server):
    name, data = taken(page, server, "all weights")
    assert name == "attention_layer_2_head_5.npz"
    with np.load(io.BytesIO(data)) as archive:
        assert archive["band"].shape[1] == 17


def test_html_with_one_more_head(page, server):
    def choose(page):
        button = page.get_by_role("button", name="interactive map")
        label = button.inner_text()
        page.get_by_label("Other heads in the HTML file").click()
        page.get_by_role("option", name="Layer 0, head 1", exact=True).click()
        page.keyboard.press("Escape")
        expect(button).not_to_have_text(label)  # it tells the size, and the file of the old one is gone
        settle(page)

    name, data = taken(page, server, "interactive map", choose)
    assert name == "attention_layer_2_head_5.html"
    assert data.count(b'class="payload"') == 2
