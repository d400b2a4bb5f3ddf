"""One start and one length, however they are written."""

from __future__ import annotations

import pytest

from tests.core.kit import cleaned, events, policy, vcalendar, vevent

UTC = "DTSTART:20260521T090000Z"
BERLIN = "DTSTART;TZID=Europe/Berlin:20260521T090000"
FLOATING = "DTSTART:20260521T090000"
DATE = "DTSTART;VALUE=DATE:20260521"


@pytest.mark.parametrize(
    ("start", "written", "expected", "repairs"),
    [
        (UTC, "DTEND:20260521T100000Z", "DTEND:20260521T100000Z", {}),
        (UTC, "DTEND;TZID=Europe/Berlin:20260521T120000", "DTEND;TZID=Europe/Berlin:20260521T120000", {}),
        (BERLIN, "DTEND:20260521T100000Z", "DTEND:20260521T100000Z", {}),
        (UTC, "DTEND:20260521T100000", "DTEND:20260521T100000Z", {"end_form": 1}),
        (BERLIN, "DTEND:20260521T100000", "DTEND;TZID=Europe/Berlin:20260521T100000", {"end_form": 1}),
        (FLOATING, "DTEND:20260521T100000Z", "DTEND:20260521T100000", {"end_form": 1}),
        (FLOATING, "DTEND:20260521T100000", "DTEND:20260521T100000", {}),
        (BERLIN, "DTEND;VALUE=DATE:20260522", "DTEND;TZID=Europe/Berlin:20260522T000000", {"end_form": 1}),
        (DATE, "DTEND;VALUE=DATE:20260523", "DTEND;VALUE=DATE:20260523", {}),
        (DATE, "DTEND:20260523T000000", "DTEND;VALUE=DATE:20260523", {"end_form": 1}),
        (DATE, "DTEND:20260523T000001", "DTEND;VALUE=DATE:20260524", {"end_form": 1}),
        (
            "DTSTART;VALUE=DATE:99991201",
            "DTEND:99991231T120000",
            "DTEND;VALUE=DATE:99991231",
            {"end_form": 1},
        ),
        (DATE, "DURATION:P2D", "DURATION:P2D", {}),
        (DATE, "DURATION:P1DT24H", "DURATION:P1DT24H", {}),
        (DATE, "DURATION:P1DT23H", None, {"duration_unusable": 1}),
        (UTC, "DURATION: pt1h ", "DURATION:PT1H", {}),
        (UTC, "DURATION:soon", None, {"duration_unusable": 1}),
    ],
)
def test_an_end_has_the_form_of_the_start(
    start: str, written: str, expected: str | None, repairs: dict[str, int]
) -> None:
    result = cleaned(vcalendar(vevent(start, written)), policy=policy(back=None, ahead=None))
    (event,) = events(result.body)
    ends = [f"{line.name}{line.params}:{line.value}" for line in event.all("DTEND", "DURATION")]
    assert ends == ([expected] if expected else [])
    assert {name: times for name, times in result.report.repairs.items() if name != "zone_undefined"} == repairs


@pytest.mark.parametrize(
    ("lines", "visible"),
    [
        # The window begins on 20 April 2026.
        (("DTSTART;VALUE=DATE:20260418", "DURATION:P1DT24H"), False),
        (("DTSTART;VALUE=DATE:20260418", "DURATION:P1DT48H"), True),
        (("DTSTART;VALUE=DATE:20260419",), False),
        (("DTSTART;VALUE=DATE:20260419", "DURATION:P0D"), False),
        (("DTSTART;VALUE=DATE:20260420", "DURATION:P0D"), True),
        (("DTSTART:20260418T120000Z", "DURATION:P1DT12H"), False),
        (("DTSTART:20260418T120000Z", "DURATION:P1DT12H1S"), True),
        (("DTSTART:20260419T235959Z",), False),
        (("DTSTART:20260419T120000Z", "DTEND:20260419T110000Z"), False),
        (("DTSTART:20260420T000000Z", "DTEND:20260419T110000Z"), True),
    ],
)
def test_a_length_reaches_as_far_as_it_says(lines: tuple[str, ...], visible: bool) -> None:
    source = vcalendar(vevent(*lines))
    assert cleaned(source, screened=False).report.events_out == visible
    assert cleaned(source).report.events_out == visible


def test_a_date_that_says_so_needs_no_mending() -> None:
    assert cleaned(vcalendar(vevent("DTSTART;VALUE=date:20260521"))).report.repairs == {}
