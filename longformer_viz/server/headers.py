"""Headers that tell browsers what a page of the app may load and do, and who may show it in a frame."""

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from longformer_viz.server.requests import is_file_of_visitor

# Streamlit loads the code of components from blob addresses, and its styles, React's and Plotly's stand in the page.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "media-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}
# What a visitor made or uploaded is never a page of the app.
_FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
_HEADERS = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
}


def content_policy(scripts: Iterable[str] = ()) -> str:
    """Return the Content-Security-Policy of the app's pages: no other origin, no `eval`, no script beside the known.

    Args:
        scripts: What the policy calls the scripts that stand inside pages, such as "'sha256-…'".
    """
    rules = {**_POLICY, "script-src": " ".join([_POLICY["script-src"], *scripts])}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SecurityHeaders:
    """Middleware that adds the headers to every answer.

    Args:
        app: The server that answers.
        scripts: As for `content_policy`.
    """

    def __init__(self, app: ASGIApp, scripts: Iterable[str] = ()) -> None:
        self.app = app
        self._policy = content_policy(scripts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = _FILE_POLICY if is_file_of_visitor(scope["path"]) else self._policy

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                headers.update(_HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)
