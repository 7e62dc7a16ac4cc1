"""A hub of our own on this machine, for what happens between a name and its files."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from huggingface_hub import constants

COMMIT = "0" * 40


@contextmanager
def hub(models: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Serve the folders `models/OWNER/NAME` in place of huggingface.co; yields the paths asked for so far."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            path = self.path.split("?")[0]
            owner, name, *rest = path.removeprefix("/api/models/").strip("/").split("/")
            folder = models / owner / name
            if not folder.is_dir():
                return self._answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
            if rest[:1] == ["revision"]:
                return self._json({"id": f"{owner}/{name}", "sha": COMMIT, "siblings": []})
            if rest[:1] == ["tree"]:
                return self._json(
                    [
                        {"type": "file", "path": file.name, "size": file.stat().st_size, "oid": _etag(file)}
                        for file in sorted(folder.iterdir())
                    ]
                )
            file = folder / rest[-1]
            return self._answer(200, file.read_bytes(), {"ETag": _etag(file), "X-Repo-Commit": COMMIT})

        do_HEAD = do_GET  # noqa: N815

        def _json(self, content):
            self._answer(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

        def _answer(self, status, body, headers):
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    point_to(f"http://127.0.0.1:{server.server_port}", cache, monkeypatch)
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()


def point_to(address: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make huggingface_hub ask this address, and keep what it gets in `cache`."""
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}"
    )
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)


def _etag(file: Path) -> str:
    return hashlib.sha1(file.read_bytes()).hexdigest()
