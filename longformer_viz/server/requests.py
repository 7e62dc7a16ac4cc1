"""What a request is for, and the address that it comes from, also behind proxies and below another path."""

import ipaddress
import re
from enum import Enum

from starlette.datastructures import Headers
from starlette.types import Scope

_UPLOAD = re.compile(r"/_stcore/upload_file/")
_MEDIA = re.compile(r"/media/[0-9a-f]{32,}(\.\w+)?$")
_FREE = re.compile(
    r"/_stcore/health$|/_stcore/script-health-check$|/static/(css|js|media)/[^/]+$|/favicon\.\w+$"
    r"|/_stcore/bidi-components/[^/]+/|/component/[^/]+/"
)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_IPV6_NETWORK_BITS = 64  # One customer has at least this network, so its addresses count as one.


class Purpose(Enum):
    """What a request is for."""

    PAGE = "page"
    CONNECTION = "connection"
    CONNECTION_CHECK = "connection check"
    """Asked by a page before it connects; its answer is shown to the visitor when it is a refusal."""
    UPLOAD = "upload"
    STATUS = "status"
    FILE = "file"
    """A part of a page, or the health check."""


def purpose_of(scope: Scope) -> Purpose:
    """Return what a request is for.

    Args:
        scope: The request, as ASGI describes it.
    """
    if scope["type"] == "websocket":
        return Purpose.CONNECTION
    path = scope["path"]
    if _UPLOAD.search(path):
        return Purpose.UPLOAD
    if is_status(path):
        return Purpose.STATUS
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        if path.endswith("/_stcore/host-config"):
            return Purpose.CONNECTION_CHECK
        if _FREE.search(path) or is_file_of_visitor(path):
            return Purpose.FILE
    return Purpose.PAGE


def is_file_of_visitor(path: str) -> bool:
    """Return whether Streamlit keeps a file at this `path` that a page made or a visitor uploaded."""
    return _MEDIA.search(path) is not None


def is_status(path: str) -> bool:
    """Return whether the `path` is one of the pages for whoever runs the server, or Streamlit's own statistics."""
    return path.endswith(("/_viz/status", "/_viz/metrics", "/_stcore/metrics"))


def client_address(scope: Scope, trusted_proxies: int = 0) -> str:
    """Return the address that a request counts for: of IPv6 the network, since a visitor has a whole one.

    Each proxy adds the address that it was called from to the end of X-Forwarded-For. Only what trusted proxies added
    is believed; a visitor could have sent the rest.

    Args:
        scope: The request, as ASGI describes it.
        trusted_proxies: The number of proxies in front of the server.
    """
    peer = (scope.get("client") or ("unknown",))[0]
    if trusted_proxies:
        listed = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        if len(listed) >= trusted_proxies and (forwarded := _network(listed[-trusted_proxies])) is not None:
            return forwarded
    return _network(peer) or peer


def is_local(scope: Scope) -> bool:
    """Return whether a request was made on the server's own machine, and not by a proxy or a page of another site.

    Args:
        scope: The request, as ASGI describes it.
    """
    headers = Headers(scope=scope)
    peer = (scope.get("client") or ("",))[0]
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    return (
        _is_loopback(peer)
        and (host == "localhost" or _is_loopback(host.strip("[]")))
        and not any(name in headers for name in _FORWARDED)
    )


def _network(text: str) -> str | None:
    """Return the address in a part of X-Forwarded-For, which may have a port; None where there is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_NETWORK_BITS), strict=False))
    return str(address)


def _is_loopback(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
