"""Stamps move when what we publish changes, and only then."""

from __future__ import annotations

from datetime import timedelta

from tests.core.kit import NOW, cleaned, events, policy, vcalendar, vevent

EVENT = vevent("DTSTART:20260520T100000Z", "LAST-MODIFIED:20260101T000000Z", "SUMMARY:x")


def stamps(body: bytes) -> tuple[str, str]:
    (event,) = events(body)
    return event.value("DTSTAMP"), event.value("LAST-MODIFIED")


def test_new_stamps_on_the_same_event_change_no_byte() -> None:
    published = cleaned(vcalendar(EVENT)).body
    again = vcalendar(EVENT.replace("DTSTAMP:2026", "DTSTAMP:2027").replace("LAST-MODIFIED:2026", "LAST-MODIFIED:2027"))
    assert cleaned(again, previous=published).body == published


def test_a_change_under_old_stamps_gets_new_ones() -> None:
    published = cleaned(vcalendar(EVENT)).body
    changed = cleaned(vcalendar(EVENT.replace("SUMMARY:x", "SUMMARY:y")), previous=published).body
    assert stamps(changed) == ("20260520T120000Z", "20260520T120000Z")


def test_a_change_under_newer_stamps_keeps_them() -> None:
    published = cleaned(vcalendar(EVENT)).body
    newer = EVENT.replace("SUMMARY:x", "SUMMARY:y").replace("20260101T000000Z", "20260519T000000Z")
    assert stamps(cleaned(vcalendar(newer), previous=published).body) == ("20260519T000000Z", "20260519T000000Z")


def test_stamps_go_on_from_one_in_the_future() -> None:
    published = cleaned(vcalendar(EVENT.replace("20260101T000000Z", "20300101T000000Z"))).body
    changed = cleaned(vcalendar(EVENT.replace("SUMMARY:x", "SUMMARY:y")), previous=published).body
    assert stamps(changed) == ("20300101T000001Z", "20300101T000001Z")


def test_a_series_that_is_begun_later_is_a_change() -> None:
    body = vcalendar(vevent("DTSTART:20260101T100000Z", "RRULE:FREQ=DAILY"))
    published = cleaned(body, policy=policy("trim")).body
    later = cleaned(body, policy=policy("trim"), now=NOW + timedelta(days=8), previous=published).body
    assert events(later)[0].value("DTSTAMP") == "20260528T120000Z"
    assert cleaned(body, policy=policy("trim"), now=NOW + timedelta(days=2), previous=published).body == published


def test_an_alarm_that_changed_is_a_change() -> None:
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT{}M\r\nEND:VALARM"
    first = cleaned(
        vcalendar(vevent("DTSTART:20260520T100000Z", alarm.format(5))), policy=policy(keep_alarms=True)
    ).body
    second = vcalendar(vevent("DTSTART:20260520T100000Z", alarm.format(9)))
    assert (
        events(cleaned(second, policy=policy(keep_alarms=True), previous=first).body)[0].value("DTSTAMP")
        == "20260520T120000Z"
    )


def test_each_event_of_a_series_has_stamps_of_its_own() -> None:
    parts = [
        vevent("DTSTART:20260520T100000Z", "RRULE:FREQ=DAILY", "SUMMARY:x"),
        vevent("RECURRENCE-ID:20260521T100000Z", "DTSTART:20260521T120000Z", "SUMMARY:x"),
        vevent("RECURRENCE-ID:20260522T100000Z", "DTSTART:20260522T120000Z", "SUMMARY:x"),
    ]
    published = cleaned(vcalendar(*parts)).body
    for changed in range(3):
        again = [*parts]
        again[changed] = parts[changed].replace("SUMMARY:x", "SUMMARY:y")
        body = cleaned(vcalendar(*again), previous=published).body
        assert [event.value("DTSTAMP") for event in events(body)] == [
            "20260520T120000Z" if number == changed else "20260101T000000Z" for number in range(3)
        ]


def test_stamps_go_on_from_one_of_this_moment() -> None:
    published = cleaned(vcalendar(EVENT.replace("20260101T000000Z", "20260520T120000Z"))).body
    changed = cleaned(vcalendar(EVENT.replace("SUMMARY:x", "SUMMARY:y")), previous=published).body
    assert stamps(changed) == ("20260520T120001Z", "20260520T120001Z")


def test_what_we_did_not_publish_decides_nothing() -> None:
    fresh = cleaned(vcalendar(EVENT)).body
    foreign = vcalendar(vevent("DTSTART:20260520T100000Z", "SUMMARY:x").replace("UID:a\r\n", "") + "\r\n" + EVENT)
    cut_off = cleaned(vcalendar(EVENT.replace("SUMMARY:x", "SUMMARY:y"))).body.partition(b"\r\nEND:VEVENT")[0]
    for previous in (b"", b"x", vcalendar("UID:a"), cut_off):
        assert cleaned(vcalendar(EVENT), previous=previous).body == fresh
    assert stamps(cleaned(vcalendar(EVENT), previous=foreign).body)


def test_a_stamp_that_was_not_published_before_stays_as_it_is() -> None:
    published = cleaned(vcalendar(vevent("DTSTART:20260520T100000Z", "SUMMARY:x"))).body
    changed = cleaned(vcalendar(EVENT.replace("SUMMARY:x", "SUMMARY:y")), previous=published).body
    assert stamps(changed) == ("20260520T120000Z", "20260101T000000Z")
