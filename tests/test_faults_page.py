"""docs/faults.md names the tests that show what it says, and all of them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/faults.md").read_text("utf-8")
NAMED = re.compile(r"`(test_\w+|(?:[\w/]+/)?test_\w+\.py)`")
HOLDERS = [
    *ROOT.glob("tests/**/test_faults_*.py"),
    *ROOT.glob("tests/**/test_*at_once*.py"),
    *(ROOT / "tests/refresh" / f"{name}.py" for name in ("test_cut_off", "test_overtaken", "test_unremembered")),
]


def named() -> set[tuple[str, str]]:
    """The tests that the page names, each with its file."""
    found, file = set(), ""
    for name in NAMED.findall(PAGE):
        if name.endswith(".py"):
            file = name if "/" in name else f"tests/refresh/{name}"
        else:
            found.add((file, name))
    return found


def there_are() -> set[tuple[str, str]]:
    """All tests of faults, each with its file."""
    own = Path(__file__)
    return {
        (str(path.relative_to(ROOT)), name)
        for path in HOLDERS
        if path != own
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.M)
    }


def test_each_test_that_is_named_exists_and_each_that_exists_is_named() -> None:
    assert len(there_are()) > 50
    assert named() == there_are()


def test_each_fault_is_shown_by_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "shown by" not in line]
    assert len(rows) > 30
    for row in rows:
        assert "`test_" in row.split(" | ")[-1], row
