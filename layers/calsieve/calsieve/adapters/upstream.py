"""The Fetcher that hands each source to the one for its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsieve.errors import UpstreamRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calsieve.models import Fetched, NotModified, Source, Validators
    from calsieve.ports import Fetcher, Secrets


class UpstreamFetcher:
    """Hands accounts to ``caldav``; else chooses among ``by_scheme`` by the URL's scheme, in lower case, without ``:``.

    A scheme that is not in there is refused; leaving out ``file`` is how the cloud keeps its files to itself.
    """

    def __init__(self, secrets: Secrets, by_scheme: Mapping[str, Fetcher], caldav: Fetcher) -> None:
        self._secrets = secrets
        self._caldav = caldav
        self._by_scheme = by_scheme

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        """Return what the chosen fetcher returns. Raises UpstreamRefused if there is none, SecretError."""
        if source.caldav:
            return self._caldav.fetch(source, validators)
        scheme = self._secrets.resolve(source.url).strip().partition(":")[0].lower()
        fetcher = self._by_scheme.get(scheme)
        if fetcher is None:
            # not naming the scheme found: before the first colon there may be a whole pasted secret
            known = ", ".join(f"{name}://" for name in sorted(self._by_scheme))
            raise UpstreamRefused(source.name, f"its address has to begin with one of {known}")
        return fetcher.fetch(source, validators)
