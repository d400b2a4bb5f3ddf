"""Six servers × what can happen: the feed of an account is the feed of the same data as one ICS file.

Other people's readers judge that. Requests and the bytes of answers are counted on the way, and printed as a table.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calsieve.adapters.http.limits import Limits
from calsieve.adapters.memory import MemoryStateStore
from calsieve.models import Status
from tests.interop.dav import faults
from tests.interop.dav.account import Account
from tests.interop.dav.items import TOTAL, single
from tests.interop.dav.running import SERVERS
from tests.interop.dav.site import Site, shown, site, wait_for_a_new_second
from tests.interop.readers import Program, recurring

TABLE = "CalDAV servers: requests and bytes of the answers"
SECONDS_OF_A_YOUNG_CTAG = 6
REFUSED_AT_MOST = 5  # items that a server won't have: each refuses others
HASTY = Limits(total_seconds=1.5)

Check = Callable[[Account], None]
Note = Callable[[str], None]


@pytest.fixture(scope="module", params=SERVERS)
def dav(request: pytest.FixtureRequest) -> Iterator[Site]:
    with site(request.param) as there:
        yield there


@pytest.fixture
def note(request: pytest.FixtureRequest, dav: Site) -> Note:
    """Give what puts the cost of the last refresh into the table, under the name of a case."""
    server = request.node.callspec.params["dav"]
    return lambda case: request.node.user_properties.append((TABLE, (server, case, dav.cost)))


@pytest.fixture
def is_right(dav: Site, libical: Program, tmp_path: Path) -> Check:
    """Give what compares a feed with the one made of what the server holds now, occurrence for occurrence."""

    def check(account: Account) -> None:
        ours, expected = shown(libical.expand, tmp_path, account.published, dav.expected(account))
        assert expected.total() > 13_000
        assert ours == expected

    return check


def test_the_first_time_all_is_there(dav: Site, is_right: Check, note: Note, tmp_path: Path) -> None:
    account = dav.account()
    outcome = dav.refresh(account)
    note("first")
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    assert TOTAL - REFUSED_AT_MOST <= len(dav.editor.items) <= TOTAL
    is_right(account)
    ours, expected = shown(recurring.expand, tmp_path, account.published, dav.expected(account))
    assert ours == expected


def test_without_a_change_one_request_is_made(dav: Site, note: Note) -> None:
    time.sleep(max(0, dav.editor.written + SECONDS_OF_A_YOUNG_CTAG - time.monotonic()))
    account = dav.known()
    before = account.published
    assert dav.refresh(account).status is Status.UNCHANGED
    note("no change")
    assert dav.requests == 1
    assert account.published == before


def test_what_is_added_changed_and_deleted_is_so_in_the_feed(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.known()
    dav.editor.put(single("added", "20260520T100000", "added"))
    dav.editor.put(single("plain-31", "20260521T100000", "changed"))
    dav.editor.delete("plain-32.ics")
    assert dav.refresh(account).status is Status.PUBLISHED
    note("delta")
    assert dav.requests <= 4  # one is the listing
    is_right(account)


def test_a_token_that_the_server_does_not_know_costs_a_listing(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.known()
    dav.editor.put(single("plain-33", "20260522T100000", "after an invalid token"))
    assert dav.refresh(account, faults.with_spoilt_token).status is Status.PUBLISHED
    note("bad token")
    assert dav.requests <= 5
    is_right(account)


def test_without_the_state_all_is_read_again(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.known()
    before = account.published
    account.state = MemoryStateStore()
    assert dav.refresh(account).problems == ()
    note("lost state")
    assert account.published == before
    is_right(account)


def test_an_item_that_goes_after_it_was_listed_takes_no_other_with_it(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.account()
    outcome = dav.refresh(account, faults.before_multiget(lambda: dav.editor.delete("plain-34.ics")))
    note("href gone")
    assert outcome.problems == ()
    is_right(account)


def test_two_changes_in_one_second_are_both_seen(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.known()
    for attempt in range(15):  # at a busy moment the second is over too early
        wait_for_a_new_second()
        second = int(time.time())
        dav.editor.put(single("plain-35", f"202605{attempt + 10}T100000", "changed once"))
        assert dav.refresh(account).problems == ()
        dav.editor.put(single("plain-35", f"202605{attempt + 10}T100000", "changed again"))
        if int(time.time()) == second:
            break
    assert int(time.time()) == second
    assert dav.refresh(account).problems == ()
    note("same second")
    is_right(account)


def test_the_address_of_a_calendar_means_that_calendar(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.account(dav.calendar)
    assert dav.refresh(account).problems == ()
    note("by address")
    is_right(account)


def test_a_wrong_password_is_refused_and_the_feed_stays(dav: Site, note: Note) -> None:
    account = dav.known()
    before = account.published
    account.feed = dav.account(password="not-the-password").feed
    outcome = dav.refresh(account)
    note("password")
    assert account.published == before
    assert len(outcome.problems) == 1
    assert "password" in outcome.problems[0]
    assert "not-the-password" not in outcome.problems[0]
    assert len(dav.front.exchanges) <= 2


def test_an_account_that_moved_is_followed(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.account("/old/")
    assert dav.refresh(account, faults.moved_from("/old", 301)).problems == ()
    note("redirect")
    is_right(account)


def test_a_server_that_is_busy_once_is_asked_again(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.account()
    assert dav.refresh(account, faults.on_multiget(faults.unavailable)).problems == ()
    note("503 once")
    is_right(account)


def test_a_server_that_stays_busy_takes_nothing_away(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.known()
    before = account.published
    dav.editor.put(single("plain-36", "20260524T100000", "while it was busy"))
    assert len(dav.refresh(account, faults.unavailable).problems) == 1
    note("503 always")
    assert account.published == before
    assert dav.refresh(account).problems == ()
    is_right(account)


def test_a_connection_that_is_lost_in_mid_body_loses_nothing(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.account()
    assert dav.refresh(account, faults.on_multiget(faults.reset_in_mid_body)).problems == ()
    note("reset")
    is_right(account)


def test_data_that_trickle_are_given_up_in_time_and_read_later(dav: Site, is_right: Check, note: Note) -> None:
    account = dav.known()
    before = account.published
    account.state = MemoryStateStore()
    begun = time.monotonic()
    outcome = dav.refresh(account, faults.slow_data, HASTY)
    assert time.monotonic() - begun < HASTY.total_seconds + 3
    note("slow")
    assert len(outcome.problems) == 1
    assert account.published == before
    assert dav.refresh(account).problems == ()
    is_right(account)
