"""What no single value can be wrong about: combinations and names given twice."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from calsieve.config.rule_checks import (
    Finding,
    check_feed_rules,
    check_replacing,
    check_text_edit,
    range_check,
)
from calsieve.config.rule_readers import read_date, read_duration, read_time
from calsieve.config.shape import rules
from calsieve.config.shape.file import FeedKeys, FileKeys, ViewKeys
from calsieve.config.shape.sources import CalDavKeys, SourceKeys, default_source_name
from calsieve.config.tree import Listing, Node, Scalar, Table
from calsieve.providers import PROVIDERS, Provider


def check_file(table: Table) -> Iterator[Finding]:
    """The names of feeds and views are unique: each is part of an address."""
    named: list[Named] = []
    for at, feed in enumerate(_items(table, "feeds")):
        named.append(_named(feed, f"feeds[{at}]"))
        views = _items(feed, "views") if isinstance(feed, Table) else ()
        named += [_named(view, f"feeds[{at}].views[{where}]") for where, view in enumerate(views)]
    yield from _repeated(named)
    yield from check_feed_rules(table)


def check_feed(table: Table) -> Iterator[Finding]:
    """Sources' names are unique within their feed, those given by position included."""
    sources = enumerate(_items(table, "sources"))
    yield from _repeated(
        _named(source, f"sources[{at}]") or (source, default_source_name(at), f"sources[{at}]")
        for at, source in sources
    )


def check_source(table: Table) -> Iterator[Finding]:
    """A request gets each of its headers from one place."""
    basic, bearer = table.get("basic"), table.get("bearer")
    if basic and bearer:
        yield bearer, "bearer", "only one of basic and bearer can be used: remove the other"
    for header in _header_names(table):
        if header.text.lower() == "authorization" and (basic or bearer):
            yield header, "headers", "Authorization is set by basic or bearer: remove this one or those"
        if header.text.lower() == "user-agent" and table.get("user_agent"):
            yield header, "headers", "User-Agent is set by user_agent: remove one of the two"


def check_account(table: Table) -> Iterator[Finding]:
    """A provider is asked at its own address or at the one given, with the credentials that it takes."""
    named = table.get("caldav")
    provider = PROVIDERS.get(named.text) if isinstance(named, Scalar) else None
    if provider:
        yield from _address(table, provider)
        yield from _access(table, provider)


def _address(table: Table, provider: Provider) -> Iterator[Finding]:
    given = table.get("url")
    if given and provider.url:
        yield given, "url", f"{provider.name} has an address of its own: remove this key, or write `caldav: generic`"
    if not given and not provider.url:
        yield table, "", f"`url` is missing: add an address of the server ({provider.name} has none of its own)"


def _access(table: Table, provider: Provider) -> Iterator[Finding]:
    password, oauth = table.get("secret"), table.get("oauth")
    if provider.token_url:
        if password:
            yield password, "secret", f"{provider.name} takes no passwords here: remove this key and use `oauth`"
        if not oauth:
            yield table, "", f"`oauth` is missing: add it, `calsieve login {provider.name}` says what to write"
        return
    if oauth:
        yield oauth, "oauth", f"{provider.name} is asked with a password: remove this key and use `secret`"
    if not password:
        yield table, "", "`secret` is missing: add the password, or better a reference to it"


CHECKS: Mapping[Any, Callable[[Table], Iterable[Finding]]] = {
    FileKeys: check_file,
    FeedKeys: check_feed,
    SourceKeys: check_source,
    CalDavKeys: check_account,
    rules.DurationTest: range_check(read_duration, operator.ge),
    rules.TimeTest: range_check(read_time, operator.eq),  # it may pass midnight
    rules.DateTest: range_check(read_date, operator.gt),  # it holds its last day
    rules.TextEdit: check_text_edit,
    rules.Replacing: check_replacing,
}

_ONE_THING = "a rule does one thing: begin another one with `- ` for this"
_ITSELF = "only `edit` has this key: write the condition under `{}` itself"
_FEED_S = "a view has this from its feed: remove this key, or make it a feed"
_OF_FEEDS = ("sources", "schedule", "notices", "page", "guard", "stale_notice", "views")
_ACTIONS = {rules.Using: "use", rules.Keeping: "keep", rules.Dropping: "drop", rules.Editing: "edit"}

# What to say of keys that are likely to be written where they mean nothing.
STRAYS: Mapping[tuple[Any, str], str] = {
    **{(shape, action): _ONE_THING for shape in _ACTIONS for action in _ACTIONS.values() if action != _ACTIONS[shape]},
    (rules.Keeping, "when"): _ITSELF.format("keep"),
    (rules.Dropping, "when"): _ITSELF.format("drop"),
    **{
        (ViewKeys, key): _FEED_S for key in ("sources", "schedule", "notices", "page", "guard", "stale_notice", "views")
    },
}

# where a name stands, the name, the path of what it names
Named = tuple[Node, str, str] | None


def _items(table: Table, key: str) -> tuple[Node, ...]:
    listing = table.get(key)
    return listing.items if isinstance(listing, Listing) else ()


def _named(node: Node, path: str) -> Named:
    name = node.get("name") if isinstance(node, Table) else None
    return (name, name.text, path) if isinstance(name, Scalar) else None


def _header_names(table: Table) -> list[Scalar]:
    headers = table.get("headers")
    keys = [key for key, _ in headers.entries] if isinstance(headers, Table) else []
    return [key for key in keys if isinstance(key, Scalar)]


def _repeated(names: Iterable[Named]) -> Iterator[Finding]:
    first_line: dict[str, int] = {}
    for named in filter(None, names):
        node, name, path = named
        if name in first_line:
            yield node, f"{path}.name", f"this name is taken since line {first_line[name]}: choose another"
        first_line.setdefault(name, node.line)
