"""A feed of marked secrets through the real shell, with all that is said and published of it laid open."""

from __future__ import annotations

import gzip
import io
import json
import logging
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import ModuleType

from click.testing import CliRunner

from calsieve import refresh as shell
from calsieve.adapters.caldav import CalDavFetcher
from calsieve.adapters.http import HttpFetcher, Limits
from calsieve.adapters.memory import MemoryPublisher, MemoryStateStore
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.adapters.upstream import UpstreamFetcher
from calsieve.cli import show
from calsieve.history import decode_history, history_key
from calsieve.models import BasicAuth, CalDav, Feed, Notices, Outcome, Policy, Secret, Source, View
from calsieve.overview import publish_overview, standings
from calsieve.paths import KEY_NAME, PathKey
from calsieve.refresh import Outside
from tests.core.kit import NOW
from tests.refresh.kit import Notifier

LIMITS = Limits(max_bytes=100_000, total_seconds=5, connect_seconds=2, read_seconds=0.3, tries=2, pause_seconds=0)
KEY = PathKey(bytes(range(32)))
USER, PASSWORD = "MARKED-user@example.org", "MARKED-password"

# What nobody may ever read. The third is how Basic credentials are sent, the fourth where feeds lie.
MARKS = ("MARKED", "127.0.0.1", b64encode(USER.encode()).decode()[:16], KEY.place("team", NOW).stem[:32])
_FOREIGN = ("boto", "moto", "s3transfer", "asyncio", "werkzeug")


def event(uid: str, day: str) -> str:
    """Return an event whose guests are nobody's business, and whose organiser only that of who subscribes."""
    return (
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{day}T100000Z\r\nSUMMARY:Budget {uid}\r\n"
        "ATTENDEE;CN=MARKED-guest:mailto:MARKED-guest@example.org\r\nEND:VEVENT\r\n"
    )


def calendar(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


def literal(text: str) -> Secret:
    return Secret("literal", text)


def web(url: str, **settings: object) -> Source:
    """Return a source whose every setting is marked."""
    given: dict[str, object] = {
        "basic": BasicAuth(literal(USER), literal(PASSWORD)),
        "headers": {"X-Key": literal("MARKED-header")},
        "user_agent": literal("MARKED-agent"),
    }
    return Source(name="work", url=literal(url), **(given | settings))  # type: ignore[arg-type]


def account(url: str) -> Source:
    who = BasicAuth(literal(USER), literal(PASSWORD))
    return Source(name="work", url=literal(url), basic=who, caldav=CalDav("generic", literal(USER), None))


class Telltale:
    """A feed of two sources, ``work`` that is marked and ``home`` that is well, and two views."""

    def __init__(self, app: ModuleType, work: Source, home: Source, *, allow_private: bool = True) -> None:
        self._app = app
        policy = Policy(title="Team", timezone="UTC")
        views = (View("busy", policy),)
        self._feed = Feed(
            name="team", sources=(work, home), policy=policy, views=views, notices=Notices(atom=True, mail=True)
        )
        secrets, self._state = EnvironmentSecrets({}), MemoryStateStore()
        self._state.files[KEY_NAME] = KEY.key
        http = HttpFetcher(secrets, LIMITS, allow_private=True)
        guarded = HttpFetcher(secrets, LIMITS)
        caldav = CalDavFetcher(secrets, self._state, LIMITS, allow_private=True, now=lambda: NOW)
        by_scheme = dict.fromkeys(("http", "https", "webcal", "webcals"), http if allow_private else guarded)
        fetcher = UpstreamFetcher(secrets, by_scheme, lambda: caldav, lambda: caldav)
        self._publisher, self._notifier = MemoryPublisher(), Notifier()
        self._outside = Outside(fetcher, self._publisher, self._state, self._notifier, "https://cdn.example")
        self._logged = io.StringIO()
        self._printed: list[str] = []

    def refresh(self, hours: int = 0) -> Outcome:
        """Refresh the feed as the function does, and have all told of it."""
        now = NOW + timedelta(hours=hours)
        places = {name: KEY.place(name, now) for name in self._feed.names}
        outcome = shell.refresh(self._feed, places, self._outside, now)
        self._app.logger.registered_handler.setStream(self._logged)
        self._app._tell(outcome)
        self._app.metrics.flush_metrics()
        self._printed.append(_printed(outcome))
        publish_overview(standings([self._feed], self._state), KEY, self._publisher, now)
        return outcome

    def told(self, records: list[logging.LogRecord]) -> Mapping[str, str]:
        """Return all that anybody may come to read, by where it is read."""
        history = decode_history(self._state.files[history_key("team")])
        return {
            "our log": self._logged.getvalue(),
            "other logs": "\n".join(_of_record(one) for one in records if not one.name.startswith(_FOREIGN)),
            "terminal": "\n".join(self._printed),
            "history": repr(history),
            "mail": repr(self._notifier.letters),
            **dict(self._published()),
        }

    def remembered(self) -> bytes:
        """Return what is remembered of the feed, where it is published included; the calendars in it are packed."""
        return self._state.files["feeds/team"]

    def _published(self) -> Iterator[tuple[str, str]]:
        for path, body in self._publisher.files.items():
            name = path.rpartition("/")[2]
            yield f"{len(path)} {name}", (gzip.decompress(body) if name.endswith(".gz") else body).decode()


def _of_record(record: logging.LogRecord) -> str:
    return json.dumps([record.name, record.getMessage(), str(record.exc_info)])


def _printed(outcome: Outcome) -> str:
    import click

    @click.command()
    def command() -> None:
        show.outcomes([outcome])

    return CliRunner().invoke(command, catch_exceptions=False).output
