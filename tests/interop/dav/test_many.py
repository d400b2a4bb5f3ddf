"""An account of 20,000 items, read by the command as a user runs it: within bounds, and through being killed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.bench import measure
from tests.bench.paths import WORK
from tests.interop.dav.account import config, feed, made_of
from tests.interop.dav.editor import Editor
from tests.interop.dav.items import single
from tests.interop.dav.many import ITEMS, fill, many
from tests.interop.dav.proxy import Answer, Proxy, Request, Server, proxy
from tests.interop.dav.running import running
from tests.interop.dav.site import shown
from tests.interop.demonstration import NOW
from tests.interop.readers import Program

TABLE = "20,000 items on sabre, read by the command"
MOST_MEMORY = 100_000_000
CHUNK = 200
_HREF = re.compile(rb"<(?:\w+:)?href>")

Note = Callable[[str, str], None]


@dataclass(slots=True)
class Large:
    """``asked`` are how many items each request for data was for; at the ``kill_at``-th of them ``killed`` is."""

    front: Proxy
    editor: Editor
    home: Path
    asked: list[int] = field(default_factory=list)
    victim: subprocess.Popen[bytes] | None = None
    kill_at: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.front.port}/"

    @property
    def command(self) -> list[str]:
        file = self.home / "feeds.yaml"
        file.write_text(config(self.url))
        places = ["--config", str(file), "--to", str(self.home / "public"), "--state", str(self.home / "state")]
        return [sys.executable, "-m", "calsieve.cli", "refresh", *places, "--now", NOW.isoformat()]

    @property
    def requests(self) -> int:
        """How many requests the last run took. Being asked for the password by Digest (401) is not counted."""
        return sum(one.status != 401 for one in self.front.exchanges)

    @property
    def published(self) -> list[bytes]:
        return [file.read_bytes() for file in self.home.glob("public/*/account.ics")]

    def count(self, request: Request, server: Server) -> Answer:
        """Pass on, count what is asked for, and kill who asks when it is time."""
        if b"calendar-multiget" in request.body:
            self.asked.append(len(_HREF.findall(request.body)))
            if self.victim and len(self.asked) == self.kill_at:
                self.victim.kill()
        return server(request)

    def measured(self) -> measure.Cost:
        """Run the command, with the front listing what that took."""
        self.front.exchanges.clear()
        self.asked.clear()
        cost = measure.run(self.command)
        assert cost.code == 0, cost.complaint
        return cost

    def expected(self) -> bytes:
        return made_of(feed(self.url), self.editor.items.values())


@pytest.fixture(scope="module")
def sabre() -> Iterator[tuple[Proxy, Editor]]:
    WORK.mkdir(parents=True, exist_ok=True)
    with running("sabre") as server, proxy(server.port) as front:
        editor = Editor(server)
        fill(server)
        editor.items = {item.name: item for item in many()}
        yield front, editor


@pytest.fixture
def large(sabre: tuple[Proxy, Editor], tmp_path: Path) -> Large:
    front, editor = sabre
    found = Large(front, editor, tmp_path)
    front.meddle = found.count
    return found


@pytest.fixture
def note(request: pytest.FixtureRequest, large: Large) -> Note:
    """Give what puts what a run cost into the table."""

    def put(case: str, text: str) -> None:
        exchanges = large.front.exchanges
        received = sum(one.received for one in exchanges)
        for column, value in (("requests", f"{len(exchanges)}"), ("MB received", f"{received / 1e6:.1f}"), ("", text)):
            request.node.user_properties.append((TABLE, (column, case, value)))

    return put


def costs(cost: measure.Cost) -> str:
    return f"{cost.memory / 1e6:.0f} MB at most, {cost.cpu:.1f} s of a processor"


def test_a_large_account_is_read_within_bounds(large: Large, libical: Program, tmp_path: Path, note: Note) -> None:
    cost = large.measured()
    note("first", costs(cost))
    assert sum(large.asked) == ITEMS
    assert cost.memory <= MOST_MEMORY
    ours, expected = shown(libical.expand, tmp_path, *large.published, large.expected())
    assert expected.total() > 500
    assert ours == expected

    cost = large.measured()
    note("no change", costs(cost))
    assert large.requests == 1

    large.editor.put(single("added", "20260520T100000", "added"))
    large.editor.put(single("item-00001", "20260521T100000", "changed"))
    large.editor.delete("item-00016.ics")
    cost = large.measured()
    note("three changes", costs(cost))
    assert large.requests <= 4  # one is the listing
    assert sum(large.asked) == 2
    ours, expected = shown(libical.expand, tmp_path, *large.published, large.expected())
    assert ours == expected


def test_who_is_killed_goes_on_where_they_were(large: Large, libical: Program, tmp_path: Path, note: Note) -> None:
    large.kill_at = 60
    large.victim = subprocess.Popen(large.command, stdout=subprocess.DEVNULL)
    large.front.exchanges.clear()
    assert large.victim.wait(120) == -signal.SIGKILL
    before = sum(large.asked)
    note("killed", f"{before} items asked for")
    assert before < ITEMS
    assert large.published == []
    large.measured()
    note("after that", f"{sum(large.asked)} items asked for")
    assert before + sum(large.asked) <= len(large.editor.items) + 2 * CHUNK
    ours, expected = shown(libical.expand, tmp_path, *large.published, large.expected())
    assert ours == expected
