"""What upstreams answer."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Validators:
    """What an upstream gave for asking again conditionally (RFC 9110 §13).

    ``address`` is a hash of where; None if it is not known, or they say themselves what they hold for.
    """

    etag: str | None = None
    last_modified: str | None = None
    address: str | None = None

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A complete answer: the decompressed body, its declared charset if any, and its validators.

    ``problems`` is what it lacks, in plain words. ``parts`` stand for the calendars that it was put together from, if
    it was.
    """

    body: bytes = field(repr=False)
    charset: str | None = None
    validators: Validators = Validators()
    problems: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotModified:
    """The upstream says that nothing changed since the validators were given; ``problems`` is what that lacks."""

    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How a calendar came by HTTP.

    ``scheme`` is the one that its address was given with, ``steps`` are those by which it was asked for, one a
    redirect more. ``target`` is the path and query that was asked first, ``robots`` the robots.txt there, empty if
    there is none.
    """

    scheme: str
    steps: tuple[str, ...]
    target: str = field(default="/", repr=False)
    robots: str = field(default="", repr=False)
    media_type: str = "text/calendar"
    charset: str | None = None
    validators: Validators = Validators()
