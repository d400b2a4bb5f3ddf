"""What a refresh makes of good and of bad days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calsieve.adapters.memory import MemoryPublisher
from calsieve.errors import Conflict, PublishError, SecretError, UpstreamRefused
from calsieve.models import (
    Alarms,
    Document,
    Fetched,
    NotModified,
    Secret,
    Span,
    Status,
    Stored,
    Validators,
    WindowPolicy,
)
from calsieve.refresh import incoming, outgoing
from tests.refresh.kit import (
    ETAG,
    HOME,
    HTML,
    NOW,
    PATH,
    STATE,
    WORK,
    World,
    calendar,
    down,
    fetched,
    no_cleaning,
    team,
    unchanged,
)


@pytest.fixture
def one() -> World:
    """A feed of one source, published once."""
    world = World(team(WORK), work=fetched("Standup", validators=ETAG))
    assert world.run().status is Status.PUBLISHED
    return world


@pytest.fixture
def two() -> World:
    """A feed of two sources, published once."""
    world = World(team(WORK, HOME), work=fetched("Standup"), home=fetched("Dinner"))
    assert world.run().status is Status.PUBLISHED
    return world


# ── the good days ──


def test_a_first_refresh_publishes_all_sources() -> None:
    world = World(team(WORK, HOME), work=fetched("Standup"), home=fetched("Dinner"))
    outcome = world.run()
    assert (outcome.feed, outcome.status, outcome.path) == ("team", Status.PUBLISHED, PATH)
    assert outcome.problems == ()
    assert outcome.report is not None
    assert world.titles == {"Standup", "Dinner"}


def test_a_changed_source_is_published(one: World) -> None:
    assert one.run(work=fetched("Standup", "Review")).status is Status.PUBLISHED
    assert one.titles == {"Standup", "Review"}


@pytest.mark.parametrize(
    "answer",
    [NotModified(), fetched("Standup"), fetched("Standup", stamp="20260513T115959Z")],
    ids=["not modified", "same bytes", "only DTSTAMP differs"],
)
def test_nothing_new_is_neither_cleaned_nor_written(
    one: World, answer: Fetched | NotModified, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "compose", no_cleaning)
    monkeypatch.setattr(incoming, "read", no_cleaning)
    before = one.writes
    assert one.run(work=answer, now=NOW + timedelta(hours=1)) == unchanged(one)
    assert one.writes == before


def test_a_source_is_asked_with_the_validators_it_gave(one: World) -> None:
    one.run(work=NotModified())
    assert one.fetcher.given == [Validators(), ETAG]


def test_the_same_calendar_at_another_address_is_remembered_with_that_ones_validators(one: World) -> None:
    moved = Validators('"1"', None, "the other address")
    one.run()
    one.run(work=fetched("Standup", validators=moved))
    one.run()
    assert one.fetcher.given[-1] == moved


def test_a_source_at_a_new_address_is_asked_without_the_old_ones_validators(one: World) -> None:
    moved = replace(one.feed.sources[0], url=Secret("literal", "https://elsewhere.example/x.ics"))
    one.feed = replace(one.feed, sources=(moved,))
    one.run()
    assert one.fetcher.given[-1] == Validators()


def test_news_outside_the_window_are_not_written_but_remembered(one: World) -> None:
    published = dict(one.publisher.files)
    body = calendar("Standup").replace(b"END:VCALENDAR", calendar("Old", day="20200101")[50:])
    outcome = one.run(work=Fetched(body=body))
    assert outcome.status is Status.UNCHANGED
    assert outcome.report is not None
    assert one.publisher.files == published
    assert one.run().report is None


def test_a_moved_window_is_published_without_any_news(one: World) -> None:
    assert one.run(now=NOW + timedelta(weeks=8)).status is Status.PUBLISHED
    assert one.titles == set()


def test_a_week_that_is_over_is_published_without_added_alarms_though_the_window_stays() -> None:
    window = WindowPolicy(Span(days=30), Span(days=30))
    world = World(team(WORK, window=window, add_alarms=Alarms(timed=(timedelta(minutes=15),))), work=fetched("Standup"))
    sunday = NOW + timedelta(days=4)
    world.run(now=sunday)
    assert b"VALARM" in world.publisher.files[PATH]
    assert world.run(now=sunday + timedelta(days=1)).status is Status.PUBLISHED
    assert b"VALARM" not in world.publisher.files[PATH]


def test_a_changed_policy_is_published_without_any_news(one: World) -> None:
    one.feed = team(WORK, title="Squad")
    assert one.run().status is Status.PUBLISHED
    assert b"Squad" in one.publisher.files[PATH]


@pytest.mark.parametrize("lost", [PATH, f"{PATH}.gz"])
def test_what_was_deleted_is_published_again(one: World, lost: str) -> None:
    before = dict(one.publisher.files)
    one.lose(lost)
    assert one.run(work=NotModified()).status is Status.PUBLISHED
    assert one.publisher.files == before


def test_what_somebody_else_changed_is_published_again(one: World) -> None:
    before = dict(one.publisher.files)
    dict.__setitem__(one.publisher.files, PATH, b"tampered with")
    assert one.run(work=NotModified()).status is Status.PUBLISHED
    assert one.publisher.files == before


def test_a_source_that_left_the_feed_leaves_the_file_and_the_memory(two: World) -> None:
    two.feed = team(WORK)
    assert two.run().status is Status.PUBLISHED
    assert two.titles == {"Standup"}
    assert b"home" not in two.state.files[STATE]


@pytest.mark.parametrize(("every", "age"), [(timedelta(hours=1), 900), (timedelta(days=1), 3600)])
def test_caches_keep_a_file_for_a_part_of_the_interval(
    every: timedelta, age: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Document] = []
    world = World(team(WORK, refresh_every=every), work=fetched("Standup"))
    monkeypatch.setattr(MemoryPublisher, "write", lambda self, path, document, replaces: seen.append(document) or "1")
    world.run()
    assert [(document.content_type, document.max_age) for document in seen] == [("text/calendar; charset=utf-8", age)]


def test_a_dry_run_tells_and_writes_nothing(one: World) -> None:
    before = one.stored
    outcome = one.run(dry_run=True, work=fetched("Standup", "Review"))
    assert outcome.status is Status.PUBLISHED
    assert outcome.report is not None
    assert one.stored == before


# ── the bad days of a source ──


BAD = [
    pytest.param(down(WORK), "it does not answer", id="unavailable"),
    pytest.param(UpstreamRefused(WORK, "wrong password"), "wrong password", id="refused"),
    pytest.param(SecretError("env:WORK_URL: is not set"), "env:WORK_URL", id="no secret"),
    pytest.param(HTML, "", id="not a calendar"),
    pytest.param(fetched(), "empty", id="empty shell"),
]


@pytest.mark.parametrize(("answer", "words"), BAD)
def test_the_only_source_failing_leaves_what_is_published_as_it_was(
    one: World, answer: Fetched | Exception, words: str
) -> None:
    before = dict(one.publisher.files)
    outcome = one.run(work=answer, now=NOW + timedelta(weeks=8))
    assert outcome.status is Status.FAILED
    assert len(outcome.problems) == 1
    assert outcome.problems[0].startswith("work: ")
    assert words in outcome.problems[0]
    assert one.publisher.files == before
    writes = one.writes
    assert one.run(now=NOW + timedelta(weeks=8)).status is Status.FAILED
    assert one.writes == writes
    assert one.run(work=fetched("Standup")) == unchanged(one)


@pytest.mark.parametrize(("answer", "words"), BAD)
def test_one_of_two_failing_is_stood_in_for_by_its_last_good_body(
    two: World, answer: Fetched | Exception, words: str
) -> None:
    outcome = two.run(work=answer, home=fetched("Dinner", "Cinema"))
    assert outcome.status is Status.PUBLISHED
    assert len(outcome.problems) == 1
    assert words in outcome.problems[0]
    assert two.titles == {"Standup", "Dinner", "Cinema"}
    assert two.run(work=fetched("Retro")).status is Status.PUBLISHED
    assert two.titles == {"Retro", "Dinner", "Cinema"}


def test_one_of_two_failing_without_other_news_is_unchanged_with_a_problem(two: World) -> None:
    before = dict(two.publisher.files)
    outcome = two.run(work=down(WORK))
    assert outcome.status is Status.UNCHANGED
    assert outcome.problems == ("work: it does not answer",)
    assert two.publisher.files == before
    writes = two.writes
    assert two.run().problems == ("work: it does not answer",)
    assert two.writes == writes


def test_all_sources_failing_fails_and_names_each(two: World) -> None:
    before = dict(two.publisher.files)
    outcome = two.run(work=down(WORK), home=down(HOME))
    assert outcome.status is Status.FAILED
    assert outcome.problems == ("work: it does not answer", "home: it does not answer")
    assert two.publisher.files == before


def test_a_feed_that_never_had_a_source_fails_and_is_only_noted() -> None:
    world = World(team(WORK), work=down(WORK))
    assert world.run().status is Status.FAILED
    assert world.stored.keys() == {"history/team"}
    writes = world.writes
    assert world.run().status is Status.FAILED
    assert world.writes == writes


def test_sources_that_fail_are_asked_last_and_each_of_them_first_at_some_time() -> None:
    names = [f"s{number}" for number in range(5)]
    world = World(team(*names), **{name: down(name) for name in names} | {"s3": fetched("a"), "s4": fetched("b")})
    world.run()
    orders = []
    for hours in range(1, 30):
        order: list[str] = []
        world.fetcher.asked = order
        outcome = world.run(now=NOW + timedelta(hours=hours))
        assert [problem.partition(":")[0] for problem in outcome.problems] == names[:3]
        orders.append(order)
    assert {(*order[:2],) for order in orders} == {("s3", "s4")}
    assert {order[2] for order in orders} == {"s0", "s1", "s2"}


def test_a_new_source_that_fails_does_not_hold_up_the_others(one: World) -> None:
    one.feed = team(WORK, HOME)
    outcome = one.run(work=fetched("Review"), home=down(HOME))
    assert outcome.status is Status.PUBLISHED
    assert outcome.problems == ("home: it does not answer",)
    assert one.titles == {"Review"}


def test_an_empty_calendar_is_fine_if_it_never_held_anything() -> None:
    world = World(team(WORK), work=fetched())
    assert world.run().status is Status.PUBLISHED
    assert world.run(work=fetched(stamp="x")).status is Status.UNCHANGED
    assert world.run(work=fetched("Standup")).status is Status.PUBLISHED


def test_not_modified_without_having_asked_is_a_problem() -> None:
    assert World(team(WORK), work=NotModified()).run().status is Status.FAILED


def test_the_last_good_body_of_an_old_address_stands_in_for_a_bad_new_one(two: World) -> None:
    moved = replace(two.feed.sources[0], url=Secret("literal", "https://typo.example/x.ics"))
    two.feed = replace(two.feed, sources=(moved, two.feed.sources[1]))
    assert two.run(work=down(WORK)).status is Status.UNCHANGED
    assert two.titles == {"Standup", "Dinner"}


# ── the bad days of the stores ──


def test_damaged_memory_is_told_and_made_anew(one: World) -> None:
    one.state.files[STATE] = one.state.files[STATE][:-1]
    outcome = one.run()
    assert outcome.status is Status.UNCHANGED
    assert len(outcome.problems) == 1
    assert one.run() == unchanged(one)


def test_lost_memory_and_a_failing_source_keep_yesterdays_file(two: World) -> None:
    del two.state.files[STATE]
    before = dict(two.publisher.files)
    for _ in range(2):  # what is remembered of the first run must not make the second one sure
        assert two.run(work=down(WORK), home=fetched("Cinema")).status is Status.FAILED
        assert two.publisher.files == before
        assert STATE not in two.state.files


class Busy(MemoryPublisher):
    """Lets another writer in before each of the first ``times`` writes."""

    times = 1

    def write(self, path: str, document: Document, *, replaces: Stored | None) -> str:
        if self.times:
            self.times -= 1
            self.files[path] = b"somebody else's"
            raise Conflict("somebody else wrote first")
        return super().write(path, document, replaces=replaces)


def test_after_a_conflict_the_newer_file_is_taken_and_replaced(one: World) -> None:
    one.publisher = Busy()
    assert one.run(work=fetched("Review")).status is Status.PUBLISHED
    assert one.titles == {"Review"}


def test_a_second_conflict_is_a_failure(one: World) -> None:
    one.publisher = Busy()
    one.publisher.times = 2
    outcome = one.run(work=fetched("Review"))
    assert outcome.status is Status.FAILED
    assert outcome.problems == ("somebody else wrote first",)


class Busier(Busy):
    """Lets another writer in who writes something else each time; then ``fails`` to be looked at."""

    fails = False

    def write(self, path: str, document: Document, *, replaces: Stored | None) -> str:
        self.files[path] = b"somebody else's, %d" % len(self.overtaken)
        self.overtaken.append(path)
        raise Conflict("somebody else wrote first")

    def version(self, path: str) -> str | None:
        if self.fails and len(self.overtaken) == 2:
            raise PublishError("the store is down")
        return super().version(path)

    def __init__(self) -> None:
        super().__init__()
        self.overtaken: list[str] = []


def test_who_is_overtaken_twice_leaves_the_file_to_the_other(one: World) -> None:
    one.publisher = Busier()
    outcome = one.run(work=fetched("Review"))
    assert (outcome.status, outcome.problems) == (Status.UNCHANGED, ())
    assert outcome.notes == ("team: left as it is, as another refresh published it at the same time",)
    assert one.publisher.files == {PATH: b"somebody else's, 1"}


def test_whether_somebody_overtook_may_not_be_known(one: World) -> None:
    one.publisher = Busier()
    one.publisher.fails = True
    outcome = one.run(work=fetched("Review"))
    assert (outcome.status, outcome.problems) == (Status.FAILED, ("somebody else wrote first",))


def test_a_run_overtaken_by_an_older_one_is_put_right_by_the_next(one: World) -> None:
    overtaken = dict(one.publisher.files)
    one.run(work=fetched("Review"))
    one.publisher.files.update(overtaken)  # the older run published last, but was too late to remember
    assert one.run().status is Status.PUBLISHED
    assert one.titles == {"Review"}


def test_a_run_that_remembers_too_late_still_is_a_success(one: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = one.state.save

    def save(key: str, *more: object, **most: object) -> None:
        if key == STATE:
            raise Conflict("somebody else wrote first")
        real(key, *more, **most)  # type: ignore[arg-type]

    monkeypatch.setattr(one.state, "save", save)
    outcome = one.run(work=fetched("Review"))
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())


def test_another_release_of_the_zones_cleans_a_feed_again(one: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert one.run().report is None
    monkeypatch.setattr(outgoing, "iana_version", lambda: "2099z")
    assert one.run().report is not None
