"""Rules of how a calendar is served: its address, redirects, headers, and robots.txt.

Who takes what how is told, with sources, in docs/lint.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from calsieve.core.lint.robots import allowed
from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.models import Client, Served

_GOOGLE = "Google-Calendar-Importer"


@rule("write webcal:// in links for Apple, which is asked by https too", error=(Client.APPLE,))
def webcals(served: Served) -> Iterator[Place]:
    """An address that begins with webcals."""
    if served.scheme == "webcals":
        yield Place(None, "an address with webcals://")


@rule("serve it by https", warning=(Client.GOOGLE, Client.OUTLOOK), hint=EVERYBODY)
def not_encrypted(served: Served) -> Iterator[Place]:
    """An address that is asked, or leads, without TLS."""
    if served.steps[0] == "http":
        yield Place(None, "an address without https")


@rule("redirect to https, or serve it where it is asked for", error=(Client.ICSX5,), warning=EVERYBODY)
def leads_to_http(served: Served) -> Iterator[Place]:
    """A redirect from https to http."""
    if ("https", "http") in pairwise(served.steps):
        yield Place(None, "a redirect from https to http")


@rule("allow it to Google-Calendar-Importer there", error=(Client.GOOGLE,))
def forbidden_to_robots(served: Served) -> Iterator[Place]:
    """A robots.txt that does not let Google's importer in."""
    if not allowed(served.robots, _GOOGLE, served.target):
        yield Place(None, "robots.txt forbids the address")


@rule("send Content-Type: text/calendar; charset=utf-8", hint=EVERYBODY)
def other_type(served: Served) -> Iterator[Place]:
    """A media type other than text/calendar (RFC 5545 §8.1)."""
    if served.media_type != "text/calendar":
        yield Place(None, "another type than text/calendar")


@rule("send Content-Type: text/calendar; charset=utf-8", warning=(Client.ICSX5,), hint=EVERYBODY)
def other_charset(served: Served) -> Iterator[Place]:
    """A charset in Content-Type that is not UTF-8 (RFC 5545 §3.1.4)."""
    if served.charset and served.charset not in {"utf-8", "utf8", "us-ascii"}:
        yield Place(None, "another charset than UTF-8")


@rule("send an ETag, so that what did not change is not sent again", hint=(Client.ICSX5, Client.THUNDERBIRD))
def no_validators(served: Served) -> Iterator[Place]:
    """Neither ETag nor Last-Modified (RFC 9110 §8.8)."""
    if not served.validators:
        yield Place(None, "no ETag and no Last-Modified")


RULES: tuple[Rule[Served], ...] = (
    webcals,
    not_encrypted,
    leads_to_http,
    forbidden_to_robots,
    other_type,
    other_charset,
    no_validators,
)
