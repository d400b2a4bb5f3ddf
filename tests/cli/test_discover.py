"""``calsieve discover``: the calendars of accounts on servers here, and the source that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner, Result

from calsieve import config
from calsieve.adapters.keyring import Keyring
from calsieve.cli.discover import _candidates
from calsieve.cli.main import main
from calsieve.models import CalDav, Secret, Source
from calsieve.providers import PROVIDERS
from calsieve.wiring import calendars
from tests.adapters.caldav_server import PASSWORD, USER, Asked, CalDavServer, Calendar, Reply, filled
from tests.adapters.oauth_server import CLIENT_ID, CLIENT_SECRET, AuthorizationServer


@pytest.fixture
def server() -> Iterator[CalDavServer]:
    calendars = {"home": filled(3), "w": Calendar("Work: ours, 1"), "tasks": Calendar("Tasks", components=("VTODO",))}
    with CalDavServer(**calendars) as running:
        yield running


@pytest.fixture
def own(server: CalDavServer, monkeypatch: pytest.MonkeyPatch) -> CalDavServer:
    """Have the server in iCloud's place."""
    monkeypatch.setitem(PROVIDERS, "icloud", replace(PROVIDERS["icloud"], url=server.url(), hosts=()))  # type: ignore[misc]
    return server


def discover(where: str, *more: str, given: str | None = None, environ: dict[str, str] | None = None) -> Result:
    arguments = ["discover", where, "--user", USER, *more]
    return CliRunner(env=environ).invoke(main, arguments, catch_exceptions=False, input=given)


def source_of(result: Result) -> Source:
    """Return the source that was printed, by way of a feeds.yaml."""
    assert result.exit_code == 0, result.output
    return config.load(f"feeds:\n  - name: home\n    sources:\n{printed(result)}").feeds[0].sources[0]


def printed(result: Result) -> str:
    """Return what is printed, without the prompt for the password before it."""
    return result.stdout[result.stdout.index("      - caldav") :]


def test_calendars_are_listed_with_their_counts(server: CalDavServer) -> None:
    result = discover(server.url(), given=f"{PASSWORD}\n")
    rows = [line.rsplit(maxsplit=1) for line in result.stderr.splitlines() if line and line[-1].isdigit()]
    assert rows == [["Home", "3"], ["Work: ours, 1", "0"]]
    assert "Tasks" not in result.output


def test_the_password_is_asked_for_and_shown_nowhere(server: CalDavServer) -> None:
    result = discover(server.url(), given=f"{PASSWORD}\n")
    assert "Password (not shown)" in result.output
    assert PASSWORD not in result.output


def test_the_source_that_is_printed_reads_these_calendars(server: CalDavServer) -> None:
    source = source_of(discover(server.url("/anything"), "--secret", "env:PW", environ={"PW": PASSWORD}))
    assert source.caldav == CalDav("generic", Secret("literal", USER), ("Home", "Work: ours, 1"))
    assert source.basic
    assert source.basic.password == Secret("env", "PW")
    assert [one.name for one, _ in calendars(source, {"PW": PASSWORD})] == ["Home", "Work: ours, 1"]


def test_a_provider_is_known_by_name(own: CalDavServer) -> None:
    result = discover("icloud", given=f"{PASSWORD}\n")
    assert dedent(printed(result)) == (
        f"- caldav: icloud\n  user: {USER}\n  secret: env:ICLOUD_PASSWORD\n  calendars: [Home, 'Work: ours, 1']\n"
    )
    assert source_of(result).caldav


def test_where_the_password_belongs_is_said_if_it_was_typed(own: CalDavServer) -> None:
    where = "the environment variable ICLOUD_PASSWORD"
    assert where in discover("icloud", given=f"{PASSWORD}\n").stderr
    result = discover("icloud", "--secret", "env:PW", environ={"PW": PASSWORD})
    assert (result.exit_code, "environment variable" in result.stderr) == (0, False)


@pytest.mark.parametrize(
    ("where", "provider"),
    [("https://p42-caldav.icloud.com/123/calendars/", "icloud"), ("https://caldav.fastmail.com/dav/", "fastmail")],
)
def test_a_provider_is_known_by_its_host(where: str, provider: str) -> None:
    assert [one.name for one in _candidates(where)] == [provider]
    assert next(_candidates("https://evilicloud.com/")).name == "generic"


def test_a_server_of_ones_own_is_taken_for_no_provider_with_another_address() -> None:
    assert [one.name for one in _candidates("https://cloud.example.org/")] == ["generic", "zimbra", "nextcloud"]
    assert not any(one.url or one.hosts for one in _candidates("https://cloud.example.org/"))


def test_a_server_that_hides_its_calendars_is_tried_as_each_kind(server: CalDavServer) -> None:
    def hidden(asked: Asked) -> Reply | None:
        if asked.path == "/remote.php/dav/":
            return Reply(301, headers={"Location": "/principals/jane/"})
        return None if asked.path.startswith(("/principals/", server.HOME)) else Reply(404)

    server.faults.append(hidden)
    source = source_of(discover(server.url(), "--secret", "env:PW", environ={"PW": PASSWORD}))
    assert source.caldav
    assert source.caldav.provider == "nextcloud"


def test_one_calendar_by_its_address(server: CalDavServer) -> None:
    source = source_of(discover(server.url(f"{server.HOME}home/"), "--secret", "env:PW", environ={"PW": PASSWORD}))
    assert source.caldav
    assert source.caldav.calendars == ("Home",)


@pytest.mark.parametrize("name", ["", " ", "two&#10;lines"])
def test_a_calendar_without_a_usable_name_goes_by_the_end_of_its_address(server: CalDavServer, name: str) -> None:
    server.faults.append(lambda asked: _renamed(server, asked, name))
    source = source_of(discover(server.url(), "--secret", "env:PW", environ={"PW": PASSWORD}))
    assert source.caldav
    assert source.caldav.calendars == ("home", "Work: ours, 1")


def _renamed(server: CalDavServer, asked: Asked, name: str) -> Reply | None:
    """Answer what asks for names with this markup in place of Home."""
    if asked.path != server.HOME:
        return None
    reply = server._propfind(server.HOME, asked)
    return replace(reply, body=reply.body.replace(b">Home<", f">{name}<".encode()))


def test_emoji_are_names_like_others(server: CalDavServer) -> None:
    server.calendars["home"].name = family = "\U0001f468\u200d\U0001f469\u200d\U0001f467 Familie"
    source = source_of(discover(server.url(), "--secret", "env:PW", environ={"PW": PASSWORD}))
    assert source.caldav
    assert source.caldav.calendars == (family, "Work: ours, 1")


def test_a_calendar_that_does_not_list_its_entries_has_no_count(server: CalDavServer) -> None:
    server.faults.append(lambda asked: Reply(403) if asked.path == f"{server.HOME}w/" else None)
    result = discover(server.url(), given=f"{PASSWORD}\n")
    assert result.exit_code == 0
    assert [line.split()[-1] for line in result.stderr.splitlines() if line.startswith(("Home", "Work"))] == ["3", "?"]


def test_a_wrong_password_is_tried_once(server: CalDavServer) -> None:
    result = discover(server.url(), given="wrong\n")
    assert (result.exit_code, "wants other credentials" in result.stderr) == (1, True)
    assert result.stderr.startswith("Error: the server: answered with status 401")
    assert "with two factors a server takes an app password only" in result.stderr
    assert len(server.asked) == 1
    assert "wrong" not in result.output


def test_a_provider_with_app_passwords_says_so(own: CalDavServer) -> None:
    result = discover("icloud", given="the password of the account\n")
    assert (result.exit_code, "icloud takes an app password only" in result.stderr) == (1, True)


def test_a_refusal_without_advice_is_given_some(server: CalDavServer) -> None:
    server.faults.append(lambda asked: Reply(302))
    result = discover(server.url(), given=f"{PASSWORD}\n")
    assert (result.exit_code, "where to: check the address, or try again" in result.stderr) == (1, True)


def test_a_refusal_with_advice_keeps_it(server: CalDavServer) -> None:
    server.faults.append(lambda asked: Reply(501))
    result = discover(server.url(), given=f"{PASSWORD}\n")
    assert (result.exit_code, "as a CalDAV server: check its address" in result.stderr) == (1, True)
    assert "try again later" not in result.stderr


def test_a_place_without_calendars_is_told(server: CalDavServer) -> None:
    server.faults.append(lambda asked: Reply(404))
    result = discover(server.url(), given=f"{PASSWORD}\n")
    assert (result.exit_code, "has nothing there: check its address" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nextcloud"], "give a URL of your server"),
        (["iclod"], "write one of icloud, google, yahoo, fastmail"),
        (["ftp://x"], "starts with https://"),
        (["google", "--secret", "env:PW"], "google takes no passwords"),
        (["https://x", "--secret", "hunter2"], "never the password"),
        (["https://x", "--secret", "env:hunter2 x"], "env:NAME"),
    ],
)
def test_wrong_usage_says_what_to_write(arguments: list[str], said: str) -> None:
    result = discover(*arguments)
    assert (result.exit_code, said in result.stderr.replace("\n", " ")) == (2, True)
    assert "hunter2" not in result.output


def test_google_is_asked_with_what_login_stored(
    server: CalDavServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with AuthorizationServer() as sign_in:
        google = replace(PROVIDERS["google"], url=server.url("/"), hosts=(), token_url=sign_in.exchange)
        monkeypatch.setitem(PROVIDERS, "google", google)  # type: ignore[misc]
        values = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": sign_in.known_token()}
        Keyring(tmp_path / "calsieve").put({f"jane-{key}": value for key, value in values.items()})
        server.faults.append(lambda asked: _bearer(server, sign_in, asked))
        result = discover("google", "--login", "jane", environ={"XDG_DATA_HOME": str(tmp_path)})
        source = source_of(result)
        assert source.oauth
        assert source.oauth.refresh_token == Secret("keyring", "jane-refresh_token")
        assert "Password" not in result.output
        sign_in.refresh_tokens.clear()
        result = discover("google", "--login", "jane", environ={"XDG_DATA_HOME": str(tmp_path)})
        assert (result.exit_code, "calsieve login google" in result.stderr) == (1, True)


@pytest.mark.parametrize(("more", "called"), [((), ""), (("--login", "work"), " --name work")])
def test_google_before_any_sign_in_says_how_to_sign_in(more: tuple[str, ...], called: str, tmp_path: Path) -> None:
    result = discover("google", *more, environ={"XDG_DATA_HOME": str(tmp_path)})
    assert result.exit_code == 1
    assert result.stderr.endswith(f"calsieve login google --user {USER}{called}\n")


def test_a_secret_that_is_not_there_is_no_matter_of_signing_in(server: CalDavServer) -> None:
    result = discover(server.url(), "--secret", "env:PW_THAT_NOBODY_SET")
    assert (result.exit_code, "is not set" in result.stderr, "login" in result.stderr) == (1, True, False)


def _bearer(server: CalDavServer, sign_in: AuthorizationServer, asked: Asked) -> Reply | None:
    """Let the server take every access token that the sign-in gave."""
    given = asked.headers.get("authorization", "").removeprefix("Bearer ")
    server.bearer = given if given in sign_in.access_tokens else "none"
    return None


def test_names_from_a_server_do_nothing_to_the_terminal(server: CalDavServer) -> None:
    server.calendars["home"].name = "[bold]x[/bold] \x9b31m"
    result = discover(server.url(), given=f"{PASSWORD}\n")
    assert "[bold]x[/bold]" in result.stderr
    assert "\x9b" not in result.output
