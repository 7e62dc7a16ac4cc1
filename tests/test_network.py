"""The link of a page as another device opens it."""

import pytest

from longformer_viz.network import machine_address, network_link

LINK = "http://localhost:8501/compare?window=64&document=A+b"


@pytest.mark.parametrize(
    ("link", "listens_on", "machine", "expected"),
    [
        (LINK, None, "192.168.1.7", "http://192.168.1.7:8501/compare?window=64&document=A+b"),
        (LINK, "0.0.0.0", "192.168.1.7", "http://192.168.1.7:8501/compare?window=64&document=A+b"),
        (LINK, "192.168.1.9", "192.168.1.7", "http://192.168.1.9:8501/compare?window=64&document=A+b"),
        ("http://127.0.0.1/x", "::", "fd00::7", "http://[fd00::7]/x"),
        ("http://[::1]:8501/", "", "10.0.0.4", "http://10.0.0.4:8501/"),
        # Only this machine can open it, or there is no network.
        (LINK, "127.0.0.1", "192.168.1.7", None),
        (LINK, "localhost", "192.168.1.7", None),
        (LINK, None, None, None),
        # Opened from another machine, or through a name: the link works already.
        ("https://viz.example.org/map?a=1", "127.0.0.1", None, "https://viz.example.org/map?a=1"),
        ("http://192.168.1.7:8501/", "0.0.0.0", "10.0.0.4", "http://192.168.1.7:8501/"),
    ],
)
def test_the_link_leads_to_the_server(link, listens_on, machine, expected):
    assert network_link(link, listens_on, machine) == expected


def test_the_own_address_is_never_the_loopback():
    assert machine_address() is None or not machine_address().startswith("127.")
