"""How often one address may ask: so often that nobody notices, and not so often that others do."""

from __future__ import annotations

import time
from collections.abc import Callable

MAX_ADDRESSES = 10_000


class RateLimit:
    """A bucket of requests for each address, which fills up again with time (a token bucket).

    Args:
        burst: Requests that may come at once.
        each_second: Requests that come back each second.
        clock: The time in seconds.
    """

    def __init__(self, burst: float = 60, each_second: float = 20, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._rate, self._clock = burst, each_second, clock
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, address: str) -> float:
        """Take one request; seconds until there is one, or 0 where it was taken."""
        now = self._clock()
        left, since = self._left.get(address, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        if len(self._left) >= MAX_ADDRESSES and address not in self._left:
            self._left.clear()
        self._left[address] = (left - 1 if left >= 1 else left, now)
        return 0.0 if left >= 1 else (1 - left) / self._rate
