"""``calsieve refresh`` from files to a directory, the way cron runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calsieve.cli.main import main
from tests.cli.calendars import CALENDAR, calendar, event, uids


class Desk:
    """A directory with feeds.yaml, sources, state and what is published."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.public = root / "public"

    def source(self, name: str, body: bytes = CALENDAR) -> str:
        (self.root / f"{name}.ics").write_bytes(body)
        return (self.root / f"{name}.ics").as_uri()

    def configure(self, **sources: str) -> None:
        feeds = [f"  - {{name: {name}, timezone: Europe/Berlin, sources: ['{url}']}}" for name, url in sources.items()]
        (self.root / "feeds.yaml").write_text("\n".join(["feeds:", *feeds, ""]))

    def refresh(self, *arguments: str) -> Result:
        base = ["refresh", "--config", str(self.root / "feeds.yaml"), "--now", "2026-05-15T12:00Z"]
        places = ["--to", str(self.public), "--state", str(self.root / "state")]
        return CliRunner().invoke(main, [*base, *places, *arguments], catch_exceptions=False)

    def published(self) -> dict[str, bytes]:
        return {file.stem: file.read_bytes() for file in self.public.glob("*/*.ics")}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_feeds_are_published_with_a_table_of_what_was_done(desk: Desk) -> None:
    desk.configure(work=desk.source("work"), home=desk.source("home"))
    result = desk.refresh()
    assert (result.exit_code, result.stderr) == (0, "")
    assert {name: uids(body) for name, body in desk.published().items()} == {"work": ["recent"], "home": ["recent"]}
    row = result.stdout.splitlines()[1].split()
    assert (row[:2], row[-3:]) == (["work", "published"], ["3", "→", "1"])


def test_each_feed_is_told_with_its_path_and_its_days(desk: Desk) -> None:
    desk.configure(work=desk.source("work"))
    lines = desk.refresh().stdout.splitlines()
    (path,) = desk.public.glob("*/work.ics")
    assert "work, 13 Apr 2026 – 16 May 2027 (Europe/Berlin)" in lines
    assert f"  {path.relative_to(desk.public)}" in lines


def test_a_second_run_finds_nothing_to_do(desk: Desk) -> None:
    desk.configure(work=desk.source("work"))
    first, second = desk.refresh(), desk.refresh()
    assert "published" in first.stdout
    assert "unchanged" in second.stdout


def test_a_feed_that_fails_does_not_stop_the_others(desk: Desk) -> None:
    desk.configure(broken=desk.source("broken", b"<html>"), work=desk.source("work"))
    result = desk.refresh()
    assert result.exit_code == 1
    assert list(desk.published()) == ["work"]
    assert result.stderr.startswith("broken: source-1: this is a web page, not a calendar")


def test_feeds_of_several_files_are_refreshed_together(desk: Desk) -> None:
    desk.configure(work=desk.source("work"))
    (desk.root / "feeds.yaml").rename(desk.root / "other.yaml")
    desk.configure(home=desk.source("home"))
    more = ("--config", str(desk.root / "other.yaml"))
    result = desk.refresh(*more)
    assert (result.exit_code, {*desk.published()}) == (0, {"home", "work"})
    assert desk.refresh("--only", "work", *more).stdout.splitlines()[1].split()[:2] == ["work", "unchanged"]
    (desk.root / "other.yaml").write_text((desk.root / "feeds.yaml").read_text())
    assert "home stands in" in desk.refresh(*more).stderr


def test_only_the_named_feeds_are_refreshed(desk: Desk) -> None:
    desk.configure(work=desk.source("work"), home=desk.source("home"))
    desk.refresh("--only", "home")
    assert list(desk.published()) == ["home"]


def test_a_feed_that_is_not_there_is_wrong_usage(desk: Desk) -> None:
    desk.configure(work=desk.source("work"))
    result = desk.refresh("--only", "wrok")
    assert (result.exit_code, "there is no feed 'wrok', only work" in result.stderr) == (2, True)


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    desk.configure(work=desk.source("work"))
    before = sorted(desk.root.rglob("*"))
    result = desk.refresh("--dry-run")
    assert (result.exit_code, "published" in result.stdout) == (0, True)
    assert result.stdout.endswith("Nothing was written: this is what would be done.\n")
    assert sorted(desk.root.rglob("*")) == before


def test_a_state_that_clients_could_read_is_refused(desk: Desk) -> None:
    desk.configure(work=desk.source("work"))
    result = desk.refresh("--state", str(desk.public / "state"))
    assert result.exit_code == 1
    assert "the state must not lie where clients can read it" in result.stderr


def test_a_directory_that_was_moved_gets_no_new_addresses(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(desk.root / "home"))
    desk.configure(work=desk.source("work"))

    def refresh(to: str, *more: str) -> Result:
        options = ["--config", str(desk.root / "feeds.yaml"), "--to", str(desk.root / to), *more]
        return CliRunner().invoke(main, ["refresh", *options], catch_exceptions=False)

    assert refresh("public").exit_code == 0
    (state,) = (desk.root / "home" / "calsieve").iterdir()
    desk.public.rename(desk.root / "moved")
    for more in ([], ["--dry-run"]):
        result = refresh("moved", *more)
        assert result.exit_code == 1
        assert "if they were moved, say with --state where that is" in result.stderr
    assert [*(desk.root / "home" / "calsieve").iterdir()] == [state]
    assert refresh("moved", "--state", str(state)).exit_code == 0
    assert len([*(desk.root / "moved").glob("*/work.ics")]) == 1


def test_a_place_that_is_nearly_a_bucket_is_wrong(desk: Desk) -> None:
    desk.configure(work=desk.source("work"))
    result = desk.refresh("--to", "s3:/my-bucket/calendars")
    assert result.exit_code == 1
    assert "s3:/my-bucket/calendars is no place to write to: give a directory or s3://bucket/prefix" in result.stderr


def test_pages_without_links_to_subscribe_by_are_told_of(desk: Desk) -> None:
    desk.configure(work=desk.source("work"))
    assert "say where they are served, by --base" in desk.refresh().stdout
    assert "--base" not in desk.refresh("--base", "https://calendars.example.org").stdout
    (desk.root / "feeds.yaml").write_text(f"feeds: [{{name: work, page: no, sources: ['{desk.source('work')}']}}]")
    assert "--base" not in desk.refresh().stdout


def test_pages_are_told_where_they_are_served(desk: Desk) -> None:
    desk.configure(work=desk.source("work"))
    assert desk.refresh("--base", "https://calendars.example.org:8443/of/jane/").exit_code == 0
    (page,) = desk.public.glob("*/work.html")
    assert 'href="webcal://calendars.example.org:8443/of/jane/' in page.read_text()


@pytest.mark.parametrize(
    "base",
    [
        "calendars.example.org",
        "webcal://calendars.example.org",
        "https://",
        "https://example.org/?a=b",
        "https://jane:secret@example.org",
        "",
    ],
)
def test_what_is_no_address_to_be_served_at_is_wrong_usage(desk: Desk, base: str) -> None:
    desk.configure(work=desk.source("work"))
    result = desk.refresh("--base", base)
    assert (result.exit_code, "https://calendars.example.org" in result.stderr) == (2, True)
    assert not desk.public.exists()


def test_a_wrong_configuration_is_told_with_its_lines(desk: Desk) -> None:
    (desk.root / "feeds.yaml").write_text("feeds:\n  - name: work\n    window: {back: 4 weeks}\n")
    result = desk.refresh()
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{desk.root / 'feeds.yaml'}:") for line in lines)


def test_no_message_holds_an_address(desk: Desk) -> None:
    desk.configure(work=f"file://{desk.root}/secret-token/basic.ics")
    result = desk.refresh()
    assert result.exit_code == 1
    assert "secret-token" not in result.output


# ── notices, and the operator's page ──


def with_notices(desk: Desk, *events: str) -> Result:
    url = desk.source("family", calendar(*events))
    notices = "notices: {ahead: 14d, mail: yes}"
    (desk.root / "feeds.yaml").write_text(
        f"feeds:\n  - {{name: family, title: Family, timezone: Europe/Berlin, {notices}, sources: ['{url}']}}\n"
    )
    return desk.refresh()


def test_what_would_be_mailed_is_printed_where_cron_mails_it(desk: Desk) -> None:
    dentist = event("dentist", "20260518", "SUMMARY:Dentist\x1b[31m")
    assert with_notices(desk, dentist).stderr == ""
    result = with_notices(desk, dentist.replace("20260518", "20260519"), event("party", "20260520", "SUMMARY:Party"))
    assert result.stderr == (
        "\nFamily: 2 changes\n\n"
        "Moved: Dentist[31m\n  Tue 19 May, 12:00–13:00\n  before: Mon 18 May, 12:00–13:00\n\n"
        "New: Party\n  Wed 20 May, 12:00–13:00\n\n"
        "Times are those of Europe/Berlin.\n"
    )
    assert result.exit_code == 0
    (atom,) = desk.public.glob("*/family.atom")
    assert b"<title>New: Party (Wed 20 May, 12:00\xe2\x80\x9313:00)</title>" in atom.read_bytes()
    assert desk.refresh().stderr == ""


def test_the_operators_page_shows_all_feeds_whichever_were_refreshed(desk: Desk) -> None:
    desk.configure(work=desk.source("work"), home=desk.source("home"))
    lines = desk.refresh("--only", "home").stdout.splitlines()
    (page,) = desk.public.glob("*/_operator.html")
    assert lines[-2:] == ["all feeds, for you alone", f"  {page.relative_to(desk.public)}"]
    assert all(name in page.read_text() for name in ("home", "work"))
