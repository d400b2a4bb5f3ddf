"""What the published calendar says about itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calsieve.models import Colour, Policy
from tests.core.kit import cleaned, unfolded, vcalendar, vevent


def heading(*lines: str, policy: Policy | None = None) -> list[str]:
    return unfolded(cleaned(vcalendar(*lines), policy=policy).body)


def test_the_policy_names_and_colours_the_calendar() -> None:
    policy = Policy(title="Rooms; halls, a\\b\r\nand\nmore", colour=Colour("navy", "#000080"))
    lines = heading("X-WR-CALNAME:Other", "COLOR:red", policy=policy)
    assert r"NAME:Rooms\; halls\, a\\b\nand\nmore" in lines
    assert r"X-WR-CALNAME:Rooms\; halls\, a\\b\nand\nmore" in lines
    assert "COLOR:navy" in lines
    assert "X-APPLE-CALENDAR-COLOR:#000080" in lines
    assert "COLOR:red" not in lines


def test_else_the_first_source_does_if_what_it_says_is_sound() -> None:
    lines = heading(
        "NAME: ",
        "X-WR-CALNAME:a, b",
        "COLOR:#ff0000",
        "X-APPLE-CALENDAR-COLOR;X=y:#FF0000",
        "X-WR-CALDESC:c; d",
        "X-OTHER:x",
    )
    assert r"NAME:a\, b" in lines
    assert "X-APPLE-CALENDAR-COLOR:#FF0000" in lines
    assert r"X-WR-CALDESC:c\; d" in lines
    assert not [line for line in lines if line.startswith(("COLOR", "X-OTHER"))]


def test_a_calendar_without_a_name_is_called_one() -> None:
    assert "NAME:Calendar" in heading()


@pytest.mark.parametrize(
    ("every", "written"),
    [
        (timedelta(hours=1), "PT1H"),
        (timedelta(minutes=90), "PT90M"),
        (timedelta(days=1), "P1D"),
        (timedelta(days=3000), "P3000D"),
        (timedelta(hours=100), "PT100H"),
        (timedelta(days=1, minutes=1), "PT1441M"),
        (timedelta(seconds=1), "PT1M"),
    ],
)
def test_clients_are_told_when_to_come_again(every: timedelta, written: str) -> None:
    lines = heading(policy=Policy(refresh_every=every))
    assert f"REFRESH-INTERVAL;VALUE=DURATION:{written}" in lines
    assert f"X-PUBLISHED-TTL:{written}" in lines


def test_its_name_is_taken_before_what_others_call_it_and_its_colour_as_it_is() -> None:
    lines = heading("X-WR-CALNAME:other", "NAME;LANGUAGE=en: own ", "COLOR:navy")
    assert [line for line in lines if line.startswith(("NAME", "X-WR-CALNAME", "COLOR"))] == [
        "NAME:own",
        "X-WR-CALNAME:own",
        "COLOR:navy",
    ]


def test_the_heading_is_whole_and_in_order() -> None:
    assert heading("X-WR-TIMEZONE:Europe/Berlin") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Calsieve//Calsieve//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Calendar",
        "X-WR-CALNAME:Calendar",
        "X-WR-TIMEZONE:Europe/Berlin",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "END:VCALENDAR",
    ]


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_the_feeds_zone_is_named_and_changes_no_time(zone: str | None) -> None:
    lines = heading(
        "X-WR-TIMEZONE:America/New_York",
        vevent("UID:series", "DTSTART:20260105T150000Z", "RRULE:FREQ=WEEKLY"),
        vevent("UID:floating", "DTSTART:20260520T150000"),
        policy=Policy(timezone=zone),
    )
    assert f"X-WR-TIMEZONE:{zone or 'America/New_York'}" in lines
    assert {line for line in lines if line.startswith("DTSTART")} == {
        "DTSTART:20260105T150000Z",
        "DTSTART:20260520T150000",
    }
