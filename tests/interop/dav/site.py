"""A server with data in it behind a proxy, and what an account there publishes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from calsieve.adapters.http.limits import DEFAULT_LIMITS, Limits
from calsieve.models import Outcome
from tests.interop.dav.account import Account, feed, made_of
from tests.interop.dav.editor import Editor
from tests.interop.dav.items import items
from tests.interop.dav.proxy import Meddler, Proxy, hands_on, proxy
from tests.interop.dav.running import running
from tests.interop.demonstration import WINDOW
from tests.interop.readers import Expander, Occurrence, Question


@dataclass(frozen=True, slots=True)
class Site:
    """``front`` is where accounts go, ``editor`` changes what is there, ``calendar`` is the path of that."""

    front: Proxy
    editor: Editor
    calendar: str

    def account(self, path: str = "/", **words: str) -> Account:
        return Account(feed(f"http://127.0.0.1:{self.front.port}{path}", **words))

    def refresh(self, account: Account, meddle: Meddler = hands_on, limits: Limits = DEFAULT_LIMITS) -> Outcome:
        """Refresh a feed while ``meddle`` is at work; afterwards the front lists what that took."""
        self.front.exchanges.clear()
        self.front.meddle = meddle
        try:
            return account.refresh(limits)
        finally:
            self.front.meddle = hands_on

    def known(self) -> Account:
        """Return an account that has been read once."""
        account = self.account()
        assert self.refresh(account).problems == ()
        return account

    def expected(self, account: Account) -> bytes:
        """Return the feed made of what is there now, as one ICS file."""
        return made_of(account.feed, self.editor.items.values())

    @property
    def requests(self) -> int:
        """How many requests the last refresh took. Being asked for the password by Digest (401) is not counted."""
        return sum(one.status != 401 for one in self.front.exchanges)

    @property
    def cost(self) -> str:
        received = sum(one.received for one in self.front.exchanges)
        return f"{len(self.front.exchanges)} · {received / 1000:.1f} kB"


@contextmanager
def site(name: str) -> Iterator[Site]:
    """Start a server and fill it."""
    with running(name) as server, proxy(server.port) as front:
        editor = Editor(server)
        editor.put_all(items())
        yield Site(front, editor, server.calendar)


def shown(expand: Expander, directory: Path, *bodies: bytes) -> list[Counter[Occurrence]]:
    """Return what a reader shows of calendars in the whole window. Fails if it can't read one."""
    files = [directory / f"{number}.ics" for number, _ in enumerate(bodies)]
    for file, body in zip(files, bodies, strict=True):
        file.write_bytes(body)
    found = expand([Question(file, WINDOW) for file in files])
    readable = [one for one in found if isinstance(one, Counter)]
    assert len(readable) == len(bodies), found
    return readable


def wait_for_a_new_second() -> None:
    time.sleep(1 - time.time() % 1)
