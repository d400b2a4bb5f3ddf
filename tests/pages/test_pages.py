"""The pages as HTML: what they say, what they keep to themselves, and that no text can change what they are."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calsieve.models import Colour, Failing, HistoryEntry, Noteworthy, Report, Show
from calsieve.pages import security, style
from calsieve.pages.feed import feed_page
from calsieve.pages.feeds import Card, feeds_page
from calsieve.pages.operator import operator_page
from calsieve.pages.view import FeedView, OperatorView, SourceView
from tests.pages.kit import ADDRESS, NOW, REPORT, VIEW, Read, entry, page, shown

SINCE = NOW - timedelta(days=1, hours=7, minutes=35)
CHOIR = shown("2026-11-26T18:00", "2026-11-26T19:30", location="Town hall")
LATER = shown("2026-12-20T18:00", "2026-12-20T19:30", "Carols")
SOURCES = (SourceView("home", SINCE), SourceView("club", None))
DOWN = Failing("home", "home: it answered with an error (503)", SINCE)


# ── a feed's page ──


def test_it_says_what_the_calendar_is() -> None:
    text = page(agenda=(CHOIR, LATER), sources=SOURCES).text
    assert "Family 94 events, 26 Oct 2026 – 28 Nov 2027" in text
    assert "Size45 kB, was 1.3 MB Events94, were 2,024" in text
    assert "Time zoneEurope/Berlin Changed" in text
    assert "ChangedTue 24 Nov 2026, 22:40 Renewedevery hour" in text
    assert "Made ofhome, as of 24 Nov 2026club, not read so far" in text
    assert "Page of Wed 25 Nov 2026, 22:40." in text


def test_it_lists_what_is_coming() -> None:
    text = page(agenda=(CHOIR, LATER)).text
    assert "Coming up Thu 26 Nov 19:00–20:30 Choir Town hall" in text
    assert "1 more event until 17 January 2027 Sun 20 Dec 19:00–20:30 Carols" in text
    assert "Week of 23 November 2026: 1½ h on 1 day" in text


def test_it_says_when_nothing_is_coming() -> None:
    assert "Nothing in the next two weeks. Eight weeks" in page().text
    assert "Nothing in the next two weeks. 1 more event until" in page(agenda=(LATER,)).text


def test_it_says_how_many_it_has_no_room_for() -> None:
    assert "10 more are in the calendar." in page(agenda=(CHOIR,) * 10 + (LATER,) * 400).text


def test_a_month_is_named_where_it_begins_and_always_told_to_who_is_read_to() -> None:
    body = page(agenda=(CHOIR, shown("2026-11-27T08:00", "2026-11-27T09:00"))).body.decode()
    assert re.findall(r'<span class="(\w+)">Nov</span>', body) == ["month", "hidden"]


def test_it_offers_to_subscribe() -> None:
    there = page()
    assert there.labels == [
        "Apple Calendar",
        "Google Calendar",
        "Outlook.com",
        "Microsoft 365",
        "Android app",
        "paste its address there",
    ]
    assert there.links[ADDRESS.replace("https", "webcal")] == "Android app"
    assert ADDRESS in there.text


def test_the_code_is_that_of_the_address() -> None:
    assert 'role="img" aria-label="QR code' in page().body.decode()
    other = page(address=ADDRESS.replace("family", "other")).body.decode()
    assert code(page().body.decode()) != code(other)


def code(body: str) -> str:
    return re.findall(r'class="qr".*?</svg>', body)[0]


def test_on_ones_own_machine_it_offers_no_service() -> None:
    there = page(address="http://192.168.1.20:8787/x/family.ics")
    assert set(there.links) == {"webcal://192.168.1.20:8787/x/family.ics"}
    assert "Google and Outlook can’t reach this address" in there.text


def test_without_an_address_it_links_to_the_file() -> None:
    there = page(address=None)
    assert there.links == {"family.ics": "The calendar’s file"}
    assert "QR" not in there.body.decode()


def test_an_address_that_ends_says_so_and_is_not_offered() -> None:
    there = page(ends=datetime(2026, 12, 25, 11, tzinfo=UTC))
    assert "This address ends on Fri 25 Dec 2026, 12:00." in there.text
    assert there.links == {}
    assert "Subscribe" not in there.text
    assert ADDRESS not in there.body.decode()


def test_it_names_the_news_feed_if_there_is_one() -> None:
    there = page(atom="family.atom")
    assert there.links["family.atom"] == "Changes as a news feed"
    assert (
        '<link rel="alternate" type="application/atom+xml" title="Changes" href="family.atom">' in there.body.decode()
    )
    assert "atom" not in page().body.decode()


def test_trouble_is_told_in_plain_words() -> None:
    text = page(sources=SOURCES, failing=(DOWN, Failing("club", "it has moved.", SINCE))).text
    since = "has not been readable since Tue 24 Nov 2026, 15:05"
    assert f"home {since}: it answered with an error (503). What it said last is shown." in text
    assert f"club {since}: it has moved. Its events are missing." in text


def test_cuts_are_told() -> None:
    assert (
        "Left outdescriptions, to 200 letters"
        in page(report=replace(REPORT, cuts=("descriptions, to 200 letters",))).text
    )


HELD = Failing("club", "club: it came back empty: held back until tomorrow", SINCE, NOW)


def test_what_is_held_back_is_told_as_that() -> None:
    text = page(sources=SOURCES, failing=(HELD,)).text
    assert "club: it came back empty: held back until tomorrow." in text
    assert "readable" not in text
    assert "A calendar behind this one has lost much since" in page(show=Show.BUSY, failing=(HELD,)).text
    assert "A calendar behind this one has not been readable since" in page(show=Show.BUSY, failing=(HELD, DOWN)).text


@pytest.mark.parametrize("show", [Show.BUSY, Show.KID_SAFE])
def test_a_view_tells_nothing_of_what_it_is_made_of(show: Show) -> None:
    report = replace(REPORT, ruled={"therapy": 3}, kept_whole={"therapy": 1}, lost=("therapy",))
    there = page(show=show, sources=SOURCES, failing=(DOWN,), report=report)
    for secret in ("home", "club", "therapy", "503", "2,024", "1.3 MB"):
        assert secret not in there.text
    assert "A calendar behind this one has not been readable since Tue 24 Nov 2026, 15:05." in there.text


def test_a_view_in_order_has_no_notice() -> None:
    assert 'class="notice"' not in page(show=Show.BUSY, sources=SOURCES).body.decode()


def test_a_page_says_nothing_of_rules_and_uids() -> None:
    report = replace(REPORT, ruled={"therapy": 3}, kept_whole={"reason": 1}, lost=("uid-1",))
    assert page(report=report).body == page().body


def test_the_same_view_gives_the_same_bytes() -> None:
    view = replace(VIEW, agenda=(CHOIR, LATER), sources=SOURCES, failing=(DOWN,))
    assert feed_page(view) == feed_page(replace(view))


def test_the_colour_is_the_calendars() -> None:
    body = page(colour=Colour("coral", "#ff7f50")).body.decode()
    assert body.count('fill="#ff7f50"') == 1
    assert "%23ff7f50" in body


def test_an_everlasting_calendar_says_so() -> None:
    text = page(report=Report(events_out=1)).text
    assert "Family 1 event Subscribe" in text
    assert "Showseverything" in text
    assert "Family No events Subscribe" in page(report=Report()).text


# ── no text changes what a page is ──

everything = st.characters(exclude_categories=[])  # halves of surrogate pairs too
texts = st.text(everything) | st.sampled_from(
    ["<script>x</script>", '"><b>', "{{ 7 }}", "javascript:x", "\u202e", "&lt;", "]]>"]
)


@settings(deadline=None)
@given(texts, texts, texts)
def test_titles_and_names_change_no_tag_and_no_link(title: str, place: str, why: str) -> None:
    event = CHOIR._replace(summary=f"x{title}", location=f"x{place}")
    changes = {
        "title": title,
        "agenda": (event,),
        "sources": (SourceView(place, SINCE),),
        "failing": (Failing(title, why, SINCE),),
        "report": replace(REPORT, cuts=(why,)),
    }
    there, benign = page(**changes), page(**(changes | {"agenda": (CHOIR,)}))
    assert there.tags == benign.tags
    assert set(there.attributes) == set(benign.attributes)
    assert {link.partition(":")[0] for link in there.links} == {"webcal", "https"}


@settings(deadline=None)
@given(texts, texts)
def test_nor_on_the_operators_page(name: str, why: str) -> None:
    def made(name: str, why: str) -> Read:
        history = (entry(timedelta(1), failing=(Failing(name, why, SINCE),), problems=(why,)),)
        feed = FeedView(name=name, files=((name, "x.html"),), refresh_every=timedelta(1), history=history)
        return Read(operator_page(OperatorView(now=NOW, timezone="UTC", feeds=(feed,), title=name)))

    there = made(name, why)
    assert (there.tags, there.attributes) == (made("a", "b").tags, made("a", "b").attributes)
    assert set(there.links) == {"x.html"}


@settings(deadline=None)
@given(texts)
def test_nor_on_the_demonstrations_page(title: str) -> None:
    there, benign = (Read(feeds_page([Card(one, None, "webcal:x", "x", REPORT)])) for one in (title, "Family"))
    assert (there.tags, there.attributes, set(there.links)) == (benign.tags, benign.attributes, {"webcal:x", "x"})


# ── the operator's page ──


def overview(*feeds: FeedView) -> Read:
    return Read(operator_page(OperatorView(now=NOW, timezone="Europe/Berlin", feeds=feeds)))


def feed(name: str, *history: HistoryEntry) -> FeedView:
    return FeedView(
        name=name, files=((name.title(), f"../s/{name}.html"),), refresh_every=timedelta(hours=6), history=history
    )


COUNTS = {"bytes_in": 14_800_000, "bytes_out": 431_000, "events_in": 20_431, "events_out": 773}


def test_it_says_how_all_is() -> None:
    fine, bad = feed("fine", entry(timedelta(days=2), **COUNTS)), feed("bad", entry(timedelta(), failing=(DOWN,)))
    assert "No feeds yet." in overview().text
    assert "1 feed, all in order." in overview(fine).text
    there = overview(fine, bad)
    assert "2 feeds, 1 in trouble." in there.text
    assert there.text.index("Bad") < there.text.index("Fine")


def test_it_says_how_each_feed_is() -> None:
    there = overview(feed("work", entry(timedelta(days=2), **COUNTS), entry(timedelta(days=1), Noteworthy.RECOVERED)))
    assert there.links == {"../s/work.html": "Work"}
    assert "work in order Work Size431 kB, was 14.8 MB Events773, were 20,431" in there.text
    assert "ChangedMon 23 Nov 2026, 22:40 Renewedevery 6 hours In the last 30 days it changed on 1 day." in there.text
    assert "Tue 24 Nov 2026, 22:40 in order again Mon 23 Nov 2026, 22:40 changed: 773 events, 431 kB" in there.text


def test_it_says_what_is_published_and_not_configured_any_more() -> None:
    view = OperatorView(now=NOW, timezone="UTC", feeds=(feed("work"),), unconfigured=("club", "<b>old"))
    assert (
        "These are published still and not refreshed: club, <b>old. calsieve retire NAME"
        in Read(operator_page(view)).text
    )
    assert "Not configured any more" not in overview(feed("work")).text


def test_trouble_comes_with_its_reason() -> None:
    assert (
        "work 1 source failing home, since Tue 24 Nov 2026, 15:05: it answered"
        in overview(feed("work", entry(timedelta(), Noteworthy.FAILED, failing=(DOWN,)))).text
    )
    assert (
        "work failing no room left"
        in overview(feed("work", entry(timedelta(), Noteworthy.FAILED, problems=("no room left",)))).text
    )
    assert "work not refreshed so far" in overview(feed("work")).text


# ── the demonstration's page ──


def test_before_and_after() -> None:
    there = Read(feeds_page([Card("Family", None, "webcal://h/x.ics", "s/family.html", REPORT)]))
    assert "Before1.3 MB 2,024 events After45 kB 94 events What is left is 3.5 % of what was." in there.text
    assert there.links == {"webcal://h/x.ics": "Subscribe to Family", "s/family.html": "Its page: Family"}


@pytest.mark.parametrize(("size", "said"), [(100, "10 %"), (0, "0.0 %"), (99, "9.9 %"), (2000, "200 %")])
def test_shares(size: int, said: str) -> None:
    report = Report(bytes_in=1000, bytes_out=size)
    there = Read(feeds_page([Card("x", None, "webcal:x", "x", report)]))
    assert f"What is left is {said} of" in there.text
    assert max(float(width) for width in re.findall(r'width="([0-9.]+)"', there.body.decode())) == 300


# ── all ──


def test_every_page_has_the_policy_and_the_stylesheet() -> None:
    policy = security.CONTENT_SECURITY_POLICY.removesuffix("; frame-ancestors 'none'").replace("'", "&#39;")
    sheet = style.stylesheet()
    for body, root in ((page().body, ".."), (overview().body, ".."), (feeds_page([]), ".")):
        text = body.decode()
        assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in text
        assert f'<link rel="stylesheet" href="{root}/{sheet.path}">' in text
        assert '<meta name="robots" content="noindex, nofollow">' in text
        assert '<meta name="referrer" content="no-referrer">' in text


def test_the_stylesheet_is_named_after_its_content_and_asks_for_nothing() -> None:
    sheet = style.stylesheet()
    assert re.fullmatch(r"style-[0-9a-f]{12}\.css", sheet.path)
    assert not re.search(rb"url\(|@import|expression|http", sheet.body)


def test_every_class_has_a_style() -> None:
    """And none is left of what is no more."""
    css = style.stylesheet().body.decode()
    styled = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", css)))
    bodies = [
        page(agenda=(CHOIR._replace(status="CANCELLED"), LATER), failing=(DOWN,)).body,
        page(ends=NOW).body,
        overview(feed("a", entry(timedelta(3), **COUNTS), entry(timedelta(1), failing=(DOWN,)))).body,
        feeds_page([Card("x", None, "webcal:x", "x", REPORT)]),
    ]
    used = {one for body in bodies for group in re.findall(r'class="([^"]+)"', body.decode()) for one in group.split()}
    levels = {f"l{level}" for level in range(5)}
    assert styled - used - levels == set()
