"""What a calendar says itself when its sources fail for long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calsieve.models import Notices, NotModified, Policy, Show, Status, View
from tests.refresh.kit import HOME, NOW, WORK, World, down, fetched, team, unchanged
from tests.refresh.test_guard import EMPTY

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SAYS = "This calendar is stale since 13 May 2026"


def stale(*names: str, **more: object) -> World:
    feed = replace(team(*names, timezone="Europe/Berlin"), stale_notice=2 * DAY, **more)  # type: ignore[arg-type]
    answers = {WORK: fetched("Standup"), HOME: fetched("Dinner")}
    world = World(feed, **{name: answers[name] for name in names})
    world.run()
    return world


def test_a_calendar_says_so_when_its_only_source_has_failed_for_long() -> None:
    world = stale(WORK)
    world.run(work=down(WORK))
    outcome = world.run(now=NOW + 2 * DAY - HOUR)
    assert (outcome.status, world.titles) == (Status.FAILED, {"Standup"})
    outcome = world.run(now=NOW + 2 * DAY)
    assert outcome.status is Status.FAILED
    assert outcome.files[0].status is Status.PUBLISHED
    assert world.titles == {"Standup", f"{SAYS}: work"}
    assert "DTSTART;VALUE=DATE:20260515" in world.file()


def test_it_changes_once_a_day_by_the_feeds_clock() -> None:
    world = stale(WORK)
    world.run(work=down(WORK))
    world.run(now=NOW + 2 * DAY)
    writes = world.writes
    late = NOW + 2 * DAY + timedelta(hours=9, minutes=59)  # one minute before midnight in Berlin
    assert world.run(now=late).files[0].status is Status.UNCHANGED
    assert world.writes == writes
    world.run(now=late + timedelta(minutes=1))
    assert "DTSTART;VALUE=DATE:20260516" in world.file()
    assert world.file().count("UID:calsieve-stale") == 1


@pytest.mark.parametrize("answer", [fetched("Standup"), NotModified()])
def test_it_goes_when_the_source_is_fresh_and_all_is_as_before(answer: object) -> None:
    world = stale(WORK)
    before = world.file()
    world.run(work=down(WORK))
    world.run(now=NOW + 2 * DAY)
    outcome = world.run(work=answer, now=NOW + 2 * DAY + HOUR)  # type: ignore[arg-type]
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    assert world.file() == before
    assert world.run(now=NOW + 2 * DAY + HOUR) == unchanged(world)


def test_of_several_sources_those_are_named_that_have_failed_for_so_long() -> None:
    world = stale(WORK, HOME)
    world.run(work=down(WORK))
    world.run(home=down(HOME), now=NOW + 2 * DAY)
    assert world.titles == {"Standup", "Dinner", f"{SAYS}: work"}
    world.run(now=NOW + 4 * DAY)
    assert world.titles == {"Standup", "Dinner", f"{SAYS}: work\\, home"}
    world.run(work=fetched("Standup"), now=NOW + 4 * DAY + HOUR)
    assert world.titles == {"Standup", "Dinner", "This calendar is stale since 15 May 2026: home"}


def test_what_is_held_back_for_so_long_is_stale_too() -> None:
    world = stale(WORK)
    world.feed = replace(world.feed, stale_notice=6 * HOUR, policy=world.feed.policy._replace(refresh_every=DAY))
    world.run(work=EMPTY)
    world.run(now=NOW + 6 * HOUR)
    assert world.titles == {"Standup", f"{SAYS}: work"}


def test_views_that_tell_less_name_no_sources() -> None:
    views = (View("busy", Policy(show=Show.BUSY)), View("kids", Policy(show=Show.KID_SAFE)))
    world = stale(WORK, views=views)
    world.run(work=down(WORK))
    world.run(now=NOW + 2 * DAY)
    assert world.titles_of("busy") == {"Busy", SAYS}
    assert world.titles_of("kids") == {"Standup", SAYS}


def test_without_a_notice_nothing_is_published_while_all_fails() -> None:
    world = stale(WORK)
    world.feed = replace(world.feed, stale_notice=None)
    before = world.file()
    world.run(work=down(WORK))
    assert world.run(now=NOW + 60 * DAY).files[0].status is Status.FAILED
    assert world.file() == before


def test_a_source_that_never_answered_keeps_the_file_as_it_is() -> None:
    world = stale(WORK)
    world.feed = replace(world.feed, sources=team(WORK, HOME).sources)
    world.run(work=down(WORK), home=down(HOME))
    assert world.run(now=NOW + 2 * DAY).files[0].status is Status.FAILED
    assert world.titles == {"Standup"}


def test_notices_do_not_tell_of_it() -> None:
    world = stale(WORK, HOME, notices=Notices(mail=True))
    world.run(work=down(WORK))
    for days in (2, 3):
        world.run(now=NOW + days * DAY)
    world.run(home=fetched("Dinner", "Cinema", day="20260520"), now=NOW + 3 * DAY + HOUR)
    told = "".join(text for _, _, text in world.notifier.letters) + world.file(suffix=".atom")
    assert "Cinema" in told
    assert "stale" not in told


def test_the_outcome_says_what_fails_and_since_when() -> None:
    world = stale(WORK, HOME)
    assert world.run().failing == ()
    world.run(work=down(WORK))
    outcome = world.run(home=down(HOME), now=NOW + HOUR)
    assert [(one.source, one.since) for one in outcome.failing] == [(WORK, NOW), (HOME, NOW + HOUR)]
