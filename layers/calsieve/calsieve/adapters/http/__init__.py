"""Calendars behind HTTP: bounded, patient, and silent about addresses and credentials."""

from calsieve.adapters.http.client import Client
from calsieve.adapters.http.fetcher import HttpFetcher
from calsieve.adapters.http.limits import Deadline, Limits
from calsieve.adapters.http.transport import GuardedAdapter, PrivateAddress, UnknownHost

__all__ = ["Client", "Deadline", "GuardedAdapter", "HttpFetcher", "Limits", "PrivateAddress", "UnknownHost"]
