"""The command ``calsieve``. What its subcommands need is imported when they run, so that help is quick."""

from __future__ import annotations

from typing import Any

import click

from calsieve.cli.check import check, schema
from calsieve.cli.demo import demo
from calsieve.cli.discover import discover
from calsieve.cli.failure import BadConfiguration
from calsieve.cli.login import login
from calsieve.cli.push import links, push
from calsieve.cli.refresh import refresh
from calsieve.cli.serve import serve
from calsieve.cli.trim import trim
from calsieve.errors import CalsieveError, ConfigError


class _Group(click.Group):
    """Turns what goes wrong on purpose into a message and an exit code; the rest stays a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise BadConfiguration(str(error)) from error
        except CalsieveError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
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
                                   calsieve refresh --config feeds.yaml --to public
                                   calsieve serve public

    \b
    Exit codes: 0 done; 1 something failed; 2 wrong usage or configuration; 3 not a calendar.
    """


for _command in (trim, refresh, check, schema, serve, push, links, login, discover, demo):
    main.add_command(_command)
