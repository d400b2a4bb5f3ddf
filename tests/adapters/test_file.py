"""Calendars in files, and the choice among fetchers."""

from __future__ import annotations

import gzip
import os
import traceback
from pathlib import Path

import pytest

from calsieve.adapters.file import FileFetcher
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.adapters.upstream import UpstreamFetcher
from calsieve.errors import SecretError, UpstreamRefused, UpstreamTooLarge, UpstreamUnavailable
from calsieve.models import Fetched, NotModified, Secret, Source, Validators

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def source(url: str) -> Source:
    return Source(name="work", url=Secret("literal", url))


def fetch(url: str, validators: Validators = Validators(), max_bytes: int = 1000) -> Fetched | NotModified:  # noqa: B008
    return FileFetcher(EnvironmentSecrets({}), max_bytes).fetch(source(url), validators)


@pytest.mark.parametrize("content", [CALENDAR, gzip.compress(CALENDAR)], ids=["plain", "gzipped"])
def test_a_file_is_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "Käse & Brot.ics"
    path.write_bytes(content)
    result = fetch(path.as_uri())
    assert isinstance(result, Fetched)
    assert result.body == CALENDAR


def test_a_file_is_not_modified_until_its_content_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.ics"
    path.write_bytes(CALENDAR)
    first = fetch(path.as_uri())
    assert isinstance(first, Fetched)
    path.touch()
    assert fetch(path.as_uri(), first.validators) == NotModified()
    path.write_bytes(CALENDAR.lower())
    assert isinstance(fetch(path.as_uri(), first.validators), Fetched)


@pytest.mark.parametrize("content", [bytes(1001), gzip.compress(bytes(1001))], ids=["plain", "gzipped"])
def test_a_file_over_the_limit_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.ics"
    path.write_bytes(content)
    with pytest.raises(UpstreamTooLarge, match="1,000"):
        fetch(path.as_uri())


def test_a_damaged_gzip_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.ics.gz"
    path.write_bytes(gzip.compress(CALENDAR)[:-4])
    with pytest.raises(UpstreamUnavailable, match="cut off"):
        fetch(path.as_uri())


def test_what_is_no_regular_file_is_refused_without_telling_the_path(tmp_path: Path) -> None:
    pipe = tmp_path / "MARKED"
    os.mkfifo(pipe)
    for url in (
        pipe.as_uri(),
        tmp_path.as_uri(),
        "file:///MARKED",
        "file:///dev/zero",
        "file:///MARKED%00",
        "file://[MARKED",
    ):
        with pytest.raises(UpstreamRefused, match="work: its file is not there") as caught:
            fetch(url)
        assert "MARKED" not in "".join(traceback.format_exception(caught.value))


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "MARKED"
    path.write_bytes(CALENDAR)

    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", forbid)  # root may read everything
    with pytest.raises(UpstreamRefused, match="permissions") as caught:
        fetch(path.as_uri())
    assert "MARKED" not in "".join(traceback.format_exception(caught.value))


class Named:
    """A fetcher that answers with its own name."""

    def __init__(self, name: bytes) -> None:
        self.name = name

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        return Fetched(body=self.name, validators=validators)


def upstream() -> UpstreamFetcher:
    secrets = EnvironmentSecrets({"WHERE": " FILE:///x\n"})
    return UpstreamFetcher(secrets, {"https": Named(b"http"), "file": Named(b"file")}, Named(b"caldav"))


def test_the_scheme_of_the_resolved_address_chooses_the_fetcher() -> None:
    validators = Validators("1")
    assert upstream().fetch(source("HTTPS://a.example/"), validators) == Fetched(body=b"http", validators=validators)
    by_name = Source(name="work", url=Secret("env", "WHERE"))
    assert upstream().fetch(by_name, validators) == Fetched(body=b"file", validators=validators)


@pytest.mark.parametrize("address", ["ftp://MARKED", "MARKED", "MARKED:x", ""])
def test_an_unknown_scheme_is_refused_naming_those_that_are_known(address: str) -> None:
    with pytest.raises(UpstreamRefused, match="work: its address has to begin with one of file://, https://") as caught:
        upstream().fetch(source(address), Validators())
    assert "MARKED" not in str(caught.value)


def test_an_address_that_does_not_resolve_is_a_secret_error() -> None:
    with pytest.raises(SecretError, match="env:NOWHERE"):
        upstream().fetch(Source(name="work", url=Secret("env", "NOWHERE")), Validators())
