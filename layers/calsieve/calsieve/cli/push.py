"""``calsieve push`` and ``calsieve links``: a configuration to a deployed stack, and its feeds' addresses."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from calsieve.cli.aws import account_options
from calsieve.cli.configuration import config_argument, load, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calsieve.cli.stack import Stack
    from calsieve.models import Config, Secret
    from calsieve.paths import PathKey


def _stack_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what says which stack is meant."""
    stack = click.option("--stack", required=True, metavar="NAME", help="What the stack was deployed as.")
    return stack(account_options(command))


@click.command()
@config_argument
@_stack_options
def push(config: Path, stack: str, **account: str | None) -> None:
    """Give FEEDS.YAML to a deployed stack, and print addresses.

    Secrets that FEEDS.YAML refers to as env:NAME are read from the environment and stored encrypted, as
    the SSM parameter /STACK/NAME, those in the keyring as /STACK/keyring/NAME; the stack gets references to
    them. A secret written out in FEEDS.YAML stays in it. The stack then refreshes its feeds.

    \b
    Example:
      calsieve push --stack calsieve feeds.yaml
    """
    from calsieve.cli.aws import Account, Aws
    from calsieve.cli.stack import Stack
    from calsieve.config import replace_secrets

    configuration = load(config)
    parameters = _parameters(configuration, stack)
    values = _values(parameters)
    aws = Aws(Account(**account))
    there = Stack(stack, aws)
    for secret, parameter in parameters.items():
        aws.store_parameter(parameter.value, values[secret])
        click.echo(f"stored {secret} as {parameter}", err=True)
    _key(there)  # so that who is told of the new configuration finds it
    there.upload_config(replace_secrets(read_text(config), parameters.get))
    click.echo(f"gave {config} to the stack {stack}", err=True)
    _warn_of_mail_to_nobody(configuration, there)
    _print_links(configuration, there)


@click.command()
@config_argument
@_stack_options
def links(config: Path, stack: str, **account: str | None) -> None:
    """Print the address of each feed again; change nothing.

    \b
    Example:
      calsieve links --stack calsieve feeds.yaml
    """
    from calsieve.cli.aws import Account, Aws
    from calsieve.cli.stack import Stack

    _print_links(load(config), Stack(stack, Aws(Account(**account))))


def _parameters(config: Config, stack: str) -> dict[Secret, Secret]:
    """Return each secret that is kept on this machine, and where the stack will find it."""
    from calsieve.config import secrets_of
    from calsieve.models import Secret

    folders = {"env": f"/{stack}", "keyring": f"/{stack}/keyring"}
    return {
        secret: Secret("ssm", f"{folders[secret.scheme]}/{secret.value}")
        for secret in secrets_of(config)
        if secret.scheme in folders
    }


def _values(secrets: Mapping[Secret, Secret]) -> dict[Secret, str]:
    """Look every secret up before anything is stored. Raises SecretError naming the first that is missing."""
    from calsieve.adapters.secrets import EnvironmentSecrets

    environment = EnvironmentSecrets(os.environ)
    return {secret: environment.resolve(secret) for secret in secrets}


def _print_links(config: Config, stack: Stack) -> None:
    from calsieve.cli import show
    from calsieve.cli.options import clock
    from calsieve.paths import OPERATOR, PAGE

    key, now = _key(stack), clock()
    files = ((name, title) for feed in config.feeds for name, title in show.titles(feed))
    rows = [show.Address(name, title, f"{stack.webcal_base}/{key.place(name, now).path}") for name, title in files]
    show.addresses([*rows, show.operators_page(f"{stack.https_base}/{key.place(OPERATOR, now).stem}{PAGE}")])


def _key(stack: Stack) -> PathKey:
    """Return the key of the stack's paths; make it, if nothing was published so far."""
    import secrets

    from calsieve.paths import path_key

    return path_key(stack.state_store(), secrets.token_bytes)


def _warn_of_mail_to_nobody(config: Config, stack: Stack) -> None:
    """Say so if feeds have notices by mail, and nobody gets them."""
    feeds = [feed.name for feed in config.feeds if feed.notices and feed.notices.mail]
    topic = stack.notice_topic
    if feeds and topic and not stack.has_readers(topic):
        click.echo(
            f"nobody gets the mails of {', '.join(feeds)} so far: deploy with NoticeEmail=you@example.org, "
            f"or subscribe to {topic}, and confirm what AWS asks",
            err=True,
        )
