"""The Atom file: what RFC 4287 asks of it, and what goes on from one file to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsieve.core.atom import MOST, atom
from calsieve.models import Notice

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
PATH = "0123456789abcdef0123456789abcdef/family.ics"
NS = "{http://www.w3.org/2005/Atom}"


def notice(key: str = "k", title: str = "New: Dentist", at: datetime = NOW, *more: str) -> Notice:
    return Notice(key, "appeared", title, ("Thu 26 Nov, 14:00–15:00", *more), at)


def made(
    *notices: Notice, title: str = "Family", previous: bytes | None = None, now: datetime = NOW, page: bool = False
) -> bytes:
    return atom(title, notices, previous, path=PATH, now=now, page=page)


def entries(file: bytes) -> list[ET.Element]:
    return ET.fromstring(file).findall(f"{NS}entry")


def titles(file: bytes) -> list[str | None]:
    return [entry.findtext(f"{NS}title") for entry in entries(file)]


def is_valid(file: bytes) -> None:
    """Hold the file against RFC 4287: how often each element may be there (§4.1), and what is in it (§3, §4.2)."""
    feed = ET.fromstring(file)
    assert feed.tag == f"{NS}feed"
    _holds(feed, once=("id", "title", "updated"), any_number=("author", "link", "entry"))
    assert feed.findtext(f"{NS}author/{NS}name")
    kinds = [(link.get("rel"), link.get("type")) for link in feed.findall(f"{NS}link")]
    assert len(set(kinds)) == len(kinds)
    ids = [_has_id_and_date(element) for element in (feed, *feed.findall(f"{NS}entry"))]
    assert len(set(ids)) == len(ids)
    for entry in feed.findall(f"{NS}entry"):
        _holds(entry, once=("id", "title", "updated", "content"), any_number=("category", "link"))
        assert all(category.get("term") for category in entry.findall(f"{NS}category"))


def _holds(element: ET.Element, *, once: tuple[str, ...], any_number: tuple[str, ...]) -> None:
    names = [child.tag.removeprefix(NS) for child in element]
    assert {name for name in names if names.count(name) == 1} >= set(once)
    assert set(names) <= {*once, *any_number}


def _has_id_and_date(element: ET.Element) -> str:
    updated = datetime.fromisoformat(element.findtext(f"{NS}updated") or "")
    assert updated.tzinfo is not None
    found = element.findtext(f"{NS}id") or ""
    assert found.startswith("urn:uuid:")
    return found


@pytest.mark.parametrize("file", [made(), made(notice(), page=True), made(*(notice(str(n)) for n in range(80)))])
def test_it_is_valid(file: bytes) -> None:
    is_valid(file)


@given(st.text(), st.text(), st.text())
def test_any_text_is_valid_and_says_what_it_said(key: str, title: str, line: str) -> None:
    try:
        (key + title + line).encode()
    except UnicodeEncodeError:  # no text that came out of a file
        return
    file = made(Notice(key, "appeared", title, (line,), NOW), title=title)
    is_valid(file)
    is_valid(atom(title, [], file, path=PATH, now=NOW))
    if line.isprintable():
        assert entries(file)[0].findtext(f"{NS}content") == line


def test_markup_is_text() -> None:
    file = made(notice(title='<script>alert("x")</script> & ]]>'), title="<b>")
    assert titles(file) == ['<script>alert("x")</script> & ]]> (Thu 26 Nov, 14:00–15:00)']
    assert ET.fromstring(file).findtext(f"{NS}title") == "<b>"
    assert entries(file)[0].find(f"{NS}content").attrib == {}  # type="text" is what it is without one (§4.1.3.1)


def test_an_entry_can_not_be_ended_by_its_text() -> None:
    first = made(notice(title="</entry>\n<entry>\n<id>urn:uuid:0</id>\n"))
    assert len(entries(made(notice("other"), previous=first))) == 2


def test_its_links_lead_to_its_neighbours_wherever_it_lies() -> None:
    feed = ET.fromstring(made(page=True))
    base = f"https://example.org/{PATH.removesuffix('.ics')}.atom"
    links = {link.get("rel"): urljoin(base, link.get("href") or "") for link in feed.findall(f"{NS}link")}
    (to_page,) = entries(made(notice(), page=True))[0].findall(f"{NS}link")
    assert (to_page.get("rel"), to_page.get("href")) == ("alternate", "family.html")
    stem = base.removesuffix(".atom")
    assert links == {"self": base, "alternate": f"{stem}.html", "related": f"{stem}.ics"}
    assert PATH.split("/")[0].encode() not in made(notice(), page=True)
    assert b".html" not in made(notice())


def test_what_is_new_comes_first_and_the_rest_goes_on() -> None:
    first = made(notice("a", "one"))
    second = made(notice("b", "two"), notice("c", "three"), previous=first, now=NOW + timedelta(hours=1))
    assert [title.split()[0] for title in titles(second) if title] == ["two", "three", "one"]
    assert entries(second)[2].findtext(f"{NS}id") == entries(first)[0].findtext(f"{NS}id")
    assert b"<updated>2026-11-25T10:00:00Z</updated>" in second


def test_without_news_nothing_changes() -> None:
    first = made(notice("a", "one"))
    assert made(previous=first, now=NOW + timedelta(days=1)) == first
    assert made(notice("a", "one", NOW + timedelta(days=1)), previous=first, now=NOW + timedelta(days=1)) == first
    assert made(previous=made(), now=NOW + timedelta(days=1)) == made()


def test_another_title_is_taken_over() -> None:
    first = made(notice())
    assert made(title="Us", previous=first) == first.replace(b"<title>Family<", b"<title>Us<")


def test_the_oldest_go_when_there_are_too_many() -> None:
    first = made(*(notice(f"old {n}", f"old{n}") for n in range(MOST)))
    second = made(notice("new", "new"), previous=first)
    assert len(entries(second)) == MOST
    assert [title.split()[0] for title in titles(second) if title][:: MOST - 1] == ["new", f"old{MOST - 2}"]


def test_one_change_twice_is_one_entry() -> None:
    assert len(entries(made(notice("a"), notice("a")))) == 1


def test_ids_differ_from_feed_to_feed_and_stay_when_the_path_changes() -> None:
    here, there = made(notice()), atom("Family", [notice()], None, path="ffff/family.ics", now=NOW)
    assert _ids(here).isdisjoint(_ids(there))
    assert _ids(atom("Family", [], here, path="ffff/family.ics", now=NOW)) == _ids(here)


def _ids(file: bytes) -> set[str | None]:
    return {element.text for element in ET.fromstring(file).iter(f"{NS}id")}


@pytest.mark.parametrize("damaged", [b"", b"\xff\xfe", b"<html>", made(notice())[10:]])
def test_what_is_not_ours_is_forgotten(damaged: bytes) -> None:
    assert made(notice("b"), previous=damaged) == made(notice("b"))


def test_what_is_cut_off_costs_what_is_missing() -> None:
    whole = made(notice("a"), notice("b"))
    for length in range(0, len(whole), 7):
        is_valid(made(notice("c"), previous=whole[:length]))
