"""Every failure with marked secrets, and nothing of them in anything that anybody may read."""

from __future__ import annotations

import gc
import importlib
import logging
import re
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from calsieve.models import Secret, Source, Status
from tests.adapters.caldav_server import DavServer
from tests.adapters.upstream_server import UpstreamServer, answer
from tests.functions.lambdas import forget
from tests.security.bad_input import BadInput, Refused
from tests.security.inputs import INPUTS
from tests.security.telltale import MARKS, Telltale, account, calendar, event, literal, web

FIRST = answer(body=calendar(event("a", "20260521"), event("b", "20260522")))
STEADY = answer(body=calendar(event("c", "20260523")))
ADDRESS = "/MARKED-path/private-MARKED.ics?token=MARKED-token"

# What goes on for long, or differs from others by its size alone, is left to the table.
_LONG = re.compile(r"\bend\b|MB\b|silence|in gzip|bytes than")


def _some(door: str) -> list[BadInput]:
    found = (bad for bad in INPUTS if bad.door == door and isinstance(bad.ends, Refused))
    return [bad for bad in found if not _LONG.search(bad.name)]


@pytest.fixture(scope="module")
def app() -> Iterator[ModuleType]:
    """The function that refreshes, which is not called: only its words are wanted."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "PUBLISHED_BUCKET": "published",
            "STATE_BUCKET": "state",
            "POWERTOOLS_SERVICE_NAME": "calsieve",
            "POWERTOOLS_METRICS_NAMESPACE": "Calsieve",
        }.items():
            patch.setenv(name, value)
        yield importlib.reload(importlib.import_module("functions.refresh.app"))
    forget()
    gc.unfreeze()


@pytest.fixture
def records(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    caplog.set_level(logging.DEBUG)
    return caplog.records


def nothing_is_told(told: Telltale, records: list[logging.LogRecord], printed: str) -> None:
    said = {**told.told(records), "standard output": printed}
    assert [(where, mark) for where, text in said.items() for mark in MARKS if _tells(where, text, mark)] == []
    assert len([where for where in said if where.endswith((".html", ".atom", ".ics", ".gz"))]) >= 8
    kept = told.remembered()
    assert [mark for mark in MARKS[:-1] if mark.encode() in kept] == []


def _tells(where: str, text: str, mark: str) -> bool:
    """A page may tell where it lies itself, and where those lie that it is there to link."""
    own_place = mark == MARKS[-1] and where.endswith((".html", ".atom"))
    return mark in text and not own_place


def home(server: UpstreamServer) -> Source:
    return Source(name="home", url=literal(server.url("/MARKED-home.ics")))


@pytest.mark.parametrize("bad", _some("answer"), ids=str)
def test_answers(
    bad: BadInput, app: ModuleType, records: list[logging.LogRecord], capsys: pytest.CaptureFixture[str]
) -> None:
    with UpstreamServer(FIRST, bad.made()) as server, UpstreamServer(STEADY) as steady:
        told = Telltale(app, web(server.url(ADDRESS)), home(steady))
        assert told.refresh().status is Status.PUBLISHED
        outcome = told.refresh(hours=1)
    assert [problem.partition(":")[0] for problem in outcome.problems] == ["work"]
    nothing_is_told(told, records, capsys.readouterr().out)


@pytest.mark.parametrize("bad", _some("caldav"), ids=str)
def test_accounts(
    bad: BadInput, app: ModuleType, records: list[logging.LogRecord], capsys: pytest.CaptureFixture[str]
) -> None:
    reply = bad.made()
    with DavServer(reply if callable(reply) else lambda _: reply) as server, UpstreamServer(STEADY) as steady:
        told = Telltale(app, account(server.url("/MARKED-path/")), home(steady))
        outcome = told.refresh()
    assert [problem.partition(":")[0] for problem in outcome.problems] == ["work"]
    nothing_is_told(told, records, capsys.readouterr().out)


SETTINGS: dict[str, Callable[[str], Source]] = {
    "a private network": lambda _: web("http://127.0.0.1:9/MARKED"),
    "a host that is not there": lambda _: web("http://MARKED.invalid/MARKED"),
    "no address": lambda _: web("MARKED"),
    "half an address": lambda _: web("http://[MARKED/"),
    "another protocol": lambda _: web("ftp://MARKED.example/"),
    "a header that breaks its line": lambda url: web(url, headers={"X-Key": literal("MARKED\r\nX: 1")}),
    "a token that breaks its line": lambda url: web(url, basic=None, bearer=literal("MARKED\nX: 1")),
    "a user agent beyond latin-1": lambda url: web(url, user_agent=literal("MARKED\u20ac")),
    "a password that is not in the environment": lambda url: web(url, bearer=Secret("env", "CALSIEVE_NO_SUCH_TOKEN")),
    "an address that is not in the environment": lambda _: web("").__class__(name="work", url=Secret("env", "NO_URL")),
}


@pytest.mark.parametrize("how", SETTINGS)
def test_settings(
    how: str, app: ModuleType, records: list[logging.LogRecord], capsys: pytest.CaptureFixture[str]
) -> None:
    with UpstreamServer(FIRST) as server, UpstreamServer(STEADY) as steady:
        work = SETTINGS[how](server.url(ADDRESS))
        told = Telltale(app, work, home(steady), allow_private=how != "a private network")
        outcome = told.refresh()
    assert any(problem.startswith("work: ") for problem in outcome.problems)
    printed = capsys.readouterr().out
    if outcome.status is Status.PUBLISHED:
        nothing_is_told(told, records, printed)
    assert [mark for mark in MARKS if mark in f"{outcome.problems} {printed}"] == []
