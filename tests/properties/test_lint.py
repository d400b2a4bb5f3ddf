"""Whatever an upstream writes, no client refuses what is published of it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from calsieve.core.lint import findings
from calsieve.models import Level
from tests.core.kit import cleaned, policy, vcalendar, vevent

_NAMES = ("FREQ", "COUNT", "INTERVAL", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
_MORE_NAMES = ("BYSETPOS", "BYHOUR", "BYMINUTE", "BYSECOND", "RSCALE", "SKIP", "X-A")
_VALUES = (
    "DAILY",
    "WEEKLY",
    "MONTHLY",
    "yearly",
    "MO",
    "1MO",
    "-54SU",
    "60MO",
    "0TU",
    "MO, TU",
    "XX",
    "20260525",
    "5L",
)
_numbers = st.integers(-400, 400).map(str)
_parts = st.tuples(
    st.sampled_from(_NAMES + _MORE_NAMES),
    st.lists(st.sampled_from(_VALUES) | _numbers | st.text("+-0,; x", max_size=3), max_size=3).map(",".join),
).map("=".join)
_rules = st.lists(_parts, max_size=4).map(lambda parts: ";".join(["FREQ=WEEKLY", *parts]))
_lines = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_params = st.text('";:=,^ aX\t', max_size=12)


def errors(body: bytes, mode: str) -> list[str]:
    """Return the errors in what is published of a source."""
    published = cleaned(body, policy=policy(mode, keep_alarms=True, keep_attendees=True, keep_html=True)).body
    return [finding.rule for finding in findings(published) if finding.level is Level.ERROR]


@given(_rules, st.sampled_from(["trim", "keep", "expand"]))
@example("FREQ=YEARLY;BYDAY=60MO", "keep")
def test_whatever_an_rrule_says(rule: str, mode: str) -> None:
    assert errors(vcalendar(vevent("DTSTART:20260520T100000Z", f"RRULE:{rule}")), mode) == []


@given(_lines, _params, st.sampled_from(["SUMMARY", "ATTENDEE", "X-A", "X_A", "BEGIN", "END", "DTSTART", "UID"]))
@example("", '="', "ATTENDEE")
@example("", ";X", "X-A")
def test_whatever_a_line_holds(text: str, params: str, name: str) -> None:
    source = vcalendar(vevent("DTSTART:20260520T100000Z", f"{name}{params}:{text}", text, "SUMMARY:x"), text)
    assert errors(source, "keep") == []
