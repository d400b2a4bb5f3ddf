"""Ends of the command that are not the reader's program but what it was given."""

from __future__ import annotations

import click


class BadConfiguration(click.ClickException):
    """The configuration has problems; they are the message."""

    exit_code = 2


class NotACalendar(click.ClickException):
    """The input is not an iCalendar file."""

    exit_code = 3
