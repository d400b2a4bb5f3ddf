"""The Fetcher for http, https and webcal."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Unpack

from calsieve.adapters.http import answers, body
from calsieve.adapters.http.client import Client, Options
from calsieve.adapters.http.limits import DEFAULT_LIMITS, Limits
from calsieve.adapters.http.request import Request, address_mark, first_request
from calsieve.errors import UpstreamUnavailable
from calsieve.models import Fetched, NotModified, Validators

if TYPE_CHECKING:
    from requests import Response

    from calsieve.models import Source
    from calsieve.ports import Secrets


class HttpFetcher:
    """Fetches a calendar by HTTP within ``limits``, trying again what may pass.

    ``allow_private`` also admits hosts on loopback and private networks: right on one's own machine, wrong
    where others write the configuration. ``ca_bundle`` is the path of certificates to trust instead of
    certifi's. Obeys no environment variable, no proxy and no .netrc, keeps no cookies.
    """

    def __init__(
        self,
        secrets: Secrets,
        limits: Limits = DEFAULT_LIMITS,
        **options: Unpack[Options],
    ) -> None:
        self._secrets = secrets
        self._limits = limits
        self._client = partial(Client, limits, **options)

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        """Return the whole decompressed body, or NotModified if ``validators`` still hold.

        Raises SecretError for a reference that does not resolve, else SourceErrors: UpstreamUnavailable,
        UpstreamRefused, UpstreamTooLarge, InvalidCalendar. None of them carries a foreign exception that
        could quote the address.
        """
        client = self._client()
        with closing(client):
            first = first_request(source, validators, self._secrets)
            return client.ask(first, partial(self._answer, address_mark(first.url)))

    def _answer(self, address: str, request: Request, response: Response) -> Fetched | NotModified:
        status = response.status_code
        if status == 304 and request.conditions:
            return NotModified()
        if status == 304:
            raise UpstreamUnavailable(request.source, "says that nothing changed, which was not asked")
        if status not in {200, 203, 204}:
            raise answers.refusal(request.source, status, response.headers)
        return self._fetched(request.source, address, response)

    def _fetched(self, source: str, address: str, response: Response) -> Fetched:
        headers, raw, most = response.headers, response.raw, self._limits.max_bytes
        content = body.read(source, raw, most)
        media = body.declared_type(headers)
        body.require_calendar_like(source, content, media.get_content_type(), framed=body.is_framed(raw))
        charset = media.get_content_charset()
        validators = Validators(headers.get("ETag"), headers.get("Last-Modified"), address)
        return Fetched(body=content, charset=charset, validators=validators)
