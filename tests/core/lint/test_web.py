"""Rules of how a calendar is served, each by an answer in which only that is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calsieve.core.lint import RULES, WEB_RULES, served_findings
from calsieve.models import Client, Level, Served, Validators

SOUND = Served(scheme="webcal", steps=("https",), target="/a/b.ics?c", charset="utf-8", validators=Validators("etag"))


def found(**changes: object) -> dict[str, dict[Level, tuple[Client, ...]]]:
    """Return the rules that find something in an answer with these changes, and whom it concerns how badly."""
    served = replace(SOUND, **changes)  # type: ignore[arg-type]
    levels = {rule.id: rule.levels for rule in WEB_RULES}
    return {
        finding.rule: {level: tuple(c for c in Client if levels[finding.rule].get(c) is level) for level in Level}
        for finding in served_findings(served)
    }


def test_a_sound_answer_is_found_so() -> None:
    assert found() == {}
    assert found(validators=Validators(None, "Mon, 25 May 2026 12:00:00 GMT"), charset=None) == {}


def test_names_are_those_of_no_other_rule() -> None:
    names = [rule.id for rule in (*RULES, *WEB_RULES)]
    assert len(set(names)) == len(names)
    assert all(rule.check.__doc__ for rule in WEB_RULES)


def test_webcals() -> None:
    assert found(scheme="webcals")["webcals"][Level.ERROR] == (Client.APPLE,)


def test_not_encrypted() -> None:
    assert [*found(scheme="http", steps=("http",))] == ["not-encrypted"]
    assert [*found(scheme="http", steps=("http", "https"))] == ["not-encrypted"]
    assert found(steps=("http",))["not-encrypted"][Level.WARNING] == (Client.GOOGLE, Client.OUTLOOK)


def test_leads_to_http() -> None:
    assert [*found(steps=("https", "https", "http"))] == ["leads-to-http"]
    assert found(steps=("https", "http", "https"))["leads-to-http"][Level.ERROR] == (Client.ICSX5,)
    assert found(steps=("https", "https")) == {}


def test_forbidden_to_robots() -> None:
    assert found(robots="User-agent: *\nDisallow: /a/")["forbidden-to-robots"][Level.ERROR] == (Client.GOOGLE,)
    assert found(robots="User-agent: *\nDisallow: /b") == {}


@pytest.mark.parametrize("media_type", ["text/plain", "application/octet-stream", "text/html"])
def test_other_type(media_type: str) -> None:
    assert [*found(media_type=media_type)] == ["other-type"]


def test_other_charset() -> None:
    assert found(charset="iso-8859-1")["other-charset"][Level.WARNING] == (Client.ICSX5,)


def test_no_validators() -> None:
    told = found(validators=Validators())["no-validators"]
    assert told == {Level.ERROR: (), Level.WARNING: (), Level.HINT: (Client.ICSX5, Client.THUNDERBIRD)}


def test_only_those_who_are_asked_for_are_told_of() -> None:
    served = replace(SOUND, scheme="webcals", steps=("https", "http"))
    (finding,) = served_findings(served, [Client.OUTLOOK])
    assert (finding.rule, finding.level, finding.clients) == ("leads-to-http", Level.WARNING, (Client.OUTLOOK,))
    assert (finding.line, finding.more) == (0, 0)
