from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calsieve.models import Config
from calsieve.paths import PathKey
from calsieve.settings import LONGEST, KnownSettings, Settings

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Place:
    """Where settings are read: ``stamp`` is that of the configuration that is there."""

    stamp = "one"
    read = 0

    def load(self, now: datetime) -> Settings:
        self.read += 1
        return Settings(Config((), self.stamp), PathKey(bytes(32)), now)


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def known(place: Place) -> KnownSettings:
    return KnownSettings(place.load)


def test_the_same_configuration_is_read_once(place: Place, known: KnownSettings) -> None:
    for second in range(3):
        assert known.at(NOW + second * SECOND, "one").config.stamp == "one"
    assert place.read == 1


def test_word_of_another_one_is_reason_to_read(place: Place, known: KnownSettings) -> None:
    known.at(NOW, "one")
    place.stamp = "two"
    assert known.at(NOW, "one").config.stamp == "one"
    assert known.at(NOW, "two").config.stamp == "two"
    assert known.at(NOW, "two").read_at == NOW
    assert place.read == 2
    known.at(NOW, "one")  # a message that was sent before: what is there now is newer
    assert place.read == 3


def test_who_does_not_know_which_one_gets_the_newest(place: Place, known: KnownSettings) -> None:
    place.stamp = ""
    for _ in range(2):
        known.at(NOW, "")
    assert place.read == 2


@pytest.mark.parametrize(("age", "read"), [(LONGEST - SECOND, 1), (LONGEST, 2)])
def test_after_an_hour_it_is_read_without_any_word(
    place: Place, known: KnownSettings, age: timedelta, read: int
) -> None:
    known.at(NOW, "one")
    known.at(NOW + age, "one")
    assert place.read == read


def test_it_can_be_read_anew(place: Place, known: KnownSettings) -> None:
    known.at(NOW, "one")
    place.stamp = "two"
    assert known.read(NOW).config.stamp == "two"
    assert known.at(NOW, "two").config.stamp == "two"
    assert place.read == 2
