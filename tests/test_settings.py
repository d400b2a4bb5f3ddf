from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calsieve.models import Config, Feed, Policy
from calsieve.paths import PathKey
from calsieve.settings import LONGEST, MOST_FEEDS, KnownSettings, Settings

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Place:
    """Where settings are read: ``stamp`` is that of the configuration that is there."""

    stamp = "one"
    read = 0
    feeds: tuple[Feed, ...] = ()

    def load(self, file: str, now: datetime) -> Settings:
        self.read += 1
        return Settings(Config(self.feeds, self.stamp), PathKey(bytes(32)), now)


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.fixture
def known(place: Place) -> KnownSettings:
    return KnownSettings(place.load)


def test_the_same_configuration_is_read_once(place: Place, known: KnownSettings) -> None:
    for second in range(3):
        assert known.at("feeds.yaml", NOW + second * SECOND, "one").config.stamp == "one"
    assert place.read == 1


def test_word_of_another_one_is_reason_to_read(place: Place, known: KnownSettings) -> None:
    known.at("feeds.yaml", NOW, "one")
    place.stamp = "two"
    assert known.at("feeds.yaml", NOW, "one").config.stamp == "one"
    assert known.at("feeds.yaml", NOW, "two").config.stamp == "two"
    assert known.at("feeds.yaml", NOW, "two").read_at == NOW
    assert place.read == 2
    known.at("feeds.yaml", NOW, "one")  # a message that was sent before: what is there now is newer
    assert place.read == 3


def test_who_does_not_know_which_one_gets_the_newest(place: Place, known: KnownSettings) -> None:
    place.stamp = ""
    for _ in range(2):
        known.at("feeds.yaml", NOW, "")
    assert place.read == 2


@pytest.mark.parametrize(("age", "read"), [(LONGEST - SECOND, 1), (LONGEST, 2)])
def test_after_an_hour_it_is_read_without_any_word(
    place: Place, known: KnownSettings, age: timedelta, read: int
) -> None:
    known.at("feeds.yaml", NOW, "one")
    known.at("feeds.yaml", NOW + age, "one")
    assert place.read == read


def test_it_can_be_read_anew(place: Place, known: KnownSettings) -> None:
    known.at("feeds.yaml", NOW, "one")
    place.stamp = "two"
    assert known.read("feeds.yaml", NOW).config.stamp == "two"
    assert known.at("feeds.yaml", NOW, "two").config.stamp == "two"
    assert place.read == 2


def test_files_are_known_by_themselves(place: Place, known: KnownSettings) -> None:
    for _ in range(2):
        known.at("feeds.yaml", NOW, "one")
        known.at("clubs.yaml", NOW, "one")
    assert place.read == 2


def test_of_more_than_a_function_can_hold_it_forgets_what_was_not_used_longest(
    place: Place, known: KnownSettings
) -> None:
    place.feeds = (Feed(name="team", sources=(), policy=Policy()),) * (MOST_FEEDS // 2)
    for file in ("a", "b", "a", "c"):
        known.at(file, NOW, "one")
    assert place.read == 3
    known.at("a", NOW, "one")
    assert place.read == 3
    known.at("b", NOW, "one")
    assert place.read == 4


def test_one_file_is_known_however_large(place: Place, known: KnownSettings) -> None:
    place.feeds = (Feed(name="team", sources=(), policy=Policy()),) * (2 * MOST_FEEDS)
    for _ in range(2):
        known.at("feeds.yaml", NOW, "one")
    assert place.read == 1
