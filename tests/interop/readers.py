"""Readers of calendars that are not ours, each asked the same questions.

A reader is an *expander* if it tells which occurrences a calendar puts into a window, a *checker* if it tells what
is wrong with a calendar. Each runs as a program, once for many files: what one calendar does to it is bounded.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component, use_zoneinfo

ROOT = Path(__file__).parents[2]
FOREIGN = Path(__file__).parent / "foreign"
NODE_PACKAGES = ROOT / ".work/node"


class Occurrence(NamedTuple):
    """What a reader shows: seconds since 1970, and whether it is for whole days."""

    start: int
    end: int
    all_day: bool
    summary: str


@dataclass(frozen=True, slots=True)
class View:
    """The window to look at, and the zone of dates and floating times (an IANA name)."""

    start: datetime
    end: datetime
    timezone: str

    def shows(self, start: datetime, end: datetime) -> bool:
        """Tell whether they overlap by RFC 4791 §9.9."""
        return start < self.end and end > self.start if end > start else self.start <= start < self.end

    def part_of(self, occurrences: Counter[Occurrence]) -> Counter[Occurrence]:
        """Return those of the occurrences that this window shows."""
        instant = partial(datetime.fromtimestamp, tz=UTC)
        shown = (one for one in occurrences if self.shows(instant(one.start), instant(one.end)))
        return Counter({one: occurrences[one] for one in shown})


class CannotExpand(Exception):
    """A reader can't tell the occurrences of a calendar; says why."""


class Question(NamedTuple):
    """Which occurrences does this file put into this window?"""

    file: Path
    view: View

    @property
    def line(self) -> str:
        """Return the question as the programs read it: start, end, zone and file, with tabs between."""
        instants = (str(int(moment.timestamp())) for moment in (self.view.start, self.view.end))
        return "\t".join([*instants, self.view.timezone, str(self.file)])


Expansion = Counter[Occurrence] | CannotExpand
Expander = Callable[[Sequence[Question]], list[Expansion]]


@dataclass(frozen=True, slots=True)
class Program:
    """A reader that is a program of ``foreign``."""

    command: tuple[str, ...]

    def answers(self, words: Sequence[str], questions: Iterable[str]) -> list[str]:
        """Ask one question a line and return the answering lines. Fails if the program does."""
        environment = os.environ | {"TZ": "UTC", "NODE_MODULES": str(NODE_PACKAGES)}
        text = "".join(f"{question}\n" for question in questions)
        done = subprocess.run(
            [*self.command, *words], input=text.encode(), stdout=subprocess.PIPE, env=environment, cwd=ROOT
        )
        assert done.returncode == 0, f"{Path(self.command[-1]).name} {words[0]} ended with {done.returncode}"
        return done.stdout.decode("utf-8", "replace").split("\n")[:-1]

    def expand(self, questions: Sequence[Question]) -> list[Expansion]:
        """Return the occurrences that each question is answered with."""
        found = [_expansion(lines) for lines in _by_file(self.answers(["occurrences"], (q.line for q in questions)))]
        assert len(found) == len(questions), f"{len(found)} answers to {len(questions)} questions"
        return found

    def check(self, files: Sequence[Path]) -> dict[Path, str]:
        """Return what is wrong with each file; what is nothing is left out."""
        told = (line.partition("\t") for line in self.answers(["check"], map(str, files)))
        return {Path(path): problem for path, _, problem in told if problem}

    def offsets(self, file: Path, questions: Sequence[tuple[str, int]]) -> list[int]:
        """Return the offsets from UTC, in seconds, of zones of a file at the times that the program asks for."""
        return [int(line) for line in self.answers(["offsets", str(file)], (f"{z}\t{at}" for z, at in questions))]


def libical(directory: Path, seconds: int = 3) -> Program:
    """Compile the program for libical into ``directory``, with so much of the processor's time for a calendar."""
    binary = directory / "libical"
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libical"], check=True, capture_output=True, text=True)
    source = str(FOREIGN / "libical.c")
    options = ["-O2", "-Wall", "-Wextra", "-Werror", f"-DMOST_SECONDS={seconds}"]
    subprocess.run(["cc", *options, "-o", str(binary), source, *flags.stdout.split()], check=True)
    return Program((str(binary),))


def ical_js_within(seconds: int) -> Program:
    """Return ical.js with so much time for a calendar, by the clock on the wall."""
    return Program(("env", f"MOST_MILLISECONDS={seconds * 1000}", "node", str(FOREIGN / "icaljs.mjs")))


ical_js = Program(("node", str(FOREIGN / "icaljs.mjs")))
node_ical = Program(("node", str(FOREIGN / "nodeical.mjs")))


def recurring_within(seconds: int) -> Program:
    """Return recurring-ical-events with so much of the processor's time for a calendar."""
    return Program((sys.executable, "-m", "tests.interop.foreign.recurring", str(seconds)))


recurring = recurring_within(10)


def recurring_one(body: bytes, view: View) -> Expansion:
    """Expand one calendar with icalendar and recurring-ical-events."""
    use_zoneinfo()  # forgets the VTIMEZONEs of other calendars, which it would take for this one's
    try:
        calendars = Calendar.from_ical(body, multiple=True)
        return Counter(one for calendar in calendars for one in _recurring(calendar, view))
    except Exception as error:  # whatever a foreign library raises at a source is its refusal
        return CannotExpand(type(error).__name__)


def _recurring(calendar: Component, view: View) -> Iterator[Occurrence]:
    margin = timedelta(days=2)  # for dates and floating times
    # With it series in UTC would be taken as series of that zone, as no RFC says and no other reader does.
    calendar.pop("X-WR-TIMEZONE", None)
    query = recurring_ical_events.of(calendar)
    for event in query.between(view.start - margin, view.end + margin):
        start = _instant(event.start, view.timezone)
        end = max(start, _instant(event.end, view.timezone))
        if view.shows(start, end):
            all_day = not isinstance(event.start, datetime)
            yield Occurrence(int(start.timestamp()), int(end.timestamp()), all_day, _plain(event.get("SUMMARY", "")))


def _instant(when: date, timezone: str) -> datetime:
    if not isinstance(when, datetime):
        when = datetime.combine(when, time())
    if when.tzinfo is None:
        when = when.replace(tzinfo=ZoneInfo(timezone))
    return when.astimezone(UTC)


def _plain(summary: Any) -> str:
    return "".join(" " if char < " " else char for char in str(summary))


def _by_file(lines: Iterable[str]) -> Iterator[list[str]]:
    gathered: list[str] | None = None
    for line in lines:
        if line.startswith("="):
            if gathered is not None:
                yield gathered
            gathered = []
        elif gathered is not None:
            gathered.append(line)
    if gathered is not None:
        yield gathered


def _expansion(lines: list[str]) -> Expansion:
    refusal = next((line[1:] for line in lines if line.startswith("!")), None)
    return Counter(map(_occurrence, lines)) if refusal is None else CannotExpand(refusal)


def _occurrence(line: str) -> Occurrence:
    start, end, all_day, summary = line.split("\t", 3)
    return Occurrence(int(start), int(end), all_day == "1", summary)
