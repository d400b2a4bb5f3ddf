"""What lint calls an error for Thunderbird is what ical.js, by which Thunderbird reads, gives up a file for."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsieve.core.lint import findings
from calsieve.models import Client, Level
from tests.core.lint.kit import HEAD, START, TIMED, UID, calendar, event, lines
from tests.interop.readers import ical_js

SOUND = calendar(event(*TIMED), event("UID:b", *TIMED[1:]))
LINES = [
    "just words",
    "more; words",
    'ATTENDEE;CN="b:mailto:b@example.org',
    'ATTENDEE;X="a"b":mailto:b@example.org',
    'COMMENT;X="a"b:c',
    "COMMENT;X:b",
    "COMMENT;=a:b",
    "COMMENT;X=:b",
    "COMMENT;X=a=b:c",
    "COMMENT;X;Y=b:c",
    "COMMENT:",
    "X_NAME:b",
    "",
    "SUMMARY:a\0\x07",
    "SUMMARY:a\rb",
    "SUMMARY:" + "x" * 100,
    "CREATED:yesterday",
    "DURATION:P90M",
    "BEGIN:VALARM",
    "END:VALARM",
]
RULES = [
    "FREQ=WEEKLY;BYDAY=MO,TU;WKST=SU",
    "FREQ=MONTHLY;BYDAY=+1MO,-53SU",
    "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=-31,31;BYSETPOS=-1",
    "FREQ=YEARLY;BYYEARDAY=-366,+1;BYWEEKNO=53;X-NEW=?",
    "FREQ=HOURLY;BYHOUR=0,23;BYMINUTE=59;BYSECOND=60",
    "FREQ=DAILY;INTERVAL=0",
    "BYDAY=WE;FREQ=WEEKLY",
    "COUNT=3",
    "FREQ=FORTNIGHTLY",
    "FREQ=daily",
    "FREQ=",
    "FREQ=DAILY;COUNT=x",
    "FREQ=WEEKLY;WKST=X",
    "FREQ=WEEKLY;BYDAY=XX",
    "FREQ=WEEKLY;BYDAY=",
    "FREQ=WEEKLY;BYDAY=MO, TU",
    "FREQ=YEARLY;BYDAY=60MO",
    "FREQ=YEARLY;BYDAY=0MO",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=YEARLY;BYMONTH=13",
    "FREQ=YEARLY;BYMONTH=0",
    "FREQ=YEARLY;BYWEEKNO=54",
    "FREQ=DAILY;BYHOUR=24",
    "FREQ=DAILY;BYHOUR=x",
    "FREQ=DAILY;BYHOUR=5x",
    "FREQ=DAILY;BYMINUTE=60",
    "FREQ=DAILY;BYSECOND=61",
    "FREQ=DAILY;COUNT=3x",
    "FREQ=DAILY;COUNT=-3",
    "FREQ=YEARLY;BYMONTH=5L,13L,6",
    "FREQ=YEARLY;BYMONTH=5L,x",
    "FREQ=YEARLY;BYYEARDAY=367",
    "FREQ=YEARLY;BYYEARDAY=-366,099",
    "FREQ=YEARLY;BYSETPOS=-367",
    "FREQ=MONTHLY;BYMONTHDAY=1,,2",
    "FREQ=MONTHLY;BYMONTHDAY=1,",
]
FILES = {
    "sound": SOUND,
    "nothing": b"\r\n",
    "a web page": b"<!doctype html>\r\n<p>Gone\r\n",
    "cut off": lines(*HEAD, *event(*TIMED)),
    "an END missing": calendar(["BEGIN:VEVENT", *TIMED]),
    "an END misspelt": calendar(["BEGIN:VEVENT", *TIMED, "END:VEVENTS"]),
    "an END twice": SOUND + b"END:VCALENDAR\r\n",
    "text before": b"Hello\r\n" + SOUND,
    "text behind": SOUND + b"Goodbye\r\n",
    "a property behind": SOUND + b"X-A:b\r\n",
    "blank behind": SOUND + b"\r\n\r\n",
    "two calendars": SOUND + SOUND,
    "line feeds": SOUND.replace(b"\r\n", b"\n"),
    "carriage returns": SOUND.replace(b"\r\n", b"\r"),
    "blank after BEGIN": calendar(event("", *TIMED)),
    "no frame": calendar(event(*TIMED), head=("BEGIN:VCALENDAR",)),
    "no stamps": calendar(event(UID, START)),
    **{f"line {line[:30]!r}": calendar(event(*TIMED, line, "SUMMARY:x")) for line in LINES},
    **{f"rule {value}": calendar(event(*TIMED, f"RRULE:{value}")) for value in RULES},
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What ical.js gives up, and why."""
    directory = tmp_path_factory.mktemp("lint")
    paths = {directory / f"{number}.ics": name for number, name in enumerate(FILES)}
    for path, name in paths.items():
        path.write_bytes(FILES[name])
    return {paths[Path(path)]: why for path, why in ical_js.check([*paths]).items()}


@pytest.mark.parametrize("name", FILES)
def test_an_error_for_thunderbird_is_one(name: str, refused: dict[str, str]) -> None:
    errors = [f.rule for f in findings(FILES[name], [Client.THUNDERBIRD]) if f.level is Level.ERROR]
    assert bool(errors) is (name in refused), (errors, refused.get(name))
