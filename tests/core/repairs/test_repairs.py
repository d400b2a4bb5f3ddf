"""Each repair: what an upstream sends, and what we publish instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from calsieve.core.repairs.words import WORDS
from calsieve.models import Policy, UidMode
from tests.core.kit import STAMP, cleaned, unfolded, vcalendar, vevent
from tests.published import assert_published

ROOT = Path(__file__).parents[3]
CORE = ROOT / "layers/calsieve/calsieve/core"
QUIRKS = ROOT / "docs/upstream-quirks.md"
DAY = "DTSTART:20260521T090000Z"
WEEKLY = (DAY, "RRULE:FREQ=WEEKLY")
PLAIN = Policy()
SLOT = "RECURRENCE-ID:20260528T090000Z"


@dataclass(frozen=True)
class Quirk:
    """A repair's counter, sources that need it, and lines that are published or not published for them."""

    counter: str
    sources: tuple[bytes, ...]
    there: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    times: int = 1
    policy: Policy = PLAIN


def quirk(counter: str, source: bytes | str, there: str = "", gone: str = "", **more: object) -> Quirk:
    body = vcalendar(source) if isinstance(source, str) else source
    return Quirk(
        counter, (body,), tuple(there.split("\n")) if there else (), tuple(gone.split("\n")) if gone else (), **more
    )  # type: ignore[arg-type]


ALARMS = Policy(keep_alarms=True)
CONTENT = Policy(uid=UidMode.CONTENT)
CUSTOM = (
    "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nX-LIC-LOCATION:Europe/Berlin\r\nBEGIN:STANDARD\r\n"
    "DTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\n"
    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
)
LONG = "X-APPLE-STRUCTURED-LOCATION;VALUE=URI:geo:52.5,13.4 and so on up to here"
FOUND = [
    quirk("byte_order_mark", b"\xef\xbb\xbf" + vcalendar(vevent(DAY)), DAY),
    quirk("utf16", vcalendar(vevent(DAY, "SUMMARY:Füße")).decode().encode("utf-16"), "SUMMARY:Füße"),
    quirk("bare_newlines", vcalendar(vevent(DAY)).replace(b"\r\n", b"\n"), DAY),
    quirk("bare_newlines", vcalendar(vevent(DAY)).replace(b"\r\n", b"\r"), DAY),
    quirk("charset", vcalendar(vevent(DAY, "SUMMARY:Füße – 5 €")).decode().encode("cp1252"), "SUMMARY:Füße – 5 €"),
    quirk("broken_folding", vevent(DAY, LONG, "and further"), LONG + "and further"),
    quirk("broken_folding", vevent(DAY, "DESCRIPTION:one", "two"), r"DESCRIPTION:one\ntwo"),
    quirk("not_a_property", vevent(DAY, "and no property"), DAY, "no property"),
    quirk("property_empty", vevent(DAY, "LOCATION:", "SUMMARY:a"), "SUMMARY:a", "LOCATION"),
    quirk("property_value", vevent(DAY, r"ORGANIZER;CN=A:a\, b\nc"), DAY, "ORGANIZER"),
    quirk("property_name", vevent(DAY, "X-LIC-ERROR;X-LIC-ERRORTYPE=VALUE-PARSE-ERROR:oh"), DAY, "X-LIC-ERROR"),
    quirk("property_name", vevent(DAY).replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\n--:no letter"), DAY, "no letter"),
    quirk("rule_form", vevent(DAY, r"RRULE:FREQ=WEEKLY\;COUNT=40"), "RRULE:FREQ=WEEKLY;COUNT=40"),
    quirk("control_characters", vevent(DAY, "SUMMARY:a\x00\x1bb"), "SUMMARY:ab", times=2),
    quirk("not_a_property", vevent(DAY).replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\nno property"), DAY, "no property"),
    quirk("missing_end", vcalendar(vevent(DAY)).replace(b"END:VCALENDAR\r\n", b""), DAY),
    quirk("missing_end", vevent(DAY).replace("END:VEVENT", "") + vevent(DAY, "UID:b"), "UID:a\nUID:b"),
    quirk("missing_end", vevent(DAY, "BEGIN:VALARM", "ACTION:DISPLAY"), DAY, "ACTION:DISPLAY"),
    quirk("orphan_end", vevent(DAY, "END:VALARM", "SUMMARY:x"), "SUMMARY:x"),
    quirk(
        "too_deep",
        vevent(DAY, *["BEGIN:X"] * 20, "SUMMARY:deep", *["END:X"] * 20, "LOCATION:x"),
        "LOCATION:x",
        "SUMMARY:deep",
        times=14,
    ),
    quirk("several_calendars", vcalendar(vevent(DAY)) + vcalendar(vevent(DAY, "UID:b")), "UID:a\nUID:b"),
    quirk("not_an_event", "BEGIN:VTODO\r\nUID:t\r\nSUMMARY:do\r\nEND:VTODO", gone="SUMMARY:do"),
    quirk("uid_missing", vevent("UID: ", DAY, "SUMMARY:x"), "UID:18b0e4a192c1d7b40af0c770fdd799a4@calsieve"),
    quirk(
        "uid_replaced",
        vevent(DAY, "SUMMARY:x"),
        "UID:18b0e4a192c1d7b40af0c770fdd799a4@calsieve",
        "UID:a",
        policy=CONTENT,
    ),
    quirk(
        "stamp_missing", vevent(DAY, "CREATED:20200101T000000Z").replace(STAMP + "\r\n", ""), "DTSTAMP:20200101T000000Z"
    ),
    quirk("stamp_missing", vevent(DAY).replace(STAMP + "\r\n", ""), "DTSTAMP:19700101T000000Z"),
    quirk("stamp_not_utc", vevent(DAY, "CREATED;TZID=Europe/Berlin:20200101T000000"), "CREATED:20200101T000000Z"),
    quirk("property_name", vevent(DAY, "MY_NAME:x", "METHOD:REQUEST"), gone="MY_NAME:x\nMETHOD:REQUEST", times=2),
    quirk(
        "property_value",
        vevent(DAY, "GEO:here", "STATUS:FREE", "CREATED:yesterday"),
        gone="GEO:here\nSTATUS:FREE",
        times=3,
    ),
    quirk("property_repeated", vevent(DAY, "SUMMARY:one", "SUMMARY:two"), "SUMMARY:one", "SUMMARY:two"),
    quirk("parameters", vevent(DAY, "SUMMARY; LANGUAGE = de ; nonsense:x"), "SUMMARY;LANGUAGE=de:x"),
    quirk("parameters", vevent(DAY, "X-A;P=1;P=2:x"), "X-A;P=1:x"),
    quirk("parameters", vevent("UID;TZID=Europe/Berlin:b", DAY), "UID:b"),
    quirk("parameters", vevent(DAY, "ATTACH;VALUE=BLA:https://example.org/a"), "ATTACH:https://example.org/a"),
    quirk("link_of_several_lines", vevent(DAY, r"URL:https://example.org/a\nb"), "URL:https://example.org/a"),
    quirk("link_of_several_lines", vevent(DAY, r"ATTACH:\n"), gone="ATTACH"),
    quirk("text_unescaped", vevent(DAY, r"SUMMARY:a, b\, c; d"), r"SUMMARY:a\, b\, c\; d"),
    quirk(
        "alarm_unusable",
        vevent(DAY, "BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"),
        gone="ACTION:DISPLAY",
        policy=ALARMS,
    ),
    quirk(
        "alarm_unusable",
        vevent(DAY, "BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:soon", "END:VALARM"),
        gone="ACTION:AUDIO",
        policy=ALARMS,
    ),
    quirk("zone_on_utc", vevent("DTSTART;TZID=Europe/Berlin:20260521T090000Z"), DAY),
    quirk("date_without_value", vevent("DTSTART:20260521"), "DTSTART;VALUE=DATE:20260521"),
    quirk("start_missing", vevent(*WEEKLY) + "\r\n" + vevent(SLOT, "SUMMARY:x"), f"{SLOT}\nDTSTART:20260528T090000Z"),
    quirk("end_unreadable", vevent(DAY, "DTEND:later"), gone="DTEND:later"),
    quirk(
        "end_and_duration",
        vevent(DAY, "DTEND:20260521T100000Z", "DURATION:PT3H"),
        "DTEND:20260521T100000Z",
        "DURATION:PT3H",
    ),
    quirk("end_form", vevent("DTSTART;VALUE=DATE:20260521", "DTEND:20260521T170000Z"), "DTEND;VALUE=DATE:20260522"),
    quirk("end_form", vevent(DAY, "DTEND;VALUE=DATE:20260522"), "DTEND:20260522T000000Z"),
    quirk("end_before_start", vevent(DAY, "DTEND:20260520T100000Z"), DAY, "DTEND:20260520T100000Z"),
    quirk(
        "end_equals_start",
        vevent("DTSTART;VALUE=DATE:20260521", "DTEND;VALUE=DATE:20260521"),
        gone="DTEND;VALUE=DATE:20260521",
    ),
    quirk("duration_unusable", vevent(DAY, "DURATION:-PT1H"), gone="DURATION:-PT1H"),
    quirk("duration_unusable", vevent("DTSTART;VALUE=DATE:20260521", "DURATION:PT1H"), gone="DURATION:PT1H"),
    quirk("rule_unreadable", vevent(DAY, "RRULE:FREQ=FORTNIGHTLY"), DAY, "RRULE:FREQ=FORTNIGHTLY"),
    quirk(
        "until_and_count",
        vevent(DAY, "RRULE:FREQ=DAILY;COUNT=9;UNTIL=20260601T090000Z"),
        "RRULE:FREQ=DAILY;UNTIL=20260601T090000Z",
    ),
    quirk("rule_form", vevent(DAY, "RRULE:COUNT=3;freq=daily"), "RRULE:FREQ=DAILY;COUNT=3"),
    quirk("rule_form", vevent(DAY, "RRULE:FREQ=DAILY;UNTIL=20260601"), "RRULE:FREQ=DAILY;UNTIL=20260601T000000Z"),
    quirk(
        "rule_in_override",
        vevent(*WEEKLY) + "\r\n" + vevent(SLOT, "DTSTART:20260528T100000Z", "RRULE:FREQ=DAILY"),
        gone="RRULE:FREQ=DAILY",
    ),
    quirk("date_unreadable", vevent(*WEEKLY, "EXDATE:20260528T090000Z,never"), "EXDATE:20260528T090000Z"),
    quirk("moment_form", vevent(*WEEKLY, "EXDATE;TZID=Europe/Berlin:20260528T110000"), "EXDATE:20260528T090000Z"),
    quirk("moment_form", vevent(*WEEKLY, "EXDATE;VALUE=DATE:20260528"), "EXDATE:20260528T090000Z"),
    quirk(
        "moment_form",
        vevent(DAY, "RRULE:FREQ=DAILY;BYHOUR=9,15", "EXDATE;VALUE=DATE:20260528"),
        "EXDATE:20260528T090000Z,20260528T150000Z",
    ),
    quirk(
        "moment_form",
        vevent(DAY, "RDATE:20260521T150000Z,20260528T090000Z", "EXDATE;VALUE=DATE:20260521"),
        "EXDATE:20260521T090000Z,20260521T150000Z",
    ),
    quirk(
        "moment_form",
        vevent(*WEEKLY, "RDATE:20260530T120000Z") + "\r\n" + vevent("RECURRENCE-ID;VALUE=DATE:20260530", DAY),
        "RECURRENCE-ID:20260530T120000Z",
    ),
    quirk(
        "zone_renamed",
        vevent("DTSTART;TZID=W. Europe Standard Time:20260521T090000"),
        "DTSTART;TZID=Europe/Berlin:20260521T090000\nTZID:Europe/Berlin",
    ),
    quirk(
        "zone_renamed",
        CUSTOM + vevent("DTSTART;TZID=Customized Time Zone:20260521T090000"),
        "DTSTART;TZID=Europe/Berlin:20260521T090000",
    ),
    quirk(
        "zone_renamed",
        vevent("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260521T090000"),
        "DTSTART;TZID=Europe/Berlin:20260521T090000",
    ),
    quirk("zone_undefined", vevent("DTSTART;TZID=Asia/Tokyo:20260521T090000"), "TZID:Asia/Tokyo\nTZOFFSETTO:+0900"),
    quirk(
        "zone_undefined",
        vevent("DTSTART;TZID=GMT+05:30:20260521T090000"),
        "DTSTART;TZID=UTC+0530:20260521T090000\nTZID:UTC+0530\nTZOFFSETTO:+0530",
    ),
    quirk(
        "zone_unquoted",
        vevent(
            "DTSTART;TZID=tzone://Microsoft/Utc:20260521T090000", "DTEND;VALUE=DATE-TIME;TZID=Etc/GMT:20260521T100000"
        ),
        DAY,
    ),
    quirk(
        "zone_unknown",
        "X-WR-TIMEZONE:Asia/Tokyo\r\n" + vevent("DTSTART;TZID=Home:20260521T090000"),
        "DTSTART;TZID=Asia/Tokyo:20260521T090000",
    ),
    quirk(
        "zone_unknown",
        vevent("DTSTART;TZID=Asia/Tokyo:20260521T090000", "DTEND;TZID=Home:20260521T100000"),
        "DTEND;TZID=Asia/Tokyo:20260521T100000",
    ),
    quirk(
        "master_repeated",
        vevent(DAY, "SEQUENCE:2", "SUMMARY:new") + "\r\n" + vevent(DAY, "SEQUENCE:1", "SUMMARY:old"),
        "SUMMARY:new",
        "SUMMARY:old",
    ),
    quirk(
        "uid_shared",
        vevent(DAY, "SUMMARY:one") + "\r\n" + vevent("DTSTART:20260522T090000Z", "SUMMARY:two"),
        "SUMMARY:one\nSUMMARY:two",
    ),
    quirk("override_orphan", vevent(SLOT, "DTSTART:20260528T100000Z"), "UID:a-20260528T090000Z", SLOT),
    quirk(
        "override_before_start",
        vevent(*WEEKLY) + "\r\n" + vevent("RECURRENCE-ID:20260514T090000Z", DAY),
        "UID:a-20260514T090000Z",
        "RECURRENCE-ID:20260514T090000Z",
    ),
    quirk(
        "override_repeated",
        vevent(*WEEKLY) + "".join("\r\n" + vevent(SLOT, "DTSTART:20260528T100000Z", f"SEQUENCE:{n}") for n in (2, 1)),
        "SEQUENCE:2",
        "SEQUENCE:1",
    ),
    Quirk("series_in_two_sources", (vcalendar(vevent(DAY)), vcalendar(vevent(DAY))), ("UID:a",)),
    Quirk("uid_in_two_sources", (vcalendar(vevent(DAY)), vcalendar(vevent(DAY, "SUMMARY:x"))), ("UID:a", "UID:a-two")),
]


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.counter)
def test_a_quirk_is_mended_and_counted(found: Quirk) -> None:
    result = cleaned(*found.sources, policy=found.policy)
    published = unfolded(result.body)
    assert result.report.repairs.get(found.counter) == found.times
    assert [line for line in found.there if line not in published] == []
    assert [line for line in found.gone if line in published] == []
    assert_published(result.body, alarms=found.policy.keep_alarms)


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.counter)
def test_what_was_mended_needs_no_mending_again(found: Quirk) -> None:
    first = cleaned(*found.sources, policy=found.policy)
    second = cleaned(first.body, policy=found.policy)
    assert second.report.repairs == {}
    assert second.body == first.body


def counters_in_code() -> set[str]:
    named = re.compile(r'repairs\[\s*"?(.*?)\]\s*\+?=')
    found = (name for path in CORE.rglob("*.py") for name in named.findall(path.read_text()))
    return {name for text in found for name in re.findall(r'[a-z0-9]+(?:_[a-z0-9]+)*(?=")', text)}


def test_every_counter_has_a_test() -> None:
    assert counters_in_code() == {found.counter for found in FOUND}


def test_every_counter_has_a_paragraph_and_every_paragraph_a_counter() -> None:
    _, repairs = QUIRKS.read_text().split("\n## Repairs\n")
    paragraphs = re.findall(r"^\*\*`([a-z0-9_]+)`", repairs.split("\n## ")[0], re.MULTILINE)
    assert sorted(paragraphs) == sorted(counters_in_code())


def test_every_counter_has_plain_words() -> None:
    assert WORDS.keys() == counters_in_code()
