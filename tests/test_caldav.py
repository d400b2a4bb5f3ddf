"""CalDAV accounts from feeds.yaml to the published feed, against the fake server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calsieve import wiring
from calsieve.cli import sample
from calsieve.cli.refresh import refresh_all
from calsieve.config import load
from calsieve.models import Feed, Status
from tests.adapters.caldav_server import PASSWORD, USER, CalDavServer, Calendar, Reply, event, filled, when

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)
SAMPLE = sample.calendar(sample.FAMILY, NOW.date())


def feed(url: str, *more: str) -> Feed:
    """Return a feed of the account at ``url``."""
    keys = "\n".join(f"      {line}" for line in (f"url: {url}", f"user: {USER}", "secret: env:PASSWORD", *more))
    return load(f"feeds:\n  - name: home\n    sources:\n    - caldav: generic\n{keys}\n").feeds[0]


@pytest.fixture
def target(tmp_path: Path) -> wiring.Target:
    environ = {"HOME": str(tmp_path), "PASSWORD": PASSWORD}
    return wiring.target(str(tmp_path / "public"), str(tmp_path / "state"), environ)


def files(folder: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def calendars(folder: Path) -> Mapping[str, bytes]:
    return {path: body for path, body in files(folder).items() if ".ics" in path}


def items(calendar: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield an item for each UID of a calendar, with all its time zones, as a server would hold it."""
    head, *events = re.split(rb"(?=^BEGIN:VEVENT\r\n)", calendar.removesuffix(b"END:VCALENDAR\r\n"), flags=re.MULTILINE)
    heading = re.sub(rb"^(X-WR-[A-Z]+|METHOD):.*\r\n", b"", head, flags=re.MULTILINE)
    series: dict[bytes, bytes] = {}
    for text in events:
        uid = re.findall(rb"^UID:(.*)\r\n", text, re.MULTILINE)[0]
        series[uid] = series.get(uid, b"") + text
    for uid, text in series.items():
        yield f"{uid.decode()}.ics", heading + text + b"END:VCALENDAR\r\n"


def test_the_feed_of_an_account_is_that_of_the_same_calendar_in_one_file(tmp_path: Path, target: wiring.Target) -> None:
    zone = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n"
    (tmp_path / "whole.ics").write_bytes(SAMPLE)
    (whole,) = load(f"feeds: [{{name: home, sources: ['{(tmp_path / 'whole.ics').as_uri()}']}}]").feeds
    target.refresh(whole, NOW)
    expected = files(tmp_path / "public")
    other = wiring.target(str(tmp_path / "other"), str(tmp_path / "state"), {"PASSWORD": PASSWORD})
    with CalDavServer(home=Calendar("Family", "", items=dict(items(SAMPLE)), timezone=zone)) as server:
        outcome = other.refresh(feed(server.url()), NOW)
        assert outcome.status is Status.PUBLISHED
        assert outcome.report
        assert outcome.report.events_in > 1400
        assert len(server.calendars["home"].items) > 1000
    assert files(tmp_path / "other") == expected


def test_nothing_new_is_one_request_and_leaves_all_as_it_is(tmp_path: Path, target: wiring.Target) -> None:
    with CalDavServer(home=filled(300)) as server:
        assert target.refresh(feed(server.url()), NOW).status is Status.PUBLISHED
        before = files(tmp_path)
        server.asked.clear()
        assert target.refresh(feed(server.url()), NOW + timedelta(hours=1)).status is Status.UNCHANGED
        assert server.questions == ["propfind"]
        assert files(tmp_path) == before


def test_a_change_is_published(tmp_path: Path, target: wiring.Target) -> None:
    with CalDavServer(home=filled(30)) as server:
        target.refresh(feed(server.url()), NOW)
        server.calendars["home"].put("e0003.ics", event("e0003", "LOCATION:elsewhere"))
        assert target.refresh(feed(server.url()), NOW).status is Status.PUBLISHED
        assert any(b"LOCATION:elsewhere" in body for body in files(tmp_path / "public").values())


def test_a_dry_run_remembers_nothing_and_tells_the_same(tmp_path: Path, target: wiring.Target) -> None:
    with CalDavServer(home=filled(300)) as server:
        outcome = target.refresh(feed(server.url()), NOW, dry_run=True)
        assert outcome.status is Status.PUBLISHED
        assert outcome.report
        assert outcome.report.events_in == 300
        assert not (tmp_path / "state").exists()
        target.refresh(feed(server.url()), NOW)
        before = files(tmp_path)
        server.calendars["home"].put("new.ics", event("new"))
        assert target.refresh(feed(server.url()), NOW, dry_run=True).status is Status.PUBLISHED
        assert files(tmp_path) == before


def test_feeds_that_share_an_account_read_it_once(target: wiring.Target) -> None:
    with CalDavServer(home=filled(900)) as server:
        feeds = [replace(feed(server.url()), name=f"home-{number}") for number in range(4)]
        outcomes = refresh_all(feeds, target, NOW, dry_run=False)
        assert [outcome.status for outcome in outcomes] == [Status.PUBLISHED] * 4
        assert server.questions.count("calendar-multiget") == 5


def test_yesterdays_feed_stays_when_the_account_can_not_be_read(tmp_path: Path, target: wiring.Target) -> None:
    with CalDavServer(home=filled(30)) as server:
        target.refresh(feed(server.url()), NOW)
        before = calendars(tmp_path / "public")
        server.faults.append(when("propfind", Reply(403)))
        outcome = target.refresh(feed(server.url()), NOW)
        assert outcome.status is Status.FAILED
        assert "source-1: answered with status 403: forbids it: check its credentials" in outcome.problems[0]
        assert calendars(tmp_path / "public") == before


def test_a_half_read_account_is_not_published_but_gone_on_with(tmp_path: Path, target: wiring.Target) -> None:
    with CalDavServer(home=filled(500)) as server:
        multigets = iter([None, Reply(401)])
        server.faults.append(lambda asked: next(multigets, None) if asked.report == "calendar-multiget" else None)
        assert target.refresh(feed(server.url()), NOW).status is Status.FAILED
        assert not (tmp_path / "public").exists()
        server.asked.clear()
        outcome = target.refresh(feed(server.url()), NOW)
        assert outcome.report
        assert outcome.report.events_in == 500
        assert server.questions.count("calendar-multiget") == 2


def test_an_account_that_was_emptied_is_not_believed(tmp_path: Path, target: wiring.Target) -> None:
    with CalDavServer(home=filled(30)) as server:
        target.refresh(feed(server.url()), NOW)
        for name in list(server.calendars["home"].items):
            server.calendars["home"].delete(name)
        outcome = target.refresh(feed(server.url()), NOW)
        assert outcome.status is Status.FAILED
        assert "it came back empty" in outcome.problems[0]


def test_a_calendar_of_several_that_is_not_listed_for_a_while_stays_in_the_feed(
    tmp_path: Path, target: wiring.Target
) -> None:
    with CalDavServer(home=filled(3), work=Calendar("Work", items={"w.ics": event("w")})) as server:
        target.refresh(feed(server.url()), NOW)
        before, work = calendars(tmp_path / "public"), server.calendars.pop("work")
        outcome = target.refresh(feed(server.url()), NOW)
        assert outcome.status is Status.FAILED
        assert "source-1: 1 of its 2 calendars is not listed: held back" in outcome.problems[0]
        assert calendars(tmp_path / "public") == before
        server.calendars["work"] = work
        assert target.refresh(feed(server.url()), NOW).problems == ()
        # What feeds.yaml does not ask for any more is no loss.
        chosen = target.refresh(feed(server.url(), "calendars: [Work]"), NOW)
        assert (chosen.status, chosen.problems) == (Status.PUBLISHED, ())


def test_the_state_holds_neither_user_nor_password(tmp_path: Path, target: wiring.Target) -> None:
    with CalDavServer(home=filled(3)) as server:
        target.refresh(feed(server.url()), NOW)
    held = files(tmp_path / "state")
    assert sum(name.startswith("mirrors/") for name in held) == 2
    for name, body in held.items():
        assert PASSWORD.encode() not in body
        assert USER.encode() not in body
        assert "jane" not in name
