"""How often somebody may be wrong about a password: whoever guesses has to wait."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

MOST, SECONDS = 10, 300.0
# Of so many callers it is remembered; more than that at once are guessing, and the oldest are forgotten.
_CALLERS = 10_000


class TooManyAttempts(Exception):
    """Somebody has been wrong too often; `seconds` says after how long they may try again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many wrong passwords: try again in {max(1, round(seconds))} s")
        self.seconds = seconds


class Attempts:
    """The wrong attempts of each caller in the last `seconds`; after `most` of them the caller has to wait.

    A caller is an address and a name, so that nobody can lock somebody out from elsewhere. Each process of a server
    counts by itself. Safe for use by many threads.
    """

    def __init__(self, most: int = MOST, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._wrong: OrderedDict[tuple[str | None, str], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, address: str | None, name: str) -> None:
        """Raises TooManyAttempts where that caller has to wait."""
        with self._lock:
            wrong, now = self._wrong.get((address, name)), self._clock()
            while wrong and wrong[0] <= now - self._seconds:
                wrong.popleft()
            if wrong and len(wrong) >= self._most:
                raise TooManyAttempts(wrong[0] + self._seconds - now)

    def wrong(self, address: str | None, name: str) -> None:
        """Count a wrong attempt."""
        with self._lock:
            found = self._wrong.setdefault((address, name), deque(maxlen=self._most))
            found.append(self._clock())
            self._wrong.move_to_end((address, name))
            if len(self._wrong) > _CALLERS:
                self._wrong.popitem(last=False)

    def right(self, address: str | None, name: str) -> None:
        """Forget the wrong attempts of a caller who has shown who they are."""
        with self._lock:
            self._wrong.pop((address, name), None)
