"""Multistatus: every way in which servers write it, cut into pieces anywhere, and what is not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from calsieve.adapters.caldav.multistatus import CALDAV, DAV, Garbled, Response, read
from calsieve.errors import UpstreamUnavailable

ETAG, DATA = f"{DAV}getetag", f"{CALDAV}calendar-data"
WHOLE = b"""<?xml version="1.0" encoding="utf-8"?>
<d:multistatus xmlns:d="DAV:" xmlns:cal="urn:ietf:params:xml:ns:caldav">
 <d:response>
  <d:href>
    /a.ics
  </d:href>
  <d:propstat>
   <d:prop><d:getetag>"1"</d:getetag><cal:calendar-data>BEGIN:VCALENDAR&#13;
DESCRIPTION:a &lt; b &amp; c&#13;
</cal:calendar-data></d:prop>
   <d:status>HTTP/1.1 200 OK</d:status>
  </d:propstat>
  <d:propstat>
   <d:prop><d:displayname>not this</d:displayname></d:prop>
   <d:status>HTTP/1.1 404 Not Found</d:status>
  </d:propstat>
 </d:response>
 <d:response><d:href>/b.ics</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>
 <d:sync-token>http://example.org/7</d:sync-token>
</d:multistatus>"""


def responses(*pieces: bytes) -> tuple[list[Response], str]:
    found: list[Response] = []
    return found, read("work", pieces, found.append)


def one(inner: str, names: str = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"') -> Response:
    (found,), _ = responses(f"<multistatus {names}><response>{inner}</response></multistatus>".encode())
    return found


def test_responses_come_with_what_was_found_and_the_token() -> None:
    (first, second), token = responses(WHOLE)
    assert (first.href, first.status) == ("/a.ics", 200)
    assert first.found[ETAG] == '"1"'
    assert first.found[DATA] == "BEGIN:VCALENDAR\r\nDESCRIPTION:a < b & c"
    assert f"{DAV}displayname" not in first.found
    assert (second.href, second.status, second.found) == ("/b.ics", 404, {})
    assert token == "http://example.org/7"


def test_pieces_may_be_cut_anywhere() -> None:
    expected = responses(WHOLE)
    for at in range(len(WHOLE)):
        assert responses(WHOLE[:at], WHOLE[at:]) == expected
    assert responses(*(WHOLE[at : at + 1] for at in range(len(WHOLE)))) == expected


def renamed(prefix: str, declaration: str) -> str:
    text = WHOLE.decode().replace("xmlns:d=", declaration)
    return text.replace("<d:", f"<{prefix}").replace("</d:", f"</{prefix}")


@pytest.mark.parametrize(
    "text",
    [
        renamed("", "xmlns=").encode(),
        renamed("x:", "xmlns:x=").replace("utf-8", "utf-16").encode("utf-16"),
        WHOLE.replace(b"&lt; b &amp; c", b"<![CDATA[< b & c]]>"),
        WHOLE.replace(b"<d:prop>", b"<!-- comment --><d:prop xml:lang='en'><?pi?>"),
        b"\xef\xbb\xbf" + WHOLE,
    ],
    ids=["default namespace", "UTF-16", "CDATA", "comments", "byte order mark"],
)
def test_the_same_may_be_written_in_other_ways(text: bytes) -> None:
    assert responses(text) == responses(WHOLE)


def test_properties_in_several_parts_are_put_together() -> None:
    part = "<propstat><prop>{}</prop><status>HTTP/1.1 {}</status></propstat>"
    found = one(
        "<href>/</href>"
        + part.format("<getetag>1</getetag>", "200 OK")
        + part.format("<displayname>a</displayname>", "200 OK")
        + part.format("<owner/>", "403 Forbidden")
    ).found
    assert found[ETAG] == "1"
    assert found[f"{DAV}displayname"] == "a"
    assert f"{DAV}owner" not in found


def test_hrefs_within_a_property_belong_to_it() -> None:
    found = one(
        "<href>/</href><propstat><prop><resourcetype><collection/><C:calendar/></resourcetype>"
        "<current-user-principal><href>/me/</href></current-user-principal>"
        "<C:calendar-home-set><href>/a/</href><href>/b/</href></C:calendar-home-set></prop>"
        "<status>HTTP/1.1 200 OK</status></propstat>"
    )
    assert found.href == "/"
    assert found.links[f"{DAV}current-user-principal"] == ["/me/"]
    assert found.links[f"{CALDAV}calendar-home-set"] == ["/a/", "/b/"]
    assert f"{CALDAV}calendar" in found.found
    assert found.components == frozenset()


def test_several_hrefs_with_one_status_belong_to_no_property_of_the_next_response() -> None:
    (_, second), _ = responses(
        b"<multistatus xmlns='DAV:'>"
        b"<response><href>/a</href><href>/b</href><status>HTTP/1.1 404 Gone</status></response>"
        b"<response><href>/c</href><propstat><prop><getetag>1</getetag></prop></propstat></response></multistatus>"
    )
    assert (second.href, second.found[ETAG], second.links) == ("/c", "1", {})


def test_a_text_is_a_text_even_if_something_is_called_so() -> None:
    found = one(
        "<href>/</href><propstat><prop><owner n='1'><name n='2'/>n</owner><displayname>name</displayname>"
        "<getetag>DAV:}response</getetag></prop></propstat>"
    ).found
    assert found[f"{DAV}owner"] == "n"
    assert found[f"{DAV}displayname"] == "name"
    assert found[ETAG] == "DAV:}response"


def test_components_are_known_by_their_names() -> None:
    found = one(
        "<href>/</href><propstat><prop><C:supported-calendar-component-set><C:comp name='VEVENT'/>"
        "<C:comp name='vtodo'/></C:supported-calendar-component-set></prop></propstat>"
    )
    assert found.components == {"VEVENT", "VTODO"}


@pytest.mark.parametrize(
    ("status", "code"),
    [("HTTP/1.1 404 Not Found", 404), ("HTTP/2 507", 507), ("200", 200), ("", 200), ("HTTP/1.1 gone", 200)],
)
def test_a_status_line_may_be_short(status: str, code: int) -> None:
    assert one(f"<href>/a</href><status>{status}</status>").status == code


BOMB = b"""<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<multistatus xmlns="DAV:"><response><href>&b;</href></response></multistatus>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE m SYSTEM "file:///etc/passwd"><multistatus xmlns="DAV:"/>"""
PUBLIC = b"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/x.dtd"><html/>"""


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, PUBLIC, b"<!DOCTYPE html><html>"])
def test_a_document_type_is_refused_before_it_does_anything(text: bytes) -> None:
    with pytest.raises(Garbled, match="document type"):
        responses(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"   ",
        b"BEGIN:VCALENDAR",
        b'{"a": 1}',
        b"<html><br></html>",
        b"<html/>",
        b'<multistatus xmlns="urn:other"/>',
        b"<multistatus/>",
        b'<multistatus xmlns="DAV:">&nbsp;</multistatus>',
        b'<multistatus xmlns="DAV:">\x00</multistatus>',
        b'<multistatus xmlns="DAV:"/><multistatus/>',
        b'<?xml version="1.0" encoding="klingon"?><multistatus xmlns="DAV:"/>',
        b'<?xml version="1.0" encoding="gb2312"?><multistatus xmlns="DAV:"/>',
    ],
)
def test_what_is_no_multistatus_is_not_taken_for_one(text: bytes) -> None:
    with pytest.raises(Garbled):
        responses(text)


def test_a_multistatus_that_ends_anywhere_may_be_whole_the_next_time() -> None:
    start = WHOLE.index(b"<d:response>")
    for at in range(start, len(WHOLE)):
        with pytest.raises(UpstreamUnavailable, match="cut off"):
            responses(WHOLE[:at])


def test_an_empty_multistatus_has_no_responses() -> None:
    assert responses(b'<multistatus xmlns="DAV:"/>') == ([], "")


ETAGGED = b"<response><href>/a</href><propstat><prop><getetag>1</getetag></prop></propstat></response>"
COSTLY = {
    "depth": lambda _: b"<a>" * 1000,
    "depth with responses in it": lambda _: b"<a><response/>" * 1000,
    "names": lambda n: b"".join(b"<a%x/>" % (n * 1000 + i) for i in range(1000)),
    "names of attributes": lambda n: b"".join(b"<a b%x='' />" % (n * 1000 + i) for i in range(1000)),
    "one long tag": lambda n: b"x" * 8192 if n else b"<a b='",
    "one long text": lambda n: b"x" * 65536,
}


@pytest.mark.parametrize("head", [b"", ETAGGED], ids=["at once", "behind an item"])
@pytest.mark.parametrize("make", COSTLY.values(), ids=COSTLY)
def test_what_would_cost_many_times_its_bytes_is_not_read_to_its_end(make: Callable[[int], bytes], head: bytes) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'<multistatus xmlns="DAV:">' + head
        for number in range(4000):
            yield make(number)

    with pytest.raises(Garbled, match="no list of anything"):
        read("work", pieces(), lambda _: None)


def test_a_large_item_and_many_items_are_read_whole() -> None:
    part = b"<propstat><prop><C:calendar-data>%s</C:calendar-data></prop></propstat>"
    large = b"<response><href>/b</href>" + part % (b"x" * 16_000_000) + b"</response>"
    begin = b'<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    whole = begin + large + ETAGGED * 50_000 + large + b"</multistatus>"
    found, _ = responses(*(whole[at : at + 40_000] for at in range(0, len(whole), 40_000)))
    assert len(found) == 50_002
    assert {len(response.found[DATA]) for response in (found[0], found[-1])} == {16_000_000}
