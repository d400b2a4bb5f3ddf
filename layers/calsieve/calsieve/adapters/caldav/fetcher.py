"""The Fetcher for CalDAV."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from calsieve.adapters.http.limits import DEFAULT_LIMITS, Limits
from calsieve.errors import UpstreamRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from calsieve.adapters.caldav.authorisation import Tokens
    from calsieve.models import Fetched, NotModified, Source, Validators
    from calsieve.ports import Secrets, StateStore


def _utc_now() -> datetime:
    return datetime.now(UTC)


class CalDavFetcher:
    """Fetches the calendars of an account by way of a mirror of each, kept in ``store`` under ``mirrors/``.

    ``tokens`` gives access to sources with ``oauth``. Otherwise as the HttpFetcher.
    """

    def __init__(
        self,
        secrets: Secrets,
        store: StateStore,
        limits: Limits = DEFAULT_LIMITS,
        *,
        tokens: Tokens | None = None,
        allow_private: bool = False,
        ca_bundle: str | None = None,
        now: Callable[[], datetime] = _utc_now,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._secrets = secrets
        self._store = store
        self._limits = limits
        self._tokens = tokens
        self._allow_private = allow_private
        self._ca_bundle = ca_bundle
        self._now = now
        self._clock = clock
        self._sleep = sleep

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        """Return one VCALENDAR of all items of the chosen calendars, or NotModified if ``validators`` still hold.

        ``validators.etag`` is a digest of the mirrors. Raises SecretError, PublishError if the mirror can't be
        kept, or a SourceError.
        """
        raise UpstreamRefused(source.name, "CalDAV is not read yet")
