"""The name of the default page leads to its address; every other request is passed on."""

import pytest

from longformer_viz.ui.home_address import HomeAddress
from tests.event_loop import completed


def answered(path: str, query: bytes = b"", method: str = "GET"):
    """The messages that a browser gets; the server behind answers 200."""
    sent: list = []

    async def server(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": []}
    completed(HomeAddress(server, "map")(scope, None, send))
    return sent


@pytest.mark.parametrize(
    ("path", "query", "location"),
    [
        ("/map", b"", b"./"),
        ("/map", b"window=64&document=Your+text", b"./?window=64&document=Your+text"),
        ("/below/another/path/map", b"layer=3", b"./?layer=3"),
    ],
)
def test_the_name_leads_to_the_address_with_the_settings_of_the_link(path, query, location):
    start = answered(path, query)[0]
    assert start["status"] == 307
    assert dict(start["headers"])[b"location"] == location


@pytest.mark.parametrize(
    ("path", "method"),
    [("/", "GET"), ("/compare", "GET"), ("/map/style.css", "GET"), ("/_stcore/map", "GET"), ("/map", "POST")],
)
def test_every_other_request_is_passed_on(path, method):
    assert answered(path, method=method)[0]["status"] == 200
