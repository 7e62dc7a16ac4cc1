"""Two pages for whoever runs the server: `/_viz/status` to read, and `/_viz/metrics` for Prometheus."""

import asyncio
import hmac
import html
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from longformer_viz.models.disk_cache import cache_folder
from longformer_viz.server.measurements import Family, loaded_models, measured, prometheus_text, versions
from longformer_viz.server.requests import is_local, is_status
from longformer_viz.server.settings import AppSettings
from longformer_viz.server.visitors import Visitors

if TYPE_CHECKING:
    from longformer_viz.jobs.statistics import QueueStatistics

TOKEN = "LONGFORMER_VIZ_STATUS_TOKEN"
_NO_STORE = {"Cache-Control": "no-store"}
_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 48rem; margin: 2rem auto; padding: 0 1.5rem; }
th { text-align: left; font-weight: normal; padding-right: 2rem; }
td { text-align: right; font-variant-numeric: tabular-nums; }
"""


class StatusPages:
    """Middleware that answers the two addresses.

    In public mode they answer only on the server itself, or with the token of the environment variable
    `LONGFORMER_VIZ_STATUS_TOKEN`. The same holds for Streamlit's own statistics.

    Args:
        app: The server that answers everything else.
        settings: The settings of the server.
        visitors: Its visitors.
        queue: Returns the state of its queue, None before the first visit.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: AppSettings,
        visitors: Visitors,
        queue: Callable[[], "QueueStatistics | None"],
    ) -> None:
        self.app, self._settings, self._visitors, self._queue = app, settings, visitors, queue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] != "http" or not is_status(scope["path"]):
            await self.app(scope, receive, send)
            return
        if self._settings.is_public and not is_local(scope) and not _has_token(scope):
            text = (
                "This page is for whoever runs the server. Open it on the server itself, "
                f"or send the token of {TOKEN} in the header Authorization: Bearer TOKEN.\n"
            )
            await PlainTextResponse(text, 403, _NO_STORE)(scope, receive, send)
        elif scope["path"].endswith("/_stcore/metrics"):
            await self.app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await PlainTextResponse("Only GET is possible.\n", 405, {"Allow": "GET, HEAD"})(scope, receive, send)
        else:
            answer = await asyncio.to_thread(self._answer, scope["path"])
            await answer(scope, receive, send)

    def _answer(self, path: str) -> Response:
        families = measured(self._settings, self._visitors, self._queue())
        if path.endswith("/metrics"):
            kind = "text/plain; version=0.0.4; charset=utf-8"
            return PlainTextResponse(prometheus_text(families), headers={**_NO_STORE, "Content-Type": kind})
        return HTMLResponse(self._page(families), headers=_NO_STORE)

    def _page(self, families: Sequence[Family]) -> str:
        known = self._settings.models or ()
        models = [
            name if name in known or name.startswith("built-in") else "another model" for name in loaded_models()
        ]
        tables = {
            "Server": [("mode", self._settings.mode), *versions().items()],
            "Now": [
                (
                    f"{family.help.removesuffix('.')} {labels}".strip(),
                    "unknown" if value is None else _shown(family, value),
                )
                for family in families
                if family.name != "info"
                for labels, value in family.values
            ],
            "Models in memory": [(name, "") for name in models],
            "Folder of converted models": _folder_rows(cache_folder()),
        }
        body = "".join(f"<h2>{title}</h2><table>{_rows(rows)}</table>" for title, rows in tables.items())
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10">'
            f"<title>Status · Longformer Viz</title><style>{_STYLE}</style></head>"
            f"<body><main><h1>Status</h1>{body}</main></body></html>"
        )


def _rows(rows: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td>{html.escape(text)}</td></tr>' for name, text in rows
    )


def _shown(family: Family, value: float) -> str:
    if family.name.endswith("_bytes"):
        return f"{value / 1e6:,.0f} MB"
    if family.name.endswith("_seconds"):
        return f"{value:,.2f} s"
    return f"{value:,.0f}"


def _folder_rows(folder: Path) -> list[tuple[str, str]]:
    """Return what can be told about a folder without reading its files."""
    try:
        entries = [entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
        size = sum(file.stat().st_size for entry in entries for file in entry.iterdir() if file.is_file())
    except OSError as fault:
        return [(str(folder), fault.strerror or "cannot be read")]
    writable = "writable" if os.access(folder, os.W_OK) else "read-only"
    return [
        (str(folder), writable),
        *((entry.name, "") for entry in sorted(entries)),
        ("size", f"{size / 1e6:,.0f} MB"),
    ]


def _has_token(scope: Scope) -> bool:
    token = os.environ.get(TOKEN, "")
    given = Headers(scope=scope).get("authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
