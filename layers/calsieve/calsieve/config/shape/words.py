"""The single values of feeds.yaml: how each is read, and how the JSON Schema describes it."""

from collections.abc import Callable
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Annotated

from calsieve import distances
from calsieve.config import readers, rule_readers, secret
from calsieve.config.shape.notation import Leaf
from calsieve.core.rules.patterns import LONGEST_PATTERN
from calsieve.core.rules.presets import PRESETS
from calsieve.models import Colour, Duplicates, Secret, SeriesMode, Show, Snap, Span, UidMode
from calsieve.providers import PROVIDERS


def _choice(kind: type[StrEnum]) -> Leaf:
    return Leaf(readers.choice(kind), {"enum": [member.value for member in kind]})


def _one_of(*words: str) -> Leaf:
    return Leaf(readers.one_of(words), {"enum": list(words)})


def _secret(literal: Callable[[str], str], examples: list[str], **schema: str) -> Leaf:
    return Leaf(secret.secret(literal), {**schema, "examples": examples}, secret=True)


Slug = Annotated[str, Leaf(readers.read_slug, {"pattern": readers.SLUG, "examples": ["work", "team-a"]})]
Title = Annotated[str, Leaf(readers.read_title, {"minLength": 1, "examples": ["Work"]})]
YesNo = Annotated[bool, Leaf(readers.read_yes_no, {"type": ["boolean", "string"], "enum": [True, False, "yes", "no"]})]
Switch = Annotated[bool, Leaf(readers.read_switch, {"type": ["boolean", "string"], "enum": [True, False, "on", "off"]})]
Keep = Annotated[bool, Leaf(readers.read_keep, {"enum": ["keep", "drop"]})]

# ── of a feed ──

Tint = Annotated[Colour, Leaf(readers.read_colour, {"pattern": readers.COLOUR, "examples": ["seagreen", "#2e8b57"]})]
Zone = Annotated[str, Leaf(readers.read_timezone, {"examples": ["Europe/Berlin", "America/New_York", "UTC"]})]
Reach = Annotated[
    Span | None,
    Leaf(distances.read_reach, {"pattern": distances.REACH, "examples": ["2w", "30d", "1mo", "6mo", "1y", "all"]}),
]
Ahead = Annotated[Span, Leaf(readers.read_ahead, {"pattern": readers.AHEAD, "examples": ["7d", "2w", "1mo"]})]
Interval = Annotated[
    timedelta,
    Leaf(distances.read_interval, {"pattern": distances.INTERVAL, "examples": ["15m", "1h", "6h", "1d"]}),
]
SnapChoice = Annotated[Snap, _choice(Snap)]
SeriesChoice = Annotated[SeriesMode, _choice(SeriesMode)]
UidChoice = Annotated[UidMode, _choice(UidMode)]
ShowChoice = Annotated[Show, _choice(Show)]
DuplicatesChoice = Annotated[Duplicates, _choice(Duplicates)]
Address = Annotated[str, Leaf(readers.read_address, {"pattern": readers.ADDRESS, "examples": ["jane@example.org"]})]
Size = Annotated[
    int | None,
    Leaf(
        readers.read_size,
        {"type": ["string", "integer"], "pattern": readers.SIZE, "examples": ["900kB", "1MB", "none"]},
    ),
]
Amount = Annotated[
    int | None,
    Leaf(
        readers.read_amount,
        {"type": ["integer", "string"], "pattern": readers.AMOUNT, "minimum": 1, "examples": [1500, "none"]},
    ),
]
Share = Annotated[int, Leaf(readers.read_share, {"pattern": readers.SHARE, "examples": ["50%", "80%"]})]
Age = Annotated[timedelta | None, Leaf(readers.read_age, {"pattern": readers.AGE, "examples": ["2d", "12h", "none"]})]
AlarmsChoice = Annotated[bool, Leaf(readers.read_alarms, {"enum": ["keep", "drop"]})]
Lead = Annotated[
    timedelta, Leaf(rule_readers.read_lead, {"pattern": rule_readers.DURATION, "examples": ["15m", "1h", "1d"]})
]

# ── of a source ──

Url = Annotated[
    Secret,
    _secret(
        secret.literal_url,
        ["https://calendar.example.org/basic.ics", "env:WORK_URL", "ssm:/calsieve/work-url"],
        pattern=secret.URL,
    ),
]
ServerUrl = Annotated[
    Secret,
    _secret(
        secret.literal_server,
        ["https://cloud.example.org", "env:CLOUD_URL"],
        pattern=secret.SERVER_URL,
    ),
]
ProviderName = Annotated[str, Leaf(readers.one_of(PROVIDERS), {"enum": list(PROVIDERS)})]
AllCalendars = Annotated[None, Leaf(readers.read_all, {"enum": ["all"]})]
CalendarName = Annotated[str, Leaf(readers.read_title, {"minLength": 1, "examples": ["Home", "Work"]})]
User = Annotated[Secret, _secret(secret.literal_user, ["jane", "env:CAL_USER"])]
Password = Annotated[Secret, _secret(secret.literal_password, ["env:CAL_PASSWORD", "secretsmanager:calendar"])]
Token = Annotated[Secret, _secret(secret.literal_token, ["env:CAL_TOKEN", "ssm:/calsieve/token"])]
HeaderName = Annotated[str, Leaf(secret.read_header_name, {"pattern": secret.HEADER_NAME, "examples": ["X-Api-Key"]})]
HeaderValue = Annotated[Secret, _secret(secret.literal_header, ["env:API_KEY"])]
UserAgent = Annotated[Secret, _secret(secret.literal_header, ["Mozilla/5.0 (Linux) Chrome/139", "env:USER_AGENT"])]
Prefix = Annotated[str, Leaf(rule_readers.read_prefix, {"minLength": 1, "examples": ["Work: ", "[{source}] "]})]
Category = Annotated[str, Leaf(readers.read_title, {"minLength": 1, "examples": ["Work"]})]

# ── of a rule ──

Word = Annotated[
    str,
    Leaf(
        rule_readers.read_word,
        {"minLength": 1, "maxLength": rule_readers.LONGEST_WORD, "examples": ["Lunch"]},
        noun="text",
    ),
]
Pattern = Annotated[
    str,
    Leaf(
        rule_readers.read_pattern,
        {"minLength": 1, "maxLength": LONGEST_PATTERN, "examples": ["^Team (.*)", "(?i)stand-?up"]},
        noun="a pattern",
    ),
]
PropertyName = Annotated[
    str, Leaf(rule_readers.read_property, {"pattern": rule_readers.PROPERTY, "examples": ["X-ROOM", "PRIORITY"]})
]
EditedProperty = Annotated[
    str, Leaf(rule_readers.read_edited_property, {"pattern": rule_readers.PROPERTY, "examples": ["X-ROOM", "PRIORITY"]})
]
Preset = Annotated[
    str,
    Leaf(
        readers.one_of(PRESETS),
        {"enum": list(PRESETS), "enumDescriptions": [preset.description for preset in PRESETS.values()]},
    ),
]
Status = Annotated[str, _one_of("confirmed", "tentative", "cancelled")]
Transparency = Annotated[str, _one_of("opaque", "transparent")]
Access = Annotated[str, _one_of("public", "private", "confidential")]
Busy = Annotated[str, _one_of("free", "tentative", "busy", "oof", "workingelsewhere")]
Partstat = Annotated[str, _one_of("accepted", "declined", "tentative", "needs-action", "delegated")]
Weekday = Annotated[str, _one_of("mon", "tue", "wed", "thu", "fri", "sat", "sun")]
Duration = Annotated[
    timedelta,
    Leaf(rule_readers.read_duration, {"pattern": rule_readers.DURATION, "examples": ["30m", "8h", "1d"]}),
]
TimeOfDay = Annotated[time, Leaf(rule_readers.read_time, {"pattern": rule_readers.TIME, "examples": ["09:00"]})]
Day = Annotated[date, Leaf(rule_readers.read_date, {"pattern": rule_readers.DATE, "examples": ["2026-05-15"]})]
Everything = Annotated[str, Leaf(rule_readers.read_everything, {"enum": ["everything"]})]
Remove = Annotated[str, Leaf(rule_readers.read_remove, {"enum": ["remove"]})]
Text = Annotated[str, Leaf(rule_readers.read_text, {"minLength": 1, "examples": ["Busy"]}, noun="text")]
Template = Annotated[
    str,
    Leaf(
        rule_readers.read_template,
        {"minLength": 1, "examples": ["[{source}] {summary}", "{summary} ({location})"]},
        noun="text with fields in braces",
    ),
]
Replacement = Annotated[str, Leaf(rule_readers.read_replacement, {"examples": ["\\1", ""]}, noun="text, or `''`")]
Strip = Annotated[str, _one_of("html", "conference")]
Length = Annotated[
    int,
    Leaf(
        rule_readers.read_length,
        {"type": "integer", "minimum": 1, "maximum": rule_readers.LONGEST_TEXT, "examples": [200]},
    ),
]
