"""What Google's sign-in needs to know."""

from __future__ import annotations

from dataclasses import dataclass

# Read-only is enough for CalDAV and the least that lets calendars be listed.
SCOPE = "https://www.googleapis.com/auth/calendar.readonly"
LOST = (
    "Google does not accept its refresh token any more: it was revoked, or has expired (after 7 days, if the"
    " app's publishing status is Testing). Run `calsieve login google` again and store the new one"
)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the browser is sent (RFC 6749 §3.1), and where grants are exchanged for tokens (§3.2)."""

    sign_in: str = "https://accounts.google.com/o/oauth2/v2/auth"
    exchange: str = "https://oauth2.googleapis.com/token"


ENDPOINTS = Endpoints()
