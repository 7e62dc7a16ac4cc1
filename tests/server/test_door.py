"""Limits at the door: who is held back reads why and what to do, and everyone else is not."""

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from longformer_viz.server.door import _MESSAGES_AT_ONCE, COOKIE, Door
from longformer_viz.server.settings import AppSettings
from longformer_viz.server.visitors import Visitors
from tests.server.small_app import small_app

STREAM = "/_stcore/stream"
UPLOAD = "/_stcore/upload_file/session/file"


def clients(count=2, **limits):
    """Browsers of a server with these limits, each with cookies of its own, and who is counted there."""
    settings = AppSettings(mode="public", **limits)
    visitors = Visitors(settings.max_sessions, settings.max_sessions_per_address)
    door = Door(small_app, settings, visitors)
    return [TestClient(door) for _ in range(count)], visitors


def test_a_visitor_without_a_place_reads_a_page_and_gets_in_later():
    (first, second), visitors = clients(max_sessions=1)
    assert first.get("/").status_code == 200
    with first.websocket_connect(STREAM):
        refused = second.get("/compare?document=Own+words")
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert refused.headers["content-type"].startswith("text/html")
        assert "one visitor at once" in refused.text
        assert "Wait" in refused.text
        assert "Own" not in refused.text
        assert second.get("/_stcore/health").status_code == 200, "it is the server that is healthy"
        assert second.get("/static/js/index.js").status_code == 200
        assert visitors.sessions == 1
    assert second.get("/").status_code == 200
    with second.websocket_connect(STREAM):
        assert visitors.sessions == 1
    assert (visitors.sessions, visitors.opened, visitors.closed) == (0, 2, 2)


def test_a_connection_too_many_is_refused_with_a_sentence():
    (first, second), visitors = clients(max_sessions=1)
    with first.websocket_connect(STREAM) as connection:
        with pytest.raises(WebSocketDisconnect), second.websocket_connect(STREAM):
            pass
        check = second.get("/_stcore/host-config")
        assert check.status_code == 503
        assert check.text.startswith("All places are taken. This server takes one visitor at once")
        connection.send_bytes(b"still here")
        assert connection.receive_bytes() == b"still here"
    assert visitors.refused["full"] == 2


def test_a_page_that_reloads_keeps_its_place():
    (first, second), _ = clients(max_sessions=1)
    cookie = first.get("/").headers["set-cookie"]
    assert cookie.startswith(COOKIE)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with first.websocket_connect(STREAM):
        assert first.get("/").status_code == 200, "the old page still has its connection while the new one loads"
        assert second.get("/", headers={"cookie": f"{COOKIE}={'A' * 22}"}).status_code == 503
        assert second.get("/", headers={"cookie": f"{COOKIE}="}).status_code == 503


def forwarded(address: str) -> dict[str, str]:
    """Headers as one proxy sends them; the visitor invented the first address."""
    return {"x-forwarded-for": f"198.51.100.9, {address}"}


def test_one_address_cannot_take_all_places():
    (first, second), visitors = clients(max_sessions=3, max_sessions_per_address=1, trusted_proxies=1)
    with first.websocket_connect(STREAM, headers=forwarded("192.0.2.1")):
        refused = second.get("/", headers=forwarded("192.0.2.1"))
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert "This server takes one visitor of one address at once" in refused.text
        assert "Close a tab" in refused.text
        with (
            pytest.raises(WebSocketDisconnect),
            second.websocket_connect(STREAM, headers=forwarded("192.0.2.1")),
        ):
            pass
        check = second.get("/_stcore/host-config", headers=forwarded("192.0.2.1"))
        assert check.text.startswith("All places of your address are taken.")
        with second.websocket_connect(STREAM, headers=forwarded("192.0.2.2")):
            assert visitors.sessions == 2, "another address comes in"
    assert visitors.refused == {"address": 3}
    with second.websocket_connect(STREAM, headers=forwarded("192.0.2.1")):
        assert visitors.sessions == 1, "the place is free again"


def test_a_direct_address_cannot_take_all_places_and_what_it_claims_does_not_count():
    (first, second), visitors = clients(max_sessions=3, max_sessions_per_address=1)
    with first.websocket_connect(STREAM, headers=forwarded("192.0.2.1")):
        assert second.get("/", headers=forwarded("192.0.2.2")).status_code == 429
        assert TestClient(second.app, client=("203.0.113.5", 50_000)).get("/").status_code == 200
    assert second.get("/").status_code == 200
    assert visitors.refused == {"address": 1}


def test_a_page_that_reloads_keeps_its_place_of_its_address():
    (first, second), _ = clients(max_sessions=3, max_sessions_per_address=1)
    assert first.get("/").headers["set-cookie"].startswith(COOKIE)
    with first.websocket_connect(STREAM):
        assert first.get("/").status_code == 200
        assert second.get("/").status_code == 429


def test_the_addresses_of_one_ipv6_network_share_their_places():
    (first, second), _ = clients(max_sessions_per_address=1, trusted_proxies=1)
    with first.websocket_connect(STREAM, headers=forwarded("2001:db8::1")):
        assert second.get("/", headers=forwarded("2001:db8::2")).status_code == 429
        assert second.get("/", headers=forwarded("2001:db8:0:1::1")).status_code == 200


def test_a_server_that_is_full_says_so_before_it_counts_an_address():
    (first, second), visitors = clients(max_sessions=1, max_sessions_per_address=1)
    with first.websocket_connect(STREAM):
        assert second.get("/").status_code == 503
    assert visitors.refused == {"full": 1}


def test_without_a_limit_there_is_no_cookie():
    (browser,), _ = clients(1)
    assert "set-cookie" not in browser.get("/").headers


def test_pages_connections_and_uploads_count_and_files_do_not():
    (browser,), visitors = clients(1, max_requests_per_minute=3)
    assert browser.get("/").status_code == 200
    with browser.websocket_connect(STREAM):
        pass
    assert browser.put(UPLOAD, content=b"text").text == "4 bytes"
    refused = browser.get("/")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 20
    assert "At most 3 requests a minute" in refused.text
    assert browser.put(UPLOAD, content=b"text").status_code == 429
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect(STREAM):
        pass
    assert browser.get("/_stcore/host-config").status_code == 429
    for path in ("/static/js/index.js", f"/media/{'0a' * 28}.png", "/_stcore/health"):
        assert browser.get(path).status_code == 200, path
    assert visitors.refused["rate"] == 4


def test_addresses_are_told_apart_behind_a_proxy():
    (browser,), _ = clients(1, max_requests_per_minute=1, trusted_proxies=1)
    for address in ("192.0.2.1", "192.0.2.2"):
        assert browser.get("/", headers={"x-forwarded-for": f"198.51.100.9, {address}"}).status_code == 200
    assert browser.get("/", headers={"x-forwarded-for": "203.0.113.77, 192.0.2.1"}).status_code == 429


@pytest.mark.parametrize("says_its_length", [True, False])
def test_a_large_upload_is_refused_before_it_is_read(says_its_length):
    (browser,), visitors = clients(1, max_upload_megabytes=1)
    parts = [b"x" * 2**16] * 64  # 4 MB
    read = []

    def sent():
        for part in parts:
            read.append(part)
            yield part

    refused = browser.put(UPLOAD, content=b"".join(parts) if says_its_length else sent())
    assert refused.status_code == 413
    assert "at most 1 MB" in refused.text
    assert "Choose" in refused.text
    assert visitors.refused["size"] == 1


def test_an_upload_within_the_limit_arrives_whole():
    (browser,), _ = clients(1, max_upload_megabytes=1)
    assert browser.put(UPLOAD, content=b"x" * 2**20).text == f"{2**20} bytes"


def test_what_is_no_upload_has_a_limit_of_its_own():
    (browser,), _ = clients(1, max_upload_megabytes=25)
    assert browser.post("/_stcore/agent/interact", content=b"x" * 2 * 2**20).status_code == 413


def test_a_session_that_sends_too_fast_waits_and_loses_nothing():
    (browser,), _ = clients(1, max_requests_per_minute=10)
    messages = [str(number).encode() for number in range(_MESSAGES_AT_ONCE + 10)]
    with browser.websocket_connect(STREAM) as connection:
        for message in messages:
            connection.send_bytes(message)
        assert [connection.receive_bytes() for _ in messages] == messages
