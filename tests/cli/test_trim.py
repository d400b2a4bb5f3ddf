"""``calsieve trim``: a Unix filter with honest exit codes."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calsieve.cli.main import COMMANDS, main
from tests.cli.calendars import CALENDAR, calendar, event, uids

NOW = "2026-05-15T12:00Z"
PEAK = """
import re, sys
from calsieve.cli.main import main
main(["trim", "--now", "2026-05-15T12:00Z", sys.argv[1], "-o", sys.argv[2]], standalone_mode=False)
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""
PAGE = b"<!doctype html><title>Sign in</title>"


@pytest.fixture
def big(tmp_path: Path) -> Path:
    file = tmp_path / "big.ics"
    file.write_bytes(CALENDAR)
    return file


def trim(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["trim", "--now", NOW, *map(str, arguments)], input=stdin, catch_exceptions=False)


def test_standard_input_goes_to_standard_output_as_bytes() -> None:
    result = trim(stdin=CALENDAR)
    assert (result.exit_code, result.stderr) == (0, "")
    assert uids(result.stdout_bytes) == ["recent"]
    assert result.stdout_bytes.endswith(b"END:VCALENDAR\r\n")


@pytest.mark.parametrize("piped", [True, False])
def test_a_gzipped_calendar_is_unpacked_as_it_is_read(piped: bool, tmp_path: Path) -> None:
    packed = tmp_path / "big.ics.gz"
    packed.write_bytes(gzip.compress(CALENDAR))
    result = trim(stdin=packed.read_bytes()) if piped else trim(packed)
    assert result.stdout_bytes == trim(stdin=CALENDAR).stdout_bytes


def test_a_gzipped_calendar_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "big.ics.gz"
    packed.write_bytes(gzip.compress(CALENDAR)[:-20])
    result = trim(packed)
    assert (result.exit_code, result.stdout_bytes) == (3, b"")
    assert "big.ics.gz: the compressed transfer was cut off before its end" in result.stderr


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of one program")
def test_a_history_of_any_length_takes_no_more_memory(tmp_path: Path) -> None:
    def peak(events: int) -> int:
        file = tmp_path / f"{events}.ics"
        file.write_bytes(
            calendar(*(event(f"{number}", "20100101", f"SUMMARY:{'x' * 700}") for number in range(events)))
        )
        done = subprocess.run([sys.executable, "-c", PEAK, str(file), str(tmp_path / "out.ics")], capture_output=True)
        return int(done.stdout)

    few, many = peak(500), peak(30_000)
    assert many < few + 4 * 1024  # KiB; the larger file has 22 MB


def test_a_file_goes_to_a_file(big: Path, tmp_path: Path) -> None:
    result = trim(big, "-o", tmp_path / "small.ics")
    assert result.output == ""
    assert uids((tmp_path / "small.ics").read_bytes()) == ["recent"]


def test_a_file_can_be_replaced_by_its_trimmed_self(big: Path, tmp_path: Path) -> None:
    big.chmod(0o640)
    trim(big, "-o", big)
    assert uids(big.read_bytes()) == ["recent"]
    assert big.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in tmp_path.iterdir()] == ["big.ics"]


def test_who_reads_the_old_file_meanwhile_reads_it_whole(big: Path) -> None:
    with big.open("rb") as reader:
        trim(big, "-o", big)
        assert reader.read() == CALENDAR


def test_a_link_stays_a_link(big: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.ics"
    link.symlink_to(big)
    trim(big, "-o", link)
    assert link.is_symlink()
    assert uids(big.read_bytes()) == ["recent"]


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (["--back", "all"], ["old", "recent"]),
        (["--ahead", "all"], ["recent", "far"]),
        (["--back", "10y"], ["old", "recent"]),
        (["--back", "1d", "--snap", "none"], []),
        (["--now", "2020-01-02"], ["old"]),
    ],
)
def test_options_choose_the_window(options: list[str], kept: list[str]) -> None:
    assert sorted(uids(trim(*options, stdin=CALENDAR).stdout_bytes)) == sorted(kept)


def test_the_series_mode_is_obeyed() -> None:
    body = calendar(event("weekly", "20260504", "RRULE:FREQ=WEEKLY;COUNT=3"))
    kept = trim("--series", "keep", stdin=body).stdout_bytes
    expanded = trim("--series", "expand", stdin=body).stdout_bytes
    assert (kept.count(b"BEGIN:VEVENT"), expanded.count(b"BEGIN:VEVENT")) == (1, 3)


def test_the_report_tells_the_counts(big: Path, tmp_path: Path) -> None:
    trim(big, "-o", tmp_path / "small.ics", "--report", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["events_in"], report["events_out"]) == (3, 1)
    assert report["bytes_in"] == len(CALENDAR)
    assert report["bytes_out"] == (tmp_path / "small.ics").stat().st_size


@pytest.mark.parametrize("body", [PAGE, b"", b"\0\1\2", b"hello"])
def test_what_is_no_calendar_ends_with_3_and_touches_nothing(body: bytes, tmp_path: Path) -> None:
    out, report = tmp_path / "small.ics", tmp_path / "report.json"
    out.write_bytes(b"yesterday's")
    result = trim("-o", out, "--report", report, stdin=body)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("Error: standard input: ")
    assert out.read_bytes() == b"yesterday's"
    assert not report.exists()


def test_the_reason_is_said_in_plain_words() -> None:
    assert "this is a web page, not a calendar" in trim(stdin=PAGE).stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--back", "4 weeks"], "write a number and d, w, mo or y, like 4w"),
        (["--timezone", "Europe/Belrin"], "did you mean `Europe/Berlin`?"),
        (["--now", "yesterday"], "write an instant like 2026-05-15"),
        (["--snap", "month"], "'month' is not one of 'week', 'day', 'none'"),
        (["missing.ics"], "'missing.ics' does not exist"),
    ],
)
def test_wrong_usage_ends_with_2_and_shows_what_is_right(options: list[str], said: str) -> None:
    result = trim(*options, stdin=CALENDAR)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())


def test_an_address_is_not_taken_and_not_repeated() -> None:
    result = trim("https://calendar.example.org/private-abc/basic.ics")
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'curl -sS "$URL" | calsieve trim' in result.stderr
    assert "private-abc" not in result.stderr


def test_a_place_that_can_not_hold_the_result_is_said_plainly(big: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, where a directory is needed")
    result = trim(big, "-o", tmp_path / "file" / "small.ics")
    place = tmp_path / "file" / "small.ics"
    assert (result.exit_code, result.stderr) == (1, f"Error: {place}: can't be written: Not a directory\n")


def test_a_directory_that_is_not_there_is_said_plainly(big: Path, tmp_path: Path) -> None:
    result = trim(big, "-o", tmp_path / "nowhere" / "small.ics")
    assert result.exit_code == 1
    assert result.stderr.endswith("small.ics: can't be written: No such file or directory\n")
    assert ".tmp" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("options", [[], ["-o", "/dev/full"], ["--report", "/dev/full"]])
def test_a_full_disk_is_said_plainly(big: Path, options: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command("trim", "--now", NOW, str(big), *options), stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (1, b"Error: can't write all of it: No space left on device\n")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "calsieve.cli", *arguments]


def test_it_works_in_a_real_pipe() -> None:
    done = subprocess.run(command("trim", "--now", NOW), input=CALENDAR, capture_output=True, check=True)
    assert (uids(done.stdout), done.stderr) == (["recent"], b"")


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    """More than a pipe holds, so that writing is sure to fail."""
    many = calendar(*(event(f"{number:05}", "20260501") for number in range(1_500)))
    with subprocess.Popen(
        command("trim", "--now", NOW), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stdin is not None
        process.stdin.write(many)
        process.stdin.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_redirected_file_is_read_from_where_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "big.ics"
    file.write_bytes(b"not of the calendar\n" + CALENDAR)
    with file.open("rb", buffering=0) as redirected:
        redirected.readline()
        done = subprocess.run(command("trim", "--now", NOW), stdin=redirected, capture_output=True, check=True)
    assert uids(done.stdout) == ["recent"]


# What costs some milliseconds each, and is needed for other commands, for pipes, for reports, or for odd calendars.
HEAVY = (
    "concurrent.futures",
    "email",
    "hashlib",
    "importlib.resources",
    "json",
    "logging",
    "pathlib",
    "shutil",
    "socket",
    "tempfile",
    "urllib.parse",
    "calsieve.config",
    "calsieve.core.zones.windows",
    "calsieve.pages",
)


def imported(*arguments: str | Path) -> set[str]:
    """Return the names of what the command imports."""
    script = (
        "import sys; there = set(sys.modules); from calsieve.cli.main import main;"
        f"main({[*map(str, arguments)]!r}, standalone_mode=False); print(*set(sys.modules) - there)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {*done.stdout.splitlines()[-1].split()}


def test_trimming_a_file_imports_nothing_heavy(big: Path, tmp_path: Path) -> None:
    names = imported("trim", "--now", NOW, big)
    packages = {name.partition(".")[0] for name in names if name[0] != "_"} - sys.stdlib_module_names
    assert packages == {"calsieve", "click", "tzdata"}
    assert names & {*HEAVY} == set()
    assert [name for name in COMMANDS if f"calsieve.cli.{name}" in names] == ["trim"]


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    assert imported("--help") & {"icalendar", "requests", "boto3", "rich", "yaml", "calsieve.core"} == set()
