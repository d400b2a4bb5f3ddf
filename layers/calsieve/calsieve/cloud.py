"""What the functions call: the configuration, a refresh, the overview, by what Lambda's environment says.

Chooses as `wiring` does, and remembers between calls what a warm instance may know.
"""

from __future__ import annotations

import gc
import os
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

from calsieve.errors import ConfigError, Outdated, Problem, PutOff
from calsieve.wiring import CONFIG_NAME, CONFIG_PREFIX, STATE_PREFIX, places, s3, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from calsieve.adapters.s3 import S3StateStore
    from calsieve.configurations import Rolls
    from calsieve.core.rests import Rest
    from calsieve.core.roster import Roll
    from calsieve.models import Config, Feed, Outcome
    from calsieve.overview import Standing
    from calsieve.ports import Notifier
    from calsieve.settings import KnownSettings, Settings
    from calsieve.wiring import Target


def load_config(file: str = CONFIG_NAME) -> Config:
    """Read a configuration file from STATE_BUCKET; a configuration without feeds if it was not pushed yet.

    Raises ConfigError, or PublishError if S3 fails.
    """
    from calsieve.configurations import config_of

    return config_of(_files().load(file))


def rolls() -> list[Roll]:
    """Return which feeds there are in each configuration file. Raises PublishError if S3 fails."""
    return _rolls().look()


@cache  # a warm instance keeps what it knows
def _rolls() -> Rolls:
    from calsieve.configurations import Rolls

    return Rolls(_files())


def _memory() -> S3StateStore:
    from calsieve.adapters.s3 import S3StateStore

    return S3StateStore(s3(), os.environ["STATE_BUCKET"], STATE_PREFIX)


def _files() -> S3StateStore:
    from calsieve.adapters.s3 import S3StateStore

    return S3StateStore(s3(), os.environ["STATE_BUCKET"], CONFIG_PREFIX)


def rests() -> dict[str, Rest]:
    """Return which fair groups' upstreams asked to be left alone lately. Raises PublishError if S3 fails."""
    from calsieve.core.rests import PREFIX, rests_of

    return rests_of(_memory().keys(PREFIX))


def refresh_feed(
    name: str,
    now: datetime,
    stamp: str = "",
    file: str = CONFIG_NAME,
    *,
    can_wait: bool = False,
    left: Callable[[], float] | None = None,
) -> Outcome:
    """Refresh one feed of the deployed configuration; ``now`` is aware, ``left`` tells how many seconds there are.

    ``stamp`` is that of a configuration that suffices, as far as who asks knows, and ``file`` holds it. Raises
    ConfigError if there is no feed of that name (any more), PublishError if its paths can't be told; PutOff if it
    ``can_wait`` and its upstream asked this instance to be left alone.
    """
    from calsieve.refresh import refused

    known = _known_settings()
    settings = known.at(file, now, stamp)
    if can_wait:
        _put_off(_feed(settings.config, name))
    try:
        return _refreshed(settings, file, name, now, left)
    except Outdated:
        settings = known.read(file, now)
    # What is there now is to be gone by, also if it was written earlier: somebody took the last one back.
    settings = settings._replace(config=settings.config._replace(written=None))
    try:
        return _refreshed(settings, file, name, now, left)
    except Outdated as error:
        feed = _feed(settings.config, name)
        return refused(feed, places(settings.key, feed, now), error)


def _refreshed(
    settings: Settings, file: str, name: str, now: datetime, left: Callable[[], float] | None = None
) -> Outcome:
    from calsieve.adapters.punctual import Punctual
    from calsieve.configurations import OtherNames

    config, feed, target = settings.config, _feed(settings.config, name), _deployed_target()
    if left:
        target = replace(target, fetcher=Punctual(target.fetcher, left))
    elsewhere = OtherNames(_files(), file, config, feed)
    return target.refresh_by(settings.key, feed, now, configured=config.written, elsewhere=elsewhere)


def _put_off(feed: Feed) -> None:
    from calsieve.adapters.considerate import Considerate
    from calsieve.core.fairness import fair_group

    fetcher = _deployed_target().fetcher
    if isinstance(fetcher, Considerate) and fetcher.is_resting(fair_group(feed)):
        raise PutOff(f"{feed.name}: its upstream asked to be left alone for a while")


def _feed(config: Config, name: str) -> Feed:
    feed = next((feed for feed in config.feeds if feed.name == name), None)
    if feed is None:
        raise ConfigError([Problem(1, "feeds", f"there is no feed {name}")])
    return feed


@cache  # a warm instance keeps what it knows
def _known_settings() -> KnownSettings:
    from calsieve.settings import KnownSettings, Settings

    return KnownSettings(lambda file, now: Settings(load_config(file), _deployed_target().key(), now))


def all_configs() -> list[Config | ConfigError]:
    """Return what is in each configuration file, or why that can't be used. Raises PublishError if S3 fails."""
    from calsieve.configurations import all_configs

    return [found for _, found in all_configs(_files())]


def unconfigured(configs: Iterable[Config]) -> list[str]:
    """Return the names of feeds that are published and in none of ``configs``, which are all. Raises PublishError."""
    from calsieve.overview import unconfigured

    return unconfigured((feed for config in configs for feed in config.feeds), _memory())


def overview(configs: Iterable[Config], now: datetime, left: Sequence[str]) -> list[Standing]:
    """Look how each feed of the deployed configuration is, and publish the operator's page; ``now`` is aware.

    ``left`` are names of feeds that are published and not configured any more. Before anything was refreshed or linked
    to there is no key of paths, and no page. Raises PublishError.
    """
    from calsieve.adapters.s3 import S3Publisher
    from calsieve.overview import publish_overview, standings
    from calsieve.paths import KEY_NAME, path_key

    state = _memory()
    found = standings([feed for config in configs for feed in config.feeds], state)
    if state.load(KEY_NAME):  # this function may not make one
        publisher = S3Publisher(s3(), os.environ["PUBLISHED_BUCKET"])
        publish_overview(found, path_key(state, secrets.token_bytes), publisher, now, left)
    return found


def prepare() -> None:
    """Do now what the first refresh_feed would do first: import what it needs, make its clients.

    For a function while it starts, when Lambda gives it more of a processor than later. Asks nobody
    anything. What is made here stays, so the collector need not look at it: not while it is made, which is
    a fifth of a cold start, nor at each full collection later, which would take 50 ms.
    """
    gc.disable()
    import calsieve.configurations
    import calsieve.refresh  # noqa: F401

    _deployed_target()
    gc.freeze()
    gc.enable()


def _deployed_target() -> Target:
    return _cloud_target(
        os.environ["PUBLISHED_BUCKET"],
        os.environ["STATE_BUCKET"],
        os.environ.get("ALLOW_PRIVATE_UPSTREAMS") == "true",
        os.environ.get("NOTICE_TOPIC"),
        os.environ.get("HTTPS_BASE"),
    )


@cache  # a warm instance keeps what it knows of secrets
def _cloud_target(published: str, state: str, allow_private: bool, topic: str | None, base: str | None) -> Target:
    from calsieve.adapters.considerate import Considerate
    from calsieve.adapters.s3 import S3Publisher, S3StateStore

    found = target_of(
        os.environ,
        S3Publisher(s3(), published),
        S3StateStore(s3(), state, STATE_PREFIX),
        allow_private=allow_private,
    )
    fetcher = Considerate(found.fetcher, found.state, lambda: datetime.now(UTC))
    return replace(found, fetcher=fetcher, notifier=_Topic(topic) if topic else None, base=base)


class _Topic:
    """Tells an SNS topic; what that takes is made when there is something to tell."""

    def __init__(self, arn: str) -> None:
        self._arn = arn

    def tell(self, feed: str, subject: str, text: str) -> None:
        self._notifier.tell(feed, subject, text)

    @cached_property
    def _notifier(self) -> Notifier:
        import boto3

        from calsieve.adapters.sns import SnsNotifier

        return SnsNotifier(boto3.client("sns"), self._arn)
