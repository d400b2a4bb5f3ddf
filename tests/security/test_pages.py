"""What a hostile calendar makes of all that is published: the same, but for its words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from calsieve.models import Fetched, Notices
from calsieve.pages.security import IN_PAGE
from tests.refresh.kit import NOW, WORK, World, calendar, team

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a script behind the end of an attribute": "\"><img src=x onerror='alert(1)'>",
    "a script in a style": "</style><style>@import '//evil.example'</style>",
    "the end of the page": "</title></body></html><!--",
    "the end of a CDATA section": "]]><script/><![CDATA[",
    "an entity": "&lt;script&gt; &#x3c;script>",
    "an address that is a script": "javascript:alert(1)",
    "an address that is data": "data:text/html,<script>alert(1)</script>",
    "an address of elsewhere": "https://evil.example/?<a href=//evil.example>",
    "a template": "{{ config }}{% include '/etc/passwd' %}",
    "text that is turned around": "\u202egpj.exe\u2066",
    "a character that no XML has": "a\ufffe\x0b\ud7ff b",
    "ten thousand letters": "W" * 10_000,
    "a letter with a thousand accents": "a" + "\u0301" * 1_000,
    "a mail's header": "Sale\\r\\nBcc: everybody@example.org\\n\\n<script>",
}


class Structure(HTMLParser):
    """The elements of a page with their attributes, and without its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = tuple((name, value) for name, value in attrs if name != "datetime")
        self.found.append((tag, kept))

    handle_startendtag = handle_starttag


def published(title: str) -> World:
    """Return a world in which a calendar of such titles was published, and then changed."""
    feed = replace(team(WORK, page=True, title=None), notices=Notices(mail=True))
    world = World(feed, work=Fetched(body=of(title, day="20260515")))
    world.run()
    world.run(work=Fetched(body=of(title, day="20260516")), now=NOW + timedelta(hours=1))
    return world


def of(title: str, day: str) -> bytes:
    named = calendar("name", day=day).replace(b"SUMMARY:name", f"SUMMARY:{title}\r\nLOCATION:{title}".encode())
    return named.replace(b"PRODID", f"NAME:{title}\r\nX-WR-CALNAME:{title}\r\nPRODID".encode())


@pytest.mark.parametrize("how", HOSTILE)
def test_no_text_changes_what_a_page_is(how: str) -> None:
    page, plain = (published(title).file(suffix=".html") for title in (HOSTILE[how], "Plain"))
    assert Structure(page).found == Structure(plain).found
    assert IN_PAGE in page.replace("&#39;", "'")
    links = re.findall(r'(?:href|src|action)="([^"]*)"', page)
    assert not [link for link in links if "evil" in link or link.startswith(("javascript:", "data:text"))]


@pytest.mark.parametrize("how", HOSTILE)
def test_nor_a_news_feed_nor_a_mail(how: str) -> None:
    world = published(HOSTILE[how])
    entries, plain = (ElementTree.fromstring(one.file(suffix=".atom")) for one in (world, published("Plain")))
    assert [element.tag for element in entries.iter()] == [element.tag for element in plain.iter()]
    assert [element.attrib for element in entries.iter()] == [element.attrib for element in plain.iter()]
    (_, subject, _) = world.notifier.letters[-1]
    assert subject.isprintable()
