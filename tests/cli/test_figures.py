"""Counts, sizes and windows in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calsieve.core.window import EARLIEST, LATEST
from calsieve.models import Report
from calsieve.pages import figures
from calsieve.pages.feeds import Card, feeds_page

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


def test_a_page_escapes_what_is_written_in_the_configuration() -> None:
    card = Card(
        title='<b>"R&D"',
        colour="#2e8b57",
        webcal="webcal://127.0.0.1/x/work.ics",
        link="http://127.0.0.1/x/work.ics",
        report=Report(bytes_in=1_000, bytes_out=50),
    )
    page = feeds_page([card]).decode()
    assert "&lt;b&gt;&quot;R&amp;D&quot;" in page
    assert "<b>&quot;" not in page
    assert "5.0 % of the size before" in page
