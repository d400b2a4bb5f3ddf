"""``calsieve discover``: which calendars an account has, and what to write into feeds.yaml to read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import click

if TYPE_CHECKING:
    from calsieve.adapters.caldav.calendars import Collection
    from calsieve.errors import SourceError
    from calsieve.models import Secret, Source
    from calsieve.providers import Provider

    Found = Sequence[tuple[Collection, int | None]]

_OAUTH = ("client_id", "client_secret", "refresh_token")


@click.command()
@click.argument("where", metavar="URL|PROVIDER")
@click.option("--user", required=True, metavar="NAME", help="The account's user name, often its mail address.")
@click.option("--secret", metavar="REFERENCE", help="Where the password is kept, like env:NAME; else it is asked for.")
@click.option("--login", default="google", show_default=True, metavar="NAME", help="What login called it, for google.")
def discover(where: str, user: str, secret: str | None, login: str) -> None:
    """List an account's calendars, and print a source for feeds.yaml.

    PROVIDER is icloud, google, yahoo or fastmail; for other servers give any URL of theirs. The password is asked
    for and neither shown nor kept. Counts are of entries; a series counts once.

    \b
    Example:
      calsieve discover icloud --user jane@example.org
      calsieve discover https://cloud.example.org --user jane --secret env:CLOUD_PASSWORD
    """
    from calsieve.cli import show

    candidates = list(_candidates(where))
    account = _Account(where, user, login, _reference(secret))
    password = _password(account, candidates[0])
    provider, found = _found_or_told(account, candidates, password)
    show.calendars([(_name(one), count) for one, count in found])
    show.source(account.written(provider, found))
    if password and not account.reference:
        click.echo(f"and put the password into the environment variable {_variable(provider)}", err=True)


@dataclass(frozen=True, slots=True)
class _Account:
    """What was said of the account; ``reference`` is where its password is kept, if that was said."""

    where: str
    user: str
    login: str
    reference: Secret | None

    def source(self, provider: Provider, password: Secret | None) -> Source:
        """Return it as a source to be asked."""
        from calsieve.models import BasicAuth, CalDav, OAuth, Secret, Source

        user = Secret("literal", self.user)
        kept = (Secret("keyring", f"{self.login}-{key}") for key in _OAUTH)
        return Source(
            name=provider.name,
            url=Secret("literal", provider.url or self.where),
            basic=BasicAuth(user, password) if password else None,
            caldav=CalDav(provider.name, user),
            oauth=OAuth(*kept) if provider.token_url else None,
        )

    def written(self, provider: Provider, found: Found) -> dict[str, object]:
        """Return it as a source is written, with all calendars by name, so that one can strike some."""
        secret = str(self.reference or f"env:{_variable(provider)}")
        oauth = {key: f"keyring:{self.login}-{key}" for key in _OAUTH}
        return {
            "caldav": provider.name,
            **({} if provider.url else {"url": self.where}),
            "user": self.user,
            **({"oauth": oauth} if provider.token_url else {"secret": secret}),
            "calendars": list(dict.fromkeys(_name(one) for one, _ in found)),
        }


def _variable(provider: Provider) -> str:
    return f"{provider.name.upper()}_PASSWORD"


def _candidates(where: str) -> Iterator[Provider]:
    """Yield the providers that ``where`` may belong to: one by its name or host, else all that have no own address."""
    from calsieve.providers import PROVIDERS

    named = PROVIDERS.get(where)
    if named and not named.url:
        raise click.UsageError(f"{where} has no address of its own: give a URL of your server instead")
    host = urlsplit(where).hostname if where.startswith(("https://", "http://")) else None
    if not named and not host:
        own = ", ".join(name for name, provider in PROVIDERS.items() if provider.url)
        raise click.UsageError(f"write one of {own}, or an address that starts with https://")
    owner = named or next((one for one in PROVIDERS.values() if _owns(one, host or "")), None)
    # a password for one's own server goes to no provider
    elsewhere = (one for one in PROVIDERS.values() if one.paths and not one.url)
    yield from [owner] if owner else [PROVIDERS["generic"], *elsewhere]


def _owns(provider: Provider, host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in provider.hosts)


def _reference(text: str | None) -> Secret | None:
    from calsieve.config.secret import reference
    from calsieve.distances import Unreadable

    if text is None:
        return None
    try:
        found = reference(text)
    except Unreadable as error:
        raise click.UsageError(str(error)) from error
    if found is None:
        raise click.UsageError("--secret takes a reference like env:NAME, never the password: others could see it")
    return found


def _password(account: _Account, provider: Provider) -> Secret | None:
    """Return the password or where it is kept, None if the provider takes none."""
    from calsieve.models import Secret

    if provider.token_url and account.reference:
        raise click.UsageError(f"{provider.name} takes no passwords: leave --secret out, and sign in by calsieve login")
    if provider.token_url:
        return None
    return account.reference or Secret("literal", click.prompt("Password (not shown)", hide_input=True))


def _found_or_told(
    account: _Account, candidates: Sequence[Provider], password: Secret | None
) -> tuple[Provider, Found]:
    """Return what was found. Raises a ClickException that says what to do where feeds.yaml has no part in it yet."""
    from calsieve.errors import SecretError, SourceError

    first = candidates[0]
    try:
        return _found(account, candidates, password)
    except SecretError as error:
        if not first.token_url:
            raise
        called = "" if account.login == first.name else f" --name {account.login}"
        raise click.ClickException(
            f"{error}; this signs in: calsieve login {first.name} --user {account.user}{called}"
        ) from error
    except SourceError as error:
        raise click.ClickException(f"{first.name if first.url else 'the server'}: {_advised(error, first)}") from error


def _advised(error: SourceError, provider: Provider) -> str:
    """Return the reason of ``error``, with advice if it has none or a better one is known."""
    if "status 401" in error.reason and not provider.token_url:
        takes = f"{provider.name} takes" if provider.url else "with two factors a server takes"
        return f"{error.reason}; {takes} an app password only"
    if ": " in error.reason:  # what is wrong: what to do
        return error.reason
    return f"{error.reason}: check the address, or try again later"


def _found(account: _Account, candidates: Sequence[Provider], password: Secret | None) -> tuple[Provider, Found]:
    """Return the first candidate that leads to calendars, and these. Raises what the first one said if none does."""
    from calsieve.adapters.caldav.dav import Declined
    from calsieve.wiring import calendars

    problems: list[Declined] = []
    for provider in candidates:
        try:
            return provider, calendars(account.source(provider, password))
        except Declined as error:
            problems.append(error)
    raise problems[0]


def _name(collection: Collection) -> str:
    """Return the name by which feeds.yaml can choose a calendar: the one it shows, else the end of its address."""
    from calsieve.config.readers import ONE_LINE

    known = re.fullmatch(ONE_LINE, collection.name)
    return collection.name if known else unquote(collection.path.rpartition("/")[2])
