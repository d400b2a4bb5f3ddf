"""What iCloud, Google, Yahoo, Zimbra and Apple's server answer, as far as it is documented or was reported.

The answers in recorded/ were written by hand from RFCs, vendors' documentation and public reports; none was
recorded from an account of anybody's. Whatever is asked beyond them fails the test.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from calsieve.core.clean import compose
from calsieve.core.read import read
from calsieve.models import NotModified, OAuth, Policy, Secret
from calsieve.providers import PROVIDERS
from tests.adapters.caldav_kit import NOW, Reader, account
from tests.adapters.caldav_server import Asked, Reply
from tests.adapters.internet import internet

RECORDED = Path(__file__).parent / "recorded"
_BASIC = "Basic amFuZUBleGFtcGxlLm9yZzphcHAtcGFzc3dvcmQ="


class Recorded:
    """Answers from a file: of several to the same question each once, and the last for ever."""

    def __init__(self, name: str) -> None:
        self.answers: defaultdict[str, list[Reply]] = defaultdict(list)
        self.surprises: list[str] = []
        self.used: set[str] = set()
        for part in (RECORDED / f"{name}.http").read_text("utf-8").split("\n==== ")[1:]:
            question, _, answer = part.partition("\n")
            self.answers[question].append(_reply(answer))

    @property
    def hosts(self) -> list[str]:
        return sorted({question.split("/")[2] for question in self.answers})

    def __call__(self, asked: Asked) -> Reply:
        kind = {"propfind": f" depth {asked.headers.get('depth')}", "get": ""}.get(asked.report, f" {asked.report}")
        question = f"{asked.method} https://{asked.host}{asked.path}{kind}"
        if question not in self.answers or (asked.method == "REPORT" and asked.headers.get("depth") != "1"):
            self.surprises.append(question)
            return Reply(418)
        self.used.add(question)
        left = self.answers[question]
        return left.pop(0) if len(left) > 1 else left[0]


def _reply(text: str) -> Reply:
    head, _, body = text.partition("\n\n")
    status, *lines = head.strip().split("\n")
    headers: Mapping[str, str] = dict(line.split(": ", 1) for line in lines)
    return Reply(int(status), body.encode(), headers)


def published(body: bytes) -> str:
    return compose([read("work", body, "utf-8")], Policy(), NOW).body.decode().replace("\r\n ", "")


class Expiring:
    """A token that has expired, and the one that follows it."""

    def __init__(self) -> None:
        self.current = "expired"

    def token(self, source: object, *, renew: bool = False) -> str:
        self.current = "fresh" if renew else self.current
        return self.current


class Session:
    """A reader of one provider's recorded answers."""

    def __init__(self, name: str, monkeypatch: pytest.MonkeyPatch, folder: Path, url: str = "") -> None:
        self.recorded = Recorded(name)
        provider = name if name in PROVIDERS else "generic"
        oauth = OAuth(Secret("literal", "id"), None, Secret("literal", "refresh"))
        access = {"basic": None, "oauth": oauth} if name == "google" else {}
        self._net = internet(monkeypatch, folder, self.recorded, *self.recorded.hosts)
        self.reader = Reader(account(url or PROVIDERS[name].url or "", provider, **access))

    def __enter__(self) -> Session:
        self.server, options = self._net.__enter__()
        self.reader.options = {**options, "allow_private": False, "tokens": Expiring()}
        return self

    def __exit__(self, *_: object) -> None:
        self._net.__exit__(None, None, None)
        assert self.recorded.surprises == []

    @property
    def asked(self) -> list[str]:
        """What was asked since this was looked at last: the name of the question."""
        names = [asked.report for asked in self.server.asked]
        self.server.asked.clear()
        return names


def test_icloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Session("icloud", monkeypatch, tmp_path) as icloud:
        text = published(icloud.reader.body())
        assert re.findall(r"UID:(.*)\r", text) == ["A1", "A1", "B2"]
        assert "X-WR-CALNAME:Home\r\n" in text
        assert "X-APPLE-CALENDAR-COLOR:#1BADF8\r\n" in text
        assert "X-WR-TIMEZONE:Europe/Berlin\r\n" in text
        assert "RECURRENCE-ID;TZID=Europe/Berlin:20260518T090000\r\n" in text
        assert icloud.reader.time.pauses == [2]
        assert {asked.headers["authorization"] for asked in icloud.server.asked} == {_BASIC}
        assert len(icloud.asked) == 1 + 6
        assert icloud.reader.fetch() == NotModified()
        assert icloud.asked == ["propfind"]


def test_google(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Session("google", monkeypatch, tmp_path) as google:
        text = published(google.reader.body())
        assert re.findall(r"UID:(.*?@google.com)", text) == ["one@google.com", "two@google.com"]
        assert "SUMMARY:Lunch & learn\r\n" in text
        assert "X-WR-TIMEZONE:Europe/Berlin\r\n" in text
        sent = [asked.headers["authorization"] for asked in google.server.asked]
        assert sent == ["Bearer expired"] + ["Bearer fresh"] * (len(sent) - 1)
        assert len(google.asked) == 1 + 5
        assert google.reader.uids() == ["one@google.com"]
        assert google.asked == ["propfind", "sync-collection"]
        assert google.reader.fetch() == NotModified()


def test_yahoo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Session("yahoo", monkeypatch, tmp_path) as yahoo:
        text = published(yahoo.reader.body())
        assert re.findall(r"UID:(.*)\r", text) == ["event"]
        assert {asked.headers["authorization"] for asked in yahoo.server.asked} == {_BASIC}
        yahoo.server.asked.clear()
        assert yahoo.reader.fetch() == NotModified()
        assert yahoo.asked == ["propfind"]


@pytest.mark.parametrize("url", ["https://mail.example.org", "https://mail.example.org/dav/jane@example.org/"])
def test_zimbra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    with Session("zimbra", monkeypatch, tmp_path, url) as zimbra:
        text = published(zimbra.reader.body())
        assert sorted(re.findall(r"UID:(.*)\r", text)) == ["5d-a@b", "plan"]
        assert "DTSTART;TZID=Europe/Brussels:20260514T100000\r\n" in text
        zimbra.server.asked.clear()
        assert zimbra.reader.fetch() == NotModified()
        assert zimbra.asked == ["propfind"]


def test_apple(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Session("apple", monkeypatch, tmp_path, "https://calendar.example.org") as apple:
        text = published(apple.reader.body())
        assert re.findall(r"UID:(.*)\r", text) == ["one", "two"]
        assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n" in text
        apple.server.asked.clear()
        assert apple.reader.uids() == ["one"]
        assert apple.asked == ["propfind", "sync-collection", "propfind", "propfind"]
        assert apple.reader.fetch() == NotModified()


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDED.glob("*.http")))
def test_every_recorded_answer_says_what_is_special_about_it(name: str) -> None:
    head = (RECORDED / f"{name}.http").read_text("utf-8").partition("\n==== ")[0]
    assert len(head.split()) > 20
