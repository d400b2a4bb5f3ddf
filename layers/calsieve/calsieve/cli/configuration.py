"""feeds.yaml from a file, with problems told the way compilers and editors know: ``file:line: path: what``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from calsieve.cli.failure import BadConfiguration

if TYPE_CHECKING:
    from calsieve.models import Config

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

config_argument = click.argument("config", metavar="FEEDS.YAML", type=EXISTING_FILE)
configs_argument = click.argument("configs", metavar="FEEDS.YAML…", type=EXISTING_FILE, nargs=-1, required=True)


def read_text(file: Path) -> str:
    """Return the text of a configuration file. Raises BadConfiguration if it is not UTF-8."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadConfiguration(f"{file}: this is not UTF-8 text: save it as UTF-8") from error


def load(file: Path) -> Config:
    """Return the configuration in ``file``. Raises BadConfiguration with every problem, a line each."""
    from calsieve import config
    from calsieve.errors import ConfigError

    try:
        return config.load(read_text(file))
    except ConfigError as error:
        lines = [f"{file}:{problem.line}: {problem.path}: {problem.message}" for problem in error.problems]
        raise BadConfiguration("\n".join(lines)) from error
