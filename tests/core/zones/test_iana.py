"""What tzdata's files say, held against Python's own reader of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import tzdata

from calsieve.core.zones.iana import Offset, iana_names, iana_version, iana_zone, zone_file
from tests.core.test_zone_offsets import TELLING

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", TELLING)
def test_a_zone_changes_when_zoneinfo_says(name: str) -> None:
    zone, rules = zone_file(name), iana_zone(name)
    before = zone.first
    for seconds, after in zone.transitions:
        moment = EPOCH + timedelta(seconds=seconds)
        for offset, at in ((before, moment - timedelta(seconds=1)), (after, moment)):
            local = at.astimezone(rules)
            assert (local.utcoffset(), local.tzname()) == (timedelta(seconds=offset.seconds), offset.name)
        before = after


def test_a_zone_says_where_it_begins_what_is_summer_and_what_holds_for_ever() -> None:
    berlin = zone_file("Europe/Berlin")
    assert berlin.first == Offset(3208, False, "LMT")
    assert len(berlin.transitions) > 50
    assert berlin.transitions[-2:] == (
        (int(datetime(1995, 9, 24, 1, tzinfo=UTC).timestamp()), Offset(3600, False, "CET")),
        (int(datetime(1996, 3, 31, 1, tzinfo=UTC).timestamp()), Offset(7200, True, "CEST")),
    )
    assert berlin.rule == "CET-1CEST,M3.5.0,M10.5.0/3"


def test_a_zone_without_changes_has_its_one_offset() -> None:
    zone = zone_file("Etc/GMT+5")
    assert (zone.first, zone.transitions, zone.rule) == (Offset(-18000, False, "-05"), (), "<-05>5")


def test_only_the_names_of_the_package_are_zones() -> None:
    assert {"Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC"} <= iana_names()
    assert iana_version() == tzdata.IANA_VERSION
    for name in ("Europe/Nowhere", "", "../zones", "Europe", "tzdata.zi"):
        assert iana_zone(name) is None
        with pytest.raises(LookupError, match="IANA has no time zone"):
            zone_file(name)


def test_a_zone_knows_its_name() -> None:
    zone = iana_zone("Europe/Berlin")
    assert zone
    assert zone.key == "Europe/Berlin"
