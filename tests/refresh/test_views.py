"""Several files from one fetch."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calsieve.adapters.memory import MemoryPublisher
from calsieve.errors import PublishError
from calsieve.models import Client, Document, Fetched, Finding, Level, Policy, Span, Status, Stored, View, WindowPolicy
from calsieve.refresh import incoming, outgoing
from tests.refresh.kit import ETAG, KEY, NOW, WORK, World, calendar, down, fetched, no_cleaning, team, unchanged

WIDE = View("team-wide", Policy(title="Wide", window=WindowPolicy(back=Span(days=9000))))
NAMED = View("team-named", Policy(title="Named"))
OLD = Fetched(body=calendar("Standup").replace(b"END:VCALENDAR", calendar("Old", day="20200101")[50:]), validators=ETAG)


@pytest.fixture
def world() -> World:
    """A feed with two views, one of which shows more; published once."""
    world = World(team(WORK, views=(WIDE, NAMED)), work=OLD)
    assert world.run().status is Status.PUBLISHED
    return world


def test_each_view_is_a_file_of_its_own_from_one_fetch(world: World) -> None:
    assert len(world.fetcher.given) == 1
    assert world.titles == world.titles_of("team-named") == {"Standup"}
    assert world.titles_of("team-wide") == {"Standup", "Old"}
    assert "NAME:Wide" in world.file("team-wide")
    assert len({KEY.place(name, NOW).stem.split("/")[0] for name in world.feed.names}) == 3


def test_the_outcome_tells_of_each_file_in_their_order() -> None:
    outcome = World(team(WORK, views=(WIDE, NAMED)), work=OLD).run()
    assert [file.name for file in outcome.files] == ["team", "team-wide", "team-named"]
    assert [file.path for file in outcome.files] == [KEY.place(file.name, NOW).path for file in outcome.files]
    assert [file.report.events_out for file in outcome.files if file.report] == [1, 2, 1]
    assert (outcome.path, outcome.report) == (outcome.files[0].path, outcome.files[0].report)


def test_a_source_is_read_once_for_all_that_need_the_same_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    readings: list[str] = []
    real = incoming.read
    monkeypatch.setattr(incoming, "read", lambda name, *more: readings.append(name) or real(name, *more))
    world = World(team(WORK, views=(WIDE, NAMED)), work=OLD)
    world.run()
    assert readings == [WORK] * 2
    world.feed = team(WORK, views=(WIDE, NAMED), title="Squad")
    world.run()
    assert readings == [WORK] * 3  # the views stay


def test_nothing_new_costs_no_cleaning(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "compose", no_cleaning)
    monkeypatch.setattr(incoming, "read", no_cleaning)
    before = world.writes
    assert world.run(now=NOW + timedelta(hours=1)) == unchanged(world)
    assert world.writes == before


def test_a_new_view_leaves_the_others_as_they_are(world: World) -> None:
    before = dict(world.publisher.files)
    added = View("team-more", Policy(title="More"))
    world.feed = replace(world.feed, views=(*world.feed.views, added))
    outcome = world.run()
    assert [file.status for file in outcome.files] == [*[Status.UNCHANGED] * 3, Status.PUBLISHED]
    assert outcome.status is Status.PUBLISHED
    assert before.items() <= world.publisher.files.items()
    assert world.titles_of("team-more") == {"Standup"}


def test_a_deleted_view_is_published_again_and_nothing_else_is(world: World) -> None:
    before = dict(world.publisher.files)
    world.lose(KEY.place("team-wide", NOW).path)
    statuses = [file.status for file in world.run().files]
    assert statuses == [Status.UNCHANGED, Status.PUBLISHED, Status.UNCHANGED]
    assert world.publisher.files == before


def test_a_source_that_fails_is_stood_in_for_in_all_views(world: World) -> None:
    world.feed = replace(world.feed, sources=(*world.feed.sources, team("home").sources[0]))
    world.run(home=fetched("Dinner"))
    outcome = world.run(work=down(WORK), home=fetched("Cinema"))
    assert outcome.problems == ("work: it does not answer",)
    assert world.titles_of("team-named") == {"Standup", "Cinema"}
    assert world.titles_of("team-wide") == {"Standup", "Old", "Cinema"}


# ── one that fails ──


class Full(MemoryPublisher):
    """Has no room for one path."""

    path = KEY.place("team", NOW).path

    def write(self, path: str, document: Document, *, replaces: Stored | None) -> str:
        if path == self.path:
            raise PublishError("the disk is full")
        return super().write(path, document, replaces=replaces)


def test_a_file_that_fails_does_not_stop_the_others(world: World) -> None:
    before = world.file()
    files, world.publisher = world.publisher.files, Full()
    world.publisher.files = files
    outcome = world.run(work=fetched("Review"))
    assert [file.status for file in outcome.files] == [Status.FAILED, Status.PUBLISHED, Status.PUBLISHED]
    assert (outcome.status, outcome.problems) == (Status.FAILED, ("the disk is full",))
    assert world.file() == before
    assert world.titles_of("team-named") == {"Review"}
    world.publisher = MemoryPublisher()
    world.publisher.files = files
    outcome = world.run()
    assert [file.status for file in outcome.files] == [Status.PUBLISHED, Status.UNCHANGED, Status.UNCHANGED]
    assert world.titles == {"Review"}


def refusing(title: bytes) -> object:
    """Return a linter that finds a client would drop what has this title."""

    def findings(body: bytes) -> list[Finding]:
        hint = Finding("long", Level.WARNING, (Client.APPLE,), 3, "it is long: shorten it")
        error = Finding("bad", Level.ERROR, (Client.GOOGLE, Client.OUTLOOK), 7, "a bad line: mend it")
        return [hint, error] if title in body else [hint]

    return findings


def test_what_a_client_would_drop_is_not_published(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "findings", refusing(b"NAME:Named"))
    before = world.file("team-named")
    outcome = world.run(work=fetched("Review"))
    assert [file.status for file in outcome.files] == [Status.PUBLISHED, Status.PUBLISHED, Status.FAILED]
    (problem,) = outcome.problems
    assert problem == "team-named: not published, as google, outlook would refuse it: line 7: a bad line: mend it"
    assert world.file("team-named") == before
    writes = world.writes
    assert world.run().problems == (problem,)  # told each time, but written once
    assert world.writes == writes
    monkeypatch.undo()
    assert [file.status for file in world.run().files] == [Status.UNCHANGED, Status.UNCHANGED, Status.PUBLISHED]
    assert world.titles_of("team-named") == {"Review"}


def test_warnings_keep_nothing_from_being_published(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "findings", refusing(b"nothing has this"))
    assert world.run(work=fetched("Review")).problems == ()
