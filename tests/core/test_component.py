"""Lines and their parameters, and the tree that they make."""

from __future__ import annotations

from collections import Counter

import pytest

from calsieve.core.component import Component, Line, parsed, parsed_line, unescaped, written_parameters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("summary:a:b", Line("SUMMARY", "", "a:b")),
        ("A;B=c:d", Line("A", ";B=c", "d")),
        ('A;B="c:d;e":f', Line("A", ';B="c:d;e"', "f")),
        ('A;B="c";D="e:f":g', Line("A", ';B="c";D="e:f"', "g")),
        ('A;B="c:d', Line("A", ';B="c', "d")),
        ("A :b", Line("A", "", "b")),
        ("A:", Line("A", "", "")),
        ("A", None),
    ],
)
def test_a_line_is_split_at_the_first_colon_outside_of_quotes(text: str, expected: Line | None) -> None:
    assert parsed_line(text) == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (";a=b", (("A", ("b",)),)),
        (';A="x,y",z;B=', (("A", ("x,y", "z")), ("B", ("",)))),
        ("; A = b ;C=d", (("A", ("b",)), ("C", ("d",)))),
        (";nonsense;A=b", (("A", ("b",)),)),
        (";A=caf^n^'x^'", (("A", ("caf^n^'x^'",)),)),
        ("", ()),
    ],
)
def test_parameters_are_read_as_they_are_meant(params: str, expected: object) -> None:
    assert Line("X", params, "").parameters == expected


def test_parameters_are_quoted_where_they_must_be() -> None:
    assert written_parameters((("A", ("b", "c,d", "e:f", "g;h")),)) == ';A=b,"c,d","e:f","g;h"'


def test_a_parameter_can_be_set_and_removed() -> None:
    line = Line("X", ";A=b;TZID=Home", "v")
    assert line.with_parameter("TZID", "Europe/Berlin").params == ";A=b;TZID=Europe/Berlin"
    assert line.with_parameter("TZID", None).params == ";A=b"
    assert line.parameter("TZI") is None
    assert Line("X", ";A=b,c;A=d", "").parameter("A") == "b"
    assert line.parameter("HOME") is None


def tree(*texts: str) -> tuple[list[Component], Counter[str]]:
    repairs: Counter[str] = Counter()
    return parsed(texts, repairs), +repairs


def test_components_nest() -> None:
    found, repairs = tree("BEGIN:A", "X:1", "BEGIN:b", "Y:2", "END:B", "Z:3", "END:a")
    inner = Component("B", (Line("Y", "", "2"),))
    assert found == [Component("A", (Line("X", "", "1"), Line("Z", "", "3")), (inner,))]
    assert repairs == {}


def test_a_calendar_that_was_not_ended_ends_where_the_next_begins() -> None:
    found, repairs = tree(
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "BEGIN:VALARM",
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    assert [calendar.name for calendar in found] == ["VCALENDAR", "VCALENDAR"]
    assert repairs == {"missing_end": 3}


def test_an_outer_end_closes_what_is_open_inside() -> None:
    found, repairs = tree("BEGIN:A", "BEGIN:B", "BEGIN:C", "END:A")
    assert found[0].children[0].children[0].name == "C"
    assert repairs == {"missing_end": 2}


def test_depth_is_bounded() -> None:
    found, repairs = tree(*["BEGIN:X"] * 50_000, *["END:Y"] * 50_000, *["BEGIN:VEVENT"] * 50_000)
    assert len(found) == 1
    assert repairs["orphan_end"] == 50_000


@pytest.mark.parametrize("name", ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"])
def test_an_event_that_was_not_ended_ends_where_the_next_component_begins(name: str) -> None:
    found, repairs = tree("BEGIN:VCALENDAR", f"BEGIN:{name}", "BEGIN:X", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR")
    assert [child.name for child in found[0].children] == [name, "VEVENT"]
    assert repairs == {"missing_end": 2}


def test_what_another_component_holds_is_nothing_of_the_calendars() -> None:
    """Candidates in a VPOLL, templates in an X-component: other readers show none of them."""
    found, repairs = tree("BEGIN:VCALENDAR", "BEGIN:VPOLL", "BEGIN:VEVENT", "END:VEVENT", "END:VPOLL", "END:VCALENDAR")
    assert [child.name for child in found[0].children] == ["VPOLL"]
    assert repairs == {}


def test_nothing_that_was_not_ended_swallows_the_events_behind_it() -> None:
    found, _ = tree("BEGIN:VCALENDAR", "BEGIN:", "BEGIN:X", "BEGIN:VEVENT", "BEGIN:VTIMEZONE", "BEGIN:STANDARD")
    assert [child.name for child in found[0].children] == ["", "VEVENT", "VTIMEZONE"]


def test_what_is_eight_deep_is_a_component_and_what_is_deeper_lines_of_it() -> None:
    found, repairs = tree(*["BEGIN:X"] * 9, "A:1", *["END:X"] * 8)
    depth, inner = 1, found[0]
    while inner.children:
        depth, (inner,) = depth + 1, inner.children
    assert (depth, inner.lines) == (8, (Line("A", "", "1"),))
    assert repairs == {"too_deep": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [(r"a\, b\; c\\d\ne\Nf", "a, b; c\\d\ne\nf"), (r"\x\\n", r"\x\n"), ("plain", "plain")],
)
def test_text_is_read_without_its_escapes(text: str, expected: str) -> None:
    assert unescaped(text) == expected


def test_lines_are_found_replaced_and_added_by_name() -> None:
    one, two, other = Line("A", "", "1"), Line("A", "", "2"), Line("B", "", "3")
    component = Component("C", (one, other, two), (Component("D", ()),))
    assert (component.first("A"), component.first("X")) == (one, None)
    assert (component.value("A"), component.value("X")) == ("1", "")
    assert [*component.all("A", "X")] == [one, two]
    assert (component.has("X", "B"), component.has("X"), component.has()) == (True, False, False)
    assert component.without("A") == component._replace(lines=(other,))
    assert component.with_line(Line("A", "", "4")).lines == (other, Line("A", "", "4"))
    assert component.mapped(lambda line: None if line is one else line._replace(value="5")).lines == (
        Line("B", "", "5"),
        Line("A", "", "5"),
    )
    assert component.plus(one).children == component.children
