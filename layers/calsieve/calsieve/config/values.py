"""Values of the shape → the values that travel, with the defaults worked in."""

from __future__ import annotations

from typing import cast

from calsieve.config.shape import (
    CalDavKeys,
    DefaultsKeys,
    FeedKeys,
    FileKeys,
    SourceKeys,
    WindowKeys,
    default_source_name,
)
from calsieve.models import BasicAuth, CalDav, Config, Feed, OAuth, Policy, Secret, Source, WindowPolicy
from calsieve.providers import PROVIDERS


def config_of(file: FileKeys) -> Config:
    """Return the configuration that ``file`` describes."""
    defaults = file.get("defaults", {})
    return Config(tuple(_feed(feed, defaults) for feed in file["feeds"]))


def _feed(feed: FeedKeys, defaults: DefaultsKeys) -> Feed:
    sources = (_source(source, position) for position, source in enumerate(feed["sources"]))
    return Feed(name=feed["name"], sources=tuple(sources), policy=_policy(feed, defaults))


def _policy(feed: FeedKeys, defaults: DefaultsKeys) -> Policy:
    keys: FeedKeys = {**defaults, **feed}
    window: WindowKeys = {**defaults.get("window", {}), **feed.get("window", {})}
    base = Policy()
    return Policy(
        title=keys.get("title"),
        colour=keys.get("colour"),
        timezone=keys.get("timezone"),
        window=_window(window),
        series=keys.get("series", base.series),
        uid=keys.get("uid", base.uid),
        refresh_every=keys.get("schedule", base.refresh_every),
        keep_alarms=keys.get("alarms", base.keep_alarms),
        keep_attendees=keys.get("attendees", base.keep_attendees),
        keep_attachments=keys.get("attachments", base.keep_attachments),
        keep_html=keys.get("html", base.keep_html),
    )


def _window(keys: WindowKeys) -> WindowPolicy:
    base = WindowPolicy()
    return WindowPolicy(
        back=keys.get("back", base.back),
        ahead=keys.get("ahead", base.ahead),
        snap=keys.get("snap", base.snap),
    )


def _source(source: Secret | SourceKeys | CalDavKeys, position: int) -> Source:
    name = default_source_name(position)
    if isinstance(source, Secret):
        return Source(name=name, url=source)
    if "caldav" in source:
        return _account(cast("CalDavKeys", source), name)
    basic = source.get("basic")
    return Source(
        name=source.get("name", name),
        url=source["url"],
        basic=BasicAuth(basic["user"], basic["password"]) if basic else None,
        bearer=source.get("bearer"),
        headers=source.get("headers", {}),
        user_agent=source.get("user_agent"),
    )


def _account(source: CalDavKeys, name: str) -> Source:
    user, password = source["user"], source.get("secret")
    oauth, calendars = source.get("oauth"), source.get("calendars")
    return Source(
        name=source.get("name", name),
        # checks make sure that a provider without an address was given one
        url=source.get("url") or Secret("literal", PROVIDERS[source["caldav"]].url or ""),
        basic=BasicAuth(user, password) if password else None,
        caldav=CalDav(source["caldav"], user, tuple(calendars) if calendars else None),
        oauth=OAuth(oauth["client_id"], oauth.get("client_secret"), oauth["refresh_token"]) if oauth else None,
    )
