"""What is fuzzed: each target takes any bytes, and raises only if something is wrong with what is ours.

Where a target has settings too, the first byte or line of an input chooses them, so that an input is all there is to
repeat a run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from calsieve.config import load
from calsieve.core.clean import compose
from calsieve.core.event_lines import left_out
from calsieve.core.read import read
from calsieve.core.screen import reach_of
from calsieve.errors import ConfigError, InvalidCalendar
from calsieve.models import Policy
from tests.core.kit import NOW, cleaned
from tests.fuzz import of_answers, of_feeds, of_files, of_lines
from tests.fuzz.drawing import POLICIES, pieces
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
    cut = [*pieces(body, data[0])]
    calendar = read("one", cut, reach=reach_of(policy.window, NOW), left_out=left_out(policy))
    assert compose([calendar], policy, NOW).body == slowly.body


def configuration(data: bytes) -> None:
    """A feeds.yaml is read or all of its problems are told, without a secret in them."""
    try:
        load(data.decode(errors="replace").replace("SECRET", _SECRET))
    except ConfigError as error:
        told = str(error)
    else:
        told = ""
    assert _SECRET not in told


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        *(repair, screen, configuration),
        *(of_answers.xml, of_answers.items, of_answers.mirrored, of_answers.graph, of_answers.headers),
        *(of_answers.remembered, of_answers.packed),
        *(of_feeds.rules, of_feeds.parted, of_feeds.agreement, of_feeds.exactness, of_feeds.merge),
        *(of_files.lint, of_files.agendas, of_files.explanations, of_files.pages, of_files.losses),
        *(of_lines.lines, of_lines.streams, of_lines.rrules),
    )
}


def _policy(data: bytes) -> tuple[Policy, bytes]:
    return POLICIES[(data[0] if data else 0) % len(POLICIES)], data[1:]
