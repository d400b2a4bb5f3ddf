"""Who we say that we are, and to whom we say something else."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from calsieve.adapters.http.request import VERSION, Request, prepared, redirected

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def agent(url: str, own: str | None = None) -> str | bytes | None:
    return prepared(Request(source="work", url=url, user_agent=own)).headers.get("User-Agent")


@pytest.mark.parametrize("host", ["outlook.office365.com", "OUTLOOK.office.com", "outlook.live.com"])
def test_microsofts_servers_are_told_of_a_browser(host: str) -> None:
    assert agent(f"https://{host}/owa/calendar/x/calendar.ics") == "Mozilla/5.0 (Linux) Chrome/139"


@pytest.mark.parametrize("host", ["calendar.google.com", "outlook.office365.com.example.org"])
def test_everybody_else_is_told_the_truth(host: str) -> None:
    assert agent(f"https://{host}/") == f"Calsieve/{VERSION} (+https://github.com/calsieve/calsieve)"


def test_the_users_own_wins() -> None:
    assert agent("https://outlook.office365.com/", "Mine/1") == "Mine/1"


def test_a_redirect_to_microsoft_is_told_of_a_browser() -> None:
    request = redirected(Request(source="work", url="https://go.example/x"), "https://outlook.live.com/y")
    assert prepared(request).headers["User-Agent"] == "Mozilla/5.0 (Linux) Chrome/139"


def test_the_version_is_the_projects() -> None:
    assert tomllib.loads(PROJECT.read_text())["project"]["version"] == VERSION
