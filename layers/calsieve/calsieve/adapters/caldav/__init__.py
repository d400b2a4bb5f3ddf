"""Calendars behind CalDAV (RFC 4791): mirrored, read-only, whatever the server makes of its own queries."""

from calsieve.adapters.caldav.authorisation import Authorizer, Tokens
from calsieve.adapters.caldav.fetcher import CalDavFetcher

__all__ = ["Authorizer", "CalDavFetcher", "Tokens"]
