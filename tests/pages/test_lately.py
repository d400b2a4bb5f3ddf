from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from calsieve.models import Failing, HistoryEntry, Noteworthy
from calsieve.pages import lately
from tests.pages.kit import BERLIN, NOW, entry

ZONE = ZoneInfo(BERLIN)
FAILING = (Failing("office", "office: it answered 503", NOW - timedelta(days=3)),)


def marks(*history: HistoryEntry) -> str:
    """Return the days as a line: bad, changed, both or quiet; today's last."""
    signs = {(False, False): ".", (True, False): "c", (False, True): "b", (True, True): "B"}
    return "".join(signs[day.changed, day.bad] for day in lately.days(history, NOW, ZONE))


def test_a_feed_without_a_history_is_quiet() -> None:
    assert marks() == "." * lately.DAYS


def test_days_on_which_the_file_changed() -> None:
    assert marks(entry(timedelta(days=40)), entry(timedelta(days=4)), entry(timedelta(hours=1)))[-6:] == ".c...c"


def test_trouble_lasts_until_the_next_entry() -> None:
    failed = entry(timedelta(days=4), Noteworthy.FAILED, failing=FAILING)
    assert marks(failed)[-6:] == ".bbbbb"
    assert marks(failed, entry(timedelta(days=2), Noteworthy.RECOVERED))[-6:] == ".bbb.."
    assert marks(failed, entry(timedelta(days=2)))[-6:] == ".bbc..".replace("c", "B")


def test_a_file_that_changes_while_a_source_fails_is_both() -> None:
    assert marks(entry(timedelta(days=1), failing=FAILING))[-3:] == ".Bb"


def test_a_day_is_that_of_the_zone() -> None:
    just_before_midnight = entry(timedelta(hours=22, minutes=41))
    just_after = entry(timedelta(hours=22, minutes=39))
    assert (marks(just_before_midnight)[-2:], marks(just_after)[-2:]) == ("c.", ".c")


def test_in_words() -> None:
    calm = lately.days([entry(timedelta(days=4))], NOW, ZONE)
    assert lately.in_words(calm) == "In the last 30 days it changed on 1 day."
    bad = lately.days([entry(timedelta(days=1), failing=FAILING)], NOW, ZONE)
    assert lately.in_words(bad) == "In the last 30 days it changed on 1 day, and something was wrong on 2 days."


def test_what_happened() -> None:
    changed = lately.happened(entry(timedelta(), bytes_out=45_000, events_out=94), ZONE)
    assert changed == ("Wed 25 Nov 2026, 22:40", "changed: 94 events, 45 kB", (), False)
    failed = lately.happened(entry(timedelta(), Noteworthy.FAILED, failing=FAILING, problems=("no room",)), ZONE)
    assert (failed.what, failed.bad) == ("failed", True)
    assert failed.troubles == (
        "\u2068office\u2069, since Sun 22 Nov 2026, 22:40: \u2068it answered 503\u2069",
        "no room",
    )
    assert lately.happened(entry(timedelta(), Noteworthy.RECOVERED), ZONE).what == "in order again"


def test_what_is_worth_knowing_stands_behind_what_happened() -> None:
    believed = entry(timedelta(hours=1), notes=("work: it came back empty: believed",))
    told = lately.happened(believed, ZONE)
    assert told.what.endswith("; work: it came back empty: believed")
    assert (told.troubles, told.bad) == ((), False)
