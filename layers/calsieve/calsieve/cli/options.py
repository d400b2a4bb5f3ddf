"""Values on the command line; the same words are understood as in feeds.yaml."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import click

from calsieve.distances import Unreadable, read_reach
from calsieve.models import Span

# Paths are put behind it: it has neither a query nor, as it goes onto pages, a user with a password.
_BASE = re.compile(r"(?i:https?)://[^\s/?#@]+(/[^\s?#]*)?")


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; without an offset it is UTC."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("write an instant like 2026-05-15 or 2026-05-15T12:00Z", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


class Distance(click.ParamType["Span | None"]):
    """A calendar distance such as ``4w``, or ``all``, which is None."""

    name = "distance"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Span | None:
        try:
            return read_reach(str(value))
        except Unreadable as error:
            self.fail(str(error), param, ctx)


class Zone(click.ParamType[str]):
    """An IANA time zone name."""

    name = "zone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from calsieve.config.readers import read_timezone

        try:
            return read_timezone(str(value))
        except Unreadable as error:
            self.fail(str(error), param, ctx)


class Base(click.ParamType[str]):
    """The address under which files are served: what a path is put behind, and pages make ``webcal`` and others of."""

    name = "address"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if not _BASE.fullmatch(text):
            self.fail("write an address like https://calendars.example.org", param, ctx)
        return text


def clock() -> datetime:
    """Return this instant; the one place of the command line that asks the clock."""
    return datetime.now(UTC)


now_option = click.option(
    "--now", type=Instant(), default=clock, show_default="the clock", help="Pretend that it is this instant."
)
