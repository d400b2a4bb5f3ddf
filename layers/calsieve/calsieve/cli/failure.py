"""Ends of the command that are not the fault of Calsieve but of what it was given."""

from __future__ import annotations

from typing import IO, Any

import click


class BadConfiguration(click.ClickException):
    """The configuration has problems; they are the message, one a line."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the lines bare, so that editors find ``file:line:`` at their beginning."""
        click.echo(self.format_message(), file=file, err=file is None)


class NotACalendar(click.ClickException):
    """The input is not an iCalendar file."""

    exit_code = 3
