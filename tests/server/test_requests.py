"""What requests are for, and whose they are, also behind proxies."""

import pytest

from longformer_viz.server.requests import Purpose, client_address, is_local, purpose_of


def request(path="/", method="GET", client="203.0.113.9", headers=(), kind="http"):
    pairs = [(name.encode(), value.encode()) for name, value in headers]
    return {"type": kind, "path": path, "method": method, "client": (client, 5000), "headers": pairs}


@pytest.mark.parametrize("base", ["", "/viz", "/media/static"])
@pytest.mark.parametrize(
    ("path", "method", "purpose"),
    [
        ("/", "GET", Purpose.PAGE),
        ("/compare", "GET", Purpose.PAGE),
        ("/media", "GET", Purpose.PAGE),
        ("/static/compare", "GET", Purpose.PAGE),
        ("/_stcore/agent/interact", "POST", Purpose.PAGE),
        ("/static/js/index.Abc1.js", "POST", Purpose.PAGE),
        ("/static/js/index.Abc1.js", "GET", Purpose.FILE),
        (f"/media/{'0a' * 28}.csv", "GET", Purpose.FILE),
        ("/favicon.png", "GET", Purpose.FILE),
        ("/_stcore/health", "GET", Purpose.FILE),
        ("/_stcore/host-config", "GET", Purpose.CONNECTION_CHECK),
        ("/_stcore/upload_file/abc/def", "PUT", Purpose.UPLOAD),
        ("/_viz/status", "GET", Purpose.STATUS),
        ("/_stcore/metrics", "GET", Purpose.STATUS),
    ],
)
def test_the_path_tells_the_purpose_below_any_base(base, path, method, purpose):
    assert purpose_of(request(base + path, method)) is purpose


def test_a_websocket_is_a_connection():
    assert purpose_of(request("/_stcore/stream", kind="websocket")) is Purpose.CONNECTION


FORGED = ("x-forwarded-for", "198.51.100.1, 198.51.100.2")


@pytest.mark.parametrize(
    ("proxies", "headers", "address"),
    [
        (0, [], "203.0.113.9"),
        (0, [FORGED], "203.0.113.9"),
        (1, [FORGED], "198.51.100.2"),
        (2, [FORGED], "198.51.100.1"),
        (3, [FORGED], "203.0.113.9"),
        (1, [FORGED, ("x-forwarded-for", "192.0.2.7:4711")], "192.0.2.7"),
        (1, [("x-forwarded-for", "[2001:db8:1:2:3::4]:4711")], "2001:db8:1:2::/64"),
        (1, [("x-forwarded-for", "<script>")], "203.0.113.9"),
        (1, [], "203.0.113.9"),
    ],
)
def test_only_what_trusted_proxies_added_is_believed(proxies, headers, address):
    assert client_address(request(headers=headers), proxies) == address


def test_the_addresses_of_one_ipv6_network_count_as_one():
    assert client_address(request(client="2001:db8::1")) == client_address(request(client="2001:db8::ffff"))
    assert client_address(request(client="::ffff:192.0.2.7")) == "192.0.2.7"


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501"])
def test_a_request_of_the_machine_itself_is_local(host):
    assert is_local(request(client="127.0.0.1", headers=[("host", host)]))
    assert is_local(request(client="::1", headers=[("host", host)]))
    assert not is_local(request(headers=[("host", host)]))


@pytest.mark.parametrize("extra", ["x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host"])
def test_a_request_that_a_proxy_passes_on_is_not_local(extra):
    assert not is_local(request(client="127.0.0.1", headers=[("host", "localhost"), (extra, "127.0.0.1")]))


def test_a_page_of_another_name_that_leads_here_is_not_local():
    assert not is_local(request(client="127.0.0.1", headers=[("host", "example.org")]))
    assert not is_local(request(client="127.0.0.1"))
