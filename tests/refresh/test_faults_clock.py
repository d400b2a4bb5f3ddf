"""The clock goes wrong and comes right again: so does the feed, by itself, and nothing is believed sooner for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calsieve.models import Fetched, Status, WindowPolicy
from tests.refresh.bucket import Bucket
from tests.refresh.cloud import Cloud, copied, with_all_beside
from tests.refresh.kit import KEY, NOW, WORK, calendar, down, fetched, team, unchanged

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
MANY = [f"Event {number}" for number in range(30)]
SKEWS = [
    pytest.param(skew, id=name)
    for name, skew in {
        "a minute back": -timedelta(minutes=1),
        "an hour back": -HOUR,
        "a day back": -DAY,
        "a year back": -YEAR,
        "an hour ahead": HOUR,
        "a day ahead": DAY,
        "a year ahead": YEAR,
    }.items()
]
ALWAYS = WindowPolicy(back=None, ahead=None)


def begun() -> Cloud:
    world = Cloud(with_all_beside(team(WORK)), work=fetched(*MANY))
    world.run()
    return world


def copy(world: Cloud) -> Cloud:
    other = Cloud(world.feed, copied(world.bucket), work=fetched(*MANY))
    other.key = world.key
    return other


def calendars(bucket: Bucket) -> dict[str, bytes]:
    return {key: found.body for key, found in bucket.objects.items() if key.endswith((".ics", ".gz"))}


def unstamped(found: dict[str, bytes]) -> list[str]:
    """The calendars without what says when they were made."""
    return [
        "\n".join(line for line in body.decode().splitlines() if not line.startswith(("DTSTAMP", "LAST-MODIFIED")))
        for key, body in sorted(found.items())
        if key.endswith(".ics")
    ]


@pytest.mark.parametrize("skew", SKEWS)
def test_when_the_clock_is_right_again_so_is_the_feed(skew: timedelta) -> None:
    world, straight = begun(), begun()
    world.run(now=NOW + skew)
    outcome = world.run()
    assert (outcome.status is Status.FAILED, outcome.problems) == (False, ())
    assert unstamped(calendars(world.bucket)) == unstamped(calendars(straight.bucket))
    assert world.run() == unchanged(world)
    writes = world.bucket.writes
    assert world.run() == unchanged(world)
    assert world.bucket.writes == writes


@pytest.mark.parametrize("skew", SKEWS)
def test_news_of_the_time_when_it_was_wrong_reach_phones_that_look_at_stamps(skew: timedelta) -> None:
    world = Cloud(team(WORK, window=ALWAYS), work=fetched("Standup", "Review", stamp="20260101T000000Z"))
    world.run()
    stamps = [b"20260101T000000Z"]
    for number, now in enumerate((NOW + skew, NOW, NOW + HOUR)):
        changed = calendar("Standup", "Review").replace(b"SUMMARY:Review", b"SUMMARY:Review %d" % number)
        world.run(work=Fetched(body=changed), now=now)
        lines = (world.at(".ics") or b"").split(b"SUMMARY:Review")[0].splitlines()
        stamps.append([line.partition(b":")[2] for line in lines if line.startswith(b"DTSTAMP")][-1])
    assert stamps == sorted(set(stamps)), "a stamp went back, or stayed"


@pytest.mark.parametrize("skew", SKEWS[:3])
def test_a_clock_that_goes_back_makes_no_loss_believed(skew: timedelta) -> None:
    world = begun()
    before = calendars(world.bucket)
    for now in (NOW, NOW + skew, NOW + timedelta(minutes=30)):
        assert world.run(work=fetched(*MANY[:5]), now=now).status is Status.FAILED
    assert calendars(world.bucket) == before
    assert world.run(work=fetched(*MANY), now=NOW + HOUR).status is not Status.FAILED


@pytest.mark.parametrize("skew", SKEWS)
def test_a_loss_that_lasts_is_believed_though_the_clock_was_wrong_when_it_began(skew: timedelta) -> None:
    world = begun()
    world.run(work=fetched(*MANY), now=NOW + skew)
    world.run(work=fetched(*MANY[:5]), now=NOW + skew)
    for hours in range(0, 51, 10):
        world.run(now=NOW + hours * HOUR)
    assert (world.at(".ics") or b"").count(b"BEGIN:VEVENT") == 5


@pytest.mark.parametrize("skew", SKEWS)
def test_sources_that_fail_meanwhile_stay_as_they_are(skew: timedelta) -> None:
    world = begun()
    before = calendars(world.bucket)
    for now in (NOW + skew, NOW, NOW + skew, NOW):
        assert world.run(work=down(WORK), now=now).status is Status.FAILED
        assert calendars(world.bucket) == before


@pytest.mark.parametrize("skew", SKEWS)
def test_an_address_that_ended_by_a_wrong_clock_is_served_again(skew: timedelta) -> None:
    world = begun()
    world.key = KEY.rotated("team", NOW + timedelta(minutes=30))
    world.run()
    stems = world.places()["team"].stems
    assert len(stems) == 2
    world.run(now=NOW + skew)
    world.run()
    assert all(world.publisher.version(f"{stem}.ics") for stem in stems)
    world.run(now=NOW + HOUR)
    assert [bool(world.publisher.version(f"{stem}.ics")) for stem in stems] == [True, False]
    writes = world.bucket.writes
    world.run(now=NOW + HOUR)
    assert world.bucket.writes == writes
