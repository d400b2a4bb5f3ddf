"""Sources and what is published of them, byte for byte.

A case is ``name.yaml`` (policy and moment), ``name.in.ics`` and further sources ``name.in.2.ics``, and
``name.out.ics``. With GOLDEN=write in the environment the outputs are written anew: read the diff.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from calsieve.models import Alarms, Budget, Cleaned, Duplicates, Policy, Show
from tests.core.kit import NOW, cleaned, policy
from tests.interop.readers import View, recurring_one
from tests.published import assert_published

CASES = sorted(path.stem for path in (Path(__file__).parent / "cases").glob("*.yaml"))
# What the judge can't expand as the source means it: it knows no Windows zones, no UTF-16, no repairs.
BEYOND_THE_JUDGE = {
    "google",
    "outlook",
    "icloud",
    "utf-16",
    "latin-1",
    "missing-end",
    "several-calendars",
    "this-and-future",
}


def _alarms(minutes: dict[str, list[int]]) -> Alarms:
    return Alarms(**{of: tuple(timedelta(minutes=one) for one in before) for of, before in minutes.items()})


# Settings whose values YAML does not know.
READERS: dict[str, Callable[[Any], Any]] = {
    "show": Show,
    "duplicates": Duplicates,
    "add_alarms": _alarms,
    "budget": lambda bounds: Budget(**bounds),
}


@dataclass(frozen=True)
class Case:
    """The files of a case."""

    name: str

    def __str__(self) -> str:
        return self.name

    def file(self, suffix: str) -> Path:
        return Path(__file__).parent / "cases" / f"{self.name}{suffix}"

    @property
    def sources(self) -> list[bytes]:
        return [path.read_bytes() for path in (self.file(".in.ics"), self.file(".in.2.ics")) if path.exists()]

    @property
    def asked(self) -> tuple[Policy, datetime, bytes | None]:
        """Return the policy, the moment, and what was published before."""
        settings: dict[str, Any] = yaml.safe_load(self.file(".yaml").read_text()) or {}
        now = settings.pop("now", NOW)
        assert isinstance(now, datetime)
        previous = self.file(".previous.ics").read_bytes() if settings.pop("previous", False) else None
        read = {name: READERS.get(name, lambda value: value)(value) for name, value in settings.items()}
        return policy(**read), now, previous

    def cleaned(self, *sources: bytes) -> Cleaned:
        policy, now, previous = self.asked
        return cleaned(*sources, policy=policy, now=now, previous=previous)


EVERY = [Case(name) for name in CASES]
JUDGED = [case for case in EVERY if case.name not in BEYOND_THE_JUDGE and len(case.sources) == 1]


@pytest.mark.parametrize("case", EVERY, ids=str)
def test_a_source_is_published_as_it_always_was(case: Case) -> None:
    body = case.cleaned(*case.sources).body
    if os.environ.get("GOLDEN") == "write":
        case.file(".out.ics").write_bytes(body)
    assert body.decode() == case.file(".out.ics").read_bytes().decode()


@pytest.mark.parametrize("case", EVERY, ids=str)
def test_what_is_published_is_sound_and_stays_as_it_is(case: Case) -> None:
    published = case.file(".out.ics").read_bytes()
    assert_published(published, alarms=any(case.asked[0].add_alarms))
    assert case.cleaned(published).body == published


@pytest.mark.parametrize("case", JUDGED, ids=str)
def test_the_window_shows_the_same(case: Case) -> None:
    report = case.cleaned(*case.sources).report
    assert report.window_start
    assert report.window_end
    view = View(report.window_start, report.window_end, report.timezone)
    assert recurring_one(case.file(".out.ics").read_bytes(), view) == recurring_one(case.sources[0], view)
