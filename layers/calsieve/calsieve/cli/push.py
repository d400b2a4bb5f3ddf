"""``calsieve push`` and ``calsieve links``: configurations to a deployed stack, and its feeds' addresses."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from calsieve.cli.aws import account_options
from calsieve.cli.configuration import collisions, configs_argument, load, load_each, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from calsieve.cli.stack import Stack
    from calsieve.models import Config, Feed, Secret
    from calsieve.paths import PathKey


def _stack_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what says which stack is meant."""
    stack = click.option("--stack", required=True, metavar="NAME", help="What the stack was deployed as.")
    return stack(account_options(command))


@click.command()
@configs_argument
@_stack_options
@click.option("--remove", multiple=True, metavar="FILE", help="Take this file away from the stack.")
def push(configs: tuple[Path, ...], stack: str, remove: tuple[str, ...], **account: str | None) -> None:
    """Give FEEDS.YAML, or several such files, to a deployed stack, and print addresses.

    The stack knows each file by its name. One that it has already is replaced; others that it has stay, unless
    --remove names them. No name of a feed or a view may stand in two of them.

    Secrets that FEEDS.YAML refers to as env:NAME are read from the environment and stored encrypted, as
    the SSM parameter /STACK/NAME, those in the keyring as /STACK/keyring/NAME; the stack gets references to
    them. A secret written out in FEEDS.YAML stays in it. The stack then refreshes its feeds.

    \b
    Examples:
      calsieve push --stack calsieve feeds.yaml
      calsieve push --stack calsieve teams.yaml rooms.yaml --remove feeds.yaml
    """
    from calsieve.cli.aws import Account, Aws
    from calsieve.cli.stack import Stack
    from calsieve.config import replace_secrets

    given = _given(configs)
    read = load_each(given.values())
    loaded = {file: read[path] for file, path in given.items()}
    parameters = _parameters(loaded.values(), stack)
    values = _values(parameters)
    aws = Aws(Account(**account))
    there = Stack(stack, aws)
    _refuse_collisions(loaded, there, remove)
    for secret, parameter in parameters.items():
        aws.store_parameter(parameter.value, values[secret])
        click.echo(f"stored {secret} as {parameter}", err=True)
    _key(there)  # so that who is told of the new configuration finds it
    for file in remove:
        there.remove_config(file)
        click.echo(f"took {file} away from the stack {stack}", err=True)
    for file, path in given.items():
        there.upload_config(file, replace_secrets(read_text(path), parameters.get))
        click.echo(f"gave {path} to the stack {stack}", err=True)
    feeds = [feed for config in loaded.values() for feed in config.feeds]
    _warn_of_mail_to_nobody(feeds, there)
    _tell_unconfigured(there)
    _print_links(feeds, there)


@click.command()
@configs_argument
@_stack_options
def links(configs: tuple[Path, ...], stack: str, **account: str | None) -> None:
    """Print the address of each feed again; change nothing.

    \b
    Example:
      calsieve links --stack calsieve feeds.yaml
    """
    from calsieve.cli.aws import Account, Aws
    from calsieve.cli.stack import Stack

    feeds = load(configs).feeds
    _print_links(feeds, Stack(stack, Aws(Account(**account))))


def _given(paths: Sequence[Path]) -> dict[str, Path]:
    """Return the files by the names under which the stack will know them. Raises ClickException."""
    from calsieve.configurations import FILE_NAME

    given: dict[str, Path] = {}
    for path in paths:
        name = path.with_suffix(".yaml").name
        if not FILE_NAME.fullmatch(name):
            raise click.ClickException(f"{path}: call it something like teams.yaml: a-z, 0-9 and hyphens")
        if name in given:
            raise click.ClickException(f"{path}: {given[name]} has the same name, by which the stack knows it")
        given[name] = path
    return given


def _refuse_collisions(loaded: Mapping[str, Config], stack: Stack, removed: Collection[str]) -> None:
    """Raise ClickException if a name stands in two files, of those given and those that the stack will still have."""
    there = stack.configs()
    if unknown := [file for file in removed if file not in there or file in loaded]:
        raise click.ClickException(f"the stack can't lose {unknown[0]}: it has {', '.join(there) or 'no files'}")
    files = {file: config for file, config in there.items() if file not in removed} | dict(loaded)
    for name, one, other in collisions(files):
        raise click.ClickException(f"{name} stands in {one} and in {other}: rename it in one, or --remove the other")


def _parameters(configs: Iterable[Config], stack: str) -> dict[Secret, Secret]:
    """Return each secret that is kept on this machine, and where the stack will find it."""
    from calsieve.config import secrets_of
    from calsieve.models import Secret

    folders = {"env": f"/{stack}", "keyring": f"/{stack}/keyring"}
    return {
        secret: Secret("ssm", f"{folders[secret.scheme]}/{secret.value}")
        for config in configs
        for secret in secrets_of(config)
        if secret.scheme in folders
    }


def _values(secrets: Mapping[Secret, Secret]) -> dict[Secret, str]:
    """Look every secret up before anything is stored. Raises SecretError naming the first that is missing."""
    from calsieve.adapters.secrets import EnvironmentSecrets

    environment = EnvironmentSecrets(os.environ)
    return {secret: environment.resolve(secret) for secret in secrets}


def _print_links(feeds: Sequence[Feed], stack: Stack) -> None:
    from calsieve.cli import show
    from calsieve.cli.options import clock
    from calsieve.paths import OPERATOR, PAGE

    key, now = _key(stack), clock()
    files = ((name, title) for feed in feeds for name, title in show.titles(feed))
    rows = [show.Address(name, title, f"{stack.webcal_base}/{key.place(name, now).path}") for name, title in files]
    show.addresses([*rows, show.operators_page(f"{stack.https_base}/{key.place(OPERATOR, now).stem}{PAGE}")])


def _key(stack: Stack) -> PathKey:
    """Return the key of the stack's paths; make it, if nothing was published so far. Raises PublishError."""
    import secrets

    from calsieve.paths import path_key

    return path_key(stack.state_store(), secrets.token_bytes, stack.publisher())


def _tell_unconfigured(stack: Stack) -> None:
    """Say which feeds are published and in no file of the stack: nothing takes them down by itself."""
    from calsieve.cli import show
    from calsieve.overview import unconfigured

    feeds = (feed for config in stack.configs().values() for feed in config.feeds)
    if left := unconfigured(feeds, stack.state_store()):
        click.echo(show.unconfigured(left, stack.name), err=True)


def _warn_of_mail_to_nobody(feeds: Sequence[Feed], stack: Stack) -> None:
    """Say so if feeds have notices by mail, and nobody gets them."""
    mailed = [feed.name for feed in feeds if feed.notices and feed.notices.mail]
    topic = stack.notice_topic
    if mailed and topic and not stack.has_readers(topic):
        click.echo(
            f"nobody gets the mails of {', '.join(mailed)} so far: deploy with NoticeEmail=you@example.org, "
            f"or subscribe to {topic}, and confirm what AWS asks",
            err=True,
        )
