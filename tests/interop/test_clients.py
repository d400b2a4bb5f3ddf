"""vdirsyncer fetches a feed from `calsieve serve`, khal lists the coming week: as the source has it."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.interop.demonstration import MODES, NOW, SAMPLES, TIMEZONE, Demonstration
from tests.interop.readers import ROOT, Occurrence, Program, Question, View

PROGRAMS = ROOT / ".work/clients/bin"
MIDNIGHT = datetime.combine(NOW.astimezone(ZoneInfo(TIMEZONE)), time(), ZoneInfo(TIMEZONE))
WEEK = View(MIDNIGHT, MIDNIGHT + timedelta(days=7), TIMEZONE)

VDIRSYNCER = """\
[general]
status_path = "{home}/status"
[pair feed]
a = "there"
b = "here"
collections = null
[storage there]
type = "http"
url = "{link}"
[storage here]
type = "filesystem"
path = "{home}/calendar"
fileext = ".ics"
"""
KHAL = f"""\
[calendars]
[[calendar]]
path = {{home}}/calendar
readonly = True
[locale]
local_timezone = {TIMEZONE}
default_timezone = {TIMEZONE}
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
timeformat = %H:%M
datetimeformat = %Y-%m-%dT%H:%M
longdatetimeformat = %Y-%m-%dT%H:%M
[sqlite]
path = {{home}}/khal.db
"""


@dataclass(frozen=True, slots=True)
class Phone:
    """A home directory with the two clients set up for one feed."""

    home: Path

    def run(self, program: str, *words: str) -> list[str]:
        environment = os.environ | {"HOME": str(self.home), "TZ": TIMEZONE, "LC_ALL": "C.UTF-8"}
        command = [str(PROGRAMS / program), "-c", str(self.home / f"{program}.conf"), *words]
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0, f"{program} {words[0]}: {done.stderr[-2000:]}"
        return done.stdout.splitlines()

    def fetch(self) -> int:
        """Synchronise and return how many files that made."""
        self.run("vdirsyncer", "discover")
        self.run("vdirsyncer", "sync")
        return sum(1 for _ in (self.home / "calendar").glob("*.ics"))

    def coming_week(self) -> Counter[Occurrence]:
        layout = "{start-long}|{end-long}|{all-day}|{title}"
        words = ("list", "--once", "--day-format", "", "--format", layout, f"{MIDNIGHT:%Y-%m-%d}", "7d")
        return Counter(_occurrence(*line.split("|", 3)) for line in self.run("khal", *words) if line)


def _occurrence(start: str, end: str, all_day: str, title: str) -> Occurrence:
    """Read a line of khal's; it gives the last day of what lasts whole days."""
    begins, ends = (datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(TIMEZONE)) for text in (start, end))
    ends += timedelta(days=all_day == "True")
    return Occurrence(int(begins.timestamp()), int(ends.astimezone(UTC).timestamp()), all_day == "True", title)


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    (tmp_path / "calendar").mkdir()
    (tmp_path / "khal.conf").write_text(KHAL.format(home=tmp_path))
    return Phone(tmp_path)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SAMPLES)
def test_khal_lists_the_week_that_the_source_has(
    demo: Demonstration, libical: Program, phone: Phone, name: str, mode: str
) -> None:
    source = demo.sources[name]
    (expected,) = libical.expand([Question(source, WEEK)])
    assert isinstance(expected, Counter)
    assert expected.total() > 5
    (phone.home / "vdirsyncer.conf").write_text(VDIRSYNCER.format(home=phone.home, link=demo.links[name, mode]))
    assert phone.fetch() > 50
    assert phone.coming_week() == expected
