"""A server for one small page of `tests/browser/scripts`, so that a part is tested without the app around it."""

import os
import subprocess
import sys
import time
import urllib.request

from tests.browser.conftest import ROOT, Server, free_port


class ScriptServer(Server):
    """Streamlit on one script."""

    def __init__(self, script: str):
        super().__init__(free_port())
        self.script = f"tests/browser/scripts/{script}.py"

    def start(self):
        command = [sys.executable, "-m", "streamlit", "run", self.script, "--server.headless=true"]
        options = [f"--server.port={self.port}", "--server.fileWatcherType=none", "--server.address=127.0.0.1"]
        self.process = subprocess.Popen(
            command + options,
            cwd=ROOT,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(240):
            try:
                urllib.request.urlopen(self.url + "_stcore/health", timeout=2).read()
                return
            except OSError:
                assert self.process.poll() is None, "the page's server ended while it started"
                time.sleep(0.25)
        raise AssertionError("the page's server did not answer")


def serving(script: str):
    """For a fixture: the server, started, and stopped at the end."""
    running = ScriptServer(script)
    running.start()
    yield running
    running.stop()
