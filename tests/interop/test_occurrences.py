"""What other people's readers show of a source and of what we publish of it: the same."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from tests.interop.demonstration import COMING_WEEK, MODES, SAMPLES, WINDOW, Demonstration
from tests.interop.readers import (
    CannotExpand,
    Expander,
    Occurrence,
    Program,
    Question,
    ical_js_within,
    node_ical,
    recurring_within,
)

READERS = ("libical", "ical.js", "node-ical", "recurring-ical-events")
VIEWS = {"coming week": COMING_WEEK, "whole window": WINDOW}
Shown = dict[tuple[str, Path], Counter[Occurrence]]
_FLOATING = re.compile(rb"\r\nDTSTART:\d{8}T\d{6}\r\n")


@pytest.fixture(scope="session")
def expanders(libical: Program, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Expander]:
    without = partial(_without_floating, tmp_path_factory.mktemp("zoned"))
    return {
        "libical": libical.expand,
        "ical.js": ical_js_within(120).expand,  # a source has 20,000 events
        # It reads floating times in whichever VTIMEZONE a file has first: that is not ours to get right.
        "node-ical": lambda questions: node_ical.expand([Question(without(q.file), q.view) for q in questions]),
        "recurring-ical-events": recurring_within(120).expand,
    }


def _without_floating(directory: Path, file: Path) -> Path:
    zoned = directory / file.name
    head, *events = file.read_bytes().split(b"BEGIN:VEVENT")
    *most, last = events
    last, end, tail = last.partition(b"END:VCALENDAR")
    zoned.write_bytes(b"BEGIN:VEVENT".join([head, *(e for e in [*most, last] if not _FLOATING.search(e))]) + end + tail)
    return zoned


@pytest.fixture(scope="session")
def shown(demo: Demonstration, expanders: dict[str, Expander]) -> Shown:
    """What each reader shows of each file in the whole window."""
    found: Shown = {}
    files = [*demo.sources.values(), *demo.published.values()]
    for reader, expand in expanders.items():
        for file, occurrences in zip(files, expand([Question(file, WINDOW) for file in files]), strict=True):
            assert not isinstance(occurrences, CannotExpand), f"{reader} can't expand {file.name}: {occurrences}"
            found[reader, file] = occurrences
    return found


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("reader", READERS)
def test_a_feed_shows_what_its_source_shows(
    demo: Demonstration, shown: Shown, reader: str, name: str, mode: str, view: str
) -> None:
    source = VIEWS[view].part_of(shown[reader, demo.sources[name]])
    feed = VIEWS[view].part_of(shown[reader, demo.published[name, mode]])
    assert source.total() > 5
    assert feed == source
