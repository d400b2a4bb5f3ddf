"""Trying again what may pass, and foreign errors put into our words: the same for all that is asked by HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from calsieve.adapters.http import answers
from calsieve.errors import UpstreamUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from calsieve.adapters.http.limits import Deadline, Limits

Result = TypeVar("Result")


def patiently(
    source: str, attempt: Callable[[], Result], limits: Limits, deadline: Deadline, sleep: Callable[[float], None]
) -> Result:
    """Return what ``attempt`` returns; call it again after UpstreamUnavailable, as long as ``limits`` allow.

    Waits longer where the upstream asks for it, and not at all where the wait would pass the deadline.
    Raises SourceErrors only; none of them carries a foreign exception that could quote an address.
    """
    tried = 0
    while True:
        try:
            return _translated(source, attempt, limits, deadline)
        except UpstreamUnavailable as error:
            setback = error
        tried += 1
        pause = limits.pause_seconds * 2 ** (tried - 1)
        if isinstance(setback, answers.AskedToWait):
            pause = max(pause, setback.seconds)
        if tried >= limits.tries or pause >= deadline.left():
            raise setback
        sleep(pause)


def _translated(source: str, attempt: Callable[[], Result], limits: Limits, deadline: Deadline) -> Result:
    try:
        return attempt()
    except answers.FOREIGN as error:
        problem = answers.translated(source, error)
    if deadline.left() <= 0:
        problem = UpstreamUnavailable(source, f"was not done within {limits.total_seconds:g} seconds")
    raise problem  # not inside the except clause: there it would take the foreign text along
