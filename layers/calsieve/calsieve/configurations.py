"""All configuration files of a stack: feeds.yaml and any other, each read again only when it changed."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from calsieve.config import load
from calsieve.core.roster import Roll
from calsieve.core.schedule import enrolled
from calsieve.errors import ConfigError
from calsieve.models import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calsieve.models import Feed, Listed, Stored

_WORD = re.compile("[a-z0-9-]+")
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\.yaml")


class Files(Protocol):
    """Where the files are. Both methods raise PublishError."""

    def load(self, key: str) -> Stored | None: ...

    def listed(self) -> list[Listed]: ...


def config_of(stored: Stored | None) -> Config:
    """Return the configuration in a stored file, without feeds if there is none. Raises ConfigError."""
    if stored is None:
        return Config(())
    config = load(_text(stored))
    return config._replace(stamp=f"{stored.written} {stored.version}", written=stored.written)


def file_names(files: Files) -> list[str]:
    """Return the names of all configuration files, in their order."""
    return [one.key for one in _configurations(files)]


def all_configs(files: Files) -> Iterator[tuple[str, Config | ConfigError]]:
    """Yield each file's name, and its configuration, or why it can't be used."""
    for name in file_names(files):
        try:
            yield name, config_of(files.load(name))
        except ConfigError as error:
            yield name, error


class Rolls:
    """The rolls of all files, for who looks often."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._known: dict[str, tuple[Listed, Roll]] = {}

    def look(self) -> list[Roll]:
        """Return the rolls as they are now, in the order of their names; one request, and one for each change."""
        found = {one.key: one for one in _configurations(self._files)}
        known = {name: held for name, held in self._known.items() if found.get(name) == held[0]}
        self._known = {name: known.get(name) or (one, self._read(name)) for name, one in found.items()}
        return [roll for _, roll in self._known.values()]

    def _read(self, name: str) -> Roll:
        try:
            config = config_of(self._files.load(name))
        except ConfigError as error:
            return Roll(name, "", problems=error.problems)
        return Roll(name, config.stamp, tuple(map(enrolled, config.feeds)))


class OtherNames:
    """The names that are not ``feed``'s. Those outside its own file are looked up when somebody asks for the first."""

    def __init__(self, files: Files, file: str, config: Config, feed: Feed) -> None:
        self._files = files
        self._file = file
        self._near = config.names() - {*feed.names}

    def __contains__(self, name: object) -> bool:
        return name in self._near or name in self._far

    @cached_property
    def _far(self) -> set[str]:
        """Of a file that has mistakes each word counts as a name, so that none is overlooked."""
        found: set[str] = set()
        for file in file_names(self._files):
            stored = self._files.load(file) if file != self._file else None
            try:
                found |= config_of(stored).names()
            except ConfigError:
                found |= {*_WORD.findall(_text(stored))} if stored else set()
        return found


def _configurations(files: Files) -> list[Listed]:
    return sorted(one for one in files.listed() if FILE_NAME.fullmatch(one.key))


def _text(stored: Stored) -> str:
    return stored.body.decode(errors="replace")
