"""Drawn calendars with something private in every place that can hold it.

The same calendar marked with two secrets differs in all of these places, in what comes first when they are put in
order too, and in no time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A zone of nobody's, as far from all others as an office may be.
OFFICE = "Office of {}"
_ZONE = """BEGIN:VTIMEZONE
TZID:{office}
X-LIC-LOCATION:{secret}/City
TZURL:https://{secret}.example/zone
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0137
TZOFFSETTO:+0137
TZNAME:{secret}
COMMENT:{secret}
X-{secret}:{secret}
END:STANDARD
END:VTIMEZONE"""
_HEADING = """PRODID:-//{secret}//EN
NAME:{secret}
X-WR-CALNAME:{secret}
X-WR-CALDESC:{secret}
X-{secret}:{secret}
SOURCE;VALUE=URI:https://{secret}.example/feed
URL:https://{secret}.example
CATEGORIES:{secret}"""
_EVENT = """LOCATION;ALTREP="cid:{own}":{own}, {own}
DESCRIPTION;X-{secret}="{own}":{own}\\n{own}
X-ALT-DESC;FMTTYPE=text/html:<b>{own}</b>
COMMENT:{own}
CONTACT;ALTREP="https://{secret}.example":{own}
CATEGORIES:{own},{secret}
RESOURCES:{own}
RELATED-TO:{own}
REQUEST-STATUS:2.0;{own}
URL:https://{secret}.example/{own}
ORGANIZER;CN={own}:mailto:{own}@{secret}.example
ATTENDEE;CN="{own}";PARTSTAT=ACCEPTED;X-GUESTS={secret}:mailto:{own}@{secret}.example
ATTACH;FILENAME={own}:https://{secret}.example/{own}
ATTACH;VALUE=BINARY;ENCODING=BASE64:{own}
IMAGE;VALUE=URI:https://{secret}.example/{own}.png
CONFERENCE;LABEL={own};VALUE=URI:https://{secret}.example/{own}
X-{secret};X-P={own}:{own}
X-WHEN;TZID={office}:20260101T000000
X-APPLE-STRUCTURED-LOCATION;X-TITLE={own}:geo:1,2
{secret}:{own}
CLASS;X-{secret}={own}:{secret}
PRIORITY:{secret}
COLOR:{secret}
BEGIN:VALARM
UID:{own}
ACTION:DISPLAY
DESCRIPTION:{own}
X-{secret}:{own}
TRIGGER;X-P={own}:-PT15M
END:VALARM
BEGIN:X-{secret}
X-{secret}:{own}
END:X-{secret}"""
_TIME = re.compile(r"(DTSTART|DTEND|EXDATE|RDATE|RECURRENCE-ID)([^:]*):(.*)")


def marked(source: bytes, secret: str, *, rules: bool) -> bytes:
    """Return a drawn calendar marked with a secret, of letters and digits; with ``rules`` these hold some too.

    Events of New York are in the secret's office then.
    """
    office, lines = OFFICE.format(secret), list[str]()
    for number, line in enumerate(source.decode().split("\r\n")):
        lines += _marked(line, f"{_mixed(number, secret)}{secret}", secret, office, rules=rules)
    return "\r\n".join(lines).encode()


def _marked(line: str, own: str, secret: str, office: str, *, rules: bool) -> Iterator[str]:
    name, _, value = line.partition(":")
    if name == "PRODID":
        yield from _filled(_HEADING, own, secret, office)
        yield from _filled(_ZONE, own, secret, office)
    elif name == "UID":
        yield f"UID;X-P={own}:{_mixed(int(value[4:]), secret)}-{secret}-{value}"
    elif name == "SUMMARY":
        yield f'SUMMARY;LANGUAGE={secret};ALTREP="cid:{own}":{own} {value}'
        yield from _filled(_EVENT, own, secret, office)
    elif name == "RRULE":
        yield f"RRULE;X-P={own}:{value};X-{secret}={own};RSCALE={secret}" if rules else line
    elif match := _TIME.fullmatch(line):
        params = match[2].replace("TZID=America/New_York", f"TZID={office}")
        yield f"{match[1]};X-P={own}{params}:{match[3]}"
    else:
        yield line


def _filled(template: str, own: str, secret: str, office: str) -> list[str]:
    return template.format(own=own, secret=secret, office=office).split("\n")


def _mixed(number: int, secret: str) -> int:
    """Return a number for each, in an order that differs from secret to secret."""
    return (number * 7919 + len(secret) * 104729) % 9973
