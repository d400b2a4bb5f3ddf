"""``calsieve login``: a refresh token for a provider that takes no passwords."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from calsieve.cli.aws import Account, Aws, account_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calsieve.cli.sign_in import Service
    from calsieve.models import Secret

_SECRET_VARIABLE = "GOOGLE_CLIENT_SECRET"  # noqa: S105 - the name of it


@click.command()
@click.argument("provider", type=click.Choice(["google"]))
@click.option("--user", required=True, metavar="ADDRESS", help="The account, like jane@example.com.")
@click.option("--client-id", envvar="GOOGLE_CLIENT_ID", prompt="Client ID", help="That of your app at Google.")
@click.option("--name", default="google", show_default=True, help="What to call it in the keyring of this machine.")
@click.option("--ssm", metavar="/PATH", help="Store it in SSM parameters below this path instead.")
@click.option("--secretsmanager", metavar="NAME", help="Store it in this secret of Secrets Manager instead.")
@click.option("--no-browser", is_flag=True, help="Only print the address to open.")
@account_options
def login(
    provider: str,
    user: str,
    client_id: str,
    name: str,
    ssm: str | None,
    secretsmanager: str | None,
    no_browser: bool,
    **account: str | None,
) -> None:
    """Sign in at a PROVIDER that takes no passwords: google.

    Opens the browser of this machine, stores what comes back, and prints what to write into feeds.yaml. The
    client ID and secret are those of an app of type "Desktop app" that you make in the Google Cloud console;
    the secret is read from GOOGLE_CLIENT_SECRET or asked for.

    \b
    Example:
      calsieve login google --user jane@example.com
      calsieve login google --user jane@example.com --ssm /calsieve/google
    """
    from calsieve.adapters.http.api import JsonApi
    from calsieve.cli import show
    from calsieve.cli.sign_in import Client, sign_in

    references = _references(name, ssm, secretsmanager)
    secret = os.environ.get(_SECRET_VARIABLE) or click.prompt("Client secret", hide_input=True)
    token = sign_in(
        Client(client_id, secret),
        google(),
        user,
        api=JsonApi(allow_private=True, ca_bundle=os.environ.get("REQUESTS_CA_BUNDLE")),
        show=_print_address if no_browser else _open_browser,
    )
    came = {"client_id": client_id, "client_secret": secret, "refresh_token": token}
    _store({references[key]: value for key, value in came.items()}, Account(**account))
    click.echo(f"signed in as {user} and stored what came", err=True)
    show.source(
        {"caldav": provider, "user": user, "oauth": {key: str(reference) for key, reference in references.items()}}
    )


def google() -> Service:
    """Return Google's sign-in. Read-only access is the least with which calendars can be listed."""
    from calsieve.cli.sign_in import Service
    from calsieve.providers import PROVIDERS

    return Service(
        sign_in="https://accounts.google.com/o/oauth2/v2/auth",
        exchange=PROVIDERS["google"].token_url or "",
        scope="https://www.googleapis.com/auth/calendar.readonly",
    )


def _references(name: str, ssm: str | None, secretsmanager: str | None) -> dict[str, Secret]:
    """Return where the client's ID and secret and the refresh token go. Raises UsageError before anybody signs in."""
    from calsieve.config.secret import reference
    from calsieve.distances import Unreadable

    if ssm and secretsmanager:
        raise click.UsageError("only one of --ssm and --secretsmanager can be used")
    form = f"secretsmanager:{secretsmanager}#" if secretsmanager else f"ssm:{ssm}/" if ssm else f"keyring:{name}-"
    try:
        found = {key: reference(f"{form}{key}") for key in ("client_id", "client_secret", "refresh_token")}
    except Unreadable as error:
        raise click.UsageError(str(error)) from error
    return {key: secret for key, secret in found.items() if secret}


def _store(values: Mapping[Secret, str], account: Account) -> None:
    """Store each value where its reference says; all of them are references of one kind."""
    scheme = next(iter(values)).scheme
    if scheme == "keyring":
        from calsieve.adapters.keyring import keyring_of

        return keyring_of(os.environ).put({secret.value: value for secret, value in values.items()})
    aws = Aws(account)
    if scheme == "ssm":
        for secret, value in values.items():
            aws.store_parameter(secret.value, value)
        return None
    name = next(iter(values)).value.partition("#")[0]
    return aws.store_secret(
        name, json.dumps({secret.value.partition("#")[2]: value for secret, value in values.items()})
    )


def _print_address(address: str) -> None:
    click.echo(f"open this in a browser of this machine:\n  {address}", err=True)


def _open_browser(address: str) -> None:
    import webbrowser

    _print_address(address)
    webbrowser.open(address)
