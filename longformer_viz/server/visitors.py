"""Who is connected: counts only, and a random token for each browser so that a reload keeps its place."""

import secrets
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Visitors:
    """The open sessions of this server. It is changed on the server's own thread only.

    Attributes:
        limit: The most sessions at once; None for no limit.
        address_limit: The most sessions of one address at once; None for no limit.
        opened: Sessions since the start.
        refused: Refused requests since the start, by reason.
        started_at: When the server started, in seconds since 1970.
    """

    limit: int | None = None
    address_limit: int | None = None
    opened: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    started_at: float = field(default_factory=time.time)
    _places: Counter[str] = field(default_factory=Counter)
    """Open sessions by token; "" for those without one."""
    _addresses: Counter[str] = field(default_factory=Counter)
    """Open sessions by address."""

    @property
    def sessions(self) -> int:
        """The number of open sessions."""
        return self._places.total()

    @property
    def closed(self) -> int:
        """The number of sessions that have ended."""
        return self.opened - self.sessions

    @property
    def is_full(self) -> bool:
        """Whether nobody else may come in."""
        return self.limit is not None and self.sessions >= self.limit

    def is_full_for(self, address: str) -> bool:
        """Return whether nobody else of an `address` may come in, although others may."""
        return self.address_limit is not None and self._addresses[address] >= self.address_limit

    def has_place(self, token: str) -> bool:
        """Return whether the browser with a `token` has an open session."""
        return bool(token) and self._places[token] > 0

    def enter(self, token: str, address: str = "") -> None:
        """Count a session that opens.

        Args:
            token: The token of the browser; "" if it has none.
            address: Where it comes from.
        """
        self.opened += 1
        self._places[token] += 1
        self._addresses[address] += 1

    def leave(self, token: str, address: str = "") -> None:
        """Count a session that ends.

        Args:
            token: As for `enter`.
            address: As for `enter`.
        """
        self._places[token] -= 1
        self._addresses[address] -= 1
        self._places += Counter()  # without those who have left
        self._addresses += Counter()


def new_token() -> str:
    """Return a token for a browser."""
    return secrets.token_urlsafe(16)
