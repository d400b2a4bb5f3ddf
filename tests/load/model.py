"""What a deployed stack costs a month, and what it does at the same time, by counts that tests hold.

    python -m tests.load.model        prints the tables of docs/scale.md

Prices are AWS' list prices of us-east-1 in US dollars without tax, as noted on 2026-11-25 from the pricing pages of the
services (aws.amazon.com/lambda/pricing and so on). ``free`` is what each account has every month for good; what is
free in a first year only is left out.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

# ── prices: (dollars, what is free every month) a unit ──


class Price(NamedTuple):
    each: float
    free: float = 0


PRICES = {
    "S3 reads": Price(0.0004 / 1000),  # GET, HEAD
    "S3 writes": Price(0.005 / 1000),  # PUT, LIST
    "S3 GB-months": Price(0.023),
    "SQS requests": Price(0.40 / 1e6, 1e6),
    "Lambda requests": Price(0.20 / 1e6, 1e6),
    "Lambda GB-s": Price(0.0000133334, 400_000),  # arm64, the first 7.5 billion
    "log GB": Price(0.50, 5),
    "schedules": Price(1.00 / 1e6, 14e6),
    "alarms": Price(0.10, 10),
    "metrics": Price(0.30, 10),
    "dashboards": Price(3.00, 3),
    "CDN requests": Price(0.01 / 10_000, 10e6),
    "CDN GB": Price(0.085, 1000),
}

# ── what is done, counted by tests/load/test_unchanged.py ──


class Requests(NamedTuple):
    """What one refresh of a feed with one source and one file asks for."""

    upstream: int
    reads: int
    writes: int


UNCHANGED = Requests(upstream=1, reads=3, writes=0)
CHANGED = Requests(upstream=1, reads=8, writes=5)
DAILY = Requests(upstream=1, reads=9, writes=2)  # without news, but the page gets another date
VIEW_READS = 2  # more for each view of a feed of which nothing is new: its file and its twin are looked at

# ── what is assumed ──

DAYS = 30
CHANGES = 3  # of what a feed publishes, a day
WAITING = 0.4  # seconds that a refresh waits: 0.3 for the upstream, 4 × 25 ms for S3
UNCHANGED_CPU, CHANGED_CPU = 0.02, 0.3  # seconds of a whole processor, which is 1,769 MB; TLS included
WHOLE_PROCESSOR = 1769
REFRESH_MB, DISPATCH_MB, OVERVIEW_MB = 1024, 512, 512
DISPATCH_SECONDS = 0.2  # of a whole processor a tick; what each feed and each message adds; a feed when it is read
DISPATCH_PER_FEED, DISPATCH_PER_MESSAGE, PARSE_PER_FEED = 0.000004, 0.00011, 0.00012
READINGS = 6  # of the whole configuration, a day
OVERVIEW_PER_FEED = 0.03  # seconds; one history each
LINE_KB = 1.1  # that a refresh logs: its own line, its metrics, Lambda's three lines
POLLS = 5 * 3 * 60 * 24 * DAYS  # of an idle queue: five pollers, each asking for 20 seconds
TICK_MINUTES = 5
ALARMS, METRICS, DASHBOARDS = 9, 10, 1  # metrics that get a value every hour
READERS = 2  # phones a feed, each asking once an hour, one in ten for a new file
FILE_KB, STATE_KB = 12, 40  # packed


class Load(NamedTuple):
    """How many feeds, and how often each is refreshed."""

    feeds: int
    minutes: int

    @property
    def refreshes(self) -> float:
        """In a month."""
        return self.feeds * DAYS * 24 * 60 / self.minutes

    @property
    def kinds(self) -> dict[Requests, float]:
        """The same, by what they do."""
        daily, changed = self.feeds * DAYS, self.feeds * DAYS * CHANGES
        return {UNCHANGED: self.refreshes - daily - changed, DAILY: daily, CHANGED: changed}

    @property
    def seconds(self) -> float:
        """How long all refreshes of a month take."""
        cpu = {UNCHANGED: UNCHANGED_CPU, DAILY: CHANGED_CPU, CHANGED: CHANGED_CPU}
        slowed = max(1, WHOLE_PROCESSOR / REFRESH_MB)
        return sum(count * (WAITING + cpu[kind] * slowed) for kind, count in self.kinds.items())

    @property
    def sent(self) -> float:
        """How many messages a tick sends."""
        return self.feeds * min(1, TICK_MINUTES / self.minutes)

    @property
    def dispatch_seconds(self) -> float:
        """How long a tick's dispatch takes."""
        reading = self.feeds * PARSE_PER_FEED * READINGS / (24 * 60 / TICK_MINUTES)
        cpu = DISPATCH_SECONDS + self.feeds * DISPATCH_PER_FEED + self.sent * DISPATCH_PER_MESSAGE + reading
        return cpu * max(1, WHOLE_PROCESSOR / DISPATCH_MB)


LOADS = (Load(10, 60), Load(100, 15), Load(1_000, 15), Load(10_000, 60), Load(100_000, 60), Load(1_000_000, 60))


def amounts(load: Load) -> dict[str, float]:
    """Return how much of each thing that has a price a month takes."""
    ticks, hours = DAYS * 24 * 60 / TICK_MINUTES, DAYS * 24
    asked = load.feeds * READERS * hours
    refreshing = load.seconds * (REFRESH_MB / 1024)
    dispatching = ticks * load.dispatch_seconds * (DISPATCH_MB / 1024)
    overseeing = hours * load.feeds * OVERVIEW_PER_FEED * (OVERVIEW_MB / 1024)
    reads, writes = (
        sum(getattr(kind, what) * count for kind, count in load.kinds.items()) for what in ("reads", "writes")
    )
    return {
        "S3 reads": reads + asked + hours * load.feeds,
        # listings cost as much: two a tick, and one an hour for each 1,000 feeds, of what is remembered
        "S3 writes": writes + hours + 2 * ticks + hours * ceil(load.feeds / 1_000),
        "S3 GB-months": load.feeds * (2 * FILE_KB + STATE_KB) / 1e6,
        "SQS requests": load.refreshes * 2.1 + POLLS,
        "Lambda requests": load.refreshes + ticks + hours,
        "Lambda GB-s": refreshing + dispatching + overseeing,
        "log GB": (load.refreshes + ticks + hours) * LINE_KB / 1e6,
        "schedules": ticks + hours,
        "alarms": ALARMS,
        "metrics": METRICS,
        "dashboards": DASHBOARDS,
        "CDN requests": asked,
        "CDN GB": asked / 10 * FILE_KB / 1e6,
    }


def dollars(load: Load, *, free: bool = True) -> float:
    """Return what a month costs, with or without what is always free."""
    return sum(PRICES[name].each * max(0, much - free * PRICES[name].free) for name, much in amounts(load).items())


def concurrency(load: Load) -> float:
    """Return how many refreshes run at the same time on average."""
    return load.seconds / (DAYS * 24 * 3600)


# ── as docs/scale.md shows it ──


def tables() -> str:
    """Return the two tables in Markdown."""
    return f"{_costs()}\n\n{_parts(Load(100, 15))}\n"


def _costs() -> str:
    head = "| feeds | every | refreshes a month | at the same time | $ a month | without what is always free |"
    rows = [
        f"| {load.feeds:,} | {load.minutes} min | {load.refreshes:,.0f} | {concurrency(load):,.1f} | "
        f"{dollars(load):,.2f} | {dollars(load, free=False):,.2f} |"
        for load in LOADS
    ]
    return "\n".join([head, "|--:|--:|--:|--:|--:|--:|", *rows])


def _parts(load: Load) -> str:
    head = f"| {load.feeds} feeds every {load.minutes} minutes | a month | always free | $ | $ without that |"
    rows = [
        f"| {name} | {_figure(much)} | {_figure(price.free)} | {max(0, much - price.free) * price.each:.2f} | "
        f"{much * price.each:.2f} |"
        for name, much in amounts(load).items()
        for price in [PRICES[name]]
    ]
    total = f"| **together** | | | **{dollars(load):.2f}** | **{dollars(load, free=False):.2f}** |"
    return "\n".join([head, "|---|--:|--:|--:|--:|", *rows, total])


def _figure(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 or number == 0 else f"{number:.2f}"


if __name__ == "__main__":
    print(tables(), end="")
