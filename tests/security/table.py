"""Write the table of bad inputs into docs/security.md: ``python -m tests.security.table``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tests.security.bad_input import MEGABYTES, SECONDS, BadInput
from tests.security.doors import DOORS
from tests.security.inputs import INPUTS

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- made by: python -m tests.security.table -->\n", "<!-- made until here -->\n"


def page(text: str) -> str:
    """Return the page with the table as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{''.join(_sections())}{END}{after}"


def _sections() -> Iterator[str]:
    """Yield a table for each door."""
    yield f"{len(INPUTS)} inputs; each may cost {SECONDS:g} s and {MEGABYTES} MB where nothing else is said.\n\n"
    for door, found in groupby(INPUTS, lambda bad: bad.door):
        yield f"### {door}\n\n{DOORS[door].__doc__}\n\n"
        yield "| input | what is said of it | bound |\n|---|---|---|\n"
        yield from (f"| {_cell(bad.name)} | {_cell(str(bad.ends))} | {_bound(bad)} |\n" for bad in found)
        yield "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _bound(bad: BadInput) -> str:
    usual = (bad.seconds, bad.megabytes) == (SECONDS, MEGABYTES)
    return "" if usual else f"{bad.seconds:g} s, {bad.megabytes} MB"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
