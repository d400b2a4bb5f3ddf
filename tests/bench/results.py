"""What was measured, kept in a file, so that a benchmark can be stopped, taken up, and renewed in part."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Result:
    """What one program did with one calendar.

    ``key`` says which program and calendar, ``read`` how many bytes that has. ``cpu`` is seconds, ``memory``
    bytes, one value a run. The rest is about what was written: its events and bytes, what of it the window
    shows, and how many occurrences are lost and added against the calendar. ``failure`` says why
    there is nothing of that.
    """

    key: str
    day: str
    read: int
    version: str = ""
    cpu: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    failure: str = ""
    events: int = 0
    size: int = 0
    shown: int = 0
    lost: int = 0
    added: int = 0

    @property
    def expected(self) -> int:
        """Return how many occurrences the calendar shows in the window."""
        return self.shown + self.lost - self.added

    @property
    def is_wrong(self) -> bool:
        return bool(self.lost or self.added)

    @property
    def median_cpu(self) -> float:
        return median(self.cpu)

    @property
    def median_memory(self) -> float:
        return median(self.memory)


@dataclass(frozen=True, slots=True)
class Imports:
    """Seconds. ``…_cpu``: of the whole process; ``…_imports``: by ``-X importtime``, without Python's own start."""

    key: str
    client_cpu: float
    handler_cpu: float
    client_imports: float
    handler_imports: float


class Results:
    """All results by (calendar, program), in a JSON file that is written after each change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        stored = json.loads(path.read_text("utf-8")) if path.exists() else {"programs": {}, "imports": None}
        self._programs = {name: Result(**values) for name, values in stored["programs"].items()}
        self._imports = Imports(**stored["imports"]) if stored["imports"] else None

    @property
    def imports(self) -> Imports | None:
        return self._imports

    def set_imports(self, imports: Imports) -> None:
        self._imports = imports
        self._save()

    def set(self, calendar: str, program: str, result: Result) -> None:
        self._programs[f"{calendar}/{program}"] = result
        self._save()

    def get(self, calendar: str, program: str) -> Result | None:
        return self._programs.get(f"{calendar}/{program}")

    def days(self) -> list[str]:
        """Return the first and the last day on which something was measured; the same twice if it is one."""
        days = sorted(result.day for result in self._programs.values())
        return [days[0], days[-1]]

    def sizes(self, shape: str) -> list[int]:
        """Return the sizes in which calendars of a shape were measured, in events, ascending."""
        calendars = {name.partition("/")[0].rpartition("-") for name in self._programs}
        return sorted(int(events) for of, _, events in calendars if of == shape)

    def _save(self) -> None:
        programs = {name: asdict(one) for name, one in sorted(self._programs.items())}
        imports = asdict(self._imports) if self._imports else None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps({"programs": programs, "imports": imports}, indent=1) + "\n", "utf-8")
        part.replace(self._path)
