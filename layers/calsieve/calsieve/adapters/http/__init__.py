"""Calendars behind HTTP: bounded, patient, and silent about addresses and credentials."""

from calsieve.adapters.http.api import Call, Conversation, JsonApi, Reply
from calsieve.adapters.http.fetcher import HttpFetcher
from calsieve.adapters.http.limits import Deadline, Limits
from calsieve.adapters.http.transport import GuardedAdapter, PrivateAddress, UnknownHost

__all__ = [
    "Call",
    "Conversation",
    "Deadline",
    "GuardedAdapter",
    "HttpFetcher",
    "JsonApi",
    "Limits",
    "PrivateAddress",
    "Reply",
    "UnknownHost",
]
