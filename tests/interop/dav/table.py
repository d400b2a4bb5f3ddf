"""What the tests measured, as tables below pytest's results."""

from __future__ import annotations

from collections.abc import Iterable

Cell = tuple[str, str, str]


def table(cells: Iterable[Cell]) -> list[str]:
    """Return lines of a table of (column, row, text); columns and rows in the order of their first cells."""
    texts = {(row, column): text for column, row, text in cells}
    columns = list(dict.fromkeys(column for _, column in texts))
    rows = list(dict.fromkeys(row for row, _ in texts))
    lines = [["", *columns], *([row, *(texts.get((row, column), "–") for column in columns)] for row in rows)]
    widths = [max(map(len, words)) for words in zip(*lines, strict=True)]
    return ["  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() for line in lines]
