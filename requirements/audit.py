"""Looks after dependencies: `make audit`, `make audit OFFLINE=1`.

Each package of each lock file has to be pinned to one version and its digest; that is judged here, and listed. Whether
flaws are known of them pip-audit asks the Python Packaging Advisory Database; where that is out of reach it is said,
and is no failure. Packages of npm, which only tests use, are listed and not asked about.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from requirements.locks import ROOT, SHIPPED, Unpinned, locks, pinned


def listed() -> list[str]:
    """Return a line for each lock file. Raises Unpinned."""
    rows = [(lock.relative_to(ROOT).as_posix(), len(pinned(lock))) for lock in locks()]
    return [f"{count:5} pinned  {name}{'  (shipped)' if name in SHIPPED else ''}" for name, count in rows]


def flaws(report: dict[str, Any]) -> list[str]:
    """Return a line for each flaw in a report of pip-audit's."""
    return [
        f"{each['name']} {each['version']}: {flaw['id']}, mended in {' or '.join(flaw['fix_versions']) or 'none yet'}"
        for each in report["dependencies"]
        for flaw in each.get("vulns", ())
    ]


def asked(program: Path, lock: Path) -> dict[str, Any] | None:
    """Return pip-audit's report of a lock file, or None if the advisories are out of reach."""
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory, "report.json")
        words = ["--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json"]
        command = [program, *words, f"--output={out}", f"--requirement={lock}"]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own words
        report: dict[str, Any] | None = json.loads(out.read_text("utf-8")) if out.exists() else None
        return report


def verdict(reports: Sequence[dict[str, Any] | None]) -> tuple[list[str], bool]:
    """Return what to say of pip-audit's reports, and whether a flaw is known.

    What pip-audit could not ask about it leaves out without a word at the end; here that is said.
    """
    packages = {
        (each["name"], each.get("version", "")): each.get("skip_reason")
        for report in reports
        if report
        for each in report["dependencies"]
    }
    found = sorted({flaw for report in reports if report for flaw in flaws(report)})
    skipped = sum(1 for reason in packages.values() if reason)
    if skipped == len(packages) or None in reports:
        return [*found, "the advisories are out of reach: it is not known whether there are (more) flaws"], bool(found)
    asked_about = f"{len(found) or 'no'} flaws are known of {len(packages) - skipped} packages"
    return [*found, f"{asked_about}; {skipped} could not be asked about"], bool(found)


def main(arguments: Sequence[str]) -> int:
    """List what is pinned; then ask about it by the pip-audit that is named, if one is."""
    try:
        print("\n".join(listed()))
    except Unpinned as error:
        print(error)
        return 1
    if not arguments:
        return 0
    words, flawed = verdict([asked(Path(arguments[0]), lock) for lock in locks() if lock.suffix != ".json"])
    print("\n".join(words))
    return 1 if flawed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
