"""Values of the shape → the values that travel, with the defaults worked in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from calsieve.config.rule_values import rules_of, source_edits
from calsieve.config.shape.file import (
    AlarmKeys,
    BudgetKeys,
    DefaultsKeys,
    FeedKeys,
    FileKeys,
    GuardKeys,
    NoticeKeys,
    PolicyKeys,
    ViewKeys,
    WindowKeys,
)
from calsieve.config.shape.sources import CalDavKeys, GraphKeys, OfItsOwn, SourceKeys, default_source_name
from calsieve.models import (
    Alarms,
    BasicAuth,
    Budget,
    CalDav,
    Config,
    Feed,
    Graph,
    Guard,
    Notices,
    OAuth,
    Policy,
    Secret,
    Snap,
    Source,
    SourcePolicy,
    Span,
    View,
    WindowPolicy,
)
from calsieve.providers import PROVIDERS

AnySource = Secret | SourceKeys | CalDavKeys | GraphKeys


def config_of(file: FileKeys) -> Config:
    """Return the configuration that ``file`` describes."""
    defaults = file.get("defaults", {})
    return Config(tuple(_feed(feed, defaults) for feed in file["feeds"]))


def _feed(feed: FeedKeys, defaults: DefaultsKeys) -> Feed:
    policy = _policy(defaults, feed)
    views = tuple(_view(view, feed, defaults) for view in feed.get("views", []))
    reach = widest([policy.window, *(view.policy.window for view in views)])
    keys: FeedKeys = {**defaults, **feed}
    return Feed(
        name=feed["name"],
        sources=tuple(_source(source, position, reach) for position, source in enumerate(feed["sources"])),
        policy=policy,
        views=views,
        notices=_notices(defaults.get("notices", False), feed.get("notices")),
        page=keys.get("page", True),
        stale_notice=keys.get("stale_notice"),
        guard=_guard(defaults.get("guard", True), feed.get("guard")),
    )


def _view(view: ViewKeys, feed: FeedKeys, defaults: DefaultsKeys) -> View:
    rules = rules_of(view.get("rules", []), f"view {view['name']}, ")
    return View(view["name"], _policy(defaults, feed, view)._replace(view_rules=rules))


def _policy(defaults: DefaultsKeys, feed: FeedKeys, view: PolicyKeys | None = None) -> Policy:
    """Return what ``view`` says, but for its rules, over what ``feed`` says over the defaults."""
    layers: list[PolicyKeys] = [defaults, feed, view or {}]
    keys = cast("FeedKeys", {**defaults, **feed, **(view or {})})
    base, alarms = Policy(), keys.get("alarms", False)
    return Policy(
        title=keys.get("title"),
        colour=keys.get("colour"),
        timezone=keys.get("timezone"),
        window=_window(layers),
        series=keys.get("series", base.series),
        uid=keys.get("uid", base.uid),
        refresh_every=keys.get("schedule", base.refresh_every),
        keep_alarms=alarms if isinstance(alarms, bool) else alarms.get("keep", base.keep_alarms),
        keep_attendees=keys.get("attendees", base.keep_attendees),
        keep_attachments=keys.get("attachments", base.keep_attachments),
        keep_html=keys.get("html", base.keep_html),
        rules=rules_of(feed.get("rules", defaults.get("rules", []))),
        sources=tuple(_source_policies(feed["sources"])),
        me=tuple(_listed(keys.get("me"))),
        show=keys.get("show", base.show),
        duplicates=keys.get("duplicates", base.duplicates),
        add_alarms=Alarms() if isinstance(alarms, bool) else _alarms(alarms),
        budget=_budget(layers),
    )


def _listed(value: Any) -> Iterable[Any]:
    """Return the different values of one or several, in their order."""
    return dict.fromkeys(value if isinstance(value, list) else [] if value is None else [value])


def _alarms(keys: AlarmKeys) -> Alarms:
    return Alarms(tuple(_listed(keys.get("add"))), tuple(_listed(keys.get("add_all_day"))))


def _budget(layers: Iterable[PolicyKeys]) -> Budget:
    keys: BudgetKeys = {}
    for layer in layers:
        keys |= layer.get("budget", {})
    return Budget(keys.get("bytes"), keys.get("events"))


def _notices(default: bool | NoticeKeys, own: bool | NoticeKeys | None) -> Notices | None:
    wanted = default if own is None else own
    if not wanted:
        return None
    keys: NoticeKeys = {**(default if isinstance(default, dict) else {}), **(own if isinstance(own, dict) else {})}
    base = Notices()
    return Notices(keys.get("ahead", base.ahead), keys.get("atom", base.atom), keys.get("mail", base.mail))


def _guard(default: bool | GuardKeys, own: bool | GuardKeys | None) -> Guard | None:
    if own is False or (own is None and default is False):
        return None
    keys: GuardKeys = {**(default if isinstance(default, dict) else {}), **(own if isinstance(own, dict) else {})}
    base = Guard()
    return Guard(keys.get("loss", base.loss), keys.get("hold", base.hold))


def _window(layers: Iterable[PolicyKeys]) -> WindowPolicy:
    keys: WindowKeys = {}
    for layer in layers:
        keys |= layer.get("window", {})
    base = WindowPolicy()
    return WindowPolicy(
        back=keys.get("back", base.back),
        ahead=keys.get("ahead", base.ahead),
        snap=keys.get("snap", base.snap),
    )


def widest(windows: list[WindowPolicy]) -> WindowPolicy:
    """Return a window that holds all of these: what is asked of sources that are read no further than that."""
    snaps = [window.snap for window in windows]
    return WindowPolicy(
        back=_farthest([window.back for window in windows]),
        ahead=_farthest([window.ahead for window in windows]),
        snap=next(snap for snap in (Snap.WEEK, Snap.DAY, Snap.NONE) if snap in snaps),
    )


def _farthest(spans: list[Span | None]) -> Span | None:
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return None
    if all(span.days for span in known) or all(span.months for span in known):
        return max(known)
    return Span(days=max(span.days + 31 * span.months for span in known))  # months differ, so the longest


def _source_policies(sources: Iterable[AnySource]) -> Iterator[tuple[str, SourcePolicy]]:
    """Yield what holds for single sources, by their names."""
    for position, source in enumerate(sources):
        if isinstance(source, Secret):
            continue
        keys, name = cast("OfItsOwn", source), _name(source, position)
        colour = keys.get("colour")
        policy = SourcePolicy(
            rules=rules_of(keys.get("rules", []), f"source {name}, "),
            edits=source_edits(keys.get("prefix"), keys.get("category"), colour.name if colour else None),
            uid=keys.get("uid"),
        )
        if policy != SourcePolicy():
            yield name, policy


def _name(source: AnySource, position: int) -> str:
    own = None if isinstance(source, Secret) else source.get("name")
    return own or default_source_name(position)


def _source(source: AnySource, position: int, reach: WindowPolicy) -> Source:
    name = _name(source, position)
    if isinstance(source, Secret):
        return Source(name=name, url=source)
    if "caldav" in source:
        return _account(cast("CalDavKeys", source), name)
    if "graph" in source:
        return _mailbox(cast("GraphKeys", source), name, reach)
    basic = source.get("basic")
    return Source(
        name=name,
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
        name=name,
        # checks make sure that a provider without an address was given one
        url=source.get("url") or Secret("literal", PROVIDERS[source["caldav"]].url or ""),
        basic=BasicAuth(user, password) if password else None,
        caldav=CalDav(source["caldav"], user, tuple(calendars) if calendars else None),
        oauth=OAuth(oauth["client_id"], oauth.get("client_secret"), oauth["refresh_token"]) if oauth else None,
    )


def _mailbox(source: GraphKeys, name: str, reach: WindowPolicy) -> Source:
    graph = Graph(
        user=source["graph"],
        tenant=source["tenant"],
        client_id=source["client_id"],
        client_secret=source["client_secret"],
        calendar=source.get("calendar"),
        window=reach,
    )
    return Source(name=name, url=graph.user, graph=graph)
