"""How feeds are, by what is remembered of their days, and the operator's page of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calsieve.adapters.memory import MemoryPublisher, MemoryStateStore
from calsieve.history import encode_history, history_key
from calsieve.models import Failing, Feed, HistoryEntry, Noteworthy, Policy, Secret, Source, View
from calsieve.overview import MOST_FEEDS, Standing, oldest_failure, publish_overview, standings, unconfigured
from calsieve.pages.style import stylesheet
from calsieve.paths import OPERATOR, PathKey

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = PathKey(bytes(32))
PUBLISHED, FAILED, RECOVERED = Noteworthy


def feed(name: str, **more: Any) -> Feed:
    source = Source(name="a", url=Secret("literal", "https://upstream.example/s3cret.ics"))
    return Feed(**{"name": name, "sources": (source,), "policy": Policy()} | more)


def entry(kind: Noteworthy, at: datetime, *failing: datetime, **more: Any) -> HistoryEntry:
    sources = tuple(Failing(f"source-{n}", "it answered 503", since) for n, since in enumerate(failing))
    return HistoryEntry(at=at, kind=kind, failing=sources, **more)


def standing(*history: HistoryEntry, name: str = "family") -> Standing:
    return Standing(feed(name), history)


# ── how a feed is ──


def test_what_is_remembered_is_found_in_the_order_of_the_feeds() -> None:
    state = MemoryStateStore()
    history = (entry(PUBLISHED, NOW - DAY), entry(PUBLISHED, NOW))
    state.save(history_key("b"), encode_history(history), replaces=None)
    state.save(history_key("damaged"), b"calsieve-history 1\nnonsense", replaces=None)
    found = standings([feed("a"), feed("b"), feed("damaged")], state)
    assert [(one.feed.name, one.history) for one in found] == [("a", ()), ("b", history), ("damaged", ())]


def test_feeds_that_were_published_and_are_not_configured_any_more_are_found() -> None:
    state = MemoryStateStore()
    for key in ("feeds/old", "feeds/a", "feeds/club", history_key("never-published")):
        state.save(key, b"", replaces=None)
    assert unconfigured([feed("a"), feed("new")], state) == ["club", "old"]


def test_a_feed_that_was_not_refreshed_so_far_is_not_in_trouble() -> None:
    assert (standing().last, standing().published, standing().troubled_since) == (None, None, None)


@pytest.mark.parametrize(
    ("history", "since"),
    [
        ([entry(PUBLISHED, NOW)], None),
        ([entry(FAILED, NOW - DAY, NOW - DAY), entry(RECOVERED, NOW)], None),
        # a source fails, and the others go on
        ([entry(PUBLISHED, NOW - DAY, NOW - 3 * DAY), entry(PUBLISHED, NOW, NOW - 3 * DAY, NOW)], NOW - 3 * DAY),
        # nothing could be published, and no source is to blame
        ([entry(PUBLISHED, NOW - DAY), entry(FAILED, NOW - 2 * HOUR), entry(FAILED, NOW)], NOW - 2 * HOUR),
        ([entry(FAILED, NOW - DAY), entry(RECOVERED, NOW - HOUR), entry(FAILED, NOW)], NOW),
        ([entry(FAILED, NOW - HOUR)], NOW - HOUR),
    ],
)
def test_trouble_counts_from_its_beginning(history: list[HistoryEntry], since: datetime | None) -> None:
    assert standing(*history).troubled_since == since


def test_the_last_change_is_found_behind_failures() -> None:
    changed = entry(PUBLISHED, NOW - DAY, events_out=7)
    assert standing(entry(PUBLISHED, NOW - 2 * DAY), changed, entry(FAILED, NOW)).published == changed


def test_the_oldest_failure_is_measured() -> None:
    bad = [standing(entry(FAILED, NOW, NOW - hours * HOUR)) for hours in (3, 30, 5)]
    assert oldest_failure([standing(), *bad], NOW) == 30 * HOUR
    assert oldest_failure([standing(), standing(entry(PUBLISHED, NOW))], NOW) == timedelta()


# ── the page ──


def test_the_page_lies_at_a_secret_path_with_its_stylesheet() -> None:
    publisher = MemoryPublisher()
    path = publish_overview([standing(entry(PUBLISHED, NOW))], KEY, publisher, NOW)
    secret, name = path.split("/")
    assert len(secret) == 32
    assert name == f"{OPERATOR}.html"
    assert publisher.files[stylesheet().path] == stylesheet().body
    assert f'href="../{stylesheet().path}"'.encode() in publisher.files[path]


def test_the_page_leads_to_every_page_and_shows_no_upstream() -> None:
    views = (View("family-busy", Policy(title="Only busy")),)
    feeds = [
        Standing(feed("family", policy=Policy(title="Family"), views=views), (entry(PUBLISHED, NOW),)),
        Standing(feed("plain", page=False), (entry(FAILED, NOW, NOW),)),
    ]
    publisher = MemoryPublisher()
    page = publisher.files[publish_overview(feeds, KEY, publisher, NOW)].decode()
    for name, suffix in (("family", ".html"), ("family-busy", ".html"), ("plain", ".ics")):
        assert f'href="../{KEY.place(name, NOW).stem}{suffix}"' in page
    assert "Only busy" in page
    assert "it answered 503" in page
    assert "upstream.example" not in page


def test_an_unchanged_page_is_not_written_again() -> None:
    writes: list[str] = []

    class Counting(MemoryPublisher):
        def write(self, path: str, *rest: Any, **more: Any) -> str:
            writes.append(path)
            return super().write(path, *rest, **more)

    publisher = Counting()
    feeds = [standing(entry(PUBLISHED, NOW))]
    path = publish_overview(feeds, KEY, publisher, NOW)
    publish_overview(feeds, KEY, publisher, NOW)
    assert sorted(writes) == sorted([path, stylesheet().path])
    publish_overview(feeds, KEY, publisher, NOW + HOUR)
    assert writes[-1] == path


def test_somebody_else_may_write_at_the_same_time() -> None:
    class Overtaken(MemoryPublisher):
        def read(self, path: str) -> None:
            return None

    publisher = Overtaken()
    publish_overview([standing()], KEY, publisher, NOW)
    before = dict(publisher.files)
    publish_overview([standing(entry(FAILED, NOW))], KEY, publisher, NOW)
    assert publisher.files == before


def test_a_rotated_page_is_served_at_both_paths_until_the_first_ends() -> None:
    publisher = MemoryPublisher()
    first = publish_overview([standing()], KEY, publisher, NOW)
    rotated = KEY.rotated(OPERATOR, NOW + DAY)
    second = publish_overview([standing(entry(PUBLISHED, NOW))], rotated, publisher, NOW + HOUR)
    assert first != second
    assert publisher.files[first] == publisher.files[second]
    assert publish_overview([standing()], rotated, publisher, NOW + DAY) == second
    assert publisher.read(first) is None
    assert publisher.read(second)


def test_the_zone_is_that_of_the_first_feed_that_has_one() -> None:
    feeds = [standing(), Standing(feed("b", policy=Policy(timezone="Asia/Tokyo")), ())]
    publisher = MemoryPublisher()
    assert b"Asia/Tokyo" in publisher.files[publish_overview(feeds, KEY, publisher, NOW)]
    assert b"UTC" in publisher.files[publish_overview(feeds[:1], KEY, publisher, NOW)]


def test_of_very_many_feeds_those_in_trouble_are_shown() -> None:
    good = [standing(entry(PUBLISHED, NOW), name=f"good-{n}") for n in range(MOST_FEEDS)]
    bad = standing(*(entry(FAILED, NOW - n * HOUR, NOW - DAY) for n in range(60, 0, -1)), name="bad-one")
    publisher = MemoryPublisher()
    page = publisher.files[publish_overview([*good, bad], KEY, publisher, NOW)].decode()
    assert "bad-one" in page
    assert f"{MOST_FEEDS:,} of {MOST_FEEDS + 1:,} feeds" in page
    assert "good-0" in page
    assert f"good-{MOST_FEEDS - 1}" not in page
    assert page.count("it answered 503") < 10  # of 60 entries the last few
