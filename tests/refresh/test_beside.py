"""What lies beside a file: its page, its Atom file; and the mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calsieve.errors import NoticeError, PublishError
from calsieve.models import Feed, Notices, Policy, Show, Status, View
from calsieve.paths import ATOM, CALENDAR, PAGE
from calsieve.refresh import outgoing
from tests.refresh.kit import KEY, NOW, STEM, WORK, World, down, fetched, no_cleaning, team, unchanged

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = "20260520"  # within the fourteen days that notices are about
BUSY = View("away", Policy(title="Busy", show=Show.BUSY))


def told(feed: Feed, **more: object) -> Feed:
    return replace(feed, notices=Notices(**more))  # type: ignore[arg-type]


@pytest.fixture
def paged() -> World:
    """A feed with a page, published once."""
    world = World(team(WORK, page=True), work=fetched("Standup", day=SOON))
    world.run()
    return world


@pytest.fixture
def noticed() -> World:
    """A feed with a page, an Atom file and mails, published once."""
    world = World(told(team(WORK, page=True), mail=True), work=fetched("Standup", day=SOON))
    world.run()
    return world


# ── the page ──


def test_the_page_shows_what_is_on_and_where_to_subscribe(paged: World) -> None:
    page = paged.file(suffix=PAGE)
    assert "Standup" in page
    assert f"https://calendars.example/{STEM}.ics" in page
    assert "Page of Wed 13 May 2026, 12:00" in page


def test_each_view_has_a_page_with_its_own_address() -> None:
    world = World(team(WORK, page=True, views=(View("other", Policy()),)), work=fetched("Standup"))
    world.run()
    other = world.file("other", PAGE)
    assert KEY.place("other", NOW).path in other
    assert STEM not in other


def test_where_nobody_knows_the_address_there_is_a_page_without_it() -> None:
    world = World(team(WORK, page=True), work=fetched("Standup"))
    world.base = None
    world.run()
    assert "Standup" in world.file(suffix=PAGE)
    assert "webcal:" not in world.file(suffix=PAGE)


def test_the_stylesheet_is_published_once_and_again_if_it_went(paged: World) -> None:
    (sheet,) = (path for path in paged.publisher.files if path.endswith(".css"))
    assert f'"../{sheet}"' in paged.file(suffix=PAGE)
    paged.lose(sheet)
    paged.run(now=NOW + DAY)
    assert sheet in paged.publisher.files


def test_the_page_stays_for_a_day_if_nothing_happens(paged: World) -> None:
    before = paged.stored
    assert paged.run(now=NOW + 11 * HOUR) == unchanged(paged)
    assert paged.stored == before


def test_on_another_day_the_page_is_made_anew_without_cleaning(paged: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "compose", no_cleaning)
    before = paged.file()
    assert paged.run(now=NOW + 12 * HOUR) == unchanged(paged)
    assert "Page of Thu 14 May 2026, 00:00" in paged.file(suffix=PAGE)
    assert "Standup" in paged.file(suffix=PAGE)
    assert paged.file() == before
    assert len(paged.history) == 1


def test_the_days_are_those_of_the_feeds_zone() -> None:
    world = World(team(WORK, page=True, timezone="Asia/Tokyo"), work=fetched("Standup"))
    world.run()
    before = world.file(suffix=PAGE)
    world.run(now=NOW + 2 * HOUR)
    assert world.file(suffix=PAGE) == before
    world.run(now=NOW + 3 * HOUR)
    assert world.file(suffix=PAGE) != before


def test_news_are_on_the_page_at_once(paged: World) -> None:
    paged.run(work=fetched("Review", day=SOON), now=NOW + HOUR)
    assert "Review" in paged.file(suffix=PAGE)


def test_a_failing_source_is_on_the_page_once_and_until_it_comes_back(paged: World) -> None:
    assert paged.run(work=down(WORK), now=NOW + HOUR).status is Status.FAILED
    page = paged.file(suffix=PAGE).translate({0x2068: "", 0x2069: ""})  # without marks of direction
    assert "work has not been readable since Wed 13 May 2026, 13:00: it does not answer" in page
    assert "Standup" in page
    writes = paged.writes
    paged.run(now=NOW + 2 * HOUR)
    assert paged.writes == writes
    paged.run(work=fetched("Standup", day=SOON), now=NOW + 3 * HOUR)
    assert "has not been readable" not in paged.file(suffix=PAGE)


def test_since_when_a_source_fails_is_not_forgotten(paged: World) -> None:
    paged.run(work=down(WORK), now=NOW + HOUR)
    paged.run(now=NOW + 3 * DAY)
    assert "since Wed 13 May 2026, 13:00" in paged.file(suffix=PAGE)


def test_of_a_file_that_somebody_else_changed_no_page_is_made_while_all_sources_fail(paged: World) -> None:
    dict.__setitem__(paged.publisher.files, f"{STEM}.ics", b"tampered with")
    before = paged.file(suffix=PAGE)
    assert paged.run(work=down(WORK), now=NOW + DAY).status is Status.FAILED
    assert paged.file(suffix=PAGE) == before


def test_a_page_that_is_no_longer_wanted_is_taken_down_and_comes_back(paged: World) -> None:
    with_page = paged.feed
    paged.feed = replace(with_page, page=False)
    assert paged.run().status is Status.UNCHANGED
    assert paged.file(suffix=PAGE) == ""
    assert paged.titles == {"Standup"}
    before = paged.writes
    assert paged.run() == unchanged(paged)
    assert paged.writes == before
    paged.feed = with_page
    paged.run()
    assert "Standup" in paged.file(suffix=PAGE)


def test_a_dry_run_makes_no_page(paged: World) -> None:
    before = paged.stored
    paged.run(now=NOW + DAY, dry_run=True)
    paged.run(work=fetched("Review"), dry_run=True)
    assert paged.stored == before


# ── word of what changed ──


def test_what_was_there_at_first_is_no_news(noticed: World) -> None:
    assert "<entry>" not in noticed.file(suffix=ATOM)
    assert noticed.notifier.letters == []
    assert f'href="team{ATOM}"' in noticed.file(suffix=PAGE)


def test_what_appeared_is_told_once(noticed: World) -> None:
    noticed.run(work=fetched("Standup", "Review", day=SOON), now=NOW + HOUR)
    atom = noticed.file(suffix=ATOM)
    assert atom.count("<entry>") == 1
    assert "Review" in atom
    (letter,) = noticed.notifier.letters
    assert letter[:2] == ("team", "Team: New: Review")
    noticed.run(now=NOW + 2 * HOUR)
    noticed.run(now=NOW + DAY)
    assert noticed.file(suffix=ATOM) == atom
    assert len(noticed.notifier.letters) == 1


def test_what_is_far_off_is_no_news(noticed: World) -> None:
    noticed.run(work=fetched("Standup", "Review", day="20260701"), now=NOW + HOUR)
    assert "Review" not in noticed.file(suffix=ATOM)


def test_what_comes_near_as_time_goes_by_is_no_news(noticed: World) -> None:
    noticed.run(work=fetched("Later", day="20260620"), now=NOW + HOUR)
    letters = len(noticed.notifier.letters)
    noticed.run(now=NOW + 30 * DAY)
    assert len(noticed.notifier.letters) == letters


def test_what_the_settings_changed_is_no_news_and_what_follows_is(noticed: World) -> None:
    noticed.feed = replace(noticed.feed, policy=noticed.feed.policy._replace(timezone="Asia/Tokyo"))
    noticed.run(work=fetched("Standup", "Review", day=SOON), now=NOW + HOUR)
    assert "<entry>" not in noticed.file(suffix=ATOM)
    noticed.run(work=fetched("Standup", "Review", "Retro", day=SOON), now=NOW + 2 * HOUR)
    assert [subject for _, subject, _ in noticed.notifier.letters] == ["Team: New: Retro"]


def test_settings_that_change_no_byte_leave_what_follows_news(noticed: World) -> None:
    noticed.feed = replace(noticed.feed, policy=noticed.feed.policy._replace(keep_html=True))
    noticed.run(now=NOW + HOUR)
    noticed.run(work=fetched("Standup", "Review", day=SOON), now=NOW + 2 * HOUR)
    assert len(noticed.notifier.letters) == 1


def test_a_failing_source_is_no_news(noticed: World) -> None:
    noticed.run(work=down(WORK), now=NOW + HOUR)
    noticed.run(work=fetched("Standup", day=SOON), now=NOW + 2 * HOUR)
    assert "<entry>" not in noticed.file(suffix=ATOM)
    assert noticed.notifier.letters == []


def test_a_view_tells_what_it_shows_and_by_no_mail() -> None:
    feed = told(team("headquarters", views=(BUSY,), page=True), mail=True)
    world = World(feed, headquarters=fetched("Standup", day=SOON))
    world.run()
    world.run(headquarters=fetched("Standup", day="20260521"), now=NOW + HOUR)
    assert "<entry>" in world.file("away", ATOM)
    for suffix in (CALENDAR, PAGE, ATOM):
        text = world.file("away", suffix)
        assert text
        assert not [private for private in ("Standup", "Team", "headquarters") if private in text], suffix
    assert [name for name, _, _ in world.notifier.letters] == ["team"]


@pytest.mark.parametrize(("notices", "atom", "mails"), [({"atom": False, "mail": True}, 0, 1), ({}, 1, 0)])
def test_each_way_can_be_had_alone(notices: dict[str, object], atom: int, mails: int) -> None:
    world = World(told(team(WORK), **notices), work=fetched("Standup", day=SOON))
    world.run()
    world.run(work=fetched("Standup", "Review", day=SOON), now=NOW + HOUR)
    assert world.file(suffix=ATOM).count("<entry>") == atom
    assert len(world.notifier.letters) == mails
    assert world.run(now=NOW + HOUR) == unchanged(world)


def test_notices_that_are_no_longer_wanted_are_taken_down(noticed: World) -> None:
    noticed.feed = replace(noticed.feed, notices=None)
    noticed.run()
    assert noticed.file(suffix=ATOM) == ""
    assert ATOM not in noticed.file(suffix=PAGE)
    before = noticed.writes
    assert noticed.run() == unchanged(noticed)
    assert noticed.writes == before


def test_a_mail_that_could_not_be_sent_is_a_problem_and_sent_by_the_next_run(noticed: World) -> None:
    noticed.notifier.error = NoticeError("can't send notices")
    outcome = noticed.run(work=fetched("Standup", "Review", day=SOON), now=NOW + HOUR)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ("can't send notices",))
    assert noticed.history[-1].problems == ("can't send notices",)
    atom = noticed.file(suffix=ATOM)
    noticed.notifier.error = None
    assert noticed.run(now=NOW + 2 * HOUR).problems == ()
    assert len(noticed.notifier.letters) == 1
    assert noticed.file(suffix=ATOM) == atom


def test_an_atom_file_that_could_not_be_written_is_written_by_the_next_run(
    noticed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = noticed.publisher.write

    def full(path: str, *more: object, **most: object) -> str:
        if path.endswith((ATOM, PAGE)):
            raise PublishError("the disk is full")
        return real(path, *more, **most)  # type: ignore[arg-type]

    monkeypatch.setattr(noticed.publisher, "write", full)
    outcome = noticed.run(work=fetched("Standup", "Review", day=SOON), now=NOW + HOUR)
    assert (outcome.status, noticed.titles) == (Status.PUBLISHED, {"Standup", "Review"})
    assert outcome.problems == ("team: the disk is full",) * 2
    assert noticed.notifier.letters == []  # or it would be told twice
    monkeypatch.undo()
    noticed.run(now=NOW + 2 * HOUR)
    assert "Review" in noticed.file(suffix=ATOM)
    assert "Review" in noticed.file(suffix=PAGE)
    assert len(noticed.notifier.letters) == 1


def test_where_nobody_sends_mails_they_are_not_asked_for_again(noticed: World) -> None:
    noticed.notifier = None  # type: ignore[assignment]
    noticed.run(work=fetched("Standup", "Review", day=SOON), now=NOW + HOUR)
    assert noticed.run(now=NOW + HOUR) == unchanged(noticed)
    assert "Review" in noticed.file(suffix=ATOM)
