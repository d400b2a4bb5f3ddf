"""Secrets as they are written in feeds.yaml: the value itself, or where it is kept.

No message repeats anything of a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from calsieve.config.readers import ONE_LINE
from calsieve.distances import Unreadable
from calsieve.models import Config, Secret, Source
from calsieve.providers import PROVIDERS

URL = r"^((https?|webcals?|file)://|(env|ssm|secretsmanager):)"
SERVER_URL = r"^(https?://|(env|ssm|secretsmanager):)"
HEADER_NAME = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"

# Also what keeps a reference safe to write without quotes: no blank, no comma, no bracket, no last colon.
_REFERENCES = {
    "env": (r"[A-Za-z_][A-Za-z0-9_]*", "env:NAME, a variable's name of letters, digits and _"),
    "ssm": (
        r"(/[A-Za-z0-9_.-]+)+(:[A-Za-z0-9_.-]+)?",
        "ssm:/path/of/parameter, of letters, digits, _ . and -, perhaps with :version at the end",
    ),
    "secretsmanager": (
        r"[A-Za-z0-9/_+=.@:-]*[A-Za-z0-9/_+=.@-](#[A-Za-z0-9_.-]+)?",
        "secretsmanager:name-or-arn, perhaps with #key at the end",
    ),
}
_PRINTABLE_LATIN_1 = r"[\t\x20-\x7e\xa0-\xff]*"  # what an HTTP field value may hold (RFC 9110 §5.5)


def reference(text: str) -> Secret | None:
    """Return the secret that ``text`` refers to, or None when it is a literal.

    Raises Unreadable when it begins like a reference and isn't one.
    """
    scheme, colon, name = text.partition(":")
    if not colon or scheme not in _REFERENCES:
        return None
    pattern, form = _REFERENCES[scheme]
    if not re.fullmatch(pattern, name):
        raise Unreadable(f"`{scheme}:` begins a reference to a secret: write {form}")
    return Secret(scheme, name)


def secret(literal: Callable[[str], str]) -> Callable[[str], Secret]:
    """Return a reader of references and of values that ``literal`` accepts."""

    def read(text: str) -> Secret:
        return reference(text) or Secret("literal", literal(text))

    return read


def literal_url(text: str) -> str:
    """Accept the address of a calendar; ``webcals`` is only another name of ``https``."""
    scheme, mark, rest = text.partition("://")
    if not mark or scheme.lower() not in ("http", "https", "webcal", "webcals", "file"):
        raise Unreadable(
            "write an address that starts with https://, http://, webcal:// or file://,"
            " or a reference like env:NAME, ssm:/name or secretsmanager:name"
        )
    _check_blanks(text)
    if scheme.lower() == "file":
        _check_file(rest)
    else:
        _check_authority(text, "`basic`")
    return f"https://{rest}" if scheme.lower() == "webcals" else text


def literal_server(text: str) -> str:
    """Accept the address of a server, or of anything on it, that speaks HTTP."""
    if not re.match("https?://", text, re.IGNORECASE):
        raise Unreadable("write an address that starts with https:// or http://, or a reference like env:NAME")
    _check_blanks(text)
    _check_authority(text, "`user` and `secret`")
    return text


def _check_blanks(text: str) -> None:
    if not text.isprintable() or " " in text:
        raise Unreadable("this address holds a blank or a line break: remove it, or write it as %20")


def _check_file(rest: str) -> None:
    if not re.fullmatch(r"(localhost)?/.*[^/]", rest):
        raise Unreadable("write the file's whole path, like file:///home/me/calendar.ics")


def _check_authority(text: str, credentials: str) -> None:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host:
        raise Unreadable("this address has no valid host and port: copy it again from where it is published")
    if "@" in parts.netloc:
        raise Unreadable(f"take user and password out of the address and write them under {credentials}")


def literal_user(text: str) -> str:
    """Accept a user name; RFC 7617 forbids the colon."""
    if ":" in text:
        raise Unreadable("a user name can't hold a colon: correct it")
    return literal_password(text)


def literal_password(text: str) -> str:
    """Accept any characters but control characters (RFC 7617), and at least one."""
    if not re.fullmatch(ONE_LINE, text):
        raise Unreadable("this is empty or holds a line break: write it on one line")
    return text


def literal_token(text: str) -> str:
    """Accept a bearer token: visible ASCII (RFC 6750 §2.1 is narrower, servers are not)."""
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise Unreadable("a token is one word without blanks: write it alone, without `Bearer`")
    return text


def literal_header(text: str) -> str:
    """Accept what an HTTP field value may hold: no line break, nothing outside latin-1."""
    if not text.strip() or not re.fullmatch(_PRINTABLE_LATIN_1, text):
        raise Unreadable("a header's value is one line of plain (latin-1) characters: correct it")
    return text


def read_header_name(text: str) -> str:
    """Read a header's name: an RFC 9110 token."""
    if not re.fullmatch(HEADER_NAME, text):
        raise Unreadable("a header's name holds only letters, digits and hyphens, like X-Api-Key")
    return text


def secrets_of(config: Config) -> Iterator[Secret]:
    """Yield every secret of every source, in the order of the file, repeated ones too."""
    for feed in config.feeds:
        for source in feed.sources:
            yield from _secrets_of_source(source)


def _secrets_of_source(source: Source) -> Iterator[Secret]:
    account = source.caldav
    if not account or source.url.value != PROVIDERS[account.provider].url:  # else nobody wrote it
        yield source.url
    if source.basic:
        yield from (source.basic.user, source.basic.password)
    elif account:
        yield account.user
    if source.bearer:
        yield source.bearer
    yield from source.headers.values()
    if source.user_agent:
        yield source.user_agent
    if oauth := source.oauth:
        yield from filter(None, (oauth.client_id, oauth.client_secret, oauth.refresh_token))
