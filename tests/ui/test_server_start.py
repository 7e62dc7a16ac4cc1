"""The start of the app's server: its connections send small answers at once."""

import gc
import socket
import tomllib
import weakref
from pathlib import Path

import pytest
from streamlit.web import skills

from longformer_viz.ui import server_start
from longformer_viz.ui.server_start import leave_out_of_collection, send_at_once

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"


@pytest.mark.parametrize(
    ("address", "path", "told"),
    [
        (None, "", "http://localhost:8503/"),
        ("127.0.0.1", "", "http://127.0.0.1:8503/"),
        ("0.0.0.0", "/viz", "http://localhost:8503/viz"),
        ("::1", "", "http://[::1]:8503/"),
    ],
)
def test_the_server_says_where_the_app_is(monkeypatch, capsys, address, path, told):
    options = {"server.address": address, "server.port": 8503, "server.baseUrlPath": path}
    monkeypatch.setattr(server_start.config, "get_option", options.get)
    server_start.say_address()
    assert capsys.readouterr().err == f"Longformer Viz is at {told}\n"


def test_no_offer_of_streamlit_s_covers_the_page(monkeypatch, tmp_path):
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".cursor").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    set_here = tomllib.loads(CONFIG.read_text("utf-8"))["logger"]
    options = {"server.headless": False, **{f"logger.{name}": value for name, value in set_here.items()}}
    monkeypatch.setattr("streamlit.config.get_option", options.get)
    assert skills.nudge_suppression_reason(str(tmp_path)) == "welcome_hidden"


def test_what_a_listening_socket_accepts_has_no_delay():
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        send_at_once()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_collection_passes_over_what_the_server_started_with_but_not_over_a_session():
    class Kept:
        pass

    try:
        library, session = Kept(), None
        library.itself = library
        leave_out_of_collection()
        assert gc.get_freeze_count() > 10_000
        session = Kept()
        session.itself = session
        gone = [weakref.ref(library), weakref.ref(session)]
        del library, session
        gc.collect()
        assert [ref() is None for ref in gone] == [False, True]
    finally:
        gc.unfreeze()
