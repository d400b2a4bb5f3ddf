from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from calsieve.pages.subscribe import subscription
from tests.pages.kit import ADDRESS

LINKS = subscription(ADDRESS, "Family & friends #1")
WEBCAL = ADDRESS.replace("https", "webcal")


def test_programs_get_webcal() -> None:
    assert (LINKS.address, LINKS.webcal) == (ADDRESS, WEBCAL)


def test_google_gets_webcal_encoded() -> None:
    """It refuses https, and takes what is not encoded for its own (calagator#556)."""
    assert LINKS.google
    parts = urlsplit(LINKS.google)
    assert (parts.netloc, parts.path) == ("calendar.google.com", "/calendar/r")
    assert parse_qs(parts.query) == {"cid": [WEBCAL]}
    assert "://" not in parts.query


@pytest.mark.parametrize(
    ("link", "host"), [(LINKS.outlook, "outlook.live.com"), (LINKS.microsoft365, "outlook.office.com")]
)
def test_outlook_gets_https_and_a_name(link: str, host: str) -> None:
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", host, "/calendar/0/addfromweb")
    assert parse_qs(parts.query) == {"url": [ADDRESS], "name": ["Family & friends #1"]}
    assert "+" not in parts.query


def test_services_are_not_offered_what_they_cannot_reach() -> None:
    links = subscription("http://192.168.1.20:8787/x/family.ics", "Family")
    assert links.webcal == "webcal://192.168.1.20:8787/x/family.ics"
    assert (links.google, links.outlook, links.microsoft365) == (None, None, None)
