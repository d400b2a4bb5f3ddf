"""Secrets: never shown, found where they are, replaced without touching anything else."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calsieve.config import load, replace_secrets, secrets_of
from calsieve.errors import ConfigError
from calsieve.models import Secret

EXAMPLE = (Path(__file__).parents[2] / "feeds.example.yaml").read_text("utf-8")
MARK = "hunter2"

# Each line stands in a source; each is wrong in its own way, and each holds the mark.
LEAKS = [
    "url: ftp://hunter2.example.org/",
    "url: https://jane:hunter2@example.org/",
    "url: https://example.org:hunter2/",
    "url: https://[hunter2/",
    "url: hunter2",
    "url: 'https://example.org/hunter2 x'",
    "url: 'env:hunter2 x'",
    "url: [hunter2]",
    "url: {hunter2: hunter2}",
    "url: &hunter2 x",
    "url: *hunter2",
    "url: !hunter2 x",
    "url: !hunter2!x y",
    "url: 'hunter2",
    'url: "\\hunter2"',
    "url: @hunter2",
    "url: %hunter2",
    "url: |hunter2",
    "url: hunter2: hunter2",
    "url: [hunter2",
    "url: {hunter2]",
    "hunter2",
    "hunter2: hunter2",
    "? {hunter2: hunter2}",
    "basic: hunter2",
    "basic: {user: a, hunter2}",
    "basic: {user: a, passwort: hunter2}",
    "basic: {user: 'hunter2:x', password: a}",
    'basic: {user: a, password: "hunter2\\n"}',
    "basic: {user: a, password: [hunter2]}",
    "basic: [hunter2, hunter2]",
    "bearer: Bearer hunter2",
    "bearer: {token: hunter2}",
    "headers: hunter2",
    "headers: {hunter2}",
    "headers: {hunter2 x: hunter2}",
    'headers: {X-Key: "hunter2\\n"}',
    "headers: {X-Key: 鍵hunter2}",
    "headers: [X-Key: hunter2]",
    "user_agent: 鍵hunter2",
    "name: hunter2 HUNTER2",
    "caldav: hunter2",
    "{caldav: icloud, user: a, secret: [hunter2]}",
    "{caldav: icloud, user: 'hunter2:x', secret: a}",
    "{caldav: icloud, user: a, secret: b, hunter2: c}",
    "{caldav: icloud, user: a, secret: b, calendars: hunter2}",
    "{caldav: icloud, user: a, secret: b, url: https://hunter2.example.org}",
    "{caldav: generic, user: a, secret: b, url: hunter2.example.org}",
    "{caldav: generic, user: a, secret: b, url: https://jane:hunter2@example.org}",
    "{caldav: google, user: a, secret: hunter2}",
    "{caldav: google, user: a, oauth: hunter2}",
    "{caldav: google, user: a, oauth: {client_id: b, refresh_token: hunter2 c}}",
]

# The same of things that are no secrets, into which one may slip.
SLIPS = [
    "title: [hunter2]",
    "title: {hunter2: hunter2}",
    "window: hunter2",
    "window: {back: hunter2}",
    "schedule: hunter2",
    "series: hunter2",
    "colour: hunter2",
    "timezone: hunter2",
    "alarms: hunter2",
    "https://hunter2.example.org: x",
    "hunter2: x",
    "{hunter2: x}: y",
]


GOOD = """\
feeds:
- name: a
  sources:
  - https://example.org/xylophone.ics
  - url: "https://example.org/xylophone.ics"
    basic: {user: 'xylophone', password: xylophone}
    headers:
      X-Key: xylophone
  - url: env:URL
    bearer: 'xylophone'
    user_agent: xylophone
"""


def check_nothing_shows(text: str, mark: str = MARK) -> None:
    with pytest.raises(ConfigError) as raised:
        load(text)
    shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(raised.value.problems)
    assert mark not in shown.lower()
    assert raised.value.__context__ is None, "the parser's own error, which quotes the file, must not hang on"


@pytest.mark.parametrize("line", LEAKS)
@pytest.mark.parametrize("mark", [MARK, "xylophone"])
def test_no_problem_of_a_source_shows_what_was_written(line: str, mark: str) -> None:
    check_nothing_shows(f"feeds:\n- name: a\n  sources:\n  - {line.replace(MARK, mark)}\n", mark)


@pytest.mark.parametrize("line", ["{url: env:U, bearer:zq}", "basic: {user: a, password:zq}", "Bearer,zq: x"])
def test_a_value_that_stuck_to_its_key_is_not_shown_as_a_misspelt_key(line: str) -> None:
    check_nothing_shows(f"feeds:\n- name: a\n  sources:\n  - {line}\n", "zq")


@given(st.data())
def test_no_slip_of_the_pen_makes_a_problem_show_a_secret(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD)))
    length = data.draw(st.integers(0, 3))
    slip = data.draw(st.text("x:{}[]'\"#&*!|>%@`\t\n ,-?\\", max_size=3))
    text = GOOD[:at] + slip + GOOD[at + length :]
    try:
        load(text)
    except ConfigError as error:
        assert "xylo" not in str(error)  # noqa: PT017 - some slips do no harm
        assert "phone" not in str(error)  # noqa: PT017


@pytest.mark.parametrize("line", SLIPS)
def test_a_secret_that_slipped_into_another_place_is_not_shown(line: str) -> None:
    check_nothing_shows(f"feeds:\n- name: a\n  {line}\n  sources: [env:URL]\n")


def test_neither_repr_nor_str_of_a_configuration_shows_a_literal() -> None:
    text = f"feeds: [{{name: a, sources: [{{url: 'https://{MARK}.org', bearer: {MARK}, headers: {{A: {MARK}}}}}]}}]"
    config = load(text)
    assert MARK not in repr(config) + str(config) + " ".join(map(str, secrets_of(config)))


def test_the_secrets_of_a_configuration_are_all_there_in_order() -> None:
    config = load(
        """
        feeds:
        - name: a
          sources:
          - env:A
          - {url: env:B, basic: {user: jane, password: env:C}, headers: {X: env:D, Y: e}, user_agent: f}
        - {name: b, sources: [{url: env:A, bearer: ssm:/g}]}
        - name: c
          sources:
          - {caldav: icloud, user: env:U, secret: env:S}
          - {caldav: generic, url: env:V, user: h, secret: env:T}
          - {caldav: google, user: i, oauth: {client_id: j, client_secret: env:K, refresh_token: ssm:/l}}
        """
    )
    found = [secret.value for secret in secrets_of(config)]
    plain = ["A", "B", "jane", "C", "D", "e", "f", "A", "/g"]
    assert found == [*plain, "U", "S", "V", "h", "T", "i", "j", "K", "/l"]


def to_parameter(secret: Secret) -> Secret | None:
    return Secret("ssm", f"/stack/{secret.value}") if secret.scheme == "env" else None


MESSY = """\ufeff# env:URL is not for env:here
defaults: {timezone: UTC}   # 😀
feeds:\r
- name: env   # env:URL
  title: "env:URL"
  sources:
  - env:URL   # a comment env:URL
  - 'env:QUOTED'
  - {"url":"env:FLOW","basic":{user: env:USER,password: 'env:PASSWORD'}}
  - url: >-
      env:FOLDED

    # between
    headers:
      env-x: env:HEADER
      X-Other: ssm:/kept
    bearer:   env:TOKEN
  - https://example.org/?env:URL
  - {caldav: generic, user: env:CALUSER, secret: env:CALPASS, url: "env:CALURL"}
  - url:
      env:BELOW"""


def test_only_the_secrets_change_and_everything_else_stays_to_the_character() -> None:
    expected = MESSY
    for old, new in [
        ("  - env:URL ", "  - ssm:/stack/URL "),
        ("'env:QUOTED'", '"ssm:/stack/QUOTED"'),
        ('"env:FLOW"', '"ssm:/stack/FLOW"'),
        (" env:USER", " ssm:/stack/USER"),
        ("'env:PASSWORD'", '"ssm:/stack/PASSWORD"'),
        (">-\n      env:FOLDED", '"ssm:/stack/FOLDED"'),
        ("x: env:HEADER", "x: ssm:/stack/HEADER"),
        ("   env:TOKEN", "   ssm:/stack/TOKEN"),
        ("user: env:CALUSER", "user: ssm:/stack/CALUSER"),
        ("secret: env:CALPASS", "secret: ssm:/stack/CALPASS"),
        ('"env:CALURL"', '"ssm:/stack/CALURL"'),
        ("      env:BELOW", "      ssm:/stack/BELOW"),
    ]:
        assert old in expected
        expected = expected.replace(old, new, 1)
    assert replace_secrets(MESSY, to_parameter) == expected


def test_the_new_text_means_the_same_but_for_the_secrets() -> None:
    for text in (MESSY, EXAMPLE):
        after = load(replace_secrets(text, to_parameter))
        assert list(secrets_of(after)) == [to_parameter(old) or old for old in secrets_of(load(text))]
        assert [feed.policy for feed in after.feeds] == [feed.policy for feed in load(text).feeds]


def test_a_secret_that_is_not_renamed_stays() -> None:
    assert replace_secrets(MESSY, lambda _: None) == MESSY
    assert replace_secrets(MESSY, lambda secret: secret) == MESSY


def test_each_place_is_asked_for_in_the_order_of_the_file() -> None:
    asked: list[str] = []
    replace_secrets(
        "feeds: [{sources: [env:B, {basic: {password: env:P, user: u}, url: env:A}], name: a}]",
        lambda secret: asked.append(secret.value),
    )
    assert asked == ["B", "P", "u", "A"]


@pytest.mark.parametrize("new", [Secret("literal", "x"), Secret("ssm", "no slash"), Secret("vault", "x")])
def test_what_is_no_reference_is_not_written(new: Secret) -> None:
    with pytest.raises(ValueError, match="reference"):
        replace_secrets(MESSY, lambda _: new)


def test_a_text_with_problems_is_not_rewritten() -> None:
    with pytest.raises(ConfigError):
        replace_secrets("feeds: [{name: a, sources: [env:A, nothing]}]", to_parameter)


literals = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(
    lambda text: text.isprintable() and not text.startswith(("env:", "keyring:", "ssm:", "secretsmanager:"))
)
styles = st.sampled_from([None, "'", '"', "|", ">"])


@settings(deadline=None)  # the first of them imports what reads files
@given(literals, styles, st.booleans())
def test_a_password_written_in_any_style_is_replaced_whole(password: str, style: str | None, flow: bool) -> None:
    source = {"basic": {"password": password, "user": "u"}, "name": "x", "url": "env:URL"}
    document = {"feeds": [{"name": "a", "sources": [source]}]}
    text = yaml.dump(document, default_style=style, default_flow_style=flow, allow_unicode=True)
    try:
        before = load(text)
    except ConfigError:
        return  # such as a plain number, which has to be quoted
    after = load(replace_secrets(text, lambda s: Secret("ssm", "/p") if s.value.strip() == password.strip() else None))
    assert [s.value for s in secrets_of(after)] == [
        "/p" if s.value.strip() == password.strip() else s.value for s in secrets_of(before)
    ]
    assert after.feeds[0].sources[0].name == "x"
