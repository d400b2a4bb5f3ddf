"""The small calendar that shows how full the weeks are, and the QR code, as inline SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import segno
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from calsieve.models import Colour
    from calsieve.pages.fullness import DayCell, Week
    from calsieve.pages.lately import DayState

_CELL, _GAP, _ROW = 30, 4, 34  # in the picture's own units, which are pixels at its natural size
_LEFT, _TOP, _RIGHT = 46, 22, 48
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{}</svg>'
_COLOUR = "#0b6655"  # of an icon, for calendars that have none
_NO_COLOUR = Markup('<circle class="l4" cx="8" cy="8" r="7.5"/>')
_QUIET_ZONE = 4  # ISO/IEC 18004: modules around the code


def mark(colour: Colour | None) -> Markup:
    """Return a calendar's colour as a dot."""
    circle = Markup('<circle cx="8" cy="8" r="7.5" fill="{}"/>').format(colour.hex) if colour else _NO_COLOUR
    return Markup('<svg class="colour" viewBox="0 0 16 16" aria-hidden="true">{}</svg>').format(circle)


def icon(colour: Colour | None) -> str:
    """Return the dot as the address of an icon for the browser's tab."""
    circle = f'<circle cx="8" cy="8" r="7.5" fill="{colour.hex if colour else _COLOUR}"/>'
    return f"data:image/svg+xml,{quote(_SVG.format(circle))}"


def calendar(weeks: Sequence[Week], today: date) -> Markup:
    """Return the weeks as rows of seven days, the fuller the darker; colours are the stylesheet's.

    It is hidden from those who have it read to them: the page says the same in words.
    """
    width, height = _LEFT + 7 * _ROW - _GAP + _RIGHT, _TOP + len(weeks) * _ROW - _GAP
    parts = "".join([*_heading(), *(part for row, week in enumerate(weeks) for part in _row(row, week, today))])
    return Markup(f'<svg class="weeks" viewBox="0 0 {width} {height}" aria-hidden="true">{parts}</svg>')  # noqa: S704 - numbers only


def qr_code(text: str) -> Markup:
    """Return the QR code of an address; dark on light in any colour scheme, since not all cameras read the reverse."""
    code = segno.make(text, error="m", micro=False)
    size = code.symbol_size(border=_QUIET_ZONE)[0]
    path = "".join(_runs(code.matrix))
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="QR code of this calendar’s address">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    )


def _heading() -> Iterator[str]:
    for column, weekday in enumerate(_WEEKDAYS):
        yield f'<text class="head" x="{_LEFT + column * _ROW + _CELL / 2:g}" y="12">{weekday}</text>'


def _row(row: int, week: Week, today: date) -> Iterator[str]:
    top = _TOP + row * _ROW
    middle = top + _CELL / 2 + 4
    yield f'<text class="month" x="0" y="{middle:g}">{_month(row, week)}</text>'
    for column, day in enumerate(week.days):
        yield _day(_LEFT + column * _ROW, top, day, day.date < today)
    yield f'<text class="sum" x="{_LEFT + 7 * _ROW - _GAP + _RIGHT}" y="{middle:g}">{week.hours}</text>'


def _month(row: int, week: Week) -> str:
    """Return the month at the first week, and where one begins."""
    named = week.days[0].date if row == 0 else next((day.date for day in week.days if day.date.day == 1), None)
    return f"{named:%b}" if named else ""


def _day(left: int, top: int, day: DayCell, past: bool) -> str:
    line = f'<path d="M{left + 8} {top + 25.5}h14"/>' if day.all_day else ""
    return (
        f'<g class="l{day.level}{" past" if past else ""}">'
        f'<rect x="{left}" y="{top}" width="{_CELL}" height="{_CELL}" rx="4"/>'
        f'<text x="{left + _CELL / 2:g}" y="{top + 19}">{day.date.day}</text>{line}</g>'
    )


def _runs(matrix: Sequence[bytearray]) -> Iterator[str]:
    """Yield each row's runs of dark modules as a part of an SVG path."""
    for y, row in enumerate(matrix, start=_QUIET_ZONE):
        x = 0
        while (x := row.find(1, x)) >= 0:
            end = row.find(0, x) if row.find(0, x) >= 0 else len(row)
            yield f"M{x + _QUIET_ZONE} {y}h{end - x}v1h-{end - x}z"
            x = end


def bar(share: float) -> Markup:
    """Return a share from 0 to 1 as a bar; what is more than nothing can be seen. Told in words beside it."""
    width = min(max(300 * share, 2), 300)
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="bar" viewBox="0 0 300 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="l0" width="300" height="8"/><rect class="changed" width="{width:.1f}" height="8"/></svg>'
    )


def strip(days: Sequence[DayState]) -> Markup:
    """Return a feed's last days as a row of small marks: in trouble, changed, or quiet. Told in words beside it."""
    marks = "".join(
        f'<rect class="{_mark(day)}" x="{6 * column}" y="{0 if day.bad else 4 if day.changed else 8}" width="4" '
        f'height="{16 if day.bad else 8 if day.changed else 2}" rx="1"/>'
        for column, day in enumerate(days)
    )
    return Markup(f'<svg class="strip" viewBox="0 0 {6 * len(days) - 2} 16" aria-hidden="true">{marks}</svg>')  # noqa: S704


def _mark(day: DayState) -> str:
    return "bad" if day.bad else "changed" if day.changed else "quiet"
