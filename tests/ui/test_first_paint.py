"""The HTML page before the app answers: named and completed, and everything else passed on as it is."""

import re
from pathlib import Path

import pytest
import streamlit

from longformer_viz.ui.early_scripts import SCRIPTS
from longformer_viz.ui.first_paint import FirstPaint, with_first_paint
from tests.event_loop import completed

PAGE = b"<html><head><title>Streamlit</title></head><body></body></html>"


def answered(path: str, kind: bytes, body: bytes = PAGE, method: str = "GET"):
    """Headers and body that a browser gets, and the headers that the server saw."""
    seen: dict = {}
    sent: list = []

    async def server(scope, receive, send):
        seen.update(scope)
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for part, more in ((body[:20], True), (body[20:], False)):
            await send({"type": "http.response.body", "body": part, "more_body": more})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [(b"accept-encoding", b"gzip")]}
    completed(FirstPaint(server)(scope, None, send))
    whole = b"".join(message["body"] for message in sent[1:])
    return dict(sent[0]["headers"]), whole, seen["headers"]


@pytest.mark.parametrize("path", ["/", "/compare", "/below/another/path/curves"])
def test_a_page_has_the_apps_name_and_room_for_its_parts(path):
    headers, body, asked = answered(path, b"text/html; charset=utf-8")
    assert body == with_first_paint(PAGE)
    assert b"<title>Longformer Viz</title>" in body
    assert b"288px" in body
    assert body.count(b"</head>") == 1
    assert int(headers[b"content-length"]) == len(body)
    assert asked == [], "a compressed page could not be completed"


@pytest.mark.parametrize(
    ("path", "kind", "method"),
    [
        ("/static/index.js", b"text/javascript", "GET"),
        ("/", b"application/json", "GET"),
        ("/_stcore/health", b"text/html", "GET"),
        ("/report.html", b"text/html", "GET"),
        ("/", b"text/html", "POST"),
    ],
)
def test_everything_else_is_passed_on_unchanged(path, kind, method):
    headers, body, _ = answered(path, kind, method=method)
    assert body == PAGE
    assert int(headers[b"content-length"]) == len(PAGE)


def test_a_page_of_another_form_stays_as_it_is():
    assert with_first_paint(b"no head at all") == b"no head at all"


def test_scripts_of_every_page_are_asked_for_with_the_page():
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    asked = re.findall(rb'href="[.]/static/js/([^"]+)"', with_first_paint(page))
    assert len(asked) == len(set(asked))
    elements = {name.split(b".")[0] for name in asked}
    assert {b"BidiComponent", b"Selectbox", b"Slider", b"serialization"} <= elements
    assert b"PlotlyChart" not in elements, "large, and never first"
    assert all((SCRIPTS / name.decode()).is_file() for name in asked)
