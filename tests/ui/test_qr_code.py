"""The QR code of a link: it holds the address that is shown, and a link that is too long is refused in a sentence."""

from base64 import b64decode
from xml.etree import ElementTree

import pytest
import segno

from longformer_viz.ui.components import qr_code as module
from longformer_viz.ui.components.qr_code import qr_code

LINK = "http://viz.example.org:8501/compare?window=64&document=%3Cb%3E"


def test_the_picture_is_the_code_of_the_address_shown(monkeypatch):
    drawn = []
    make = segno.make
    monkeypatch.setattr(module.segno, "make", lambda text, **options: drawn.append(text) or make(text, **options))
    found = qr_code(LINK)
    assert (found["link"], found["address"], found["problem"]) == (LINK, LINK, "")
    assert drawn == [found["address"]]
    head, data = found["picture"].split(",")
    assert head == "data:image/svg+xml;base64"
    picture = ElementTree.fromstring(b64decode(data))
    modules = make(LINK, error="m", micro=False).symbol_size(scale=8, border=4)[0]
    assert picture.get("width") == str(modules)


def test_a_code_is_made_once_when_it_is_asked_for(monkeypatch):
    made = []
    monkeypatch.setattr(module, "qr_code", lambda link: made.append(link) or qr_code(link))
    monkeypatch.setattr(module.st, "session_state", {"menu": {"qr_link": LINK}, "other": {"qr_link": "javascript:1"}})
    assert module.wanted_qr_code("menu") is None
    module.note_wanted_link("menu")
    module.note_wanted_link("other")
    assert [module.wanted_qr_code("menu")["link"] for _ in range(3)] == [LINK] * 3
    assert module.wanted_qr_code("other") is None
    assert made == [LINK]


@pytest.mark.parametrize("length", [3_000, 100_000])
def test_a_link_that_is_too_long_is_refused(length):
    found = qr_code(LINK + "a" * length)
    assert not found["picture"]
    assert "too long" in found["problem"]


def test_a_link_of_this_machine_names_its_address_in_the_network(monkeypatch):
    monkeypatch.setattr(module, "machine_address", lambda: "192.168.1.7")
    monkeypatch.setattr(module.st, "get_option", lambda name: None)
    assert qr_code("http://localhost:8501/x?a=1")["address"] == "http://192.168.1.7:8501/x?a=1"
    monkeypatch.setattr(module.st, "get_option", lambda name: "127.0.0.1")
    found = qr_code("http://localhost:8501/x?a=1")
    assert not found["picture"]
    assert "--address 0.0.0.0" in found["problem"]
