"""What no single value of a rule can be wrong about: what excludes another, what never happens, whom it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any, NamedTuple

from calsieve.config.readers import did_you_mean, nearest
from calsieve.config.shape.sources import default_source_name
from calsieve.config.tree import Listing, Node, Scalar, Table
from calsieve.core.rules.patterns import BadPattern, compiled, refuse_bad_replacement
from calsieve.core.rules.presets import PRESETS
from calsieve.distances import Unreadable
from calsieve.rules import EVERYTHING, Condition, Field, Where

# where it is, its path below the mapping, what is wrong and what to do
Finding = tuple[Node, str, str]

_YES = ("yes", "true", "on")


def range_check(read: Callable[[str], Any], empty: Callable[[Any, Any], bool]) -> Callable[[Table], Iterator[Finding]]:
    """Return what makes sure that something lies between two bounds."""

    def check(table: Table) -> Iterator[Finding]:
        low, high = table.get("from"), table.get("to")
        if not (isinstance(low, Scalar) and isinstance(high, Scalar)):
            return
        with suppress(Unreadable):  # that is said where the bound stands
            if empty(read(low.text), read(high.text)):
                yield high, "to", "nothing lies between `from` and this: correct one of them"

    return check


def check_text_edit(table: Table) -> Iterator[Finding]:
    """A text becomes one thing."""
    fixed, template = table.get("set"), table.get("template")
    if fixed and template:
        yield fixed, "set", "only one of template and set can be used: remove the other"


def check_replacing(table: Table) -> Iterator[Finding]:
    """What takes a match's place names no group that its pattern does not have."""
    pattern, text = table.get("pattern"), table.get("with")
    if not (isinstance(pattern, Scalar) and isinstance(text, Scalar)):
        return
    try:
        groups = compiled(pattern.text).groups
    except BadPattern:
        return  # that is said where the pattern stands
    try:
        refuse_bad_replacement(pattern.text, text.text)
    except BadPattern:
        counted = f"{groups or 'no'} group{'' if groups == 1 else 's'}"
        yield text, "with", f"the pattern captures {counted}: put what is meant in (…), or remove the number"


# ── rules in their feed ───────────────────────────────────────────────────────────────────────────


class _Rules(NamedTuple):
    """A list of rules, where it is, whether anybody is `me` there, and which sources there are."""

    rules: Listing
    path: str
    me: bool
    sources: tuple[str, ...]


def check_feed_rules(file: Table) -> Iterator[Finding]:
    """Rules can be reached, and ask about sources and persons that their feed knows."""
    said: set[int] = set()
    for rules in _lists(file):
        for finding in [*_unreachable(rules), *_strangers(rules)]:
            if finding[0].start not in said:  # rules among the defaults are those of several feeds
                said.add(finding[0].start)
                yield finding


def _lists(file: Table) -> Iterator[_Rules]:
    """Yield the lists of rules of every feed."""
    defaults = file.get("defaults")
    general = defaults if isinstance(defaults, Table) else Table((), 1, 0)
    for at, feed in _tables(file, "feeds"):
        me = bool(feed.get("me") or general.get("me"))
        names = tuple(_source_names(feed))
        owner, path = (feed, f"feeds[{at}]") if feed.get("rules") else (general, "defaults")
        yield from _list(owner, path, me, names)
        for where, source in _tables(feed, "sources"):
            yield from _list(source, f"feeds[{at}].sources[{where}]", me, names)
        for where, view in _tables(feed, "views"):
            yield from _list(view, f"feeds[{at}].views[{where}]", me or bool(view.get("me")), names)


def _list(owner: Table, path: str, me: bool, sources: tuple[str, ...]) -> Iterator[_Rules]:
    rules = owner.get("rules")
    if isinstance(rules, Listing):
        yield _Rules(rules, f"{path}.rules", me, sources)


def _unreachable(found: _Rules) -> Iterator[Finding]:
    for at, (rule, behind) in enumerate(pairwise(found.rules.items)):
        if _decides_all(rule):
            message = f"no event gets here: the rule on line {rule.line} decides about all; move this before it"
            yield behind, f"{found.path}[{at + 1}]", message
            return


def _decides_all(rule: Node) -> bool:
    """Tell whether no rule behind ``rule`` is ever tried."""
    if not isinstance(rule, Table):
        return False
    if preset := PRESETS.get(_word(rule.get("use"))):
        return any(one.when == EVERYTHING and not one.goes_on for one in preset.rules)
    goes_on = _word(rule.get("continue")).lower() in _YES
    asked = [rule.get(action) for action in ("keep", "drop")] if not rule.get("edit") else [rule.get("when")]
    everything = any(_word(one) == "everything" for one in asked) or bool(rule.get("edit") and not rule.get("when"))
    return everything and not goes_on


def _strangers(found: _Rules) -> Iterator[Finding]:
    for key, value, path in _keys_below(found.rules, found.path):
        if not found.me and (key.text == "partstat" or (key.text == "use" and _asks_for_me(_word(value)))):
            yield key, path, "whose answer is not known here: add `me` with your addresses to the feed"
        if key.text == "source":
            for node in _equal_to(value):
                if node.text.lower() not in found.sources:
                    hint = did_you_mean(nearest(node.text, found.sources))
                    yield node, path, f"no source of this feed is called so: correct the name{hint}"


def _asks_for_me(preset: str) -> bool:
    return preset in PRESETS and any(_asks(rule.when, Field.PARTSTAT) for rule in PRESETS[preset].rules)


def _asks(condition: Condition, field: Field) -> bool:
    if isinstance(condition, Where):
        return condition.field is field
    return any(_asks(part, field) for part in condition.of)


def _keys_below(node: Node, path: str) -> Iterator[tuple[Scalar, Node, str]]:
    """Yield the keys of conditions, what is under them, and their paths."""
    if isinstance(node, Listing):
        for at, item in enumerate(node.items):
            yield from _keys_below(item, f"{path}[{at}]")
    for key, value in node.entries if isinstance(node, Table) else ():
        if isinstance(key, Scalar) and key.text not in ("property", "edit"):
            yield key, value, f"{path}.{key.text}"
            yield from _keys_below(value, f"{path}.{key.text}")


def _equal_to(test: Node) -> Iterator[Scalar]:
    """Yield the words that a test says something equals."""
    if isinstance(test, Table):
        for key in ("equals", "not"):
            if held := test.get(key):
                yield from _equal_to(held)
    for node in test.items if isinstance(test, Listing) else (test,):
        if isinstance(node, Scalar):
            yield node


def _source_names(feed: Table) -> Iterator[str]:
    sources = feed.get("sources")
    for at, source in enumerate(sources.items if isinstance(sources, Listing) else ()):
        named = source.get("name") if isinstance(source, Table) else None
        yield named.text if isinstance(named, Scalar) else default_source_name(at)


def _tables(table: Table, key: str) -> Iterator[tuple[int, Table]]:
    listing = table.get(key)
    for at, item in enumerate(listing.items if isinstance(listing, Listing) else ()):
        if isinstance(item, Table):
            yield at, item


def _word(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""
