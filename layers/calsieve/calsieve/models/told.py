"""What is remembered of a feed and told of its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from calsieve.models.outcomes import Failing


class Noteworthy(StrEnum):
    """Why a refresh is remembered."""

    PUBLISHED = "published"  # a file changed
    FAILED = "failed"  # a source, or all of it, fails that did not before
    RECOVERED = "recovered"  # what failed before does no more


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """A refresh of a feed that is worth remembering; unchanged ones are not.

    ``failing`` are all sources that fail as it ends, so the last entry says how the feed is now; ``problems`` is
    what else went wrong, ``notes`` what is worth knowing besides. Counts and sizes are those of the feed's own file, 0
    where nothing was cleaned.
    """

    at: datetime
    kind: Noteworthy
    failing: tuple[Failing, ...] = ()
    problems: tuple[str, ...] = ()
    bytes_in: int = 0
    bytes_out: int = 0
    events_in: int = 0
    events_out: int = 0
    notes: tuple[str, ...] = ()


class Notice(NamedTuple):
    """One change of a feed, in words for those who read it: an entry of its Atom feed, a paragraph of a mail.

    ``title`` says what changed, ``lines`` when it is and more. ``key`` is the same whenever the same change is found
    again between the same two files, and else differs.
    """

    key: str
    kind: str
    title: str
    lines: tuple[str, ...]
    at: datetime


class Letter(NamedTuple):
    """A mail: ``subject`` is one line."""

    subject: str
    text: str
