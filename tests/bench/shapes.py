"""When the events of a measured calendar lie, and the window that each program is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TIMEZONE = "Europe/Berlin"
NOW = datetime(2026, 5, 15, 12, tzinfo=UTC)
# What Calsieve's defaults make of NOW: four weeks back, 52 ahead, whole weeks. test_generator.py holds it to that.
WINDOW = (
    datetime(2026, 4, 13, tzinfo=ZoneInfo(TIMEZONE)),
    datetime(2027, 5, 17, tzinfo=ZoneInfo(TIMEZONE)),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Events start from ``first`` on and before ``last``, evenly spread; ``series`` of them belong to series.

    ``endless``: a tenth of the series have no end. The others have their last slot before ``last``. Events
    end at most eight days after their slot: an override three days late, for five days.
    """

    name: str
    first: date
    last: date
    endless: bool = True
    series: float = 0.08


MIXED = Shape("mixed", date(2012, 5, 15), date(2027, 5, 15))  # fifteen years, a fourteenth of it in the window
VISIBLE = Shape("visible", date(2026, 4, 14), date(2027, 5, 15))  # all in the window
PAST = Shape("past", date(2012, 5, 15), date(2026, 4, 1), endless=False)  # all over before the window
PAST_SINGLE = replace(PAST, name="past-single", series=0)
SHAPES = {shape.name: shape for shape in (MIXED, VISIBLE, PAST, PAST_SINGLE)}
