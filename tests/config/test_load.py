"""What a good feeds.yaml means."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from calsieve.config import load
from calsieve.models import (
    Alarms,
    BasicAuth,
    Budget,
    CalDav,
    Colour,
    Config,
    Duplicates,
    Feed,
    Guard,
    Notices,
    OAuth,
    Policy,
    Secret,
    SeriesMode,
    Show,
    Snap,
    Source,
    Span,
    UidMode,
    View,
    WindowPolicy,
)

EXAMPLE = Path(__file__).parents[2] / "feeds.example.yaml"


def feed(*lines: str) -> Feed:
    text = "\n".join(["feeds:", "- name: a", *(f"  {line}" for line in lines), "  sources: [env:URL]"])
    return load(text).feeds[0]


def source(*lines: str) -> Source:
    text = "\n".join(["feeds:", "- name: a", "  sources:", *(f"    {line}" for line in lines)])
    return load(text).feeds[0].sources[0]


def test_the_least_feed_has_the_defaults_of_the_models() -> None:
    assert load("feeds: [{name: a, sources: [env:URL]}]") == Config(
        (Feed(name="a", sources=(Source(name="source-1", url=Secret("env", "URL")),), policy=Policy()),)
    )


def test_every_key_of_a_feed_arrives_in_its_policy() -> None:
    given = feed(
        "title: Team A",
        "colour: seagreen",
        "timezone: Europe/Berlin",
        "window: {back: 30d, ahead: 6mo, snap: none}",
        "series: expand",
        "uid: content",
        "schedule: 6h",
        "alarms: keep",
        "attendees: keep",
        "attachments: keep",
        "html: keep",
    )
    assert given.policy == Policy(
        title="Team A",
        colour=Colour("seagreen", "#2e8b57"),
        timezone="Europe/Berlin",
        window=WindowPolicy(Span(days=30), Span(months=6), Snap.NONE),
        series=SeriesMode.EXPAND,
        uid=UidMode.CONTENT,
        refresh_every=timedelta(hours=6),
        keep_alarms=True,
        keep_attendees=True,
        keep_attachments=True,
        keep_html=True,
    )


@pytest.mark.parametrize("key", ["alarms", "attendees", "attachments", "html"])
def test_keeping_one_thing_keeps_nothing_else(key: str) -> None:
    assert feed(f"{key}: keep").policy == Policy(**{f"keep_{key}": True})
    assert feed(f"{key}: drop").policy == Policy()


def test_every_key_of_a_source_arrives() -> None:
    assert source(
        "- name: exchange",
        "  url: https://example.org/a.ics",
        "  basic: {user: jane, password: env:PASSWORD}",
        "  headers: {X-Key: ssm:/key, Accept: text/calendar}",
        "  user_agent: Mozilla/5.0 (Linux) Chrome/139",
    ) == Source(
        name="exchange",
        url=Secret("literal", "https://example.org/a.ics"),
        basic=BasicAuth(Secret("literal", "jane"), Secret("env", "PASSWORD")),
        headers={"X-Key": Secret("ssm", "/key"), "Accept": Secret("literal", "text/calendar")},
        user_agent=Secret("literal", "Mozilla/5.0 (Linux) Chrome/139"),
    )
    assert source("- {url: env:URL, bearer: secretsmanager:t}").bearer == Secret("secretsmanager", "t")


def test_an_account_of_a_known_provider_gets_its_address() -> None:
    user, password = Secret("literal", "jane@example.org"), Secret("env", "PASSWORD")
    assert source(
        "- caldav: icloud", "  user: jane@example.org", "  secret: env:PASSWORD", "  calendars: [Home, 2026]"
    ) == Source(
        name="source-1",
        url=Secret("literal", "https://caldav.icloud.com/"),
        basic=BasicAuth(user, password),
        caldav=CalDav("icloud", user, ("Home", "2026")),
    )


def test_an_account_on_a_server_of_ones_own_has_the_address_given() -> None:
    given = source(
        "- {name: x, caldav: nextcloud, url: env:CLOUD, user: jane, secret: 'ssm:/p', calendars: all}",
    )
    assert (given.name, given.url) == ("x", Secret("env", "CLOUD"))
    assert given.caldav == CalDav("nextcloud", Secret("literal", "jane"), None)


def test_an_account_by_oauth_has_no_password() -> None:
    given = source(
        "- {caldav: google, user: jane@example.com, oauth: {client_id: i, client_secret: env:C, refresh_token: env:R}}"
    )
    assert given.oauth == OAuth(Secret("literal", "i"), Secret("env", "C"), Secret("env", "R"))
    assert (given.basic, given.caldav) == (None, CalDav("google", Secret("literal", "jane@example.com")))
    without = source("- {caldav: google, user: j, oauth: {client_id: i, refresh_token: env:R}}")
    assert without.oauth == OAuth(Secret("literal", "i"), None, Secret("env", "R"))


def test_sources_without_a_name_are_called_by_their_position() -> None:
    (one,) = load("feeds: [{name: a, sources: [env:A, {name: x, url: env:B}, {url: env:C}]}]").feeds
    assert [given.name for given in one.sources] == ["source-1", "x", "source-3"]


def test_two_feeds_may_use_the_same_source_names() -> None:
    both = load("feeds: [{name: a, sources: [env:A]}, {name: b, sources: [env:A]}]").feeds
    assert both[0].sources == both[1].sources


def test_defaults_hold_key_by_key_where_a_feed_is_silent_within_the_window_too() -> None:
    first, second = load(
        """
        feeds:
        - {name: a, sources: [env:A], window: {back: all}, html: drop}
        - {name: b, sources: [env:B]}
        defaults:
          window: {back: 2w, ahead: 3mo}
          html: keep
          series: trim
          timezone: UTC
        """
    ).feeds
    assert first.policy == Policy(
        window=WindowPolicy(None, Span(months=3)), series=SeriesMode.TRIM, timezone="UTC", keep_html=False
    )
    assert second.policy == Policy(
        window=WindowPolicy(Span(days=14), Span(months=3)),
        series=SeriesMode.TRIM,
        timezone="UTC",
        keep_html=True,
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [("2w", Span(days=14)), ("1mo", Span(months=1)), ("3mo", Span(months=3)), ("6mo", Span(months=6)), ("all", None)],
)
def test_the_choices_of_an_iphone_can_be_expressed(written: str, meant: Span | None) -> None:
    assert feed(f"window: {{back: {written}}}").policy.window.back == meant


@pytest.mark.parametrize("word", ["2026", "0123", "1_000", "12:30", "No", "on", "1e3", "2026-05-15"])
def test_a_title_that_looks_like_something_else_is_taken_as_it_is_written(word: str) -> None:
    assert feed(f"title: {word}").policy.title == word


def test_a_title_may_be_in_any_script() -> None:
    assert feed("title: Équipe 日本 👩‍👩‍👧 מבחן").policy.title == "Équipe 日本 👩‍👩‍👧 מבחן"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("SeaGreen", Colour("seagreen", "#2e8b57")),
        ("'#2E8B57'", Colour("seagreen", "#2e8b57")),
        ("'#2e8b58'", Colour("seagreen", "#2e8b58")),
        ("'#808080'", Colour("gray", "#808080")),
        ("grey", Colour("grey", "#808080")),
        ("'#010000'", Colour("black", "#010000")),
    ],
)
def test_a_colour_has_a_name_and_an_exact_value(written: str, meant: Colour) -> None:
    assert feed(f"colour: {written}").policy.colour == meant


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.ics?x=%20#y",
        "http://127.0.0.1:8080/a.ics",
        "https://[::1]:8443/a.ics",
        "webcal://example.org/a.ics",
        "HTTPS://EXAMPLE.ORG/",
        "https://bücher.example/ä.ics",
        "file:///home/jane/my%20calendar.ics",
        "file://localhost/calendar.ics",
    ],
)
def test_an_address_is_taken_as_it_is_written(address: str) -> None:
    assert source(f"- {address}").url == Secret("literal", address)


def test_webcals_is_https() -> None:
    assert source("- webcals://example.org/a.ics").url == Secret("literal", "https://example.org/a.ics")


@pytest.mark.parametrize(
    "reference",
    [
        "env:_URL2",
        "ssm:/a/b.c-d_e",
        "ssm:/a:3",
        "secretsmanager:calsieve/url",
        "secretsmanager:calsieve/url#work",
        "secretsmanager:arn:aws:secretsmanager:eu-central-1:123456789012:secret:url-AbCdEf",
    ],
)
def test_a_reference_is_a_scheme_and_a_name(reference: str) -> None:
    assert str(source(f"- {reference}").url) == reference
    assert source(f"- {reference}").url.scheme == reference.partition(":")[0]


@pytest.mark.parametrize("password", ["0123", "yes", "a b", "ä€😀", "environment:x", "{}", "a: #b", "'", '"'])
def test_a_quoted_password_may_hold_anything_of_one_line(password: str) -> None:
    quoted = password.replace("'", "''")
    given = source(f"- {{url: env:U, basic: {{user: jane, password: '{quoted}'}}}}").basic
    assert given is not None
    assert given.password == Secret("literal", password)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert load("\ufefffeeds:\r\n- name: a\r\n  sources:\r\n  - env:URL\r\n").feeds[0].name == "a"


def test_the_example_loads() -> None:
    config = load(EXAMPLE.read_text("utf-8"))
    assert [(feed.name, len(feed.sources)) for feed in config.feeds] == [("work", 1), ("family", 2), ("team-a", 2)]
    assert config.feeds[0].policy == Policy()
    assert config.feeds[2].policy.colour == Colour("firebrick", "#c0392b")


# ── what is published, how much of it, and what goes with it ──


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("900kB", 900_000),
        ("1 MB", 1_000_000),
        ("1000", 1000),
        ("2000B", 2000),
        ("1KiB", 1024),
        ("2MiB", 2 * 1024**2),
        ("none", None),
    ],
)
def test_a_size_has_a_unit(written: str, size: int | None) -> None:
    assert feed(f"budget: {{bytes: {written}}}").policy.budget == Budget(size)


def test_a_budget_is_laid_over_the_defaults_key_by_key() -> None:
    first, second = load(
        """
        defaults: {budget: {bytes: 1MB, events: 500}}
        feeds:
        - {name: a, sources: [env:A], budget: {events: none}, views: [{name: v, budget: {events: 9}}]}
        - {name: b, sources: [env:A]}
        """
    ).feeds
    assert first.policy.budget == Budget(1_000_000, None)
    assert first.views[0].policy.budget == Budget(1_000_000, 9)
    assert second.policy.budget == Budget(1_000_000, 500)


def test_alarms_are_kept_dropped_and_added() -> None:
    quarter, day = timedelta(minutes=15), timedelta(days=1)
    policies = [
        feed(f"alarms: {alarms}").policy
        for alarms in ("{add: 15m}", "{keep: yes, add: [1d, 15m, 1d], add_all_day: 0h}", "{keep: no}", "keep")
    ]
    assert policies == [
        Policy(add_alarms=Alarms((quarter,))),
        Policy(keep_alarms=True, add_alarms=Alarms((day, quarter), (timedelta(),))),
        Policy(),
        Policy(keep_alarms=True),
    ]


def test_a_feeds_alarms_take_the_place_of_all_the_defaults() -> None:
    text = "defaults: {alarms: {keep: yes, add: 15m}}\nfeeds: [{name: a, sources: [env:A], alarms: {add: 1h}}]"
    assert load(text).feeds[0].policy == Policy(add_alarms=Alarms((timedelta(hours=1),)))


@pytest.mark.parametrize(
    ("default", "own", "meant"),
    [
        (None, None, None),
        (None, "yes", Notices()),
        (None, "{ahead: 1mo, atom: no, mail: yes}", Notices(Span(months=1), atom=False, mail=True)),
        ("yes", None, Notices()),
        ("yes", "no", None),
        ("{mail: yes}", "yes", Notices(mail=True)),
        ("{mail: yes}", "{ahead: 7d}", Notices(Span(days=7), mail=True)),
        ("{mail: yes}", "no", None),
        ("no", "{atom: yes}", Notices()),
    ],
)
def test_notices_are_laid_over_the_defaults_key_by_key(
    default: str | None, own: str | None, meant: Notices | None
) -> None:
    defaults = f"defaults: {{notices: {default}}}\n" if default else ""
    notices = f", notices: {own}" if own else ""
    assert load(f"{defaults}feeds: [{{name: a, sources: [env:A]{notices}}}]").feeds[0].notices == meant


@pytest.mark.parametrize(
    ("default", "own", "meant"),
    [
        (None, None, Guard()),
        (None, "on", Guard()),
        (None, "off", None),
        (None, "{loss: 80%, hold: 2d}", Guard(80, timedelta(days=2))),
        ("off", None, None),
        ("off", "on", Guard()),
        ("off", "{loss: 5%}", Guard(5)),
        ("{loss: 80%}", None, Guard(80)),
        ("{loss: 80%}", "on", Guard(80)),
        ("{loss: 80%}", "{hold: 5m}", Guard(80, timedelta(minutes=5))),
        ("{loss: 80%}", "off", None),
    ],
)
def test_the_guard_is_laid_over_the_defaults_key_by_key(
    default: str | None, own: str | None, meant: Guard | None
) -> None:
    defaults = f"defaults: {{guard: {default}}}\n" if default else ""
    guard = f", guard: {own}" if own else ""
    assert load(f"{defaults}feeds: [{{name: a, sources: [env:A]{guard}}}]").feeds[0].guard == meant


def test_a_page_is_published_unless_it_is_not_wanted() -> None:
    assert feed().page
    assert not feed("page: no").page
    first, second = load(
        "defaults: {page: no}\nfeeds: [{name: a, sources: [env:A]}, {name: b, sources: [env:A], page: yes}]"
    ).feeds
    assert (first.page, second.page) == (False, True)


@pytest.mark.parametrize(
    "written", ["Jane@Example.org", "mailto:jane@example.org", "[jane@example.org, JANE@example.org]"]
)
def test_ones_own_addresses_are_known_in_lower_case(written: str) -> None:
    assert feed(f"me: {written}").policy.me == ("jane@example.org",)


def test_duplicates_and_show_arrive() -> None:
    assert feed("duplicates: drop", "show: kid-safe").policy == Policy(duplicates=Duplicates.DROP, show=Show.KID_SAFE)


def test_a_view_is_its_feed_but_for_what_it_says() -> None:
    given = feed(
        "title: Family",
        "colour: red",
        "timezone: UTC",
        "html: keep",
        "schedule: 6h",
        "window: {back: 2w, ahead: 6mo}",
        "views:",
        "- name: busy",
        "  show: busy",
        "- name: small",
        "  title: Small",
        "  colour: blue",
        "  html: drop",
        "  window: {ahead: 4w}",
        "  duplicates: drop",
    )
    busy, small = given.views
    assert busy == View("busy", given.policy._replace(show=Show.BUSY))
    assert small == View(
        "small",
        given.policy._replace(
            title="Small",
            colour=Colour("blue", "#0000ff"),
            keep_html=False,
            window=WindowPolicy(Span(days=14), Span(days=28)),
            duplicates=Duplicates.DROP,
        ),
    )


@pytest.mark.parametrize(
    ("feeds", "views", "meant"),
    [
        ("", [], WindowPolicy()),
        ("ahead: 6mo", ["ahead: 1y"], WindowPolicy(ahead=Span(months=12))),
        ("ahead: 1y", ["ahead: all", "ahead: 2w"], WindowPolicy(ahead=None)),
        ("back: 2w, snap: none", ["back: 3w, snap: day"], WindowPolicy(back=Span(days=21), snap=Snap.DAY)),
        ("back: 30d", ["back: 1mo", "snap: week"], WindowPolicy(back=Span(days=31))),
        ("back: 33d, snap: day", ["back: 1mo"], WindowPolicy(back=Span(days=33), snap=Snap.DAY)),
    ],
)
def test_a_mailbox_is_read_as_far_as_the_widest_view_reaches(feeds: str, views: list[str], meant: WindowPolicy) -> None:
    keys = "graph: jane@contoso.example, tenant: t, client_id: c, client_secret: env:S"
    listed = ", ".join(f"{{name: v{at}, window: {{{view}}}}}" for at, view in enumerate(views))
    text = f"feeds:\n- name: a\n  sources: [{{{keys}}}]\n"
    text += f"  window: {{{feeds}}}\n" * bool(feeds) + f"  views: [{listed}]\n" * bool(views)
    graph = load(text).feeds[0].sources[0].graph
    assert graph
    assert graph.window == meant
