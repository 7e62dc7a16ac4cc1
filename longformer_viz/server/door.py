"""Limits at the door: sessions at once, in all and of an address, requests of an address, and the size of bodies."""

import asyncio
import math
import time
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from longformer_viz.server.logs import log_event
from longformer_viz.server.rates import Allowance, Rates
from longformer_viz.server.refusals import Refusal, full, full_for_address, too_large, too_often
from longformer_viz.server.requests import Purpose, client_address, is_local, purpose_of
from longformer_viz.server.settings import AppSettings
from longformer_viz.server.visitors import Visitors, new_token

COOKIE = "longformer_viz_place"
_FRAMING_BYTES = 2**16  # of a file in a form
_OTHER_BYTES = 2**20  # of anything that is no file
_MESSAGES_AT_ONCE, _MESSAGES_A_SECOND = 100, 20  # of one session; more wait, none is lost
_LOGGED_EVERY_SECONDS = 10.0  # of refusals for one reason, so that an attack does not fill a disk
_TRY_AGAIN_LATER = 1013  # close code of a websocket


class _TooLargeError(Exception):
    """The body is larger than allowed."""


class Door:
    """Middleware that holds back what the settings do not allow, and counts sessions.

    Scripts, styles, pictures and the health check are never held back. A page that reloads keeps its place, because
    its browser has a cookie with a random token.

    Args:
        app: The server that answers.
        settings: The settings of the server.
        visitors: Counts sessions and refusals.
    """

    def __init__(self, app: ASGIApp, settings: AppSettings, visitors: Visitors) -> None:
        self.app, self._settings, self._visitors = app, settings, visitors
        most = settings.max_requests_per_minute
        self._rates = None if most is None else Rates(most)
        self._logged_at: dict[str, float] = {}
        self._gives_places = visitors.limit is not None or visitors.address_limit is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        purpose, token = purpose_of(scope), _token(scope)
        address = client_address(scope, self._settings.trusted_proxies)
        refusal = self._refusal(scope, purpose, token, address)
        if refusal is not None:
            self._note(refusal)
            if scope["type"] == "websocket":
                await _refuse_connection(refusal, scope, receive, send)
            else:
                await refusal.response(purpose is Purpose.PAGE)(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send, token, address)
        elif purpose is Purpose.PAGE and scope["method"] == "GET" and self._gives_places and not token:
            await self.app(scope, receive, _with_cookie(send, is_secure=scope.get("scheme") == "https"))
        elif scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
        else:
            await self._pass_limited(scope, receive, send, purpose)

    def _refusal(self, scope: Scope, purpose: Purpose, token: str, address: str) -> Refusal | None:
        if purpose is Purpose.FILE or (purpose is Purpose.STATUS and is_local(scope)):
            return None
        most = self._settings.max_requests_per_minute
        if self._rates is not None and most is not None:
            is_check = purpose is Purpose.CONNECTION_CHECK
            wait = self._rates.wait_seconds(address) if is_check else self._rates.take(address)
            if wait:
                return too_often(most, wait)
        limit = self._visitors.limit
        needs_place = purpose in (Purpose.PAGE, Purpose.CONNECTION_CHECK, Purpose.CONNECTION)
        keeps_place = purpose is Purpose.PAGE and self._visitors.has_place(token)
        if not needs_place or keeps_place:
            return None
        if limit is not None and self._visitors.is_full:
            return full(limit)
        address_limit = self._visitors.address_limit
        if address_limit is not None and self._visitors.is_full_for(address):
            return full_for_address(address_limit)
        return None

    async def _connect(self, scope: Scope, receive: Receive, send: Send, token: str, address: str) -> None:
        self._visitors.enter(token, address)
        log_event("session_opened", sessions=self._visitors.sessions)
        try:
            await self.app(scope, receive if self._rates is None else _paced(receive), send)
        finally:
            self._visitors.leave(token, address)
            log_event("session_closed", sessions=self._visitors.sessions)

    async def _pass_limited(self, scope: Scope, receive: Receive, send: Send, purpose: Purpose) -> None:
        """Pass a request on until its body is too large. Nothing of a body that says so itself is read."""
        largest = self._settings.max_upload_megabytes * 2**20 if purpose is Purpose.UPLOAD else _OTHER_BYTES
        most = largest + _FRAMING_BYTES
        said = Headers(scope=scope).get("content-length", "")
        has_answered = False

        async def noticed_send(message: Message) -> None:
            nonlocal has_answered
            has_answered = True
            await send(message)

        try:
            if said.isdecimal() and int(said[:20]) > most:
                raise _TooLargeError
            await self.app(scope, _limited(receive, most), noticed_send)
        except _TooLargeError:
            refusal = too_large(largest)
            self._note(refusal)
            if not has_answered:
                await refusal.response(as_page=False)(scope, receive, send)

    def _note(self, refusal: Refusal) -> None:
        self._visitors.refused[refusal.reason] += 1
        now = time.monotonic()
        if now - self._logged_at.get(refusal.reason, -math.inf) > _LOGGED_EVERY_SECONDS:
            self._logged_at[refusal.reason] = now
            total = self._visitors.refused[refusal.reason]
            log_event("refused", reason=refusal.reason, total=total, sessions=self._visitors.sessions)


def _limited(receive: Receive, most: int) -> Receive:
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise _TooLargeError
        return message

    return limited


def _paced(receive: Receive) -> Receive:
    """Return a `receive` that lets a session send no faster than a page ever does. The rest waits in the network."""
    allowance = Allowance(_MESSAGES_AT_ONCE, time.monotonic())

    async def paced() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            while wait := allowance.take(_MESSAGES_A_SECOND, _MESSAGES_AT_ONCE, time.monotonic()):
                await asyncio.sleep(wait)
        return message

    return paced


def _with_cookie(send: Send, is_secure: bool) -> Send:
    cookie = f"{COOKIE}={new_token()}; Path=/; HttpOnly; SameSite=Lax{'; Secure' if is_secure else ''}"

    async def with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("Set-Cookie", cookie)
        await send(message)

    return with_cookie


def _token(scope: Scope) -> str:
    """Return the browser's token, "" if it has none that this server could have given."""
    try:
        cookie = SimpleCookie(Headers(scope=scope).get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie is not None and len(cookie.value) == len(new_token()) else ""


async def _refuse_connection(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        await refusal.response(as_page=False)(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER, "reason": refusal.title})
