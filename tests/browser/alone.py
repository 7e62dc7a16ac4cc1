"""A server for one small page of `tests/browser/scripts`, so that a part is tested without the app around it."""

import sys
from typing import ClassVar

from tests.browser.conftest import ROOT, Server, free_port


class ScriptServer(Server):
    """Streamlit on one script."""

    settings: ClassVar[dict[str, str]] = {"PYTHONPATH": str(ROOT)}

    def __init__(self, script: str):
        super().__init__(free_port())
        options = ("--server.headless=true", "--server.fileWatcherType=none")
        self.command = (sys.executable, "-m", "streamlit", "run", f"tests/browser/scripts/{script}.py", *options)


def serving(script: str):
    """For a fixture: the server, started, and stopped at the end."""
    running = ScriptServer(script)
    running.start()
    yield running
    running.stop()
