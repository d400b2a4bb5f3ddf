"""The command ``calsieve``. A subcommand is imported when it is asked for, and what it needs when it runs."""

from __future__ import annotations

import errno
from importlib import import_module
from typing import Any

import click

from calsieve.cli.failure import BadConfiguration
from calsieve.errors import CalsieveError, ConfigError

# The subcommands, and the modules of calsieve.cli that hold them.
COMMANDS = {
    "check": "check",
    "demo": "demo",
    "discover": "discover",
    "explain": "explain",
    "links": "push",
    "lint": "lint",
    "login": "login",
    "preview": "preview",
    "push": "push",
    "redrive": "redrive",
    "refresh": "refresh",
    "retire": "retire",
    "rotate": "rotate",
    "schema": "check",
    "serve": "serve",
    "status": "status",
    "trim": "trim",
}

_FULL = (errno.ENOSPC, errno.EDQUOT)


class _Group(click.Group):
    """Turns what goes wrong on purpose into a message and an exit code; the rest stays a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"calsieve.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise BadConfiguration(str(error)) from error
        except CalsieveError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.errno in _FULL:
                raise click.ClickException(f"can't write all of it: {error.strerror}") from error
            if error.filename is None:  # a broken pipe is click's affair; anything else is a bug
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="calsieve", message="%(prog)s %(version)s")
def main() -> None:
    """Trim large calendars to the weeks a phone needs.

    \b
    Try it on a sample:            calsieve demo
    Trim one file:                 calsieve trim < big.ics > small.ics
    Keep feeds of your own fresh:  calsieve check feeds.yaml
                                   calsieve preview work --config feeds.yaml
                                   calsieve refresh --config feeds.yaml --to public
                                   calsieve serve public
                                   calsieve status --config feeds.yaml --to public
    Calendars of an account:       calsieve discover icloud --user jane@example.org

    \b
    Exit codes: 0 done; 1 something failed; 2 wrong usage or configuration; 3 not a calendar.
    """
