from __future__ import annotations

from datetime import UTC, date, datetime

from calsieve.core.agenda import agenda
from calsieve.core.clean import compose
from calsieve.core.read import read
from calsieve.core.stale import STALE_UID, with_stale_notice
from calsieve.models import Cleaned, Policy
from tests.published import assert_published
from tests.refresh.kit import NOW, calendar

TODAY, SINCE = date(2026, 5, 13), date(2026, 5, 1)


def cleaned() -> Cleaned:
    return compose([read("work", calendar("Standup"))], Policy(), NOW)


def test_the_notice_is_one_event_for_today() -> None:
    noticed = with_stale_notice(cleaned(), TODAY, SINCE, ["work", "home, sweet"])
    assert_published(noticed.body)
    events = agenda(noticed.body, NOW, datetime(2026, 6, 1, tzinfo=UTC), "UTC")
    (notice,) = [event for event in events if event.uid == STALE_UID]
    assert notice.all_day
    assert (notice.start, notice.end) == (datetime(2026, 5, 13, tzinfo=UTC), datetime(2026, 5, 14, tzinfo=UTC))
    assert notice.summary == "This calendar is stale since 1 May 2026: work, home, sweet"
    assert len(events) == 2


def test_it_is_counted_and_the_rest_stays_as_it_is() -> None:
    before = cleaned()
    after = with_stale_notice(before, TODAY, SINCE, [])
    assert (after.report.events_out, after.report.bytes_out) == (2, len(after.body))
    begin = after.body.index(b"BEGIN:VEVENT\r\nUID:calsieve-stale")
    assert after.body[:begin] + b"END:VCALENDAR\r\n" == before.body
    assert b"SUMMARY:This calendar is stale since 1 May 2026\r\n" in after.body
