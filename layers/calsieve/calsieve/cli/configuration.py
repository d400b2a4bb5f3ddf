"""feeds.yaml from a file, with problems told the way compilers and editors know: ``file:line: path: what``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from calsieve.cli.failure import BadConfiguration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from calsieve.models import Config

_File = TypeVar("_File", Path, str)

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

configs_argument = click.argument("configs", metavar="FEEDS.YAML…", type=EXISTING_FILE, nargs=-1, required=True)


def configs_option(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the option that says which feeds there are, for commands of one's own machine."""
    return click.option(
        "--config",
        "configs",
        multiple=True,
        required=required,
        type=EXISTING_FILE,
        metavar="FEEDS.YAML",
        help="Which feeds there are; can be repeated.",
    )


def read_text(file: Path) -> str:
    """Return the text of a configuration file. Raises BadConfiguration if it is not UTF-8."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadConfiguration(f"{file}: this is not UTF-8 text: save it as UTF-8") from error


def load_each(files: Iterable[Path]) -> dict[Path, Config]:
    """Return the configuration in each file. Raises BadConfiguration with every problem of all of them, a line each."""
    found: dict[Path, Config] = {}
    problems: list[str] = []
    for file in files:
        try:
            found[file] = _load(file)
        except BadConfiguration as error:
            problems.append(error.message)
    if problems:
        raise BadConfiguration("\n".join(problems))
    return found


def load(files: Iterable[Path]) -> Config:
    """Return the feeds of all files as one configuration. Raises BadConfiguration, also if a name stands in two."""
    from calsieve.models import Config

    found = load_each(files)
    refuse_collisions(found)
    return Config(tuple(feed for config in found.values() for feed in config.feeds))


def refuse_collisions(configs: Mapping[Path, Config]) -> None:
    """Raise BadConfiguration if a name of a feed or a view stands in two files."""
    lines = [f"{file}: {name} stands in {other} too: rename it in one" for name, other, file in collisions(configs)]
    if lines:
        raise BadConfiguration("\n".join(lines))


def collisions(configs: Mapping[_File, Config]) -> Iterator[tuple[str, _File, _File]]:
    """Yield each name that stands in two files, and both."""
    owners: dict[str, _File] = {}
    for file, config in configs.items():
        for name in sorted(config.names()):
            if name in owners:
                yield name, owners[name], file
            else:
                owners[name] = file


def _load(file: Path) -> Config:
    from calsieve import config
    from calsieve.errors import ConfigError

    try:
        return config.load(read_text(file))
    except ConfigError as error:
        lines = [f"{file}:{problem.line}: {problem.path}: {problem.message}" for problem in error.problems]
        raise BadConfiguration("\n".join(lines)) from error
