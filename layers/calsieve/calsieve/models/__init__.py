"""The frozen values that travel between the parts of Calsieve. No I/O and no decisions here.

The vocabulary is that of docs/architecture.md: an *upstream* or *source* is a calendar we read, a
*feed* is a calendar we publish, a *window* is a half-open interval of instants.
"""

from calsieve.models.feeds import Config, Feed, Guard, Notices, View
from calsieve.models.fetched import Fetched, NotModified, Served, Validators
from calsieve.models.findings import Client, Finding, Level
from calsieve.models.outcomes import Cleaned, Failing, File, Outcome, Report, Status
from calsieve.models.policies import (
    Alarms,
    Budget,
    Colour,
    Duplicates,
    Policy,
    SeriesMode,
    Show,
    Snap,
    SourcePolicy,
    Span,
    UidMode,
    WindowPolicy,
)
from calsieve.models.shown import Change, ChangeKind, Shown
from calsieve.models.sources import BasicAuth, CalDav, Graph, OAuth, Secret, Source
from calsieve.models.stored import Document, Listed, Stored
from calsieve.models.told import HistoryEntry, Letter, Noteworthy, Notice

__all__ = [
    "Alarms",
    "BasicAuth",
    "Budget",
    "CalDav",
    "Change",
    "ChangeKind",
    "Cleaned",
    "Client",
    "Colour",
    "Config",
    "Document",
    "Duplicates",
    "Failing",
    "Feed",
    "Fetched",
    "File",
    "Finding",
    "Graph",
    "Guard",
    "HistoryEntry",
    "Letter",
    "Level",
    "Listed",
    "NotModified",
    "Noteworthy",
    "Notice",
    "Notices",
    "OAuth",
    "Outcome",
    "Policy",
    "Report",
    "Secret",
    "SeriesMode",
    "Served",
    "Show",
    "Shown",
    "Snap",
    "Source",
    "SourcePolicy",
    "Span",
    "Status",
    "Stored",
    "UidMode",
    "Validators",
    "View",
    "WindowPolicy",
]
