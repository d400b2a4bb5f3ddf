"""Dates, times, durations and offsets, as they should be written and as they are."""

from __future__ import annotations

from datetime import datetime

import pytest

from calsieve.core.values import Duration, Form, When, parsed_duration, parsed_offset, parsed_when, written_offset

NINE = datetime(2026, 5, 20, 9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260520", When(datetime(2026, 5, 20), Form.DATE)),
        ("20260520T090000", When(NINE, Form.FLOATING)),
        ("20260520T090000Z", When(NINE, Form.UTC)),
        (" 2026-05-20t09:00z ", When(NINE, Form.UTC)),
        ("2026-05-20 09:00:00.123", When(NINE, Form.FLOATING)),
        ("20260519T240000", When(datetime(2026, 5, 20), Form.FLOATING)),
        ("20260520T085960", When(datetime(2026, 5, 20, 8, 59, 59), Form.FLOATING)),
        ("2026-05-20", When(datetime(2026, 5, 20), Form.DATE)),
        ("2026-05-20T0900", When(NINE, Form.FLOATING)),
        ("20260520T095900.5", When(NINE.replace(minute=59), Form.FLOATING)),
        ("00010101", When(datetime(1, 1, 1), Form.DATE)),
    ],
)
def test_a_moment_is_read(text: str, expected: When) -> None:
    assert parsed_when(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "20260230",
        "00000101",
        "99991231T240000",
        "20260520T250000",
        "20260520T096000",
        "20260520T090061",
        "2026W213",
        "2026-W21-3",
        "2026-W21-3T0900",
        "20260520 0900Z00",
        "20260520T0900000",
        "20260520T090000X",
        "20260520X090000",
        "٢٠٢٦٠٥٢٠",
    ],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert parsed_when(text) is None


def test_a_moment_is_in_its_zone_unless_it_is_in_utc() -> None:
    assert parsed_when("20260520T090000", "Europe/Berlin") == When(NINE, Form.ZONED, "Europe/Berlin")
    assert parsed_when("20260520T090000Z", "Europe/Berlin") == When(NINE, Form.UTC)
    assert parsed_when("20260520T090000", "") == When(NINE, Form.FLOATING)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P1W", Duration(7)),
        ("P1DT2H3M4S", Duration(1, 7384)),
        ("-PT15M", Duration(0, -900)),
        ("+p1d", Duration(1)),
        ("P1W2D", Duration(9)),
        ("PT0S", Duration()),
    ],
)
def test_a_duration_is_read(text: str, expected: Duration) -> None:
    assert parsed_duration(text) == expected


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "1D", "PT1D", "P999999999999D", "P" + "9" * 5000 + "D", "PT99999999999999H"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parsed_duration(text) is None


@pytest.mark.parametrize(("text", "seconds"), [("+0530", 19800), ("-00:30", -1800), ("+013045", 5445), ("0100", 3600)])
def test_an_offset_is_read(text: str, seconds: int) -> None:
    assert parsed_offset(text) == seconds


@pytest.mark.parametrize("text", ["", "+1", "+2400", "-9999", "Z"])
def test_what_is_no_offset_is_none(text: str) -> None:
    assert parsed_offset(text) is None


@pytest.mark.parametrize("text", ["+0530", "-0030", "+013045", "+0000"])
def test_an_offset_is_written_as_it_was_read(text: str) -> None:
    seconds = parsed_offset(text)
    assert seconds is not None
    assert written_offset(seconds) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P400000D", Duration(400_000)),
        ("-P400000D", Duration(-400_000)),
        ("P400001D", None),
        ("-P400001D", None),
        ("P57143W", None),
        ("PT9600000H", Duration(0, 34_560_000_000)),
        ("PT34560000001S", None),
        ("-PT34560000001S", None),
    ],
)
def test_no_duration_is_longer_than_a_thousand_years(text: str, expected: Duration | None) -> None:
    assert parsed_duration(text) == expected


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "+0000"), (-1, "-000001"), (3600, "+0100"), (-12_600, "-0330"), (19_815, "+053015"), (86_399, "+235959")],
)
def test_an_offset_is_written_as_it_is_read(seconds: int, text: str) -> None:
    assert (written_offset(seconds), parsed_offset(text)) == (text, seconds)


@pytest.mark.parametrize("text", ["+2400", "-2400", "+235960", "0100Z", "1", "", "+٠١٠٠"])
def test_an_offset_is_less_than_a_day(text: str) -> None:
    assert parsed_offset(text) is None
