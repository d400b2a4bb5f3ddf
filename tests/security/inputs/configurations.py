"""Bad configurations, names and rules."""

from __future__ import annotations

from collections.abc import Iterator

from calsieve.errors import ConfigError, PublishError
from tests.core.kit import vcalendar, vevent
from tests.security.bad_input import BadInput, Counted, Refused
from tests.security.doors import Ruled

_FEED = "feeds: [{name: a, sources: [env:URL]}]"


def _feed(*lines: str) -> str:
    return "\n".join(["feeds:", "- name: a", *(f"  {line}" for line in lines), "  sources: [env:URL]"])


def _source(*lines: str) -> str:
    return "\n".join(["feeds:", "- name: a", "  sources:", "  - url: env:URL", *(f"    {line}" for line in lines)])


def _url(text: str) -> str:
    return f"feeds: [{{name: a, sources: ['{text}']}}]"


def _named(text: str) -> str:
    return f'feeds: [{{name: "{text}", sources: [env:URL]}}]'


def _laughs() -> str:
    """Return a document whose aliases would make 10⁹ words of it."""
    lines = [f"- &a{n} [{', '.join([f'*a{n - 1}' if n else 'lol'] * 10)}]" for n in range(9)]
    return _feed("rules:", *lines)


# ── what YAML can do ──

_SYNTAX: dict[str, tuple[str, str]] = {
    "nothing at all": ("", "the file is empty"),
    "a tag that runs a program": (_feed("title: !!python/object/apply:os.system ['true']"), "tags (!name) are not"),
    "a tag that makes an object": (_feed("title: !!python/object/new:os.stat ['/']"), "tags (!name) are not used"),
    "a tag that imports a module": (_feed("title: !!python/module:os ''"), "tags (!name) are not used here"),
    "a tag of an unknown handle": ("feeds:\n- name: !h!x a\n", "tags (!name) are not used here"),
    "a tag that renames tags": (f"%TAG ! tag:yaml.org,2002:python/\n---\n{_feed('title: !name:os.system x')}", "tags"),
    "binary data": (_feed("title: !!binary aGVsbG8="), "tags (!name) are not used here"),
    "aliases that multiply to 10⁹ words": (_laughs(), "anchors (&name) are not used here"),
    "an alias of itself": (_feed("title: &a [*a]"), "anchors (&name) are not used here"),
    "a merge key": (_feed("<<: {title: b}"), "this key is unknown"),
    "a hundred thousand brackets": (_feed("title: " + "[" * 100_000), "nested thousands deep"),
    "five thousand nested lists": (_feed("title: " + "[" * 5000 + "]" * 5000), "write one value here"),
    "rules nested a thousand deep": (
        _feed("rules: [{drop: " + "{not: " * 1000 + "{summary: x}" + "}" * 1001 + "]"),
        "nested more than 20 deep",
    ),
    "a key of a megabyte": (_feed(f"? {'k' * 1_000_000}\n  : x"), "this key is unknown"),
    "a NUL": ("feeds:\n- name: a\0b\n", "unprintable character"),
    "an escape sequence of a terminal": (_feed("title: a\x1b[2J"), "unprintable character"),
    "half of a surrogate pair": (_feed("title: a\ud83d"), "unprintable character"),
    "a second document": (f"{_FEED}\n---\n{_FEED}", "a second document begins here"),
    "ten thousand keys that are unknown": (_feed(*(f"key{n}: x" for n in range(10_000))), "this key is unknown"),
    "ten thousand feeds of one name": (
        "feeds:\n" + "- {name: a, sources: [env:U]}\n" * 10_000,
        "this name is taken since line 2",
    ),
}
_SLOW = {"ten thousand keys that are unknown": (30.0, 64), "ten thousand feeds of one name": (15.0, 192)}

# ── values ──

_VALUES: dict[str, tuple[str, str]] = {
    "a name that climbs": (_named("../../etc/passwd"), "use only a-z, 0-9 and hyphens"),
    "a name with a slash": (_named("a/b"), "use only a-z, 0-9 and hyphens"),
    "a name with a backslash": (_named("a\\\\b"), "use only a-z, 0-9 and hyphens"),
    "a hidden name": (_named(".path-key"), "use only a-z, 0-9 and hyphens"),
    "a name that ends in a newline": (_named("a\\n"), "use only a-z, 0-9 and hyphens"),
    "a name in another script that looks the same": (_named("аdmin"), "use only a-z, 0-9 and hyphens"),
    "a name that is turned around": (_named("a\\u202eb"), "use only a-z, 0-9 and hyphens"),
    "a name of markup": (_named("<img src=x onerror=alert(1)>"), "use only a-z, 0-9 and hyphens"),
    "a name of 64 letters": (_named("a" * 64), "63 at most"),
    "a view that takes a feed's name": (
        "feeds: [{name: a, sources: [env:U], views: [{name: b}]}, {name: b, sources: [env:U]}]",
        "this name is taken",
    ),
    "a title of two lines": (_feed('title: "a\\r\\nX-EVIL: b"'), "write one line of text"),
    "a zone that is a path": (_feed("timezone: ../../etc/passwd"), "IANA name"),
    "a zone that is an absolute path": (_feed("timezone: /etc/localtime"), "IANA name"),
    "a zone with a NUL": (_feed('timezone: "Europe/Berlin\\0"'), "IANA name"),
    "a window of 10⁵⁰⁰⁰ weeks": (_feed(f"window: {{back: {'9' * 5000}w}}"), "a number and d, w"),
    "a window of the age of the universe": (_feed("window: {back: 99999w}"), "more than a hundred years"),
    "a schedule of no time": (_feed("schedule: 0m"), "from 5m to 7d"),
    "a budget of 10⁵⁰⁰⁰ bytes": (_feed(f"budget: {{bytes: {'9' * 5000}}}"), "like 900kB or 1MB"),
    "a colour that is a style": (_feed("colour: 'red;background:url(//evil)'"), "write a CSS colour name"),
    "an address that is a script": (_url("javascript:alert(1)"), "starts with https://"),
    "an address that is data": (_url("data:text/calendar,BEGIN:VCALENDAR"), "starts with https://"),
    "an address of another protocol": (_url("gopher://127.0.0.1:25/_MAIL"), "starts with https://"),
    "an address of a local socket": (_url("unix:///var/run/docker.sock"), "starts with https://"),
    "an address with a line break": ('feeds: [{name: a, sources: ["https://a.b/\\r\\nX-Evil: 1"]}]', "a line break"),
    "an address with a password": (_url("https://jane:MARKED@a.example/"), "take user and password out"),
    "an address without a host": (_url("https:///path"), "no valid host and port"),
    "an address of a port beyond all ports": (_url("https://a.example:99999/"), "no valid host and port"),
    "an address of half an IPv6 host": (_url("https://[::1/"), "no valid host and port"),
    "a header's name with a line break": (_source('headers: {"X-A\\r\\nX-B": y}'), "holds only letters, digits"),
    "a header's name with a colon": (_source('headers: {"X: a": y}'), "holds only letters, digits"),
    "a header's value with a line break": (_source('headers: {X-A: "y\\r\\nX-B: z"}'), "one line of plain (latin-1)"),
    "a header's value with a NUL": (_source('headers: {X-A: "y\\0"}'), "one line of plain (latin-1)"),
    "a token with a line break": (_source('bearer: "x\\r\\nX-B: z"'), "one word without blanks"),
    "a user with a colon": (_source("basic: {user: 'a:b', password: env:P}"), "can't hold a colon"),
    "a reference that runs a program": (_source("bearer: 'env:A;reboot'"), "begins a reference to a secret"),
    "a reference that climbs": (_source("bearer: 'ssm:../../x'"), "begins a reference to a secret"),
    "a pattern that looks back": (_feed(r"rules: [{drop: {summary: {matches: '(a)\1'}}}]"), "neither look-ahead"),
    "a pattern that looks ahead": (_feed("rules: [{drop: {summary: {matches: '(?=a)b'}}}]"), "neither look-ahead"),
    "a pattern that repeats repetitions": (
        _feed("rules: [{drop: {summary: {matches: '((a{1000}){1000}){1000}'}}}]"),
        "not well formed",
    ),
    "a pattern of four thousand brackets": (
        _feed(f"rules: [{{drop: {{summary: {{matches: '{'(' * 2000}{')' * 2000}'}}}}}}]"),
        "at most 1000 characters",
    ),
    "a pattern of five hundred brackets that never close": (
        _feed(f"rules: [{{drop: {{summary: {{matches: '{'(' * 500}'}}}}}}]"),
        "not well formed",
    ),
    "a pattern of classes that overlap": (
        _feed(f"rules: [{{drop: {{summary: {{matches: '{chr(92)}pL{{900}}x' }}}}}}]"),
        "not well formed",
    ),
    "a template that reaches into objects": (
        _feed("rules: [{edit: {summary: {template: '{__class__}'}}, when: {summary: x}}]"),
        "a word in braces is no field",
    ),
    "an edit of an event's identity": (
        _feed("rules: [{edit: {property: {UID: {set: x}}}, when: {summary: x}}]"),
        "are never edited",
    ),
    "an edit that begins a component": (
        _feed("rules: [{edit: {property: {BEGIN: {set: VALARM}}}, when: {summary: x}}]"),
        "this is no property",
    ),
    "an edit of a text with a control character": (
        _feed('rules: [{edit: {summary: {set: "a\\u0007"}}, when: {summary: x}}]'),
        "write text of at most",
    ),
}

# ── names, where the configuration does not hold them ──

_NAMES = {
    "parent directories": "../../etc/passwd",
    "a parent directory within": "a/../../b",
    "an absolute path": "/etc/passwd",
    "nothing between slashes": "a//b",
    "a hidden file": "a/.b",
    "a backslash": "a\\..\\b",
    "a NUL": "a\0b",
    "a line break": "a\r\nb",
    "text that is turned around": "a\u202eb",
}

# ── rules that meet the calendar of somebody who knows them ──

_A = "a" * 1_000_000


def _event(*lines: str, count: int = 1) -> bytes:
    return vcalendar(*(vevent(f"UID:{n}", "DTSTART:20260521T100000Z", *lines) for n in range(count)))


def _met(rules: str, *lines: str, count: int = 1) -> Ruled:
    return Ruled(f"[{rules}]", _event(*lines, count=count))


_RULES: dict[str, tuple[str, tuple[str, ...], int, str]] = {
    "a pattern that takes exponential time elsewhere": (
        "{drop: {summary: {matches: '^(a+)+$'}}}",
        (f"SUMMARY:{_A}!",),
        1,
        "published",
    ),
    "a pattern that takes quadratic time elsewhere": (
        "{drop: {summary: {matches: 'x*x*x*x*x*y'}}}",
        (f"SUMMARY:{'x' * 200_000}",),
        1,
        "published",
    ),
    "a pattern of everything twice": (
        "{drop: {summary: {matches: '(.*)(.*)(.*)z$'}}}",
        (f"SUMMARY:{_A}",),
        1,
        "published",
    ),
    "a replacement a thousand times as long": (
        f"{{edit: {{summary: {{replace: {{pattern: a, with: '{'b' * 1000}'}}}}}}, when: {{summary: {{contains: a}}}}}}",
        (f"SUMMARY:{_A}",),
        1,
        "published",
    ),
    "a replacement of a match by all of it, many times": (
        r"{edit: {summary: {replace: {pattern: '.*', with: '\0\0\0\0'}}}, when: {summary: {contains: a}}}",
        (f"SUMMARY:{_A}",),
        1,
        "published",
    ),
    "templates that double a title thirty times": (
        ", ".join(
            ["{edit: {summary: {template: '{summary}{summary}'}}, when: {summary: {contains: a}}, continue: yes}"] * 30
        ),
        ("SUMMARY:aaaa",),
        1,
        "published",
    ),
    "a text of blanks to be shortened": (
        "{edit: {description: {shorten: 5000}}, when: {summary: x}}",
        ("SUMMARY:x", f"DESCRIPTION:{' ' * 20_000}"),
        20,
        "published",
    ),
    "markup that never closes": (
        "{edit: {description: {strip: html}}, when: {summary: x}}",
        ("SUMMARY:x", f"DESCRIPTION:{'<a href=' * 60_000}"),
        1,
        "published",
    ),
    "comments that never close": (
        "{edit: {description: {strip: html}}, when: {summary: x}}",
        ("SUMMARY:x", f"DESCRIPTION:{'<!--' * 100_000}"),
        1,
        "published",
    ),
    "entities of entities": (
        "{edit: {description: {strip: html}}, when: {summary: x}}",
        ("SUMMARY:x", f"DESCRIPTION:<p>{'&amp' * 100_000}"),
        1,
        "published",
    ),
    "an invitation of dashes": (
        "{edit: {description: {strip: conference}}, when: {summary: x}}",
        ("SUMMARY:x", f"DESCRIPTION:https://zoom.us/j/1\\n{'-' * 400_000} 1"),
        1,
        "published",
    ),
}


def _inputs() -> Iterator[BadInput]:
    for name, (text, words) in (_SYNTAX | _VALUES).items():
        cost = _SLOW.get(name, (4.0, 64))
        yield BadInput("config", name, lambda text=text: text, Refused(error=ConfigError, words=words), *cost)
    for name, text in _NAMES.items():
        ends = Refused(error=PublishError, words="does not make a safe path")
        yield BadInput("name", name, lambda text=text: text, ends)
    for name, (rules, lines, count, figure) in _RULES.items():
        made = lambda rules=rules, lines=lines, count=count: _met(rules, *lines, count=count)  # noqa: E731
        yield BadInput("rule", name, made, Counted(figure=figure), 5.0, 128)


INPUTS = tuple(_inputs())
