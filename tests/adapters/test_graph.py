"""Mailboxes of Exchange Online by way of Microsoft Graph: what is asked, what is made of it, what is refused."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calsieve.adapters.graph import GraphFetcher
from calsieve.adapters.graph.events import calendar_text
from calsieve.adapters.graph.view import view_for
from calsieve.adapters.http.api import JsonApi
from calsieve.adapters.http.limits import Limits
from calsieve.adapters.oauth import AccessTokens
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.core.window import window_for
from calsieve.errors import SourceError, UpstreamRefused, UpstreamTooLarge, UpstreamUnavailable
from calsieve.models import Fetched, Graph, NotModified, Secret, Snap, Source, Span, Validators, WindowPolicy
from tests.adapters.graph_server import USER, GraphServer, event, occurrence
from tests.adapters.http_kit import Timepiece
from tests.adapters.oauth_server import CLIENT_ID, CLIENT_SECRET, AuthorizationServer
from tests.adapters.upstream_server import UpstreamServer, answer

NOW = datetime(2016, 12, 14, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[GraphServer]:
    with AuthorizationServer() as sign_in, GraphServer(sign_in) as running:
        yield running


def mailbox(
    calendar: str | None = None, user: str = USER, secret: str = CLIENT_SECRET, **window: Span | None
) -> Source:
    graph = Graph(
        user=Secret("literal", user),
        tenant=Secret("literal", "contoso.example"),
        client_id=Secret("literal", CLIENT_ID),
        client_secret=Secret("literal", secret),
        calendar=calendar,
        window=WindowPolicy(**window),  # type: ignore[arg-type]
    )
    return Source(name="jane", url=graph.user, graph=graph)


class Reader:
    """A fetcher whose tokens and clock last from one fetch to the next."""

    def __init__(self, server: GraphServer, limits: Limits | None = None) -> None:
        self.time = Timepiece()
        self.now = NOW
        self.server = server
        api = JsonApi(limits or Limits(), allow_private=True, clock=self.time.clock, sleep=self.time.sleep)
        self.fetcher = GraphFetcher(
            EnvironmentSecrets({}),
            AccessTokens(api, self.time.clock),
            api,
            now=lambda: self.now,
            graph=server.base,
            sign_in=server.sign_in.base,
        )

    def fetched(self, source: Source | None = None, validators: Validators | None = None) -> Fetched:
        result = self.fetcher.fetch(source or mailbox(), validators or Validators())
        assert isinstance(result, Fetched)
        return result

    def again(self, before: Fetched, source: Source | None = None) -> Fetched | NotModified:
        self.server.asked.clear()
        return self.fetcher.fetch(source or mailbox(), before.validators)


def lines(fetched: Fetched) -> list[str]:
    return fetched.body.decode().split("\r\n")


def summaries(fetched: Fetched) -> set[str]:
    return {line.partition(":")[2] for line in lines(fetched) if line.startswith("SUMMARY")}


STANDUP = event("S", "2016-12-05T09:00", "2016-12-05T09:15", "Stand-up", type="seriesMaster", seriesMasterId=None)


# ── what is asked ──


@pytest.mark.parametrize("part", ["user", "tenant"])
def test_what_was_read_of_one_mailbox_is_nothing_of_another_that_a_reference_leads_to(
    server: GraphServer, part: str
) -> None:
    reader = Reader(server)
    before = reader.fetched()
    source = mailbox()
    assert source.graph
    other = replace(source, graph=replace(source.graph, **{part: Secret("literal", "other@contoso.example")}))
    with suppress(SourceError):  # there is but one mailbox here, and one tenant
        assert isinstance(reader.again(before, other), Fetched)
    assert not any("deltatoken" in target for target in server.targets)


def test_all_pages_of_the_view_are_read(server: GraphServer) -> None:
    days = ("2016-12-09", "2016-12-10", "2016-12-11", "2016-12-12", "2016-12-25")
    server.events += [event(f"E{day}", f"{day}T20:30", f"{day}T22:00") for day in days]
    fetched = Reader(server).fetched()
    assert summaries(fetched) == {f"E{day}" for day in days}
    first, *more = server.targets
    assert first.endswith(
        "/calendarView/delta?startDateTime=2016-11-01T00%3A00%3A00Z&endDateTime=2018-01-01T00%3A00%3A00Z"
    )
    assert len(more) == 2
    assert all("skiptoken" in target for target in more)


@pytest.mark.parametrize("title", [":-)", ";-)"])
def test_a_title_that_begins_like_the_rest_of_a_line_is_a_title(server: GraphServer, title: str) -> None:
    server.events.append(event("E1", "2016-12-09T20:30", "2016-12-09T22:00", title))
    assert summaries(Reader(server).fetched()) == {title.replace(";", "\\;")}


def test_the_app_signs_in_for_itself_and_once(server: GraphServer) -> None:
    reader = Reader(server)
    reader.fetched()
    reader.fetched()
    (form,) = server.sign_in.asked
    assert (form["grant_type"], form["scope"]) == ("client_credentials", f"{server.base}/.default")
    assert all(headers["authorization"].startswith("Bearer ") for _, headers in server.asked)
    assert 'outlook.body-content-type="text"' in server.asked[0][1]["prefer"]


def test_no_change_is_one_request(server: GraphServer) -> None:
    server.events.append(event("E1", "2016-12-09T20:30", "2016-12-09T22:00"))
    reader = Reader(server)
    before = reader.fetched()
    assert isinstance(reader.again(before), NotModified)
    assert len(server.targets) == 1
    assert "deltatoken" in server.targets[0]


def test_a_change_is_read_by_reading_the_view_anew(server: GraphServer) -> None:
    server.events.append(event("E1", "2016-12-09T20:30", "2016-12-09T22:00"))
    reader = Reader(server)
    before = reader.fetched()
    added = event("E2", "2016-12-10T20:30", "2016-12-10T22:00")
    server.events.append(added)
    server.changes.append(added)
    after = reader.again(before)
    assert isinstance(after, Fetched)
    assert summaries(after) == {"E1", "E2"}


def test_a_deleted_occurrence_goes_although_no_change_names_it(server: GraphServer) -> None:
    week = [occurrence(STANDUP, f"2016-12-{day:02}") for day in (5, 6, 7)]
    server.events += [STANDUP, *week]
    reader = Reader(server)
    before = reader.fetched()
    server.events.remove(week[1])
    server.changes += [STANDUP, week[0], week[2]]  # nothing says which one went
    after = reader.again(before)
    assert isinstance(after, Fetched)
    assert [line for line in lines(after) if line.startswith("DTSTART")] == [
        "DTSTART:20161205T090000Z",
        "DTSTART:20161207T090000Z",
    ]


def test_a_change_outside_of_the_view_is_told_once(server: GraphServer) -> None:
    server.events.append(event("E1", "2016-12-09T20:30", "2016-12-09T22:00"))
    reader = Reader(server)
    before = reader.fetched()
    server.changes.append({"id": "AAMkADfar", "@removed": {"reason": "deleted"}})
    after = reader.again(before)
    assert isinstance(after, Fetched)
    # The bodies differ, so that the state takes the new link; else this change would be told each time.
    assert after.body != before.body
    assert [line for line in lines(after) if "ROUND" not in line] == [
        line for line in lines(before) if "ROUND" not in line
    ]


@pytest.mark.parametrize("reply", [(410, {}), (400, {"error": {}}), (404, {})])
def test_a_link_that_is_no_good_any_more_costs_a_whole_reading(server: GraphServer, reply: tuple[int, object]) -> None:
    reader = Reader(server)
    before = reader.fetched()
    server.answers = [reply]
    assert isinstance(reader.again(before), Fetched)
    assert "startDateTime" in server.targets[1]


def test_another_month_or_another_calendar_is_read_whole(server: GraphServer) -> None:
    reader = Reader(server)
    before = reader.fetched()
    assert isinstance(reader.again(before, mailbox("Team & Co")), Fetched)
    reader.now = datetime(2017, 1, 30, tzinfo=UTC)
    assert isinstance(reader.again(before), Fetched)
    assert "startDateTime=2017-01-01" not in server.targets[0]
    assert "startDateTime=2016-12-01" in server.targets[0]


def test_a_calendar_is_found_by_its_name(server: GraphServer) -> None:
    server.team.append(event("T", "2016-12-09T20:30", "2016-12-09T22:00"))
    assert summaries(Reader(server).fetched(mailbox("Team & Co"))) == {"T"}
    with pytest.raises(UpstreamRefused, match="no calendar of that name: correct `calendar`"):
        Reader(server).fetched(mailbox("Teem"))


def test_a_token_that_is_refused_early_is_renewed_once(server: GraphServer) -> None:
    reader = Reader(server)
    before = reader.fetched()
    server.sign_in.access_tokens.clear()
    assert isinstance(reader.again(before), NotModified)
    assert len(server.sign_in.asked) == 2


def test_a_busy_service_is_asked_again(server: GraphServer) -> None:
    reader = Reader(server)
    server.answers = [(429, {}), (503, {})]
    reader.fetched()
    assert reader.time.pauses == [1, 2]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "UTC"])
@pytest.mark.parametrize("snap", list(Snap))
@pytest.mark.parametrize("now", [NOW, datetime(2024, 2, 29, 23, 59, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)])
def test_the_view_holds_the_window_in_every_zone(zone: str, snap: Snap, now: datetime) -> None:
    policy = WindowPolicy(Span(months=1), Span(days=364), snap)
    view, window = view_for(policy, now), window_for(policy, zone, now)
    assert view
    assert datetime(view.start.year, view.start.month, 1, tzinfo=UTC) <= window.start
    assert window.end <= datetime(view.end.year, view.end.month, 1, tzinfo=UTC)


# ── what is made of it ──


def test_an_event_is_written_as_a_calendar_would() -> None:
    text = calendar_text(
        [
            event(
                "E",
                "2016-12-25T06:00",
                "2016-12-25T07:30",
                "Attend; service, \\all",
                body={"contentType": "text", "content": "One\r\ntwo\n"},
                location={"displayName": "Chapel, Seattle"},
                categories=["Red, not blue", "Family"],
                showAs="tentative",
                sensitivity="private",
                importance="high",
                isReminderOn=True,
                reminderMinutesBeforeStart=15,
                onlineMeeting={"joinUrl": "https://teams.example/x"},
                organizer={"emailAddress": {"name": 'Sam "S" Booth', "address": "sam@contoso.example"}},
                attendees=[
                    {
                        "type": "optional",
                        "status": {"response": "tentativelyAccepted"},
                        "emailAddress": {"address": "ann@contoso.example"},
                    },
                    {"type": "required", "status": {"response": "none"}, "emailAddress": {"name": "Nobody"}},
                ],
            )
        ],
        "link",
    )
    assert text.decode().split("\r\n")[4:] == [
        "BEGIN:VEVENT",
        "UID:040000008200E00074C5B7101A82E008E",
        "DTSTAMP:20161102T080000Z",
        "DTSTART:20161225T060000Z",
        "DTEND:20161225T073000Z",
        "SUMMARY:Attend\\; service\\, \\\\all",
        "LOCATION:Chapel\\, Seattle",
        "DESCRIPTION:One\\ntwo",
        "STATUS:TENTATIVE",
        "TRANSP:OPAQUE",
        "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
        "CLASS:PRIVATE",
        "PRIORITY:1",
        "CATEGORIES:Red\\, not blue,Family",
        "URL:https://teams.example/x",
        "CREATED:20161101T080000Z",
        "LAST-MODIFIED:20161102T080000Z",
        'ORGANIZER;CN="Sam  S  Booth":mailto:sam@contoso.example',
        "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=TENTATIVE:mailto:ann@contoso.example",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT15M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_whole_days_stay_days_and_zones_stay_zones(server: GraphServer) -> None:
    local = {"start": {"dateTime": "2016-12-24T09:00:00", "timeZone": "W. Europe Standard Time"}}
    server.events += [
        event("A", "2016-12-24T00:00", "2016-12-26T00:00", isAllDay=True),
        {**event("B", "2016-12-24T09:00", "2016-12-24T10:00"), **local},
    ]
    text = lines(Reader(server).fetched())
    assert {"DTSTART;VALUE=DATE:20161224", "DTEND;VALUE=DATE:20161226"} <= set(text)
    assert 'DTSTART;TZID="W. Europe Standard Time":20161224T090000' in text


def test_occurrences_take_from_their_master_what_they_lack(server: GraphServer) -> None:
    moved = occurrence(STANDUP, "2016-12-06", type="exception", subject="Stand-up, late", isCancelled=True)
    server.events += [STANDUP, occurrence(STANDUP, "2016-12-05"), moved]
    fetched = Reader(server).fetched()
    assert summaries(fetched) == {"Stand-up", "Stand-up\\, late"}
    assert lines(fetched).count("BEGIN:VEVENT") == 2
    assert lines(fetched).count("STATUS:CANCELLED") == 1
    assert len({line for line in lines(fetched) if line.startswith("UID")}) == 2


def test_rows_come_out_in_one_order_and_the_last_of_an_id_counts(server: GraphServer) -> None:
    one, two = (event(key, "2016-12-09T20:30", "2016-12-09T22:00") for key in ("E1", "E2"))
    server.events += [one, two, {**one, "subject": "New"}, {"id": two["id"], "@removed": {"reason": "deleted"}}]
    fetched = Reader(server).fetched()
    assert summaries(fetched) == {"New"}
    assert lines(fetched).count("BEGIN:VEVENT") == 1


@pytest.mark.parametrize(
    "more",
    [
        {"start": None},
        {"start": {"dateTime": "soon"}},
        {"categories": [1, None]},
        {"attendees": [None, "x"]},
        {"subject": 7},
        {"body": []},
        {"iCalUId": None},
        {"subject": "\ud800"},
        {"id": "\ud800", "iCalUId": None},
    ],
)
def test_an_odd_event_costs_no_other(server: GraphServer, more: dict[str, object]) -> None:
    server.events += [{**event("E1", "2016-12-09T20:30", "2016-12-09T22:00"), **more}]
    server.events += [event("E2", "2016-12-09T20:30", "2016-12-09T22:00")]
    assert "E2" in summaries(Reader(server).fetched())


# ── what is refused ──


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "check its tenant"),
        (403, "application permission Calendars.Read"),
        (404, "check `graph` and `calendar`"),
        (405, "refuses with status 405"),
    ],
)
def test_a_refusal_says_what_to_do(server: GraphServer, status: int, said: str) -> None:
    server.answers = [(status, {"error": {"message": "MARKED"}})] * 2
    with pytest.raises(UpstreamRefused, match=f"jane: .*{said}") as caught:
        Reader(server).fetched()
    assert "MARKED" not in "".join(traceback.format_exception(caught.value))


def test_a_wrong_secret_says_what_to_correct(server: GraphServer) -> None:
    with pytest.raises(UpstreamRefused, match="client_id or client_secret: correct them"):
        Reader(server).fetched(mailbox(secret="MARKED"))
    assert server.asked == []


@pytest.mark.parametrize("wide", [{"back": None}, {"ahead": None}, {"back": Span(months=59)}])
def test_a_window_that_exchange_would_refuse_is_told(server: GraphServer, wide: dict[str, Span | None]) -> None:
    with pytest.raises(UpstreamRefused, match="less than five years"):
        Reader(server).fetched(mailbox(**wide))
    assert server.asked == []


def test_the_token_follows_no_link_to_another_host(server: GraphServer) -> None:
    server.events += [event(key, "2016-12-09T20:30", "2016-12-09T22:00") for key in ("E1", "E2", "E3")]
    with UpstreamServer(answer()) as hostile:
        for elsewhere in (
            hostile.base,
            f"{server.base}.evil.example",
            f"{server.base}@127.0.0.1:1",
            f"{server.base}\\@127.0.0.1:1",
            "http://[MARKED",
        ):
            server.elsewhere = elsewhere
            with pytest.raises(UpstreamRefused, match="another host"):
                Reader(server).fetched()
        assert hostile.connections == 0


def test_a_redirect_takes_no_token_along() -> None:
    with AuthorizationServer() as sign_in, UpstreamServer(answer()) as hostile:
        with UpstreamServer(answer(302, Location=hostile.url("/"))) as graph:
            reader = Reader(GraphServer(sign_in))
            reader.fetcher = replace_origin(reader, graph.base, sign_in.base)
            with pytest.raises(UpstreamRefused, match="redirects, which its API never does"):
                reader.fetched()
        assert hostile.connections == 0


def replace_origin(reader: Reader, graph: str, sign_in: str) -> GraphFetcher:
    api = JsonApi(allow_private=True, clock=reader.time.clock, sleep=reader.time.sleep)
    tokens = AccessTokens(api, reader.time.clock)
    return GraphFetcher(EnvironmentSecrets({}), tokens, api, now=lambda: NOW, graph=graph, sign_in=sign_in)


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        ({"value": []}, UpstreamUnavailable, "without a delta link"),
        ({"value": [], "@odata.deltaLink": 1}, UpstreamUnavailable, "without a delta link"),
        ({"value": [], "@odata.deltaLink": "\ud800"}, UpstreamUnavailable, "without a delta link"),
        ({"value": [], "@odata.nextLink": "SAME"}, UpstreamUnavailable, "in a circle"),
        ({"value": [], "@odata.nextLink": ["MARKED"]}, UpstreamRefused, "another host"),
        (["MARKED"], UpstreamUnavailable, "something else than the JSON"),
    ],
)
def test_answers_that_can_not_be_are_no_calendar(
    server: GraphServer, content: object, kind: type[SourceError], said: str
) -> None:
    if isinstance(content, dict) and content.get("@odata.nextLink") == "SAME":
        content["@odata.nextLink"] = f"{server.base}/v1.0/round"
    server.answers = [(200, content)] * 4
    with pytest.raises(kind, match=said):
        Reader(server).fetched()


def test_a_flood_ends_at_the_bound(server: GraphServer) -> None:
    server.page = 1
    server.events += [event(f"E{n}", "2016-12-09T20:30", "2016-12-09T22:00", "x" * 2000) for n in range(9)]
    with pytest.raises(UpstreamTooLarge):
        Reader(server, Limits(max_bytes=10_000)).fetched()


def test_the_validators_show_no_credential(server: GraphServer) -> None:
    assert "MARKED" not in str(Reader(server).fetched().validators)
    assert "MARKED" not in repr(replace(mailbox(), name="x"))


_keys = st.sampled_from(["dateTime", "timeZone", "emailAddress", "address", "name", "content", "contentType", "status"])
scalars = st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["2016-12-09T20:30:00", "UTC", "a@b"])
contents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner), max_leaves=8
)
_optional = {key: contents for key in (*event("E", "x", "y"), "organizer", "location", "seriesMasterId") if key != "id"}
rows = st.fixed_dictionaries({"id": st.text(max_size=3)}, optional=_optional)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, max_size=2))
def test_whatever_comes_makes_whole_events_and_no_line_of_its_own(given_rows: list[dict[str, object]]) -> None:
    text = calendar_text(given_rows, "link").decode()
    known = {row["id"] for row in given_rows if row.get("type") != "seriesMaster"}
    assert len(re.findall(r"^BEGIN:VEVENT\r$", text, re.M)) <= len(known)
    assert text.count("\r\nBEGIN:VEVENT\r\n") == text.count("\r\nEND:VEVENT\r\n")
    assert all(re.match(r"[A-Z-]+[:;]", line) for line in text.split("\r\n")[:-1])
    assert "\n" not in text.replace("\r\n", "")
