"""Counts, sizes and windows in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calsieve.core.window import EARLIEST, LATEST
from calsieve.models import Report
from calsieve.pages import figures

START, END = datetime(2026, 4, 12, 22, tzinfo=UTC), datetime(2027, 5, 16, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_960, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (14_755_567, "14.8 MB"),
    ],
)
def test_sizes_have_the_digits_that_matter(count: int, words: str) -> None:
    assert figures.size(count) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (START, END, "13 Apr 2026 – 16 May 2027"),
        (EARLIEST, END, "the beginning – 16 May 2027"),
        (START, LATEST, "13 Apr 2026 – the end"),
        (EARLIEST, LATEST, "everything"),
    ],
)
def test_a_window_is_told_in_days_of_the_feeds_zone(start: datetime, end: datetime, words: str) -> None:
    assert figures.window(Report(window_start=start, window_end=end, timezone="Europe/Berlin")) == words
