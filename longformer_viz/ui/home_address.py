"""The Attention page under its own name: `/map` leads to `/`, the one address that Streamlit gives a default page."""

from longformer_viz.ui.first_paint import Message, Receive, Send, Server

_TEMPORARY_REDIRECT = 307


class HomeAddress:
    """Middleware that redirects the name of the default page to its address, with the settings of the link.

    Args:
        app: The server that answers.
        name: The name of the default page.
    """

    def __init__(self, app: Server, name: str) -> None:
        self.app = app
        self.name = name

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not self._is_named(scope["path"]):
            await self.app(scope, receive, send)
            return
        query = scope.get("query_string", b"")
        # Relative, so that it holds behind a proxy that serves the app below another path.
        location = b"./" + (b"?" + query if query else b"")
        headers = [(b"location", location), (b"content-length", b"0"), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": _TEMPORARY_REDIRECT, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _is_named(self, path: str) -> bool:
        return "_stcore" not in path and path.rsplit("/", 1)[-1] == self.name
