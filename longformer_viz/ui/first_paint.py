"""The page as the browser paints it before the app answers: its name, and room for what comes.

Streamlit serves one HTML page for all addresses. A middleware adds the app's name and a few rules to it.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import streamlit

from longformer_viz.figures.bertviz_scripts import bertviz_scripts, script_source
from longformer_viz.spec import InputError
from longformer_viz.ui.early_scripts import with_early_scripts

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Server = Callable[[Message, Receive, Send], Awaitable[None]]

SIDEBAR_PIXELS = 288
_ROOM = Path(__file__).with_name("first_paint.html").read_text(encoding="utf-8")
_ADDED = _ROOM.replace("SIDEBAR", str(SIDEBAR_PIXELS)).encode()
_HEAD_END, _TITLE = b"</head>", b"<title>Streamlit</title>"
_STREAMLITS_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def with_first_paint(page: bytes) -> bytes:
    """Return Streamlit's HTML page with the app's name and room for its parts; another text unchanged."""
    named = page.replace(_TITLE, b"<title>Longformer Viz</title>", 1)
    return with_early_scripts(named.replace(_HEAD_END, _ADDED + _HEAD_END, 1))


@cache
def inline_scripts() -> tuple[str, ...]:
    """Return what a Content-Security-Policy calls each script that stands inside the page or inside BertViz's frame.

    The frame has the rules of the page around it beside its own.
    """
    page = with_first_paint(_STREAMLITS_PAGE.read_bytes()).decode().replace("\r\n", "\n")
    scripts = _SCRIPT.findall(page)
    with suppress(InputError):  # Without BertViz's files its tab says which are missing.
        scripts += [*bertviz_scripts("head"), *bertviz_scripts("model")]
    return tuple(dict.fromkeys(script_source(script) for script in scripts))


class FirstPaint:
    """Middleware that completes the HTML page and passes everything else on."""

    def __init__(self, app: Server) -> None:
        """Wrap a server.

        Args:
            app: The server that answers.
        """
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _is_page(scope["path"]):
            await self.app(scope, receive, send)
            return
        # Uncompressed, so that the text can be completed.
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": headers}, receive, _Completed(send))


class _Completed:
    """Sends an answer on; one that is HTML is collected, completed, and sent whole."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self.start = message
        elif self.start is None or message["type"] != "http.response.body":
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_whole(self.start, with_first_paint(self.body))

    async def _send_whole(self, start: Message, body: bytes) -> None:
        kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        await self.send({**start, "headers": [*kept, (b"content-length", str(len(body)).encode())]})
        await self.send({"type": "http.response.body", "body": body})


def _is_page(path: str) -> bool:
    return "_stcore" not in path and "." not in path.rsplit("/", 1)[-1]


def _is_html(message: Message) -> bool:
    kind = dict(message["headers"]).get(b"content-type", b"")
    return message["status"] == 200 and kind.startswith(b"text/html")
