"""A server that is stopped and started, and a network that is gone for a while: a tab comes back to its state."""

import contextlib
import re
import socket
import threading
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WELCOMED, Server, free_port, key_figures, open_app, paste, settle

OWN = "The ferry leaves at nine in the morning. Nobody may board after eight forty-five. " * 12
QUERY = "?window=64&layer=3&head=5"


class Line:
    """A line to a server that can be cut, which the browser's own offline mode does not do to open websockets."""

    def __init__(self, server):
        self._target, self._ends, self.is_cut = server.port, [], False
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self):
        self.is_cut = True
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def mend(self):
        self.is_cut = False

    def close(self):
        self._socket.close()
        self.cut()

    def _serve(self):
        with contextlib.suppress(OSError):  # It was closed.
            while True:
                near, _ = self._socket.accept()
                if self.is_cut:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._target))
                self._ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    @staticmethod
    def _carry(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def own_server():
    running = Server(free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def tab(browser, own_server):
    """A tab of a fresh browser, whose console may say that the server is gone."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_init_script(WELCOMED)
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    context.close()


def pasted(tab, server) -> str:
    """Paste a text, change a setting, and return what the page says of it."""
    open_app(tab, server, QUERY)
    paste(tab, OWN)
    expect(tab.locator(".lv-text-box")).to_contain_text("ferry")
    return key_figures(tab)


def shows_again(tab, figures: str) -> None:
    """Check that the tab shows the same document and settings, and that it is live."""
    settle(tab)
    expect(tab.locator(".lv-text-box")).to_contain_text("ferry")
    assert tokens(key_figures(tab)) == tokens(figures)
    assert "window=64" in tab.url
    assert "layer=3" in tab.url
    assert tab.locator("[data-testid=stException]").count() == 0
    tab.get_by_role("slider", name="Window").press("ArrowRight")
    tab.wait_for_url(re.compile("window=(?!64)"))
    settle(tab)
    assert tokens(key_figures(tab)) == tokens(figures), "the text survives the next run, too"


def tokens(figures: str) -> str:
    return re.search(r"[\d,]+ tokens", figures)[0]


CONNECTED = "[data-testid=stApp][data-test-connection-state=CONNECTED]"
GONE = "[data-testid=stApp]:not([data-test-connection-state=CONNECTED])"


def test_a_tab_comes_back_by_itself_after_a_restart_of_the_server(tab, own_server):
    """So does one on a laptop that slept longer than the server keeps a session."""
    figures = pasted(tab, own_server)
    own_server.stop()
    tab.wait_for_selector(GONE)
    own_server.start()
    tab.wait_for_selector(CONNECTED, timeout=90_000)
    expect(tab.locator(".lv-text-box")).to_contain_text("ferry")
    shows_again(tab, figures)


def test_a_session_goes_on_after_the_network_was_gone(tab, own_server):
    line = Line(own_server)
    figures = pasted(tab, line)
    loaded = tab.evaluate("performance.timeOrigin")
    line.cut()
    tab.wait_for_selector(GONE)
    time.sleep(20)
    line.mend()
    tab.wait_for_selector(CONNECTED, timeout=90_000)
    shows_again(tab, figures)
    assert tab.evaluate("performance.timeOrigin") == loaded, "the page was not loaded again"
    line.close()
