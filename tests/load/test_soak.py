"""A small soak, and that it would notice."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import calsieve.refresh
from calsieve.refresh import incoming, outgoing
from calsieve.refresh.guard import Verdict
from tests.load import laws
from tests.load.moody_upstream import FAULTS, TOKEN
from tests.load.origins import BASE
from tests.load.reader import Broken
from tests.load.soak import Soak
from tests.load.stacks import KEY, Machine
from tests.load.turns import DAMAGE, Rates, aware

FEEDS, ROUNDS, SEED = 20, 12, "a"  # with which each thing happens
OFTEN = Rates(changes=0.1, kills=0.1, together=0.1, oddities=0.2)
CHANGING = Rates(changes=1, kills=0, together=0, oddities=0)
FEED = "feed-1"  # has three sources and a view


def test_nothing_is_lost_or_invented(tmp_path: Path) -> None:
    soak = Soak(tmp_path, FEEDS, OFTEN, faults=0.25, seed=SEED)
    soak.run(ROUNDS)
    counts = soak.counts
    often = ("published", "unchanged", "failed", "held back", "by the function", "two runs at once", "messages twice")
    assert min(counts[what] for what in often) > 5
    once = [f"answered {kind}" for kind in ("good", *FAULTS)] + [what for what, _ in DAMAGE]
    once += ["killed", "late messages", "believed", "configured anew", "events lost for good", "S3 takes no writes"]
    assert [what for what in once if not counts[what]] == []
    assert "| published |" in soak.table(seconds=1)


# ── what it looks at ──


class Ran:
    """A soak of some rounds without faults. ``bodies`` is what was published of the feed after each refresh of it."""

    def __init__(self, root: Path, then: Callable[[Path], object] = lambda _: None) -> None:
        self.soak = Soak(root, 2, CHANGING, faults=0)
        self.subject = self.soak.subjects[1]
        self.bodies: list[bytes] = []
        self.path, self.busy = (root / "public" / KEY.place(name, aware(BASE)).path for name in self.subject.names)
        run = Machine.run

        def noted(machine: Machine, *args: Any, **named: Any) -> Any:
            outcome = run(machine, *args, **named)
            self.bodies.append(self.path.read_bytes())
            if len(self.bodies) == 3:
                then(self.path)
            return outcome

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Machine, "run", noted)
            self.soak.run(4)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return Ran(tmp_path_factory.mktemp("soak"))


def older(ran: Ran) -> bytes:
    return ran.bodies[0]


def halved(ran: Ran) -> bytes:
    return ran.bodies[-1][:-20]


def invented(ran: Ran) -> bytes:
    return ran.bodies[-1].replace(b"SUMMARY:Meeting 1 ", b"SUMMARY:Meeting 0 ", 1)


def of_nobody(ran: Ran) -> bytes:
    return re.sub(rb"SUMMARY:Meeting [^\r]*", b"SUMMARY:Lunch", ran.bodies[-1], count=1)


def moved(ran: Ran) -> bytes:
    return re.sub(rb"(DTSTART;TZID=Europe/Berlin:\d{8}T\d\d)\d\d", rb"\g<1>59", ran.bodies[-1], count=1)


def without_an_exception(ran: Ran) -> bytes:
    return re.sub(rb"\r\nEXDATE[^\r]*", b"", ran.bodies[-1], count=1)


def without_an_override(ran: Ran) -> bytes:
    return re.sub(
        rb"BEGIN:VEVENT\r\n(?:(?!END:VEVENT)[^\r]*\r\n)*?RECURRENCE-ID.*?END:VEVENT\r\n",
        b"",
        ran.bodies[-1],
        count=1,
        flags=re.DOTALL,
    )


def twice(ran: Ran) -> bytes:
    event = re.search(rb"BEGIN:VEVENT.*?END:VEVENT\r\n", ran.bodies[-1], re.DOTALL)
    assert event
    return ran.bodies[-1].replace(event[0], event[0] * 2)


DAMAGED = [older, halved, invented, of_nobody, moved, without_an_exception, without_an_override, twice]


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_file_that_is_not_right_is_noticed(ran: Ran, damage: Callable[[Ran], bytes]) -> None:
    body = damage(ran)
    assert body != ran.bodies[-1]
    with pytest.raises(Broken):
        laws.seen(ran.subject, FEED, body, BASE)


def test_a_file_that_is_right_is_not(ran: Ran) -> None:
    laws.seen(ran.subject, FEED, ran.bodies[-1].replace(b"VERSION:2.0", b"X-OTHER:1\r\nVERSION:2.0"), BASE)


def test_a_file_that_went_is_noticed(ran: Ran) -> None:
    with pytest.raises(Broken, match="gone"):
        laws.seen(ran.subject, FEED, None, BASE)


def test_an_older_configuration_is_noticed(ran: Ran) -> None:
    with pytest.raises(Broken, match="older configuration"):
        laws.seen(ran.subject, FEED, ran.bodies[-1].replace(b"edition 0", b"edition -1"), BASE)


def test_another_time_in_a_view_is_noticed(ran: Ran) -> None:
    body = re.sub(rb"(DTSTART;TZID=Europe/Berlin:\d{8}T\d\d)\d\d", rb"\g<1>59", ran.busy.read_bytes(), count=1)
    with pytest.raises(Broken, match="times"):
        laws.seen(ran.subject, f"{FEED}-busy", body, BASE)


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ("log", TOKEN),
        ("public/x/feed-1.html", "http://127.0.0.1:8000/"),
        ("state/history/feed-1", KEY.place(FEED, aware(BASE)).stem),
        ("state/history/feed-1", "Meeting 1 of feed-1-0"),
        ("public/x/feed-1-busy.atom", "Private notes"),
        ("outcome", "s3cret-word"),
    ],
)
def test_a_secret_is_noticed(ran: Ran, where: str, body: str) -> None:
    with pytest.raises(Broken, match="secret"):
        ran.soak.secrecy.refuse(where, body.encode())


def with_another_twin(path: Path) -> None:
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(b"BEGIN"))


def with_a_stranger(path: Path) -> None:
    path.with_name("feed-1.txt").write_text("")


@pytest.mark.parametrize("damage", [Path.unlink, with_another_twin, with_a_stranger])
def test_all_that_is_published_is_looked_at(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    with pytest.raises(Broken):
        Ran(tmp_path, damage)


def test_memory_that_grows_is_noticed(ran: Ran) -> None:
    soak = Soak(ran.soak.root, 0)
    soak.megabytes = [*range(80, 100), *range(100, 140)]
    with pytest.raises(Broken, match="memory grew"):
        soak.refuse_growth()


# ── what it would find ──


def believe_at_once(patch: pytest.MonkeyPatch) -> Rates:
    patch.setattr(incoming, "judged", lambda loss, *_: Verdict(loss.words))
    return Rates(changes=0, kills=0, together=0, oddities=0)


def replace_what_is_newer(patch: pytest.MonkeyPatch) -> Rates:
    patch.setattr(outgoing.Outgoing, "_believed", lambda *_: "")
    return Rates(changes=0.2, kills=0.4, together=0, oddities=0)


def obey_an_older_configuration(patch: pytest.MonkeyPatch) -> Rates:
    patch.setattr(calsieve.refresh, "refuse_outdated", lambda *_: None)
    return Rates(changes=0, kills=0, together=0, oddities=0.4)


@pytest.mark.parametrize("fault", [believe_at_once, replace_what_is_newer, obey_an_older_configuration])
def test_a_fault_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], Rates]
) -> None:
    rates = fault(monkeypatch)
    with pytest.raises(Broken):
        Soak(tmp_path, 15, rates, faults=0.25, seed="b").run(ROUNDS)
