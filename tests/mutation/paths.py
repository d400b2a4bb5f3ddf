"""What is mutated, what has to notice, and where it is remembered which test runs which lines."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "calsieve" / "calsieve"
CORE = PACKAGE / "core"
SUITES = ("tests/core", "tests/golden", "tests/properties")
MAP = ROOT / ".mutation" / "tests.json"
EQUIVALENT = Path(__file__).parent / "equivalent.txt"
# Tables, no logic.
_TABLES = {CORE / "zones" / "windows.py"}


def modules(names: list[str]) -> list[Path]:
    """Return the modules of these names, like ``core/cut.py`` or ``core/zones``; all of core for none."""
    chosen: list[Path] = []
    for name in names or ["core"]:
        path = PACKAGE / name
        found = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        if not found or not found[0].is_file():
            raise SystemExit(f"{name}: no module of {PACKAGE.relative_to(ROOT)}")
        chosen += [one for one in found if one.name != "__init__.py" and one not in _TABLES]
    return chosen


def short(path: Path) -> str:
    """Return the name by which a module is asked for."""
    return path.relative_to(PACKAGE).as_posix()


def dotted(path: Path) -> str:
    """Return the name by which a module is imported."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
