"""The Fetcher for Microsoft Graph: delta queries on a calendar view, as an application.

A delta link says cheaply that nothing changed. Where something did, the view is read anew and whole: the
changes that Graph tells don't name occurrences that were deleted from a series, only those that are left.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from calsieve.adapters.graph.events import calendar_text
from calsieve.adapters.graph.view import View, view_for
from calsieve.adapters.http.api import Call
from calsieve.adapters.oauth import client_grant
from calsieve.errors import UpstreamRefused, UpstreamUnavailable
from calsieve.models import Fetched, NotModified, Validators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from calsieve.adapters.http.api import Conversation, JsonApi, Reply
    from calsieve.adapters.oauth import AccessTokens, Grant
    from calsieve.models import Graph, Source
    from calsieve.ports import Secrets

GRAPH, SIGN_IN = "https://graph.microsoft.com", "https://login.microsoftonline.com"
_PREFER = 'odata.maxpagesize=200, outlook.body-content-type="text"'
_ADVICE = {
    401: "Microsoft Graph does not accept the app's token: check its tenant",
    403: "the app may not read this mailbox: give it the application permission Calendars.Read and an admin's consent",
    404: "there is no such mailbox or calendar: check `graph` and `calendar`",
}
_EXPIRED = frozenset({400, 404, 410})  # 410 is documented; the others were seen for links that are old or broken


def _utc_now() -> datetime:
    return datetime.now(UTC)


class GraphFetcher:
    """Fetches one calendar of a mailbox, as far as the feed's window reaches.

    ``graph`` and ``sign_in`` are the origins that the app's token and its secret are sent to, and no others.
    """

    def __init__(
        self,
        secrets: Secrets,
        tokens: AccessTokens,
        api: JsonApi,
        *,
        now: Callable[[], datetime] = _utc_now,
        graph: str = GRAPH,
        sign_in: str = SIGN_IN,
    ) -> None:
        self._secrets = secrets
        self._tokens = tokens
        self._api = api
        self._now = now
        self._graph = graph
        self._sign_in = sign_in

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        """Return the occurrences in the view as one VCALENDAR, or NotModified if none changed.

        ``validators.etag`` is the view, and a hash of whose it is, with the delta link that was given for it.
        Raises SecretError, or a SourceError.
        """
        graph = source.graph
        if graph is None:
            raise UpstreamRefused(source.name, "has no mailbox: add `graph`")
        view = view_for(graph.window, self._now())
        if view is None:
            raise UpstreamRefused(source.name, "its window is too wide for Exchange: make it less than five years")
        known = f"{view} {self._mailbox_mark(graph)} {graph.calendar or ''} "
        with self._api.conversation(source.name) as conversation:
            mailbox = _Mailbox(conversation, self._tokens, self._grant(graph), self._graph)
            if (validators.etag or "").startswith(known) and mailbox.unchanged(str(validators.etag)[len(known) :]):
                return NotModified()
            rows, link = mailbox.whole(self._place(mailbox, graph), view)
        body = calendar_text(rows.values(), link)
        return Fetched(body=body, charset="utf-8", validators=Validators(etag=f"{known}{link}"))

    def _mailbox_mark(self, graph: Graph) -> str:
        """Return what tells a mailbox from others, and nothing of it: what a reference leads to may change."""
        whose = f"{self._secrets.resolve(graph.tenant)}\n{self._secrets.resolve(graph.user)}"
        return sha256(whose.encode(errors="surrogateescape")).hexdigest()[:16]

    def _grant(self, graph: Graph) -> Grant:
        tenant = quote(self._secrets.resolve(graph.tenant), safe="")
        return client_grant(
            f"{self._sign_in}/{tenant}/oauth2/v2.0/token",
            self._secrets.resolve(graph.client_id),
            self._secrets.resolve(graph.client_secret),
            f"{self._graph}/.default",
            "Microsoft does not accept the app (any more): check tenant, client_id and client_secret",
        )

    def _place(self, mailbox: _Mailbox, graph: Graph) -> str:
        user = f"{self._graph}/v1.0/users/{quote(self._secrets.resolve(graph.user), safe='@')}"
        return user if graph.calendar is None else f"{user}/calendars/{mailbox.calendar(user, graph.calendar)}"


class _Mailbox:
    """Questions about one mailbox, within one conversation."""

    def __init__(self, conversation: Conversation, tokens: AccessTokens, grant: Grant, origin: str) -> None:
        self._conversation = conversation
        self._tokens = tokens
        self._grant = grant
        self._origin = origin
        self._source = conversation.source

    def unchanged(self, link: str) -> bool:
        """Tell whether the round that ``link`` begins holds no changes; False also if the link is no good any more."""
        try:
            return not any(_rows(content) for content in self._pages(link))
        except _Refused as error:
            if error.status in _EXPIRED:
                return False
            raise

    def whole(self, place: str, view: View) -> tuple[dict[str, Mapping[str, Any]], str]:
        """Return every row of the view by its id, and the delta link that belongs to them."""
        span = {"startDateTime": f"{view.start}T00:00:00Z", "endDateTime": f"{view.end}T00:00:00Z"}
        link = f"{place}/calendarView/delta?{urlencode(span)}"
        rows: dict[str, Mapping[str, Any]] = {}
        for content in self._pages(link):
            for row in _rows(content):
                rows[str(row.get("id"))] = row
            link = content.get("@odata.deltaLink", "")
        if not isinstance(link, str) or not link or not link.isascii():
            raise UpstreamUnavailable(self._source, "Microsoft Graph ended its answer without a delta link")
        return {key: row for key, row in rows.items() if "@removed" not in row}, link

    def calendar(self, user: str, name: str) -> str:
        """Return the id of the calendar with this name, as it goes into an address."""
        for content in self._pages(f"{user}/calendars?{urlencode({'$select': 'id,name', '$top': 100})}"):
            for row in _rows(content):
                if row.get("name") == name:
                    return quote(str(row.get("id")), safe="", errors="replace")
        raise UpstreamRefused(self._source, "the mailbox has no calendar of that name: correct `calendar`")

    def _pages(self, link: str) -> Iterator[Mapping[str, Any]]:
        asked: set[str] = set()
        while link not in asked:
            asked.add(link)
            content = self._content(self._asked(link))
            yield content
            if not content.get("@odata.nextLink"):
                return
            link = str(content["@odata.nextLink"])
        raise UpstreamUnavailable(self._source, "Microsoft Graph leads from page to page in a circle")

    def _asked(self, link: str) -> Reply:
        reply = self._once(link)
        if reply.status == 401:
            self._tokens.forget(self._grant)
            reply = self._once(link)
        return reply

    def _once(self, link: str) -> Reply:
        if _origin(link) != self._origin:
            raise UpstreamRefused(self._source, "Microsoft Graph leads to another host, which gets no credentials")
        token = self._tokens.token(self._source, self._grant)
        return self._conversation.ask(Call(url=link, headers={"Authorization": f"Bearer {token}", "Prefer": _PREFER}))

    def _content(self, reply: Reply) -> Mapping[str, Any]:
        if reply.status >= 400:
            raise _Refused(self._source, reply.status)
        return reply.content


class _Refused(UpstreamRefused):
    """Graph said no, with a status."""

    def __init__(self, source: str, status: int) -> None:
        super().__init__(source, _ADVICE.get(status, f"Microsoft Graph refuses with status {status}"))
        self.status = status


def _origin(link: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:  # no URL at all; its text quotes it
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _rows(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = content.get("value")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
