"""``calsieve redrive``: feeds that a stack gave up, back into its queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from calsieve.cli.aws import account_options

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from calsieve.cli.queues import Letter, Queue


@click.command()
@click.option("--stack", required=True, metavar="NAME", help="What the stack was deployed as.")
@click.option("--only", multiple=True, metavar="FEED", help="Only this feed; may be given more than once.")
@account_options
def redrive(stack: str, only: tuple[str, ...], **account: str | None) -> None:
    """Try feeds again that were given up after three failures: now, not when they are due.

    Each feed goes back into the queue once, however many dead letters it has. One that is still broken is given up
    again after three more failures. The exit code is 1 if a message was left that names no feed, or did not get into
    the queue.

    \b
    Examples:
      calsieve redrive --stack calsieve
      calsieve redrive --stack calsieve --only family
    """
    from calsieve.cli.aws import Account, Aws
    from calsieve.cli.stack import Stack

    there = Stack(stack, Aws(Account(**account)))
    moved = _moved(there.dead_letters(), there.queue(), only)
    for feed in moved.feeds:
        click.echo(feed)
    _explain(moved, only)
    if moved.nameless or moved.stuck:
        raise click.exceptions.Exit(1)


class _Moved(NamedTuple):
    """What became of dead letters: feeds that are in the queue again, and how many letters were left, and why."""

    feeds: Sequence[str]
    unasked: int
    nameless: int
    stuck: int


def _moved(source: Queue, target: Queue, only: Collection[str]) -> _Moved:
    """Move letters, by tens: into the queue first, then out of here, so that a break loses none."""
    back: dict[str, None] = {}
    left: list[Letter] = []
    stuck = 0
    for letters in source.take():
        wanted = [letter for letter in letters if letter.feed and (not only or letter.feed in only)]
        left += [letter for letter in letters if letter not in wanted]
        new = _firsts(letter for letter in wanted if letter.feed not in back)
        failed = target.send(new) if new else set()
        back |= {letter.feed: None for letter in new if letter.feed and letter.id not in failed}
        if done := [letter for letter in wanted if letter.feed in back]:
            source.delete(done)
        unsent = [letter for letter in wanted if letter.feed not in back]
        stuck += len(unsent)
        left += unsent
    source.give_back(left)
    nameless = 0 if only else sum(letter.feed is None for letter in left)
    return _Moved([*back], len(left) - nameless - stuck, nameless, stuck)


def _firsts(letters: Iterable[Letter]) -> list[Letter]:
    """Return the first letter of each feed."""
    return [*{letter.feed: letter for letter in reversed([*letters])}.values()][::-1]


def _explain(moved: _Moved, only: Sequence[str]) -> None:
    missing = sorted({*only} - {*moved.feeds})
    if missing and not moved.stuck:
        click.echo(f"nothing was given up of {', '.join(missing)}", err=True)
    elif not moved.feeds and not moved.stuck:
        click.echo("no feed was given up", err=True)
    if moved.unasked:
        click.echo(f"{_letters(moved.unasked)} of other feeds left as they are", err=True)
    if moved.nameless:
        click.echo(
            f"{_letters(moved.nameless)} without the name of a feed left as they are: "
            "see what is in them, then empty the queue (aws sqs purge-queue, with the output DeadLetterQueueUrl)",
            err=True,
        )
    if moved.stuck:
        click.echo(f"{_letters(moved.stuck)} did not get into the queue: try again", err=True)


def _letters(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
