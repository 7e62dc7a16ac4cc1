"""The address at which other devices of the network find the app."""

import ipaddress
import socket
from urllib.parse import urlsplit

_ANY = ("", "0.0.0.0", "::")
# Reserved for examples (RFC 5737). Connecting a datagram socket sends nothing; it only chooses the own address.
_ELSEWHERE = ("192.0.2.1", 9)


def machine_address() -> str | None:
    """Return this machine's address in its network, None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if _is_own(address) else address


def network_link(link: str, listens_on: str | None, machine: str | None) -> str | None:
    """Return a link of the app as another device of the network opens it.

    Args:
        link: The address of a page, as a browser on any machine has it.
        listens_on: The address that the server listens on; None for all.
        machine: This machine's address in its network; None without a network.

    Returns:
        The link, or None if no other device can open it.
    """
    parts = urlsplit(link)
    if not _is_own(parts.hostname or ""):
        return link
    host = machine if listens_on is None or listens_on in _ANY else listens_on
    if host is None or _is_own(host):
        return None
    named = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=named if parts.port is None else f"{named}:{parts.port}").geturl()


def _is_own(host: str) -> bool:
    """Return whether a host name leads back to the machine that uses it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
