"""What `make audit` says, with a pip-audit that is made up."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from requirements import audit
from requirements.locks import Unpinned

SKIPPED = {"name": "other", "skip_reason": "not found"}
SOUND: dict[str, Any] = {"name": "sound", "version": "1", "vulns": []}
FLAWED = {
    "name": "flawed",
    "version": "1",
    "vulns": [{"id": "X-1", "fix_versions": ["1.1", "2"]}, {"id": "X-2", "fix_versions": []}],
}


def program(directory: Path, report: object) -> Path:
    """Return a program that writes this report where pip-audit would, or fails if it is None."""
    file = directory / "pip-audit"
    lines = ["import sys", "out = next(w.partition('=')[2] for w in sys.argv if w.startswith('--output='))"]
    lines += ["sys.exit(1)"] if report is None else [f"open(out, 'w').write({json.dumps(report)!r})", "sys.exit(1)"]
    file.write_text("\n".join([f"#!{sys.executable}", *lines]))
    file.chmod(0o700)
    return file


@pytest.mark.parametrize(
    ("report", "status", "last"),
    [
        ({"dependencies": [SOUND]}, 0, "no flaws are known of 1 packages; 0 could not be asked about"),
        ({"dependencies": [SOUND, SKIPPED]}, 0, "no flaws are known of 1 packages; 1 could not be asked about"),
        (
            {"dependencies": [SKIPPED]},
            0,
            "the advisories are out of reach: it is not known whether there are (more) flaws",
        ),
        (None, 0, "the advisories are out of reach: it is not known whether there are (more) flaws"),
        ({"dependencies": [FLAWED, SKIPPED]}, 1, "2 flaws are known of 1 packages; 1 could not be asked about"),
    ],
)
def test_advisories(tmp_path: Path, capsys: pytest.CaptureFixture[str], report: object, status: int, last: str) -> None:
    assert audit.main([str(program(tmp_path, report))]) == status
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_flaws_are_named_with_what_mends_them() -> None:
    assert audit.verdict([{"dependencies": [FLAWED]}])[0][:2] == [
        "flawed 1: X-1, mended in 1.1 or 2",
        "flawed 1: X-2, mended in none yet",
    ]


def test_without_a_program_it_is_listed_what_is_pinned(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main([]) == 0
    assert "pinned  requirements/run.txt  (shipped)" in capsys.readouterr().out


def test_what_is_not_pinned_is_a_failure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def unpinned() -> list[str]:
        raise Unpinned("requirements/run.txt: some is not pinned with hashes: run `make lock`")

    monkeypatch.setattr(audit, "listed", unpinned)
    assert audit.main([]) == 1
    assert capsys.readouterr().out.startswith("requirements/run.txt: some is not pinned")
