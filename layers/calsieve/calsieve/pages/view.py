"""What the pages say, as frozen values: the data, not its words.

Whoever fills these in decides what a page may tell. Names of sources are all that it tells of upstreams, and not even
those where a feed shows less than everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from calsieve.models import Colour, Failing, HistoryEntry, Report, Show

if TYPE_CHECKING:
    from calsieve.models import Shown


class SourceView(NamedTuple):
    """One source: its name, and since when it has said what it says now (aware); None if it never answered."""

    name: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """One published file, as its page shows it.

    Times are aware; the page is in the report's zone. ``address`` is the file's own, ``https://host/…/name.ics``
    (``http`` on one's own machine); None if nobody knows under which name the files are served: then there is nothing
    to subscribe to, only a link. ``file`` and ``atom`` are relative to the page. ``agenda`` need not be bounded to
    `agenda_reach`: what lies outside is not shown.
    """

    title: str
    now: datetime
    report: Report
    published_at: datetime  # when the file changed last
    refresh_every: timedelta
    file: str
    address: str | None = field(default=None, repr=False)
    agenda: tuple[Shown, ...] = ()
    sources: tuple[SourceView, ...] = ()
    failing: tuple[Failing, ...] = ()
    colour: Colour | None = None
    show: Show = Show.FULL
    atom: str | None = None
    ends: datetime | None = None  # the address was rotated: until when this one is served


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedView:
    """One feed with the views that are published beside it, as the operator's page shows it.

    ``files`` are the titles and the pages' or files' addresses, absolute or relative to the operator's page. The
    first is the feed's own. ``history`` is oldest first, as it is kept.
    """

    name: str
    files: tuple[tuple[str, str], ...] = field(repr=False)
    refresh_every: timedelta
    history: tuple[HistoryEntry, ...] = ()
    colour: Colour | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorView:
    """All feeds, in the order of the configuration. ``root`` is where the stylesheet lies, seen from the page.

    ``unconfigured`` are names of feeds that are published still, though no configuration has them any more.
    """

    now: datetime
    timezone: str
    feeds: tuple[FeedView, ...]
    title: str = "Feeds"
    unconfigured: tuple[str, ...] = ()
    root: str = ".."
