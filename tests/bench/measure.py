"""What a whole process costs: CPU seconds and peak memory, as the kernel counted them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.paths import HERE, WORK


@dataclass(frozen=True, slots=True)
class Cost:
    """``cpu`` is user and system time in seconds, ``memory`` the peak resident size in bytes.

    ``code`` is the exit code, or minus the signal that ended the process; ``complaint`` the last line of
    what it wrote to standard error, if it failed.
    """

    cpu: float
    memory: int
    code: int
    complaint: str = ""


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None, most_cpu: int = 600) -> Cost:
    """Run ``command``, its output thrown away, and return its cost; ``most_cpu`` seconds and it is ended.

    Python may keep what it compiles, whatever is set here, so that only a first run pays for that.
    """
    report = WORK / "cost"
    done = subprocess.run(
        [str(word) for word in (_launcher(), report, most_cpu, *command)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""} | (environment or {}),
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    user, system, kilobytes, code = report.read_text().split()
    complaint = (done.stderr.decode("utf-8", "replace").splitlines() or [""])[-1] if code != "0" else ""
    return Cost(float(user) + float(system), int(kilobytes) * 1024, int(code), complaint)


def compiled(source: Path, *packages: str) -> Path:
    """Compile a C program, unless it is there already, and return where it is."""
    binary = WORK / source.stem
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        libraries = _flags(*packages) if packages else []
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", binary, source, *libraries], check=True)
    return binary


def _flags(*packages: str) -> list[str]:
    asked = subprocess.run(["pkg-config", "--cflags", "--libs", *packages], check=True, stdout=subprocess.PIPE)
    return asked.stdout.decode().split()


def _launcher() -> Path:
    return compiled(HERE / "launch.c")
