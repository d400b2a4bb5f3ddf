"""The Fetcher that hands each source to the one for its kind."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from calsieve.errors import UpstreamRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calsieve.models import Fetched, NotModified, Source, Validators
    from calsieve.ports import Fetcher, Secrets


class UpstreamFetcher:
    """Hands accounts to what ``caldav`` makes and mailboxes to what ``graph`` makes; else chooses among ``by_scheme``.

    The two are called once, when there first is such a source: a cold start without any does without their modules.

    What counts there is the URL's scheme, in lower case and without ``:``. A scheme that is not in there is
    refused; leaving out ``file`` is how the cloud keeps its files to itself.
    """

    def __init__(
        self,
        secrets: Secrets,
        by_scheme: Mapping[str, Fetcher],
        caldav: Callable[[], Fetcher],
        graph: Callable[[], Fetcher],
    ) -> None:
        self._secrets = secrets
        self._caldav = caldav
        self._graph = graph
        self._by_scheme = by_scheme
        self._made: dict[Callable[[], Fetcher], Fetcher] = {}
        self._making = Lock()

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        """Return what the chosen fetcher returns. Raises UpstreamRefused if there is none, SecretError."""
        if source.caldav:
            return self._once(self._caldav).fetch(source, validators)
        if source.graph:
            return self._once(self._graph).fetch(source, validators)
        scheme = self._secrets.resolve(source.url).strip().partition(":")[0].lower()
        fetcher = self._by_scheme.get(scheme)
        if fetcher is None:
            # not naming the scheme found: before the first colon there may be a whole pasted secret
            known = ", ".join(f"{name}://" for name in sorted(self._by_scheme))
            raise UpstreamRefused(source.name, f"its address has to begin with one of {known}")
        return fetcher.fetch(source, validators)

    def _once(self, make: Callable[[], Fetcher]) -> Fetcher:
        with self._making:  # feeds are refreshed side by side
            if make not in self._made:
                self._made[make] = make()
            return self._made[make]
