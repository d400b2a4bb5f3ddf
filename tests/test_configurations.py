"""Several configuration files: which there are, what changed, whose a name is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calsieve.config import load
from calsieve.configurations import OtherNames, Rolls, all_configs, file_names
from calsieve.core.roster import without_collisions
from calsieve.errors import ConfigError
from calsieve.models import Listed, Stored

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)


class Folder:
    """Files in memory; counts what is read."""

    def __init__(self, **files: str) -> None:
        self.read: list[str] = []
        self._files: dict[str, tuple[str, datetime]] = {}
        for name, text in files.items():
            self.write(f"{name}.yaml", text)

    def write(self, name: str, text: str) -> None:
        self._files[name] = (text, NOW + len(self._files) * timedelta(seconds=1))

    def touch(self, name: str) -> None:
        text, written = self._files[name]
        self._files[name] = (text, written + timedelta(seconds=1))

    def load(self, key: str) -> Stored | None:
        self.read.append(key)
        text, written = self._files[key]
        return Stored(text.encode(), str(hash(text)), written)

    def listed(self) -> list[Listed]:
        return [Listed(name, str(hash(text)), written) for name, (text, written) in self._files.items()]


def feeds(*names: str) -> str:
    return "feeds:\n" + "".join(f"- {{name: {name}, sources: ['env:U']}}\n" for name in names)


def test_only_files_that_are_configurations_count_in_the_order_of_their_names() -> None:
    folder = Folder(teams=feeds("a"), feeds=feeds("b"))
    for other in ("notes.txt", "Old.yaml", "a/feeds.yaml", ".yaml"):
        folder.write(other, "")
    assert file_names(folder) == ["feeds.yaml", "teams.yaml"]
    assert [name for name, _ in all_configs(folder)] == ["feeds.yaml", "teams.yaml"]


def test_a_file_that_cant_be_used_says_why_and_stops_no_other() -> None:
    folder = Folder(bad="feeds: [{nome: a}]", good=feeds("a"))
    found = dict(all_configs(folder))
    assert isinstance(found["bad.yaml"], ConfigError)
    bad, good = Rolls(folder).look()
    assert (bad.feeds, good.problems) == ((), ())
    assert bad.problems
    assert [feed.name for feed in good.feeds] == ["a"]


def test_a_file_is_read_again_when_it_was_written_again_also_with_the_same_content() -> None:
    """So that who rotates an address can make everybody look."""
    folder = Folder(one=feeds("a"), two=feeds("b"))
    rolls = Rolls(folder)
    first, second = rolls.look()
    assert rolls.look() == [first, second]
    assert folder.read == ["one.yaml", "two.yaml"]
    folder.touch("one.yaml")
    again, same = rolls.look()
    assert again.stamp != first.stamp
    assert same is second
    assert folder.read == ["one.yaml", "two.yaml", "one.yaml"]


def test_a_feed_goes_with_all_its_names_or_not_at_all() -> None:
    views = "feeds: [{name: c, sources: ['env:U'], views: [{name: b}, {name: d}]}, {name: d2, sources: ['env:U']}]"
    kept, collisions = without_collisions(Rolls(Folder(one=feeds("a", "b"), two=views, x=feeds("d"))).look())
    assert [(roll.file, [feed.name for feed in roll.feeds]) for roll in kept] == [
        ("one.yaml", ["a", "b"]),
        ("two.yaml", ["d2"]),
        ("x.yaml", ["d"]),  # which the feed that was left out does not take away
    ]
    assert [(one.feed, one.file, one.first) for one in collisions] == [("c", "two.yaml", "one.yaml")]


def test_other_files_are_looked_at_only_if_it_comes_to_that() -> None:
    folder = Folder(one=feeds("a", "b"), two=feeds("c"), bad="feeds: [{nome: e}]")
    config = load(feeds("a", "b"))
    others = OtherNames(folder, "one.yaml", config, config.feeds[0])
    assert "b" in others
    assert folder.read == []
    assert "c" in others
    assert "a" not in others
    assert folder.read == ["bad.yaml", "two.yaml"]


@pytest.mark.parametrize("text", ["feeds: [{nome: e}]", "feeds: [{name: e, sources: ["])
def test_of_a_file_with_mistakes_no_name_is_overlooked(text: str) -> None:
    config = load(feeds("a"))
    assert "e" in OtherNames(Folder(one=feeds("a"), bad=text), "one.yaml", config, config.feeds[0])
