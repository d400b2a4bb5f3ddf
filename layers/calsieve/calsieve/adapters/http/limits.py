"""How much an upstream may cost: bytes, seconds, redirects, tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Limits(NamedTuple):
    """Bounds for one fetch; ``total_seconds`` holds for all its tries, redirects and pauses together.

    ``max_bytes`` counts after decompression. ``connect_seconds`` is per address, ``read_seconds`` per
    silence on the line. The first pause is ``pause_seconds`` long, each further one twice the last.
    """

    max_bytes: int = 100_000_000
    total_seconds: float = 60
    connect_seconds: float = 10
    read_seconds: float = 20
    max_redirects: int = 5
    tries: int = 3
    pause_seconds: float = 1


DEFAULT_LIMITS = Limits()


class Deadline:
    """A moment by which everything has to be over, on an injected monotonic clock."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Return the seconds left; zero or less once it has passed."""
        return self._end - self._clock()

    def within(self, most: float | None) -> float:
        """Return ``most``, or what is left if that is less. Raises TimeoutError once nothing is left.

        Never returns zero: to a socket that would mean "do not block".
        """
        left = self.left()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left if most is None else min(most, left)
