"""A calendar fetched the way clients do, with how it was served: for lint."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Unpack
from urllib.parse import urlsplit

from calsieve.adapters.http import answers, body
from calsieve.adapters.http.client import Client, Options
from calsieve.adapters.http.limits import DEFAULT_LIMITS, Limits
from calsieve.adapters.http.request import Request, first_request, redirected
from calsieve.errors import SourceError
from calsieve.models import Served, Source, Validators

if TYPE_CHECKING:
    from email.message import Message

    from requests import Response

    from calsieve.ports import Secrets

# Crawlers may stop reading after this much of a robots.txt (RFC 9309 §2.5).
_MOST_ROBOTS = 500 * 1024


class HttpLook:
    """Looks at how calendars are served. The parameters are those of HttpFetcher."""

    def __init__(
        self,
        secrets: Secrets,
        limits: Limits = DEFAULT_LIMITS,
        **options: Unpack[Options],
    ) -> None:
        self._secrets = secrets
        self._limits = limits
        self._client = partial(Client, limits, **options)

    def look(self, source: Source) -> tuple[bytes, Served]:
        """Return what is served at the address of ``source``, whatever it is, and how; it is asked unconditionally.

        Also asks the same host for its robots.txt; that there is none, or none to be had, is no error. Raises as
        HttpFetcher does, but not for what is no calendar.
        """
        first = first_request(source, Validators(), self._secrets)
        parts = urlsplit(first.url)
        client = self._client()
        steps = [parts.scheme]

        def follow(request: Request, location: str | None) -> Request:
            if request is first:  # once more, after something that passed
                del steps[1:]
            following = redirected(request, location)
            steps.append(urlsplit(following.url).scheme)
            return following

        def take(request: Request, response: Response) -> tuple[bytes, Served]:
            content, media = _content(request, response, self._limits.max_bytes)
            return content, Served(
                scheme=urlsplit(self._secrets.resolve(source.url).strip()).scheme,
                steps=tuple(steps),
                target=parts._replace(scheme="", netloc="").geturl() or "/",
                robots=robots,
                media_type=media.get_content_type(),
                charset=media.get_content_charset(),
                validators=Validators(response.headers.get("ETag"), response.headers.get("Last-Modified")),
            )

        with closing(client):
            robots = _robots(client, first)
            return client.ask(first, take, follow)


def _content(request: Request, response: Response, most: int) -> tuple[bytes, Message]:
    if response.status_code not in {200, 203}:
        raise answers.refusal(request.source, response.status_code, response.headers)
    media = body.declared_type(response.headers, "application/octet-stream")
    return body.read(request.source, response.raw, most), media


def _robots(client: Client, first: Request) -> str:
    address = urlsplit(first.url)._replace(path="/robots.txt", query="")
    asked = Request(source=first.source, url=address.geturl(), headers={"Accept": "text/plain"})
    try:
        return client.ask(asked, _text)
    except SourceError:
        return ""


def _text(request: Request, response: Response) -> str:
    if response.status_code != 200:
        return ""
    return body.read(request.source, response.raw, _MOST_ROBOTS).decode("utf-8", "replace")
