"""The programs that are measured: Calsieve, the peers around other libraries, and what nobody can beat."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bench.calendars import Measured
from tests.bench.measure import compiled
from tests.bench.paths import HERE, OUR_PYTHON, PEER_PYTHON, PEERS, PRODUCT, ROOT, WORK, digest
from tests.bench.shapes import NOW, TIMEZONE, WINDOW

ENVIRONMENT = {"TZ": TIMEZONE, "NODE_MODULES": str(WORK), "PYTHONPATH": str(PRODUCT.parent)}
Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Program:
    """``command`` tells how to trim a calendar into a target, ``files`` are what its results depend on.

    ``writes`` is false for what can't be held against the calendar: the limits trim nothing, rules drop what it shows.
    ``packages`` name the libraries whose versions are told.
    """

    name: str
    label: str
    command: Callable[[Measured, Path], Command]
    files: tuple[Path, ...]
    packages: tuple[str, ...] = ()
    writes: bool = True

    @property
    def key(self) -> str:
        return digest(self.files)

    @property
    def versions(self) -> str:
        return ", ".join(f"{package} {_versions()[package]}" for package in self.packages)


OURS = ("calsieve", "rules", "gz")


def all_programs() -> list[Program]:
    ours = [
        _calsieve("calsieve", "Calsieve", packed=False),
        _calsieve("rules", "Calsieve, with ten rules", packed=False, module="tests.bench.ruled", writes=False),
        _calsieve("gz", "Calsieve, from gzip", packed=True),
    ]
    return [*ours, *_PEERS, *_LIMITS]


def _calsieve(name: str, label: str, *, packed: bool, module: str = "calsieve.cli", writes: bool = True) -> Program:
    def command(calendar: Measured, target: Path) -> Command:
        source = calendar.packed if packed else calendar.path
        moment = ["--now", NOW.isoformat()]
        return [OUR_PYTHON, "-m", module, "trim", source, "-o", target, "--series", "trim", *moment]

    return Program(name, label, command, tuple(sorted(PRODUCT.rglob("*.py"))), writes=writes)


def _peer(start: Callable[[], Command], file: str, label: str, *packages: str) -> Program:
    def command(calendar: Measured, target: Path) -> Command:
        window = [str(int(moment.timestamp())) for moment in WINDOW]
        return [*start(), calendar.path, target, *window, TIMEZONE]

    source = PEERS / file
    shared = {
        ".py": [PEERS / "common.py", ROOT / "requirements/bench.txt"],
        ".mjs": [PEERS / "common.mjs", HERE / "package-lock.json"],
        ".c": [],
    }
    return Program(packages[0], label, command, (source, *shared[source.suffix]), packages)


def _python(file: str, label: str, *packages: str) -> Program:
    return _peer(lambda: [PEER_PYTHON, PEERS / file], file, label, *packages)


def _node(file: str, label: str, *packages: str) -> Program:
    return _peer(lambda: ["node", PEERS / file], file, label, *packages)


def _limit(name: str, command: Callable[[Measured], Command]) -> Program:
    return Program(name.split()[0], name, lambda calendar, _: command(calendar), (), writes=False)


_PEERS = (
    _peer(lambda: [compiled(PEERS / "libical.c", "libical")], "libical.c", "libical, in C", "libical"),
    _node("nodeical.mjs", "node-ical", "node-ical"),
    _node("icaljs.mjs", "ical.js", "ical.js"),
    _node("tsics.mjs", "ts-ics", "ts-ics"),
    _python("icalendar_recurring.py", "icalendar, recurring-ical-events", "icalendar", "recurring-ical-events"),
    _python("ical_timeline.py", "ical", "ical"),
    _python("vobject_rruleset.py", "vobject", "vobject"),
    _python("ics_timeline.py", "ics.py", "ics"),
)
_LIMITS = (
    _limit("wc -l", lambda calendar: ["wc", "-l", calendar.path]),
    _limit("gzip -dc", lambda calendar: ["gzip", "-dc", calendar.packed]),
    _limit("sha256sum", lambda calendar: ["sha256sum", calendar.path]),
)


@cache
def _versions() -> dict[str, str]:
    listed = "import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))"
    python = json.loads(subprocess.run([PEER_PYTHON, "-c", listed], check=True, stdout=subprocess.PIPE).stdout)
    node = json.loads((HERE / "package.json").read_text())["dependencies"]
    asked = subprocess.run(["pkg-config", "--modversion", "libical"], check=True, stdout=subprocess.PIPE, text=True)
    return {**python, **node, "libical": asked.stdout.strip()}
