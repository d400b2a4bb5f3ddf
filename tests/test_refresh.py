"""One feed through the shell, with the real core and in-memory adapters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from calsieve import refresh as shell
from calsieve.adapters.memory import MemoryPublisher, MemoryStateStore
from calsieve.errors import Conflict, PublishError, SecretError, UpstreamRefused, UpstreamUnavailable
from calsieve.models import (
    Document,
    Feed,
    Fetched,
    NotModified,
    Outcome,
    Policy,
    Secret,
    Source,
    Status,
    Stored,
    Validators,
)

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)  # a Wednesday
PATH = "0123456789abcdef0123456789abcdef/team.ics"
STATE = "feeds/team"
WORK, HOME = "work", "home"
HTML = Fetched(body=b"<!doctype html><title>Error 500</title>")
ETAG = Validators(etag='"1"')


def calendar(*titles: str, stamp: str = "20260101T000000Z", day: str = "20260515") -> bytes:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{title}@example.org\r\nDTSTAMP:{stamp}\r\nDTSTART:{day}T100000Z\r\n"
        f"DTEND:{day}T110000Z\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n"
        for title in titles
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{events}END:VCALENDAR\r\n".encode()


def fetched(*titles: str, validators: Validators | None = None, **more: str) -> Fetched:
    return Fetched(body=calendar(*titles, **more), validators=validators or Validators())


def team(*names: str, **policy: object) -> Feed:
    sources = tuple(Source(name=name, url=Secret("literal", f"https://{name}.example/x.ics")) for name in names)
    return Feed(name="team", sources=sources, policy=Policy(**{"title": "Team", **policy}))  # type: ignore[arg-type]


def down(name: str) -> UpstreamUnavailable:
    return UpstreamUnavailable(name, "it does not answer")


@dataclass
class Fetcher:
    """Answers what ``answers`` holds for a source, or raises it; notes the validators it was given."""

    answers: dict[str, Fetched | NotModified | Exception] = field(default_factory=dict)
    given: list[Validators] = field(default_factory=list)
    tick: Callable[[], None] = lambda: None

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        self.tick()
        self.given.append(validators)
        answer = self.answers[source.name]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Files(dict[str, bytes]):
    """A store's files; ``tick`` is called before each reading and around each writing of one."""

    tick: Callable[[], None] = staticmethod(lambda: None)
    writes = 0

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        self.tick()
        return super().get(key, default)  # type: ignore[arg-type]

    def __setitem__(self, key: str, body: bytes) -> None:
        self.tick()
        super().__setitem__(key, body)
        self.writes += 1
        self.tick()


class World:
    """A feed, its upstreams and its stores; ``run`` is a refresh."""

    def __init__(self, feed: Feed, **answers: Fetched | NotModified | Exception) -> None:
        self.feed = feed
        self.fetcher = Fetcher(dict(answers))
        self.publisher = MemoryPublisher()
        self.state = MemoryStateStore()
        self.publisher.files, self.state.files = Files(), Files()

    def run(
        self, *, now: datetime = NOW, dry_run: bool = False, **answers: Fetched | NotModified | Exception
    ) -> Outcome:
        self.fetcher.answers.update(answers)
        return shell.refresh(
            self.feed,
            now=now,
            fetcher=self.fetcher,
            publisher=self.publisher,
            state=self.state,
            path=PATH,
            dry_run=dry_run,
        )

    @property
    def titles(self) -> set[str]:
        """The events that are published."""
        lines = self.publisher.files[PATH].decode().splitlines()
        return {line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")}

    @property
    def stored(self) -> dict[str, bytes]:
        return {**self.publisher.files, **self.state.files}

    @property
    def writes(self) -> int:
        return self.publisher.files.writes + self.state.files.writes  # type: ignore[attr-defined,no-any-return]


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


def no_cleaning(*_: object, **__: object) -> None:
    raise AssertionError("cleaned although nothing changed")


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
    monkeypatch.setattr(shell, "compose", no_cleaning)
    monkeypatch.setattr(shell, "read", no_cleaning)
    before = one.writes
    assert one.run(work=answer, now=NOW + timedelta(hours=1)) == Outcome(
        feed="team", status=Status.UNCHANGED, path=PATH
    )
    assert one.writes == before


def test_a_source_is_asked_with_the_validators_it_gave(one: World) -> None:
    one.run(work=NotModified())
    assert one.fetcher.given == [Validators(), ETAG]


def test_a_source_at_a_new_address_is_asked_without_the_old_ones_validators(one: World) -> None:
    moved = replace(one.feed.sources[0], url=Secret("literal", "https://elsewhere.example/x.ics"))
    one.feed = replace(one.feed, sources=(moved,))
    one.run()
    assert one.fetcher.given[-1] == Validators()


def test_news_outside_the_window_are_not_written_but_remembered(one: World) -> None:
    published = dict(one.publisher.files)
    body = calendar("Standup").replace(b"END:VCALENDAR", calendar("Old", day="20200101")[60:])
    outcome = one.run(work=Fetched(body=body))
    assert outcome.status is Status.UNCHANGED
    assert outcome.report is not None
    assert one.publisher.files == published
    assert one.run().report is None


def test_a_moved_window_is_published_without_any_news(one: World) -> None:
    assert one.run(now=NOW + timedelta(weeks=8)).status is Status.PUBLISHED
    assert one.titles == set()


def test_a_changed_policy_is_published_without_any_news(one: World) -> None:
    one.feed = team(WORK, title="Squad")
    assert one.run().status is Status.PUBLISHED
    assert b"Squad" in one.publisher.files[PATH]


@pytest.mark.parametrize("lost", [PATH, f"{PATH}.gz"])
def test_what_was_deleted_is_published_again(one: World, lost: str) -> None:
    before = dict(one.publisher.files)
    del one.publisher.files[lost]
    assert one.run(work=NotModified()).status is Status.PUBLISHED
    assert one.publisher.files == before


def test_what_somebody_else_changed_is_published_again(one: World) -> None:
    before = dict(one.publisher.files)
    one.publisher.files[PATH] = b"tampered with"
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
def test_the_only_source_failing_leaves_everything_as_it_was(
    one: World, answer: Fetched | Exception, words: str
) -> None:
    before = one.stored
    outcome = one.run(work=answer, now=NOW + timedelta(weeks=8))
    assert outcome.status is Status.FAILED
    assert len(outcome.problems) == 1
    assert outcome.problems[0].startswith("work: ")
    assert words in outcome.problems[0]
    assert one.stored == before


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
    before = two.writes
    outcome = two.run(work=down(WORK))
    assert outcome.status is Status.UNCHANGED
    assert outcome.problems == ("work: it does not answer",)
    assert two.writes == before


def test_all_sources_failing_fails_and_names_each(two: World) -> None:
    before = two.stored
    outcome = two.run(work=down(WORK), home=down(HOME))
    assert outcome.status is Status.FAILED
    assert outcome.problems == ("work: it does not answer", "home: it does not answer")
    assert two.stored == before


def test_a_feed_that_never_had_a_source_fails_and_writes_nothing() -> None:
    world = World(team(WORK), work=down(WORK))
    assert world.run().status is Status.FAILED
    assert world.stored == {}


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
    assert one.run() == Outcome(feed="team", status=Status.UNCHANGED, path=PATH)


def test_lost_memory_and_a_failing_source_keep_yesterdays_file(two: World) -> None:
    del two.state.files[STATE]
    before = two.stored
    assert two.run(work=down(WORK), home=fetched("Cinema")).status is Status.FAILED
    assert two.stored == before


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


def test_a_run_overtaken_by_an_older_one_is_put_right_by_the_next(one: World) -> None:
    overtaken = dict(one.publisher.files)
    one.run(work=fetched("Review"))
    one.publisher.files.update(overtaken)  # the older run published last, but was too late to remember
    assert one.run().status is Status.PUBLISHED
    assert one.titles == {"Review"}


def test_a_run_that_remembers_too_late_still_is_a_success(one: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def conflict(*_: object, **__: object) -> None:
        raise Conflict("somebody else wrote first")

    monkeypatch.setattr(one.state, "save", conflict)
    outcome = one.run(work=fetched("Review"))
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())


# ── cut off anywhere ──


class Crash(BaseException):
    """The process dies here."""


def failing_at(step: int, error: BaseException) -> Callable[[], None]:
    steps: Iterator[int] = iter(range(1, step + 1))

    def tick() -> None:
        if next(steps, None) == step:
            raise error

    return tick


@pytest.mark.parametrize("error", [PublishError("disk full"), Crash()], ids=["error", "crash"])
@pytest.mark.parametrize("published", [False, True], ids=["first", "later"])
def test_a_run_cut_off_at_any_step_is_put_right_by_the_next(published: bool, error: BaseException) -> None:
    wanted = World(team(WORK, HOME), work=fetched("Standup"), home=fetched("Dinner"))
    if published:
        wanted.run()
    wanted.run(work=fetched("Review"))
    cut_off = True
    step = 0
    while cut_off:
        step += 1
        world = World(team(WORK, HOME), work=fetched("Standup"), home=fetched("Dinner"))
        if published:
            world.run()
        cut_off = _run_cut_off(world, failing_at(step, error))
        world.run(work=fetched("Review"))
        assert world.publisher.files == wanted.publisher.files, step
        writes = world.writes
        assert world.run() == Outcome(feed="team", status=Status.UNCHANGED, path=PATH), step
        assert world.writes == writes, step
    assert step > 10
    assert wanted.titles == {"Review", "Dinner"}


def _run_cut_off(world: World, tick: Callable[[], None]) -> bool:
    """Refresh with news, failing as ``tick`` says; tell whether it was reached."""
    files = (world.publisher.files, world.state.files)
    holders: tuple[object, ...] = (*files, world.fetcher)
    for holder in holders:
        holder.tick = tick  # type: ignore[attr-defined]
    try:
        return world.run(work=fetched("Review")).status is Status.FAILED
    except Crash:
        return True
    finally:
        for holder in holders:
            holder.tick = lambda: None  # type: ignore[attr-defined]


def test_another_release_of_the_zones_cleans_a_feed_again(one: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert one.run().report is None
    monkeypatch.setattr(shell, "iana_version", lambda: "2099z")
    assert one.run().report is not None
