"""What the tests of the HTTP source share: a clock that only sleep moves, and a fetcher to hand."""

from __future__ import annotations

from calsieve.adapters.http import HttpFetcher, Limits
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.models import Fetched, NotModified, Source, Validators

USUAL = Limits()
UNCONDITIONAL = Validators()


class Timepiece:
    """A clock that stands still but for what is slept, and remembers the pauses."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def fetcher(
    limits: Limits = USUAL,
    time: Timepiece | None = None,
    *,
    allow_private: bool = True,
    ca: str | None = None,
) -> HttpFetcher:
    time = time or Timepiece()
    return HttpFetcher(
        EnvironmentSecrets({}),
        limits,
        allow_private=allow_private,
        ca_bundle=ca,
        clock=time.clock,
        sleep=time.sleep,
    )


def fetch(source: Source, limits: Limits = USUAL, validators: Validators = UNCONDITIONAL) -> Fetched | NotModified:
    return fetcher(limits).fetch(source, validators)


def body_of(source: Source, limits: Limits = USUAL) -> bytes:
    result = fetch(source, limits)
    assert isinstance(result, Fetched)
    return result.body
