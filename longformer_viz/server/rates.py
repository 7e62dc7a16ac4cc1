"""How often each address may ask, in a bounded amount of memory."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_MOST_ADDRESSES = 10_000


@dataclass(slots=True)
class Allowance:
    """Requests that may be made at once, filled up evenly over time.

    Attributes:
        left: Requests left at the time `at`.
        at: A time of the clock, in seconds.
    """

    left: float
    at: float

    def take(self, per_second: float, most: float, now: float) -> float:
        """Take one request.

        Args:
            per_second: How fast the allowance fills up.
            most: The most that it holds.
            now: The time.

        Returns:
            0.0, or where none is left the seconds until one is. Then nothing is taken.
        """
        self.left, self.at = min(most, self.left + (now - self.at) * per_second), now
        if self.left < 1.0:
            return (1.0 - self.left) / per_second
        self.left -= 1.0
        return 0.0


class Rates:
    """The allowances of all addresses. The addresses that asked least recently are forgotten beyond a limit.

    Args:
        per_minute: Requests that each address may make in a minute.
        most_addresses: The most addresses to keep.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self,
        per_minute: int,
        most_addresses: int = _MOST_ADDRESSES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_minute, self._most_addresses, self._clock = per_minute, most_addresses, clock
        self._allowances: OrderedDict[str, Allowance] = OrderedDict()

    def __len__(self) -> int:
        return len(self._allowances)

    def take(self, address: str) -> float:
        """Count a request.

        Args:
            address: Where it comes from.

        Returns:
            0.0 if it is allowed, else the seconds to wait.
        """
        now = self._clock()
        allowance = self._allowances.setdefault(address, Allowance(self._per_minute, now))
        self._allowances.move_to_end(address)
        while len(self._allowances) > self._most_addresses:
            self._allowances.popitem(last=False)
        return allowance.take(self._per_minute / 60.0, self._per_minute, now)

    def wait_seconds(self, address: str) -> float:
        """Return the seconds until an `address` may ask again, 0.0 for now. Nothing is counted."""
        allowance = self._allowances.get(address)
        if allowance is None:
            return 0.0
        left = allowance.left + (self._clock() - allowance.at) * self._per_minute / 60.0
        return max(0.0, (1.0 - left) * 60.0 / self._per_minute)
