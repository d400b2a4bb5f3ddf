"""Invitations to Teams, Zoom, Meet and Webex meetings in descriptions: what is left of them is the link to join.

Only what a service wrote goes. It is told by the rules that it draws around it (lines of ____, ──── or ~:~:) and by
addresses of its own inside, in whatever language; without rules, by the line that it begins with, and only as far as
each line is known to be one of it, in English. Where that is not certain, the text stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, urlsplit

_URL = re.compile(r"https://[^\s<>\"'\])]+")
_JOIN = re.compile(
    r"https://(?:(?:[a-z0-9-]+\.)*teams\.(?:microsoft\.com|microsoft\.us|live\.com)/(?:l/meetup-join|meet)/"
    r"|(?:[a-z0-9-]+\.)*(?:zoom|zoomgov)\.(?:us|com)/(?:j|w|s|my)/"
    r"|meet\.google\.com/[a-z]{3}-[a-z]{4}-[a-z]{3}"
    r"|[a-z0-9-]+\.webex\.com/(?:[^?#]*/j\.php\?MTID=|meet/|join/|[^?#]*/j\.php))",
    re.IGNORECASE,
)
# Hosts at which the services explain, and let one dial in or change settings.
_OF_SERVICES = re.compile(
    r"(?:.*\.)?(?:teams\.microsoft\.(?:com|us)|teams\.live\.com|aka\.ms|zoom\.(?:us|com)|zoomgov\.com|meet\.google\.com"
    r"|tel\.meet|support\.google\.com|webex\.com|collaborationhelp\.cisco\.com|mysettings\.lync\.com"
    r"|(?:www\.)?microsoft\.com)",
    re.IGNORECASE,
)
_SAFE_LINKS = ".safelinks.protection.outlook.com"
_DRAWN = re.compile(r"[-_=~:*.─━—]{10,}")
_NAME = re.compile(r"Microsoft Teams|Zoom|Google Meet|Webex", re.IGNORECASE)
# With what an invitation without drawn rules begins.
_OPENING = re.compile(
    r"Microsoft Teams (?:meeting|Need help\?)|.{0,100}is inviting you to a scheduled Zoom (?:meeting|webinar)"
    r"|Join Zoom Meeting|Join with Google Meet|-- Do not delete or change any of the following text",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"(?:Join (?:on your computer|Zoom|with|by|from|the meeting|meeting|directly)\b|Click here to join"
    r"|(?:Meeting|Webinar|Video|Conference|Phone conference) (?:ID|number|link)\b|(?:Pass ?code|Password|Access code)\b"
    r"|(?:Meeting )?(?:pass ?code|password)\b|Or (?:call in|dial)\b|Dial (?:by|in)\b|One[ -]tap mobile|Call-in\b"
    r"|Find (?:a|your) local number|More phone numbers|Learn more\b|Download Teams|For organi[sz]ers:|Need help\?"
    r"|Tap to (?:join|call)|Please do not edit this section|Topic:|Time:|PIN:|When it's time, join|Hi there,?$"
    r"|Global call-in|Can't join the meeting\?|Join by (?:SIP|phone|H\.323))",
    re.IGNORECASE,
)
_PHONE = re.compile(r"[•*\-\s]*\(?\+?\d[\d\s().,#*-]{6,}")


# Lines, and the drawn rule before them, if there is one.
_Part = tuple[str | None, list[str]]


def without_invitation(said: str) -> str:
    """Return a text without what a service wrote of its meeting, but for the address to join at.

    Time is linear in the text. A text without such an address comes back as it is.
    """
    lines = said.split("\n")
    if not _join_link(lines):
        return said
    kept = [*_without_drawn(_parts(lines))]
    return said if kept == lines else re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _parts(lines: Iterable[str]) -> Iterator[_Part]:
    """Yield the lines between rules, and each time the rule before them; the first have none."""
    drawn, found = None, list[str]()
    for line in lines:
        if _DRAWN.fullmatch(line.strip()):
            yield drawn, found
            drawn, found = line, []
        else:
            found.append(line)
    yield drawn, found


def _without_drawn(parts: Iterable[_Part]) -> Iterator[str]:
    """Yield lines with a link in place of each invitation, and of the rules around it."""
    inside, given = False, set[str]()
    for drawn, lines in parts:
        link = _join_link(lines) if drawn is not None and _is_invitation(lines) else ""
        if link or (inside and _is_rest(lines)):
            inside = True
            if link and link not in given:
                yield link
            given.add(link)
            continue
        if drawn is not None:
            yield "" if inside else drawn
        inside = False
        yield from _without_undrawn(lines)


def _is_invitation(lines: list[str]) -> bool:
    """Tell whether what stands behind a rule is an invitation: it has a link to join, and nothing but what is known.

    In a language that is not, its service is named above, and another of that service's addresses is there.
    """
    if not _join_link(lines):
        return False
    filled = [line for line in lines if line.strip()]
    if all(map(_is_known, filled)):
        return True
    named = any(_NAME.search(_URL.sub("", line)) for line in filled[:2])
    return named and any(_of_service(line, but_to_join=True) for line in filled)


def _is_rest(lines: list[str]) -> bool:
    """Tell whether lines that follow on an invitation belong to it: at least half of them, and an address."""
    filled = [line for line in lines if line.strip()]
    return any(map(_of_service, lines)) and 2 * sum(map(_is_known, filled)) >= len(filled)


def _without_undrawn(lines: list[str]) -> list[str]:
    """Return lines without an invitation that no rules surround, from its opening as far as all is known."""
    kept, at = list[str](), 0
    while at < len(lines):
        end = _end_of_undrawn(lines, at) if _OPENING.match(lines[at].strip()) else at + 1
        link = _join_link(lines[at:end]) if end > at + 1 else ""
        kept += [link] if link else lines[at:end]
        at = end
    return kept


def _end_of_undrawn(lines: list[str], at: int) -> int:
    end = at + 1
    while end < len(lines) and (not lines[end].strip() or _is_known(lines[end])):
        end += 1
    return end


def _is_known(line: str) -> bool:
    line = line.strip()
    return bool(line) and bool(
        _BOILERPLATE.match(line) or _OPENING.match(line) or _PHONE.match(line) or _of_service(line)
    )


def _of_service(line: str, *, but_to_join: bool = False) -> bool:
    links = [link for link in _links(line) if not (but_to_join and _JOIN.match(link))]
    return any(_OF_SERVICES.fullmatch(urlsplit(link).hostname or "") for link in links)


def _join_link(lines: Iterable[str]) -> str:
    return next((link for line in lines for link in _links(line) if _JOIN.match(link)), "")


def _links(said: str) -> Iterator[str]:
    """Yield the addresses in a text, those that Outlook's Safe Links wraps as what they wrap."""
    for found in _URL.findall(said):
        link = found.rstrip(".,;:!?")
        try:
            host, query = urlsplit(link).hostname or "", urlsplit(link).query
        except ValueError:
            continue
        wrapped = parse_qs(query).get("url", [""])[0] if host.endswith(_SAFE_LINKS) else ""
        yield wrapped if _URL.fullmatch(wrapped) else link
