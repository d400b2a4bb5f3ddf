"""One feed through the shell, with the real core and in-memory adapters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from calsieve import refresh as shell
from calsieve.adapters.memory import MemoryPublisher, MemoryStateStore
from calsieve.errors import NoticeError, PublishError, UpstreamUnavailable
from calsieve.history import decode_history, history_key
from calsieve.models import (
    Feed,
    Fetched,
    File,
    HistoryEntry,
    Notices,
    NotModified,
    Outcome,
    Policy,
    Secret,
    Source,
    Status,
    Validators,
    View,
)
from calsieve.paths import PathKey, Place

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)  # a Wednesday
KEY = PathKey(bytes(range(32)))
PATH = KEY.place("team", NOW).path
STEM = KEY.place("team", NOW).stem
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


def team(*names: str, views: tuple[View, ...] = (), page: bool = False, **policy: object) -> Feed:
    sources = tuple(Source(name=name, url=Secret("literal", f"https://{name}.example/x.ics")) for name in names)
    own = Policy(**{"title": "Team", **policy})  # type: ignore[arg-type]
    return Feed(name="team", sources=sources, policy=own, views=views, page=page)


def complete() -> World:
    """A feed and a view, called ``other``, with all that can lie beside them; published once."""
    other = View("other", Policy(title="Other"))
    world = World(replace(team(WORK, views=(other,), page=True), notices=Notices()), work=fetched("Standup"))
    world.run()
    return world


def down(name: str) -> UpstreamUnavailable:
    return UpstreamUnavailable(name, "it does not answer")


@dataclass
class Fetcher:
    """Answers what ``answers`` holds for a source, or raises it; notes the validators it was given."""

    answers: dict[str, Fetched | NotModified | Exception] = field(default_factory=dict)
    given: list[Validators] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tick: Callable[[], None] = lambda: None

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        self.tick()
        self.given.append(validators)
        self.asked.append(source.name)
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

    def pop(self, key: str, default: object = None) -> object:  # type: ignore[override]
        self.tick()
        if key in self:
            self.writes += 1
        found = super().pop(key, default)  # type: ignore[arg-type]
        self.tick()
        return found


@dataclass
class Notifier:
    """Keeps the letters that it was given, or raises ``error``."""

    letters: list[tuple[str, str, str]] = field(default_factory=list)
    error: NoticeError | None = None
    tick: Callable[[], None] = lambda: None

    def tell(self, feed: str, subject: str, text: str) -> None:
        try:
            self.tick()
            if self.error:
                raise self.error
            self.letters.append((feed, subject, text))
            self.tick()
        except PublishError as error:  # that of a test which fails each step in turn
            raise NoticeError(str(error)) from error


class World:
    """A feed, its upstreams and its stores; ``run`` is a refresh."""

    def __init__(self, feed: Feed, **answers: Fetched | NotModified | Exception) -> None:
        self.feed = feed
        self.fetcher = Fetcher(dict(answers))
        self.publisher = MemoryPublisher()
        self.state = MemoryStateStore()
        self.publisher.files, self.state.files = Files(), Files()
        self.notifier = Notifier()
        self.key = KEY
        self.base: str | None = "https://calendars.example"
        self.elsewhere: frozenset[str] = frozenset()

    def run(
        self,
        *,
        now: datetime = NOW,
        configured: datetime | None = None,
        dry_run: bool = False,
        **answers: Fetched | NotModified | Exception,
    ) -> Outcome:
        self.fetcher.answers.update(answers)
        outside = shell.Outside(self.fetcher, self.publisher, self.state, self.notifier, self.base)
        return shell.refresh(
            self.feed,
            self.places(now),
            outside,
            now,
            configured=configured,
            elsewhere=self.elsewhere,
            dry_run=dry_run,
        )

    def places(self, now: datetime = NOW) -> dict[str, Place]:
        return {name: self.key.place(name, now) for name in self.feed.names}

    def lose(self, *paths: str) -> None:
        """Take files away as nobody should."""
        for path in paths:
            dict.__delitem__(self.publisher.files, path)

    def file(self, name: str = "team", suffix: str = ".ics", now: datetime = NOW) -> str:
        """What is published under a name, or "" if nothing is."""
        path = self.key.place(name, now).stem + suffix
        return dict.get(self.publisher.files, path, b"").decode()

    @property
    def history(self) -> tuple[HistoryEntry, ...]:
        return decode_history(dict.get(self.state.files, history_key("team"), b"")) or ()

    @property
    def titles(self) -> set[str]:
        """The events that are published."""
        return self.titles_of("team")

    def titles_of(self, name: str) -> set[str]:
        lines = self.file(name).splitlines()
        return {line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")}

    @property
    def stored(self) -> dict[str, bytes]:
        return {**self.publisher.files, **self.state.files}

    @property
    def writes(self) -> int:
        return self.publisher.files.writes + self.state.files.writes  # type: ignore[attr-defined,no-any-return]


def unchanged(world: World, now: datetime = NOW) -> Outcome:
    """The outcome of a refresh in which nothing was new."""
    files = tuple(File(name, Status.UNCHANGED, place.path) for name, place in world.places(now).items())
    return Outcome(feed="team", status=Status.UNCHANGED, files=files)


def no_cleaning(*_: object, **__: object) -> None:
    raise AssertionError("cleaned although nothing changed")
