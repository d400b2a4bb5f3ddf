"""Every mistake is reported with its line, its path and what to do."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
import yaml

from calsieve.config import load, reading, tree
from calsieve.errors import ConfigError, Problem

Expected = tuple[int, str, str]
OK_FEED = "feeds: [{name: a, sources: [env:URL]}]"


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as raised:
        load(text)
    return raised.value.problems


def one_feed(*lines: str) -> str:
    """Return a file whose feed begins on line 1 and whose ``lines`` begin on line 3."""
    return "\n".join(["feeds:", "- name: a", *(f"  {line}" for line in lines), "  sources: [env:URL]"])


def one_source(*lines: str) -> str:
    """Return a file whose only source begins on line 4 and whose ``lines`` begin on line 5."""
    return "\n".join(["feeds:", "- name: a", "  sources:", "  - url: env:URL", *(f"    {x}" for x in lines)])


def account(*keys: str) -> str:
    """Return a file whose only source, on line 4, has these keys, one a line."""
    return "\n".join(["feeds:", "- name: a", "  sources:", f"  - {keys[0]}", *(f"    {key}" for key in keys[1:])])


SYNTAX: dict[str, tuple[str, Expected]] = {
    "empty": ("", (1, "(file)", "the file is empty: write `feeds:`")),
    "only comments": ("# feeds:\n", (1, "(file)", "the file is empty")),
    "only a document mark": ("---\n", (2, "(file)", "nothing is written here")),
    "a word": ("feeds", (1, "(file)", "write keys here, such as `feeds:`")),
    "a list": ("- name: a\n", (1, "(file)", "write keys here, such as `feeds:`")),
    "two documents": (f"{OK_FEED}\n---\nfeeds: []\n", (2, "(file)", "a second document begins here")),
    "a tab": ("feeds:\n\t- name: a\n", (2, "(file)", "a tab is used for indentation: use spaces")),
    "an at sign": ("feeds:\n- name: @a\n", (2, "(file)", "can't start with this character: put the value in")),
    "a colon too many": ("feeds:\n- name: a: b\n", (2, "(file)", "can't stand here: check the indentation")),
    "an open quote": ("feeds:\n- name: 'a\n  sources: []\n", (2, "(file)", "a quote is opened here")),
    "an open bracket": (
        "feeds:\n- name: a\n  sources: [env:A\n  title: b\n",
        (3, "(file)", "a [ or { opened here is not closed"),
    ),
    "a closing bracket of the other kind": ("feeds: [{name: a]]", (1, "(file)", "opened here is not closed")),
    "a lone star": ("feeds:\n- name: *\n", (2, "(file)", "a value that starts with * or & must be put in")),
    "a backslash": ('feeds:\n- name: "a\\q"\n', (2, "(file)", "use 'single quotes'")),
    "an unknown tag handle": ("feeds:\n- name: !h!x a\n", (2, "(file)", "tags (!name) are not used here")),
    "a block that begins at once": ("feeds:\n- name: |a\n", (2, "(file)", "after | or > the text begins on")),
    "a lone word": ("feeds:\n- name: a\n  sources\n  title: b\n", (4, "(file)", "a line before this one is")),
    "a crooked indentation": ("feeds:\n- name: a\n title: b\n", (3, "(file)", "does not fit those above")),
    "text after a quote": ("feeds:\n- name: 'a' b\n", (2, "(file)", "does not fit those above")),
    "a YAML version to come": ("%YAML 3.0\n---\nfeeds: []\n", (1, "(file)", "this is not valid YAML")),
    "a bell": ("feeds:\n- name: a\n  title: b\a\n", (3, "(file)", "unprintable character")),
}

FORM: dict[str, tuple[str, Expected]] = {
    "a tag that makes objects": (
        one_feed("title: !!python/object/apply:os.system ['true']"),
        (3, "feeds[0].title", "tags (!name) are not used here"),
    ),
    "a tag that converts": (one_feed("title: !!str 12"), (3, "feeds[0].title", "tags (!name) are not used")),
    "a tag on the whole file": (f"!!map\n{OK_FEED}", (1, "(file)", "tags (!name) are not used here")),
    "an alias": (one_feed("title: *a"), (3, "feeds[0].title", "aliases (*name) are not used here")),
    "an anchor": (one_feed("title: &a b"), (3, "feeds[0].title", "anchors (&name) are not used here")),
    "a merge key": (one_feed("<<: {title: b}"), (3, "feeds[0]", "this key is unknown; the keys here are name")),
    "a key that is a list": (one_feed("[a]: b"), (3, "feeds[0]", "a key is one word")),
    "a bracket bomb": (one_feed("title: " + "[" * 5000 + "]" * 5000), (3, "feeds[0].title", "write one value")),
    "a bracket bomb without end": (one_feed("title: " + "[" * 50_000), (3, "(file)", "nested thousands deep")),
    "a bottomless key": (one_feed("? " + "[" * 30 + "]" * 30), (3, "feeds[0]", "a key is one word")),
    "a key given twice": (one_feed("title: b", "title: c"), (4, "feeds[0].title", "this key is given twice")),
    "feeds given twice": (f"{OK_FEED}\n{OK_FEED}", (2, "feeds", "this key is given twice: keep one")),
    "no feeds": ("defaults: {series: keep}", (1, "(file)", "`feeds` is missing: add it")),
    "nothing under feeds": ("feeds:\n", (1, "feeds", "nothing is written here")),
    "an empty list of feeds": ("feeds: []", (1, "feeds", "this list is empty: write at least one entry")),
    "feeds that are no list": ("feeds:\n  name: a\n", (2, "feeds", "write a list here: begin each entry")),
    "a feed that is a word": ("feeds: [a]", (1, "feeds[0]", "write keys here, such as `name:`")),
    "a feed without a name": ("feeds:\n- sources: [env:A]", (2, "feeds[0]", "`name` is missing: add it")),
    "a feed without sources": ("feeds:\n- name: a", (2, "feeds[0]", "`sources` is missing: add it")),
    "empty defaults": (f"defaults:\n{OK_FEED}", (1, "defaults", "nothing is written here")),
    "a top-level key misspelt": (f"default: {{}}\n{OK_FEED}", (1, "default", "did you mean `defaults`?")),
    "a feed's key misspelt": (one_feed("color: red"), (3, "feeds[0].color", "did you mean `colour`?")),
    "a key in capitals": (one_feed("Title: b"), (3, "feeds[0].Title", "did you mean `title`?")),
    "a window's key misspelt": (
        one_feed("window:", "  bakc: 4w"),
        (4, "feeds[0].window.bakc", "did you mean `back`?"),
    ),
    "a key like no other": (one_feed("frobnicate: 1"), (3, "feeds[0].frobnicate", "the keys here are name")),
    "a feed's key among the defaults": (
        f"defaults:\n  title: b\n{OK_FEED}",
        (2, "defaults.title", "this key is unknown"),
    ),
    "a window that is a word": (one_feed("window: 4w"), (3, "feeds[0].window", "such as `back:`")),
    "a list for a word": (one_feed("title: [b]"), (3, "feeds[0].title", "write one value here")),
}

VALUES: dict[str, tuple[str, Expected]] = {
    "a name in capitals": ("feeds: [{name: Work, sources: [env:A]}]", (1, "feeds[0].name", "use only a-z, 0-9")),
    "a name too long": (
        f"feeds: [{{name: {'a' * 64}, sources: [env:A]}}]",
        (1, "feeds[0].name", "63 at most"),
    ),
    "a name taken": (
        "feeds:\n- {name: a, sources: [env:A]}\n- {name: a, sources: [env:A]}",
        (3, "feeds[1].name", "this name is taken since line 2: choose another"),
    ),
    "a title of two lines": (one_feed('title: "a\\nb"'), (3, "feeds[0].title", "write one line of text")),
    "an empty title": (one_feed("title: ''"), (3, "feeds[0].title", "write one line of text")),
    "a colour misspelt": (one_feed("colour: seagren"), (3, "feeds[0].colour", "did you mean `seagreen`?")),
    "a short colour": (one_feed("colour: '#abc'"), (3, "feeds[0].colour", "'#rrggbb' in quotes")),
    "a colour that YAML takes for a comment": (
        one_feed("colour: #00ff00"),
        (3, "feeds[0].colour", "an unquoted # begins a comment"),
    ),
    "a month in one letter": (one_feed("window: {back: 6m}"), (3, "feeds[0].window.back", "months are `mo`")),
    "a window without unit": (one_feed("window: {back: 4}"), (3, "feeds[0].window.back", "a number and d, w")),
    "a window of base sixty": (one_feed("window: {back: 12:30}"), (3, "feeds[0].window.back", "like 4w, 30d")),
    "a window before the calendar": (
        one_feed("window: {ahead: 99999w}"),
        (3, "feeds[0].window.ahead", "more than a hundred years: write all"),
    ),
    "an unknown snap": (one_feed("window: {snap: month}"), (3, "feeds[0].window.snap", "week, day, none")),
    "an unknown series": (one_feed("series: trimm"), (3, "feeds[0].series", "did you mean `trim`?")),
    "a schedule too quick": (one_feed("schedule: 4m"), (3, "feeds[0].schedule", "from 5m to 7d")),
    "a schedule too slow": (one_feed("schedule: 8d"), (3, "feeds[0].schedule", "from 5m to 7d")),
    "a schedule in weeks": (one_feed("schedule: 1w"), (3, "feeds[0].schedule", "like 15m, 6h or 1d")),
    "a schedule in seconds": (one_feed("schedule: 3600"), (3, "feeds[0].schedule", "like 15m, 6h or 1d")),
    "a zone misspelt": (one_feed("timezone: Europe/Berlni"), (3, "feeds[0].timezone", "`Europe/Berlin`?")),
    "a zone's city": (one_feed("timezone: new york"), (3, "feeds[0].timezone", "mean `America/New_York`?")),
    "a zone of nowhere": (one_feed("timezone: Xyzzyx"), (3, "feeds[0].timezone", "like Europe/Berlin")),
    "a zone that is a path": (one_feed("timezone: ../../etc/passwd"), (3, "feeds[0].timezone", "IANA name")),
    "alarms on": (one_feed("alarms: on"), (3, "feeds[0].alarms", "write keep or drop, or keys such as `add: [15m]`")),
    "alarms in a list": (one_feed("alarms: [15m]"), (3, "feeds[0].alarms", "write keys here, such as `keep:`")),
    "no keys for alarms": (one_feed("alarms: {}"), (3, "feeds[0].alarms", "nothing is written between these braces")),
    "an alarm far ahead": (one_feed("alarms: {add: [15m, 5w]}"), (3, "feeds[0].alarms.add[1]", "from 0m to 4w")),
    "an alarm after the beginning": (one_feed("alarms: {add: -15m}"), (3, "feeds[0].alarms.add", "like 30m, 8h")),
    "a size without a number": (one_feed("budget: {bytes: kB}"), (3, "feeds[0].budget.bytes", "like 900kB or 1MB")),
    "a size in bits": (one_feed("budget: {bytes: 1Mb}"), (3, "feeds[0].budget.bytes", "B, kB, MB, KiB, MiB")),
    "a size of nothing": (one_feed("budget: {bytes: 999}"), (3, "feeds[0].budget.bytes", "write at least 1kB")),
    "no events": (one_feed("budget: {events: 0}"), (3, "feeds[0].budget.events", "from 1 to 9999999, or none")),
    "some events": (one_feed("budget: {events: few}"), (3, "feeds[0].budget.events", "from 1 to 9999999, or none")),
    "notices for ever": (one_feed("notices: {ahead: all}"), (3, "feeds[0].notices.ahead", "like 7d, 2w or 1mo")),
    "notices of today": (one_feed("notices: {ahead: 0d}"), (3, "feeds[0].notices.ahead", "like 7d, 2w or 1mo")),
    "notices by post": (
        one_feed("notices: {post: yes}"),
        (3, "feeds[0].notices.post", "the keys here are ahead"),
    ),
    "a guard against everything": (
        one_feed("guard: {loss: 100%}"),
        (3, "feeds[0].guard.loss", "write a share from 1% to 99%"),
    ),
    "half a guard": (one_feed("guard: half"), (3, "feeds[0].guard", "write on or off, or keys")),
    "a guard for a month": (one_feed("guard: {hold: 30d}"), (3, "feeds[0].guard.hold", "from 5m to 7d")),
    "perhaps a page": (one_feed("page: perhaps"), (3, "feeds[0].page", "write yes or no")),
    "a show that is not on": (one_feed("show: nothing"), (3, "feeds[0].show", "write one of full, busy, kid-safe")),
    "oneself without address": (one_feed("me: jane"), (3, "feeds[0].me", "write one mail address")),
    "two addresses in one": (one_feed("me: 'a@b.c, d@e.f'"), (3, "feeds[0].me", "write one mail address")),
    "html true": (one_feed("html: true"), (3, "feeds[0].html", "write keep or drop")),
    "a default that is wrong": (
        f"defaults: {{attachments: 'no'}}\n{OK_FEED}",
        (1, "defaults.attachments", "write keep or drop"),
    ),
}

SOURCES: dict[str, tuple[str, Expected]] = {
    "no sources": ("feeds:\n- name: a\n  sources: []", (3, "feeds[0].sources", "this list is empty")),
    "sources that are no list": (
        "feeds:\n- name: a\n  sources: env:A",
        (3, "feeds[0].sources", "write a list here: begin each entry with `- `"),
    ),
    "a source without address": (
        "feeds:\n- name: a\n  sources:\n  - name: x",
        (4, "feeds[0].sources[0]", "`url`, `caldav` or `graph` is missing: add one of them"),
    ),
    "an empty source": (
        "feeds:\n- name: a\n  sources:\n  - env:A\n  -\n",
        (5, "feeds[0].sources[1]", "nothing is written here"),
    ),
    "a source's name taken": (
        "feeds:\n- name: a\n  sources:\n  - {name: x, url: env:A}\n  - {name: x, url: env:B}",
        (5, "feeds[0].sources[1].name", "this name is taken since line 4"),
    ),
    "a source named like the next one's position": (
        "feeds:\n- name: a\n  sources:\n  - {name: source-2, url: env:A}\n  - env:B",
        (5, "feeds[0].sources[1].name", "this name is taken since line 4"),
    ),
    "a password without user": (one_source("basic:", "  password: env:P"), (6, "feeds[0].sources[0].basic", "`user`")),
    "a word for user and password": (
        one_source("basic: jane:secret"),
        (5, "feeds[0].sources[0].basic", "write keys here, such as `user:`"),
    ),
    "a numeric password": (
        one_source("basic: {user: jane, password: 1234}"),
        (5, "feeds[0].sources[0].basic.password", "put this value in quotes"),
    ),
    "a password that is a date": (
        one_source("basic: {user: jane, password: 2026-05-15}"),
        (5, "feeds[0].sources[0].basic.password", "put this value in quotes"),
    ),
    "a token that means yes": (one_source("bearer: yes"), (5, "feeds[0].sources[0].bearer", "in quotes")),
    "a password that is no more": (
        one_source("basic: {user: jane, password: ~}"),
        (5, "feeds[0].sources[0].basic.password", "nothing is written here"),
    ),
    "a user with a colon": (
        one_source("basic: {user: 'a:b', password: env:P}"),
        (5, "feeds[0].sources[0].basic.user", "can't hold a colon"),
    ),
    "basic and bearer": (
        one_source("basic: {user: a, password: env:P}", "bearer: env:T"),
        (6, "feeds[0].sources[0].bearer", "only one of basic and bearer"),
    ),
    "basic and Authorization": (
        one_source("basic: {user: a, password: env:P}", "headers:", "  authorization: env:T"),
        (7, "feeds[0].sources[0].headers", "Authorization is set by basic or bearer"),
    ),
    "a user agent given twice": (
        one_source("headers: {User-Agent: x}", "user_agent: y"),
        (5, "feeds[0].sources[0].headers", "User-Agent is set by user_agent"),
    ),
    "a token with its scheme": (
        one_source("bearer: Bearer abc"),
        (5, "feeds[0].sources[0].bearer", "without `Bearer`"),
    ),
    "a header's name with a blank": (
        one_source("headers: {X Key: env:K}"),
        (5, "feeds[0].sources[0].headers", "a header's name holds only letters"),
    ),
    "a header's value of two lines": (
        one_source('headers: {X-Key: "a\\r\\nHost: b"}'),
        (5, "feeds[0].sources[0].headers.X-Key", "a header's value is one line"),
    ),
    "a header's value beyond latin-1": (
        one_source("headers: {X-Key: 鍵}"),
        (5, "feeds[0].sources[0].headers.X-Key", "plain (latin-1) characters"),
    ),
    "a header given twice": (
        one_source("headers:", "  X-Key: env:A", "  x-key: env:B"),
        (7, "feeds[0].sources[0].headers", "this name is given twice: keep one"),
    ),
    "headers that are a list": (
        one_source("headers: [X-Key]"),
        (5, "feeds[0].sources[0].headers", "write names and values here"),
    ),
    "a source's key misspelt": (
        one_source("user-agent: x"),
        (5, "feeds[0].sources[0].user-agent", "did you mean `user_agent`?"),
    ),
}

VIEWS: dict[str, tuple[str, Expected]] = {
    "no views": (one_feed("views: []"), (3, "feeds[0].views", "this list is empty")),
    "a view without a name": (
        one_feed("views:", "- show: busy"),
        (4, "feeds[0].views[0]", "`name` is missing: add it"),
    ),
    "a view called as its feed": (
        one_feed("views: [{name: a, show: busy}]"),
        (3, "feeds[0].views[0].name", "this name is taken since line 2"),
    ),
    "a feed called as another's view": (
        "feeds:\n- {name: a, sources: [env:A], views: [{name: b}]}\n- {name: b, sources: [env:B]}",
        (3, "feeds[1].name", "this name is taken since line 2: choose another"),
    ),
    "a view of other sources": (
        one_feed("views:", "- name: b", "  sources: [env:B]"),
        (5, "feeds[0].views[0].sources", "a view has this from its feed: remove this key, or make it a feed"),
    ),
    "a view at another time": (
        one_feed("views: [{name: b, schedule: 1h}]"),
        (3, "feeds[0].views[0].schedule", "a view has this from its feed"),
    ),
    "a prefix with a field that is none": (
        one_source("prefix: '{sourc}: '"),
        (5, "feeds[0].sources[0].prefix", "did you mean `{source}`?"),
    ),
    "a prefix of nothing": (one_source("prefix: ''"), (5, "feeds[0].sources[0].prefix", "write one line")),
}

_AT = "feeds[0].sources[0]"
ACCOUNTS: dict[str, tuple[str, Expected]] = {
    "a provider misspelt": (
        account("caldav: iclud", "user: jane", "secret: env:P"),
        (4, f"{_AT}.caldav", "write one of icloud, google, yahoo, fastmail, zimbra, nextcloud, generic; did you mean"),
    ),
    "nobody's account": (account("caldav: icloud", "secret: env:P"), (4, _AT, "`user` is missing: add it")),
    "a user with a colon": (
        account("caldav: icloud", "user: 'a:b'", "secret: env:P"),
        (5, f"{_AT}.user", "can't hold a colon"),
    ),
    "no password": (account("caldav: icloud", "user: jane"), (4, _AT, "`secret` is missing: add the password")),
    "a numeric password": (
        account("caldav: icloud", "user: jane", "secret: 1234"),
        (6, f"{_AT}.secret", "put this value in quotes"),
    ),
    "an address of one's own for iCloud": (
        account("caldav: icloud", "url: https://p01-caldav.icloud.com", "user: jane", "secret: env:P"),
        (5, f"{_AT}.url", "icloud has an address of its own: remove this key, or write `caldav: generic`"),
    ),
    "no address": (
        account("caldav: nextcloud", "user: jane", "secret: env:P"),
        (4, _AT, "`url` is missing: add an address of the server (nextcloud has none of its own)"),
    ),
    "an address that no server has": (
        account("caldav: generic", "url: webcal://example.org", "user: jane", "secret: env:P"),
        (5, f"{_AT}.url", "write an address that starts with https:// or http://"),
    ),
    "a password in the address": (
        account("caldav: generic", "url: https://jane:x@example.org", "user: jane", "secret: env:P"),
        (5, f"{_AT}.url", "write them under `user` and `secret`"),
    ),
    "a blank in the address": (
        account("caldav: generic", "url: https://example.org/a b", "user: jane", "secret: env:P"),
        (5, f"{_AT}.url", "holds a blank or a line break"),
    ),
    "a password for Google": (
        account("caldav: google", "user: jane", "secret: env:P", "oauth: {client_id: a, refresh_token: env:R}"),
        (6, f"{_AT}.secret", "google takes no passwords here: remove this key and use `oauth`"),
    ),
    "nothing for Google": (
        account("caldav: google", "user: jane"),
        (4, _AT, "`oauth` is missing: add it, `calsieve login google` says what to write"),
    ),
    "a token for iCloud": (
        account("caldav: icloud", "user: jane", "secret: env:P", "oauth: {client_id: a, refresh_token: env:R}"),
        (7, f"{_AT}.oauth", "icloud is asked with a password: remove this key and use `secret`"),
    ),
    "half of what a token needs": (
        account("caldav: google", "user: jane", "oauth: {client_id: a}"),
        (6, f"{_AT}.oauth", "`refresh_token` is missing: add it"),
    ),
    "one calendar without its list": (
        account("caldav: icloud", "user: jane", "secret: env:P", "calendars: Home"),
        (7, f"{_AT}.calendars", "write all, or a list of calendars such as [Home, Work]"),
    ),
    "an empty list of calendars": (
        account("caldav: icloud", "user: jane", "secret: env:P", "calendars: []"),
        (7, f"{_AT}.calendars", "this list is empty"),
    ),
    "calendars by keys": (
        account("caldav: icloud", "user: jane", "secret: env:P", "calendars: {Home: yes}"),
        (7, f"{_AT}.calendars", "write a list here: begin each entry with `- `"),
    ),
    "a calendar without a name": (
        account("caldav: icloud", "user: jane", "secret: env:P", "calendars: [Home, '']"),
        (7, f"{_AT}.calendars[1]", "write one line of text"),
    ),
    "a key of a plain address": (
        account("caldav: icloud", "user: jane", "secret: env:P", "bearer: env:T"),
        (7, _AT, "this key is unknown; the keys here are caldav, user, name, prefix,"),
    ),
    "a key misspelt": (
        account("caldav: icloud", "user: jane", "secret: env:P", "calendar: all"),
        (7, f"{_AT}.calendar", "did you mean `calendars`?"),
    ),
}

ADDRESSES = {
    "ftp://example.org/a.ics": "write an address that starts with https://",
    "example.org/a.ics": "write an address that starts with https://",
    "'https://'": "no valid host and port",
    "https:///a.ics": "no valid host and port",
    "https://example.org:port/a.ics": "no valid host and port",
    "https://[::1/a.ics": "no valid host and port",
    "https://example.org/a b.ics": "holds a blank or a line break",
    '"https://example.org/a\\n.ics"': "holds a blank or a line break",
    "https://jane:secret@example.org/": "write them under `basic`",
    "file://calendar.ics": "write the file's whole path",
    "env:1URL": "write env:NAME",
    "'env:'": "write env:NAME",
    "ssm:name": "write ssm:/path/of/parameter",
    "ssm:/a//b": "write ssm:/path/of/parameter",
    "secretsmanager:a b": "write secretsmanager:name-or-arn",
}


def check(text: str, expected: Expected) -> None:
    (problem,) = problems(text)
    line, path, fragment = expected
    assert (problem.line, problem.path) == (line, path)
    assert fragment in problem.message


@pytest.mark.parametrize(("text", "expected"), SYNTAX.values(), ids=SYNTAX)
def test_a_text_that_is_no_yaml_of_ours_says_where_and_what_to_do(text: str, expected: Expected) -> None:
    check(text, expected)


@pytest.mark.parametrize(("text", "expected"), SYNTAX.values(), ids=SYNTAX)
def test_the_plain_parser_leads_to_the_same_problem_as_libyaml(
    text: str, expected: Expected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "compose", lambda text: tree.compose(text, yaml.SafeLoader))
    check(text, expected)


@pytest.mark.parametrize(("text", "expected"), FORM.values(), ids=FORM)
def test_what_stands_in_the_wrong_form_or_place_is_a_problem(text: str, expected: Expected) -> None:
    check(text, expected)


@pytest.mark.parametrize(("text", "expected"), VALUES.values(), ids=VALUES)
def test_a_value_that_can_not_be_understood_is_a_problem(text: str, expected: Expected) -> None:
    check(text, expected)


@pytest.mark.parametrize(("text", "expected"), VIEWS.values(), ids=VIEWS)
def test_a_view_or_a_key_of_a_source_that_means_nothing_is_a_problem(text: str, expected: Expected) -> None:
    check(text, expected)


@pytest.mark.parametrize(("text", "expected"), SOURCES.values(), ids=SOURCES)
def test_a_source_that_can_not_be_asked_is_a_problem(text: str, expected: Expected) -> None:
    check(text, expected)


@pytest.mark.parametrize(("text", "expected"), ACCOUNTS.values(), ids=ACCOUNTS)
def test_an_account_that_can_not_be_asked_is_a_problem(text: str, expected: Expected) -> None:
    check(text, expected)


@pytest.mark.parametrize(("address", "fragment"), ADDRESSES.items(), ids=ADDRESSES)
def test_an_address_that_is_none_is_a_problem_in_either_form(address: str, fragment: str) -> None:
    check(f"feeds:\n- name: a\n  sources:\n  - {address}", (4, "feeds[0].sources[0]", fragment))
    check(f"feeds:\n- name: a\n  sources:\n  - url: {address}", (4, "feeds[0].sources[0].url", fragment))


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    text = """\
        feeds:
          - sources: [{url: 'ftp://x', basic: {}}]
            name: Work
            window: {ahead: soon, back: 6m}
          - name: b
            name: c
            sources: [nothing]
        defaults:
          alarms: on
          colour: red
        """
    found = problems(textwrap.dedent(text))
    assert [(problem.line, problem.path) for problem in found] == [
        (2, "feeds[0].sources[0].url"),
        (2, "feeds[0].sources[0].basic"),
        (2, "feeds[0].sources[0].basic"),
        (3, "feeds[0].name"),
        (4, "feeds[0].window.ahead"),
        (4, "feeds[0].window.back"),
        (6, "feeds[1].name"),
        (7, "feeds[1].sources[0]"),
        (9, "defaults.alarms"),
        (10, "defaults.colour"),
    ]


def test_what_is_missing_is_reported_where_its_mapping_begins() -> None:
    found = problems("feeds:\n- name: a\n  title: []\n- name: a\n  sources: [env:A, '']\nmore: 1")
    assert [(problem.line, problem.path) for problem in found] == [
        (2, "feeds[0]"),
        (3, "feeds[0].title"),
        (4, "feeds[1].name"),
        (5, "feeds[1].sources[1]"),
        (6, "more"),
    ]


def test_an_alias_bomb_costs_nothing() -> None:
    bomb = "\n".join(
        ["a: &a [x, x]", *(f"{b}: &{b} [*{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True))]
    )
    found = problems(f"{bomb}\nfeeds: *i\n")
    assert found[-1].path == "feeds"
    assert "aliases" in found[-1].message
    assert len(found) == 10


def test_the_problems_in_the_documentation_are_real_and_its_files_have_none() -> None:
    text = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")
    (shown,) = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    with pytest.raises(ConfigError) as raised:
        load(one_feed("window: {back: 6m}", "color: red"))
    assert f"{raised.value}\n" == shown.replace("feeds.yaml:", "line ")  # as `calsieve check` prints it
    files = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "feeds:\n" in block]
    assert [len(load(block).feeds) for block in files] == [1, 2, 1]
