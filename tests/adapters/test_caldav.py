"""CalDAV: what is asked of a server, whatever it can do, and that what comes is what is there."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from calsieve.adapters.http import Limits
from calsieve.adapters.memory import MemoryStateStore
from calsieve.core.read import read
from calsieve.errors import InvalidCalendar, SourceError, UpstreamRefused, UpstreamTooLarge, UpstreamUnavailable
from calsieve.models import BasicAuth, CalDav, Fetched, NotModified, OAuth, Secret, Source, Stored
from tests.adapters.caldav_kit import Reader, account, uids
from tests.adapters.caldav_server import (
    PASSWORD,
    USER,
    Asked,
    CalDavServer,
    Calendar,
    Fault,
    Reply,
    event,
    filled,
    multistatus,
    once,
    when,
)

FIRST_STEPS = ["propfind"] * 5  # the address, the principal, the home, the calendar's zone, its items


def test_a_calendar_comes_whole_and_nothing_new_costs_one_request() -> None:
    with CalDavServer(home=filled(450)) as server:
        reader = Reader(account(server.url()))
        assert reader.uids() == [f"e{number:04}" for number in range(450)]
        assert server.questions == FIRST_STEPS + ["calendar-multiget"] * 3
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


def test_a_deletion_alone_needs_no_item() -> None:
    with CalDavServer(home=filled(20)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.asked.clear()
        server.calendars["home"].delete("e0003.ics")
        assert len(reader.uids()) == 19
        assert server.questions == ["propfind", "sync-collection"]


def test_the_same_items_give_the_same_bytes_however_they_came() -> None:
    with CalDavServer(home=filled(300)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        for name in ("e0250.ics", "a.ics", "e0123x.ics"):
            server.calendars["home"].put(name, event(name))
            reader.fetch()
        assert reader.body() == Reader(account(server.url())).body()


# ── which calendars ──


def calendars() -> dict[str, Calendar]:
    return {
        "home": Calendar("Home", items={"a.ics": event("a")}),
        "work": Calendar("Work", items={"b.ics": event("b")}),
        "5f2c": Calendar("Work", items={"c.ics": event("c")}),
        "tasks": Calendar("Tasks", components=("VTODO",), items={"d.ics": event("d")}),
        "any": Calendar("", components=(), items={"e.ics": event("e")}),
    }


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (None, ["a", "b", "c", "e"]),
        (("Home",), ["a"]),
        (("home",), ["a"]),
        (("Work",), ["b", "c"]),
        (("5f2c",), ["c"]),
        (("any", "Home"), ["e", "a"]),
        (("Home", "HOME"), ["a"]),
    ],
)
def test_calendars_are_chosen_by_name_or_by_the_end_of_their_address(
    names: tuple[str, ...] | None, expected: list[str]
) -> None:
    with CalDavServer(**calendars()) as server:
        assert Reader(account(server.url(), calendars=names)).uids() == expected


def test_a_name_that_no_calendar_has_is_refused_without_showing_it() -> None:
    with CalDavServer() as server, pytest.raises(UpstreamRefused, match="entry 2 of `calendars`") as raised:
        Reader(account(server.url(), calendars=("Home", "hunter2"))).fetch()
    assert "hunter2" not in str(raised.value)


def test_the_address_of_a_calendar_means_that_one_alone() -> None:
    with CalDavServer(**calendars()) as server:
        reader = Reader(account(server.url("/calendars/jane/work/")))
        assert reader.uids() == ["b"]
        server.asked.clear()
        assert reader.fetch() == NotModified()
        assert server.questions == ["propfind"]


def test_a_new_calendar_is_found_and_one_that_was_deleted_is_gone() -> None:
    with CalDavServer(**calendars()) as server:
        reader = Reader(account(server.url()))
        before = reader.fetch()
        server.calendars["new"] = Calendar("New", items={"f.ics": event("f")})
        del server.calendars["5f2c"]
        after = reader.fetch()
        assert isinstance(before, Fetched)
        assert isinstance(after, Fetched)
        assert uids(after.body) == ["a", "b", "e", "f"]
        assert len({*before.parts} - {*after.parts}) == len({*after.parts} - {*before.parts}) == 1
        assert "5f2c" not in f"{before.parts}"


def test_one_calendar_gives_its_name_colour_and_zone_and_several_give_none() -> None:
    zone = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n"
    home = Calendar("Home; sweet, home", colour="#1BADF8FF", timezone=zone)
    with CalDavServer(home=home, work=Calendar("Work")) as server:
        body = Reader(account(server.url(), calendars=("home",))).body()
        assert b"\r\nX-WR-CALNAME:Home\\; sweet\\, home\r\nX-APPLE-CALENDAR-COLOR:#1BADF8\r\n" in body
        assert b"\r\nX-WR-TIMEZONE:Europe/Berlin\r\n" in body
        assert read("work", body, "utf-8").events_in == 0
        several = Reader(account(server.url())).body()
        assert b"CALNAME" not in several
        assert b"COLOR" not in several


def test_a_new_name_is_a_change() -> None:
    with CalDavServer() as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.calendars["home"].name = "House"
        fetched = reader.fetch()
        assert isinstance(fetched, Fetched)
        assert b"X-WR-CALNAME:House" in fetched.body


# ── what can be believed ──


def test_all_etags_are_compared_once_a_day_whatever_the_ctag_says() -> None:
    with CalDavServer(home=filled(10)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.calendars["home"].items["hidden.ics"] = event("hidden")  # and no trace of it in the log
        reader.later(hours=23)
        assert reader.fetch() == NotModified()
        reader.later(hours=1)
        server.asked.clear()
        assert "hidden" in reader.uids()
        assert server.questions == ["propfind", "propfind", "propfind", "get"]
        reader.later(hours=23)
        assert reader.fetch() == NotModified()
        assert len(server.asked) == 5


def test_a_clock_that_was_set_back_is_no_reason_to_wait() -> None:
    with CalDavServer(home=filled(10)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.calendars["home"].items["hidden.ics"] = event("hidden")
        reader.later(days=-400)
        assert "hidden" in reader.uids()


@pytest.mark.parametrize("how", ["403", "all", "nothing"])
def test_a_server_that_forgot_its_tokens_is_listed_instead(how: str) -> None:
    with CalDavServer(home=filled(50)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        restored = filled(50)
        restored.delete("e0030.ics")
        restored.items["e0031.ics"] = event("e0031", "LOCATION:elsewhere")
        restored.log = ["e0001.ics"]  # fewer than the token counts
        server.calendars["home"] = restored
        server.forgets_tokens = how
        server.asked.clear()
        body = reader.body()
        assert server.questions == ["propfind", "sync-collection", "propfind", "propfind", "get"]
        assert b"LOCATION:elsewhere" in body
        assert b"UID:e0030" not in body
        assert reader.fetch() == NotModified()


@pytest.mark.parametrize("status", [400, 403, 412, 500, 501, 507])
def test_a_server_that_refuses_to_report_changes_is_listed_at_once(status: int) -> None:
    with CalDavServer(home=filled(50)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.faults.append(when("sync-collection", Reply(status)))
        server.calendars["home"].put("new.ics", event("new"))
        server.asked.clear()
        assert "new" in reader.uids()
        assert server.questions == ["propfind", "sync-collection", "propfind", "propfind", "get"]
        assert reader.time.pauses == []


def test_a_server_without_sync_is_listed_when_its_ctag_changes() -> None:
    with CalDavServer(home=filled(50)) as server:
        server.sync = False
        reader = Reader(account(server.url()))
        reader.fetch()
        server.asked.clear()
        assert reader.fetch() == NotModified()
        server.calendars["home"].put("new.ics", event("new"))
        assert "new" in reader.uids()
        assert server.questions == ["propfind", "propfind", "propfind", "propfind", "get"]


def test_a_server_without_ctags_is_asked_for_changes_each_time() -> None:
    with CalDavServer(home=filled(50)) as server:
        server.ctags = False
        reader = Reader(account(server.url()))
        reader.fetch()
        server.asked.clear()
        assert reader.fetch() == NotModified()
        assert server.questions == ["propfind", "sync-collection"]


def test_a_server_without_ctags_and_sync_is_listed_each_time() -> None:
    with CalDavServer(home=filled(50)) as server:
        server.ctags = server.sync = False
        reader = Reader(account(server.url()))
        reader.fetch()
        server.calendars["home"].delete("e0007.ics")
        assert len(reader.uids()) == 49
        assert reader.fetch() == NotModified()


def test_items_without_etags_are_fetched_each_time() -> None:
    with CalDavServer(home=filled(5)) as server:
        server.ctags = server.sync = server.etags = False
        reader = Reader(account(server.url()))
        reader.fetch()
        server.calendars["home"].put("e0003.ics", event("e0003", "LOCATION:elsewhere"))
        assert b"LOCATION:elsewhere" in reader.body()
        assert reader.fetch() == NotModified()


def test_changes_that_come_in_several_answers_are_put_together() -> None:
    with CalDavServer(home=filled(50)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.page = 3
        for number in range(7):
            server.calendars["home"].put(f"n{number}.ics", event(f"n{number}"))
        server.calendars["home"].delete("n6.ics")
        server.asked.clear()
        assert len(reader.uids()) == 56
        assert server.questions == ["propfind", *["sync-collection"] * 3, "calendar-multiget"]


@pytest.mark.parametrize(("age", "believed"), [(0, False), (4, False), (6, True)])
def test_a_ctag_of_seconds_is_not_believed_within_the_same_seconds(age: int, believed: bool) -> None:
    """SOGo: a second change within the second leaves the ctag as it is."""
    stamp, written = 1_778_673_600, b"ctag-1"
    with CalDavServer(home=filled(1)) as server:
        server.sync = False
        inner = server._answer

        def answer(asked: Asked) -> Reply:
            reply = inner(asked)
            headers = {**reply.headers, "Date": "Wed, 13 May 2026 12:00:00 GMT"}
            return Reply(reply.status, reply.body.replace(written, b"%d" % (stamp - age)), headers)

        server._answer = answer
        reader = Reader(account(server.url()))
        reader.fetch()
        server.calendars["home"].items["same.ics"] = event("same")
        assert ("same" in reader.uids()) != believed


def test_a_change_that_was_undone_after_a_failure_is_seen() -> None:
    """The ctag of a server that makes it from content goes back to what it was."""
    with CalDavServer(home=filled(500)) as server:
        reader = Reader(account(server.url()))
        before = reader.body()
        calendar = server.calendars["home"]
        old, length = dict(calendar.items), len(calendar.log)
        for number in range(300):
            calendar.put(f"e{number:04}.ics", event(f"e{number:04}", "LOCATION:elsewhere"))
        multigets = iter([None, Reply(503), Reply(503), Reply(503)])
        server.faults.append(lambda asked: next(multigets, None) if asked.report == "calendar-multiget" else None)
        with pytest.raises(UpstreamUnavailable):
            reader.fetch()
        calendar.items, calendar.log = old, calendar.log[:length]
        assert reader.body() == before


# ── what items cost ──


@pytest.mark.parametrize("how", ["404", "left out", "all"])
def test_an_item_that_is_gone_meanwhile_costs_only_itself(how: str) -> None:
    with CalDavServer(home=filled(60)) as server:
        server.missing = how
        reader = Reader(account(server.url()))
        taken = iter([True])

        def vanish(asked: Asked) -> None:
            if asked.report == "calendar-multiget" and next(taken, False):
                server.calendars["home"].delete("e0031.ics")

        server.faults.append(vanish)
        assert len(reader.uids()) == 59
        asked = server.questions.count("calendar-multiget"), server.questions.count("get")
        assert asked == {"404": (1, 0), "left out": (1, 1), "all": (10, 3)}[how]


@pytest.mark.parametrize("status", [403, 404, 500, 501])
def test_a_server_without_multiget_is_asked_for_one_item_after_the_other(status: int) -> None:
    with CalDavServer(home=filled(300)) as server:
        server.faults.append(when("calendar-multiget", Reply(status)))
        assert len(Reader(account(server.url())).uids()) == 300
        assert server.questions.count("get") == 300
        assert server.questions.count("calendar-multiget") == 12


def refusing(name: str, status: int) -> Fault:
    """Return a fault: one item is never given, neither alone nor among others."""

    def fault(asked: Asked) -> Reply | None:
        if asked.report == "calendar-multiget" and name.encode() in asked.body:
            return Reply(500)
        return Reply(status) if asked.method == "GET" and name in asked.path else None

    return fault


@pytest.mark.parametrize("status", [403, 500])
def test_an_item_that_the_server_does_not_give_costs_only_itself_and_is_asked_for_again(status: int) -> None:
    with CalDavServer(home=filled(20)) as server:
        reader = Reader(account(server.url()))
        server.faults.append(refusing("e0007", status))
        assert len(reader.uids()) == 19
        told = "1 of 20 items could not be had, and are missing until the server gives them"
        assert reader.fetch() == NotModified((told,))
        server.faults.clear()
        reader.later(days=1)
        assert len(reader.uids()) == 20
        assert reader.fetch() == NotModified()


def test_an_item_that_is_not_given_any_more_stays_what_it_was() -> None:
    with CalDavServer(home=filled(20)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.faults.append(refusing("e0007", 403))
        server.calendars["home"].put("e0007.ics", event("e0007", "LOCATION:elsewhere"))
        assert len(reader.uids()) == 20


def test_an_item_that_may_be_given_later_is_waited_for() -> None:
    with CalDavServer(home=filled(20)) as server:
        server.faults.append(refusing("e0007", 503))
        with pytest.raises(UpstreamUnavailable, match="status 503"):
            Reader(account(server.url())).fetch()


def test_an_answer_that_is_not_well_formed_is_taken_apart() -> None:
    """Some servers put control characters into XML, where they can't be."""
    calendar = filled(20)
    calendar.put("bad.ics", event("bad", "LOCATION:a\x0bb"))
    with CalDavServer(home=calendar) as server:
        assert len(Reader(account(server.url())).uids()) == 21
        assert server.questions.count("get") == 2  # it and the last that was asked for with it


def test_an_item_that_is_larger_than_an_answer_may_be_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calsieve.adapters.caldav.items._MOST_BYTES", 20_000)
    calendar = filled(20)
    calendar.put("large.ics", event("large", f"DESCRIPTION:{'x' * 100_000}"))
    with CalDavServer(home=calendar) as server:
        reader = Reader(account(server.url()))
        assert len(reader.uids()) == 21  # by itself it may be as large as the whole
        small = Reader(account(server.url()), limits=Limits(max_bytes=50_000))
        assert len(small.uids()) == 20


def test_a_calendar_that_is_too_large_is_refused() -> None:
    with CalDavServer(home=filled(300)) as server:
        reader = Reader(account(server.url()), limits=Limits(max_bytes=45_000))
        with pytest.raises(UpstreamTooLarge, match="larger than 45,000 bytes"):
            reader.fetch()


def test_items_keep_their_carriage_returns_or_not() -> None:
    with CalDavServer(home=filled(3)) as server:
        whole = Reader(account(server.url())).body()
        server.escape_returns = False
        assert Reader(account(server.url())).body() == whole


def test_names_may_hold_anything_and_hrefs_be_absolute() -> None:
    calendar = Calendar()
    for name in ("ä ö.ics", "a%20b.ics", "x@y;z=1,2.ics", "q?w.ics", "h#i.ics", "&amp;.ics"):
        calendar.put(name, event(name.partition(".")[0]))
    with CalDavServer(home=calendar) as server:
        names = sorted(Reader(account(server.url())).uids())
        assert names == sorted(name.partition(".")[0] for name in calendar.items)
        server.absolute = True
        assert sorted(Reader(account(server.url())).uids()) == names


# ── what is not there ──


def listing(*responses: str) -> Fault:
    """Return a fault: these responses are all that the calendar lists."""
    body = multistatus(*responses)
    return lambda asked: (
        Reply(207, body) if asked.path == "/calendars/jane/home/" and b"getetag" in asked.body else None
    )


def of(path: str, status: int) -> str:
    return f"<D:response><D:href>{path}</D:href><D:status>HTTP/1.1 {status} X</D:status></D:response>"


OWN = (
    "<D:response><D:href>/calendars/jane/home/</D:href><D:propstat><D:prop><D:getetag/></D:prop>"
    "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
)


@pytest.mark.parametrize(
    "responses",
    [
        [],
        [OWN],
        [of("/calendars/jane/home/", 507)],
        [of("/calendars/jane/home/", 500)],
        [of("/calendars/jane/home/", 404)],
    ],
    ids=["nothing", "only itself", "507", "500", "404"],
)
def test_a_calendar_that_lists_nothing_any_more_loses_nothing_that_is_there(responses: list[str]) -> None:
    with CalDavServer(home=filled(20), other=filled(3, name="Other")) as server:
        reader = Reader(account(server.url()))
        whole = reader.body()
        reader.later(days=1)
        server.faults.append(listing(*responses))
        with pytest.raises(UpstreamUnavailable, match=r"does not list"):
            reader.fetch()
        server.faults.clear()
        assert reader.body() == whole


@pytest.mark.parametrize("place", ["/calendars/jane/other/", "/calendars/jane/"])
def test_a_calendar_that_can_not_be_told_of_is_not_gone(place: str) -> None:
    with CalDavServer(home=filled(3), other=filled(3, name="Other")) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        home = OWN.replace("<D:getetag/>", "<D:resourcetype><C:calendar/></D:resourcetype>")
        server.faults.append(
            lambda asked: Reply(207, multistatus(home, of(place, 507))) if asked.path == "/calendars/jane/" else None
        )
        with pytest.raises(UpstreamUnavailable, match="not tell of all its calendars"):
            reader.fetch()


@pytest.mark.parametrize("sync", [False, True])
def test_a_calendar_that_was_emptied_is_empty(sync: bool) -> None:
    with CalDavServer(home=filled(20), other=filled(3, name="Other")) as server:
        server.sync = sync
        reader = Reader(account(server.url()))
        reader.fetch()
        for number in range(20):
            server.calendars["home"].delete(f"e{number:04}.ics")
        assert len(reader.uids()) == 3
        assert server.questions.count("get") == 1


def test_changes_that_call_what_is_there_gone_are_not_believed() -> None:
    with CalDavServer(home=filled(20)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.calendars["home"].put("new.ics", event("new"))
        gone = (of(f"/calendars/jane/home/e{number:04}.ics", 404) for number in range(20))
        server.faults.append(when("sync-collection", Reply(207, multistatus(*gone, token="http://example.org/sync/9"))))
        assert len(reader.uids()) == 21


@pytest.mark.parametrize("status", [403, 423, 500, 503])
def test_an_item_that_is_listed_with_a_refusal_is_not_gone(status: int) -> None:
    with CalDavServer(home=filled(3)) as server:
        reader = Reader(account(server.url()))
        whole = reader.body()
        reader.later(days=1)
        held = (f"/calendars/jane/home/e{number:04}.ics" for number in range(3))
        server.faults.append(listing(OWN, *(of(path, status) for path in held)))
        assert reader.body() == whole


def test_changes_that_are_not_told_clearly_are_looked_at() -> None:
    with CalDavServer(home=filled(20)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.calendars["home"].put("e0007.ics", event("e0007", "LOCATION:elsewhere"))
        told = multistatus(
            of("/calendars/jane/home/e0007.ics", 500),
            OWN.replace("home/", "home/e0008.ics"),
            token="http://example.org/sync/21",
        )
        server.faults.append(when("sync-collection", Reply(207, told)))
        assert b"LOCATION:elsewhere" in reader.body()


def test_items_that_a_multiget_does_not_know_by_their_hrefs_are_asked_for_alone() -> None:
    """Behind a proxy that rewrites paths, but not those in bodies."""
    with CalDavServer(home=filled(30)) as server:
        server.faults.append(
            lambda asked: (
                Reply(207, multistatus(*(of(f"/calendars/jane/home/e{number:04}.ics", 404) for number in range(30))))
                if asked.report == "calendar-multiget"
                else None
            )
        )
        assert len(Reader(account(server.url())).uids()) == 30


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><title>Sign in</title>", b""])
def test_a_web_page_in_place_of_an_item_does_not_replace_it(body: bytes) -> None:
    with CalDavServer(home=filled(3)) as server:
        reader = Reader(account(server.url()))
        whole = reader.body()
        server.calendars["home"].put("e0001.ics", event("e0001", "LOCATION:elsewhere"))
        server.faults.append(when("get", Reply(200, body, {"Content-Type": "text/html"})))
        assert reader.body() == whole
        server.faults.clear()
        reader.later(days=1)
        assert b"LOCATION:elsewhere" in reader.body()


@pytest.mark.parametrize("question", ["/calendars/jane/", "/calendars/jane/home/"])
def test_an_href_that_is_no_address_is_an_error_of_the_source(question: str) -> None:
    bad = OWN.replace("/calendars/jane/home/", "http://[hunter2").replace("<D:getetag/>", "<C:calendar/>")
    with CalDavServer(home=filled(3)) as server:
        server.faults.append(lambda asked: Reply(207, multistatus(bad)) if asked.path == question else None)
        with pytest.raises(InvalidCalendar, match="by an address that is none"):
            Reader(account(server.url())).fetch()


# ── what goes wrong ──


def test_a_run_that_was_cut_off_goes_on_where_it_was() -> None:
    with CalDavServer(home=filled(1000)) as server:
        reader = Reader(account(server.url()))
        multigets = iter([None, None, Reply(503), Reply(503), Reply(503)])
        server.faults.append(lambda asked: next(multigets, None) if asked.report == "calendar-multiget" else None)
        with pytest.raises(UpstreamUnavailable, match="400 of 1,000 items are here"):
            reader.fetch()
        server.asked.clear()
        assert len(reader.uids()) == 1000
        assert server.questions == ["propfind"] * 3 + ["calendar-multiget"] * 3


def test_a_deadline_holds_for_the_whole_and_progress_is_kept() -> None:
    with CalDavServer(home=filled(1000)) as server:
        reader = Reader(account(server.url()))

        def slow(asked: Asked) -> None:
            if asked.report == "calendar-multiget":
                reader.time.now += 25

        server.faults.append(slow)
        with pytest.raises(UpstreamUnavailable, match=r"within 60 seconds; 4\d\d of 1,000"):
            reader.fetch()
        server.faults.clear()
        assert len(reader.uids()) == 1000


def test_progress_is_kept_within_a_chunk_too_where_items_come_one_by_one() -> None:
    with CalDavServer(home=filled(150)) as server:
        reader = Reader(account(server.url()))

        def slow(asked: Asked) -> Reply | None:
            reader.time.now += asked.method == "GET"
            return Reply(501) if asked.report == "calendar-multiget" else None

        server.faults.append(slow)
        for _ in range(2):
            with pytest.raises(UpstreamUnavailable, match=r"within 60 seconds; \d\d of \d+ items are here"):
                reader.fetch()
        assert len(reader.uids()) == 150
        assert 150 <= server.questions.count("get") <= 160


@pytest.mark.parametrize("reply", [Reply(503), Reply(429), Reply(502), Reply(207, b"<?xml version='1.0'?><a>", cut=1)])
@pytest.mark.parametrize("question", ["propfind", "calendar-multiget"])
def test_what_may_pass_is_tried_again(reply: Reply, question: str) -> None:
    with CalDavServer(home=filled(3)) as server:
        server.faults.append(once(when(question, reply)))
        reader = Reader(account(server.url()))
        assert len(reader.uids()) == 3
        assert reader.time.pauses == [1]


@pytest.mark.parametrize("damage", [lambda body: body[:-1], lambda body: b"", lambda body: b"\x82\xa1a\x01"])
def test_a_damaged_state_is_started_afresh(damage: object) -> None:
    with CalDavServer(home=filled(3)) as server:
        reader = Reader(account(server.url()))
        whole = reader.body()
        for key, body in reader.store.files.items():
            reader.store.files[key] = damage(body)  # type: ignore[operator]
        assert reader.body() == whole
        server.asked.clear()
        reader.body()
        assert server.questions == ["propfind"]


@pytest.mark.parametrize("home", ["http://[hunter2/", "http://h:99999/", "", "ftp://x/", "relative", b"\xff"])
def test_a_home_that_can_not_be_one_is_found_anew(home: str | bytes) -> None:
    with CalDavServer(home=filled(3)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        (key,) = (key for key, body in reader.store.files.items() if not body.startswith(b"calsieve-mirror"))
        reader.store.files[key] = msgspec.msgpack.encode({"homes": [".."], "alone": False}).replace(
            b"\xa2..", msgspec.msgpack.encode(home) if isinstance(home, str) else b"\xa1" + home
        )
        assert len(reader.uids()) == 3


def test_a_user_that_is_no_text_is_refused_like_a_wrong_one() -> None:
    """The environment brings undecodable bytes as surrogates."""
    with CalDavServer() as server:
        server.faults.append(lambda _: Reply(401))
        user = Secret("literal", "jane\udcff")
        given = {"caldav": CalDav("zimbra", user, None), "basic": BasicAuth(user, Secret("literal", PASSWORD))}
        with pytest.raises(UpstreamRefused, match="wants other credentials"):
            Reader(replace(account(server.url()), **given)).fetch()  # type: ignore[arg-type]


class Overtaken(MemoryStateStore):
    """A store in which, once, somebody else saves something right after us."""

    def __init__(self) -> None:
        super().__init__()
        self.other: bytes | None = None

    def save(self, key: str, body: bytes, *, replaces: Stored | None) -> None:
        super().save(key, body, replaces=replaces)
        if self.other and body.startswith(b"calsieve-mirror"):
            self.files[key], self.other = self.other, None


def test_what_another_run_saved_right_after_is_not_written_over() -> None:
    with CalDavServer(home=filled(500)) as server:
        complete = Reader(account(server.url()))
        complete.fetch()
        store = Overtaken()
        (store.other,) = (body for body in complete.store.files.values() if body.startswith(b"calsieve-mirror"))
        server.asked.clear()
        assert len(Reader(account(server.url()), store).uids()) == 500
        assert server.questions.count("calendar-multiget") == 1


def test_a_run_at_the_same_time_is_gone_on_from() -> None:
    with CalDavServer(home=filled(500)) as server:
        reader = Reader(account(server.url()))
        other = Reader(account(server.url()), reader.store)
        started = iter([True])

        def meanwhile(asked: Asked) -> None:
            if asked.report == "calendar-multiget" and next(started, False):
                other.fetch()

        server.faults.append(meanwhile)
        assert len(reader.uids()) == 500
        assert server.questions.count("calendar-multiget") == 1 + 3


def test_an_account_that_moved_is_found_again() -> None:
    with CalDavServer(home=filled(3)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        server.HOME = "/moved/jane/"  # type: ignore[misc]
        assert len(reader.uids()) == 3


def test_an_account_without_calendars_for_events_is_refused() -> None:
    tasks = Calendar("Tasks", components=("VTODO",))
    with CalDavServer(tasks=tasks) as server, pytest.raises(UpstreamRefused, match="no calendars for events"):
        Reader(account(server.url())).fetch()


@pytest.mark.parametrize("reply", [Reply(200, b"<html>Sign in</html>"), Reply(404), Reply(207, b"<html/>"), Reply(405)])
def test_a_server_that_is_none_says_so(reply: Reply) -> None:
    with CalDavServer() as server:
        server.faults.append(lambda _: reply)
        with pytest.raises(SourceError, match=r"check (that )?its address"):
            Reader(account(server.url())).fetch()


@pytest.mark.parametrize("status", [405, 501])
def test_a_web_server_that_does_not_know_the_question_is_no_caldav_server(status: int) -> None:
    with CalDavServer() as server:
        server.faults.append(lambda _: Reply(status))
        with pytest.raises(SourceError, match="does not answer as a CalDAV server: check its address"):
            Reader(account(server.url())).fetch()


# ── who asks ──


def test_a_password_is_sent_at_once() -> None:
    with CalDavServer() as server:
        Reader(account(server.url())).fetch()
        assert all("authorization" in asked.headers for asked in server.asked)


def test_digest_is_used_where_nothing_else_is_offered() -> None:
    with CalDavServer(home=filled(3)) as server:
        server.digest = True
        assert len(Reader(account(server.url())).uids()) == 3
        kinds = [asked.headers["authorization"].partition(" ")[0] for asked in server.asked]
        assert kinds == ["Basic"] + ["Digest"] * (len(kinds) - 1)


def test_digest_is_of_the_path_that_is_sent() -> None:
    """Hrefs with blanks and letters beyond ASCII are sent encoded."""
    calendar = Calendar()
    for name in ("ä b.ics", "ö%20c.ics"):
        calendar.put(name, event(name.partition(".")[0]))
    with CalDavServer(home=calendar) as server:
        server.digest = True
        server._href = lambda path: path.replace("%", "%25")  # type: ignore[method-assign]
        server.faults.append(when("calendar-multiget", Reply(501)))
        assert len(Reader(account(server.url())).uids()) == 2


@pytest.mark.parametrize("digest", [False, True])
def test_a_wrong_password_is_refused_after_one_try_of_each_kind(digest: bool) -> None:
    with CalDavServer() as server:
        server.digest = digest
        wrong = BasicAuth(Secret("literal", USER), Secret("literal", "wrong"))
        with pytest.raises(UpstreamRefused, match="wants other credentials"):
            Reader(account(server.url(), basic=wrong)).fetch()
        assert len(server.asked) == (2 if digest else 1)


class FakeTokens:
    def __init__(self, *tokens: str) -> None:
        self.left = list(tokens)

    def token(self, source: Source, *, renew: bool = False) -> str:
        if renew:
            self.left.pop(0)
        return self.left[0]


def by_token(server: CalDavServer) -> Source:
    oauth = OAuth(Secret("literal", "id"), None, Secret("literal", "refresh"))
    return account(server.url(), basic=None, oauth=oauth)


def test_a_token_that_was_refused_is_renewed_once() -> None:
    with CalDavServer(home=filled(3)) as server:
        server.bearer = "new"
        assert len(Reader(by_token(server), options={"tokens": FakeTokens("old", "new")}).uids()) == 3
        assert [asked.headers["authorization"] for asked in server.asked[:3]] == [
            "Bearer old",
            "Bearer new",
            "Bearer new",
        ]


def test_a_token_that_is_refused_again_is_the_end() -> None:
    with CalDavServer() as server:
        server.bearer = "other"
        with pytest.raises(UpstreamRefused, match="wants other credentials"):
            Reader(by_token(server), options={"tokens": FakeTokens("old", "new", "more")}).fetch()
        assert len(server.asked) == 2


def test_an_account_without_credentials_is_not_asked() -> None:
    with CalDavServer() as server:
        with pytest.raises(UpstreamRefused, match="no credentials"):
            Reader(by_token(server)).fetch()
        assert server.asked == []
