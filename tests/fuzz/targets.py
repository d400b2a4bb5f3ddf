"""What is fuzzed: each target takes any bytes, and raises only if something is wrong with what is ours.

The first byte of an input chooses the policy or the cutting, so that an input is all there is to repeat a run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping

from calsieve import history, state
from calsieve.adapters.caldav import mirror, multistatus
from calsieve.adapters.unpacking import gunzipped
from calsieve.config import load
from calsieve.core.clean import compose
from calsieve.core.event_lines import left_out
from calsieve.core.read import read
from calsieve.core.screen import reach_of
from calsieve.errors import ConfigError, InvalidCalendar, UpstreamTooLarge, UpstreamUnavailable
from calsieve.models import Policy
from tests.core.kit import NOW, cleaned
from tests.fuzz import of_feeds
from tests.fuzz.drawing import POLICIES
from tests.published import assert_published

_SECRET = "s3cr3t-of-this-configuration"


def repair(data: bytes) -> None:
    """What is broken is mended: the file is sound, and cleaning it again changes nothing."""
    policy, body = _policy(data)
    try:
        result = cleaned(body, policy=policy)
    except InvalidCalendar:
        return
    assert_published(result.body, alarms=policy.keep_alarms)
    assert cleaned(result.body, policy=policy).body == result.body


def screen(data: bytes) -> None:
    """The screen and the short way change no byte, wherever the stream is cut."""
    policy, body = _policy(data)
    try:
        slowly = cleaned(body, policy=policy, screened=False)
    except InvalidCalendar:
        return
    pieces = [*_pieces(body, data[0])]
    calendar = read("one", pieces, reach=reach_of(policy.window, NOW), left_out=left_out(policy))
    assert compose([calendar], policy, NOW).body == slowly.body


def xml(data: bytes) -> None:
    """A CalDAV answer is read, or refused in words, whatever its pieces are."""
    found: list[list[multistatus.Response]] = []
    for pieces in ([data], [*_pieces(data, 7)]):
        responses: list[multistatus.Response] = []
        try:
            multistatus.read("source", pieces, responses.append)
        except (InvalidCalendar, UpstreamUnavailable):
            continue
        found.append(responses)
    assert len(found) != 1, "it depends on where the stream is cut"
    assert not found or found[0] == found[1]


def remembered(data: bytes) -> None:
    """What a state store gives back is understood, or it is nothing; also what a newer version left there."""
    for magic, understand in (
        (state._FORM + b"\n", state.decode),
        (state._OLD_FORM + b"\n", state.decode),
        (history._FORM + b"\n", history.decode_history),
        (mirror._MAGIC, mirror.decode),
    ):
        understand(data)
        understand(magic + hashlib.sha256(data).digest() + data)


def configuration(data: bytes) -> None:
    """A feeds.yaml is read or all of its problems are told, without a secret in them."""
    try:
        load(data.decode(errors="replace").replace("SECRET", _SECRET))
    except ConfigError as error:
        told = str(error)
    else:
        told = ""
    assert _SECRET not in told


def packed(data: bytes) -> None:
    """What comes compressed is unpacked within the bound, or refused in words."""
    try:
        sum(map(len, gunzipped("source", iter([data]))))
    except (InvalidCalendar, UpstreamTooLarge, UpstreamUnavailable):
        return


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        *(repair, screen, xml, remembered, configuration, packed),
        *(of_feeds.rules, of_feeds.parted, of_feeds.agreement, of_feeds.merge),
    )
}


def _policy(data: bytes) -> tuple[Policy, bytes]:
    return POLICIES[(data[0] if data else 0) % len(POLICIES)], data[1:]


def _pieces(body: bytes, seed: int) -> Iterator[bytes]:
    """Cut ``body`` into pieces of several lengths, the same for the same seed."""
    length, at = seed % 61 + 1, 0
    while at < len(body):
        yield body[at : at + length]
        at, length = at + length, length * 7 % 251 + 1
