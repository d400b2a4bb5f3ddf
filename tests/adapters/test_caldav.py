"""CalDAV: what is asked, and that what comes is what is there."""

from __future__ import annotations

from calsieve.models import NotModified
from tests.adapters.caldav_kit import Reader, account
from tests.adapters.caldav_server import CalDavServer, event, filled


def test_a_calendar_comes_whole_and_nothing_new_costs_one_request() -> None:
    with CalDavServer(home=filled(450)) as server:
        reader = Reader(account(server.url()))
        assert reader.uids() == [f"e{number:04}" for number in range(450)]
        assert server.questions == ["propfind"] * 5 + ["calendar-multiget"] * 3
        server.asked.clear()
        assert reader.fetch() == NotModified()
        assert server.questions == ["propfind"]


def test_three_changes_of_2000_cost_three_requests() -> None:
    with CalDavServer(home=filled(2000)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.asked.clear()
        calendar = server.calendars["home"]
        calendar.put("e0007.ics", event("e0007", "LOCATION:elsewhere"))
        calendar.put("new.ics", event("new"))
        calendar.delete("e0009.ics")
        body = reader.body()
        assert server.questions == ["propfind", "sync-collection", "calendar-multiget"]
        assert b"LOCATION:elsewhere" in body
        assert b"UID:new\r\n" in body
        assert b"UID:e0009" not in body
        assert body.count(b"BEGIN:VEVENT") == 2000
