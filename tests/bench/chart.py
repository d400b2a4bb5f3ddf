"""Draws docs/benchmarks.svg: CPU time and memory of all programs on the largest calendar, side by side.

Plain SVG with its own background, so that it is readable whatever lies behind it; dark where the reader prefers dark.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from tests.bench.paths import CHART
from tests.bench.programs import OURS, Program, all_programs
from tests.bench.results import Result, Results
from tests.bench.words import seconds, size

_WIDTH, _ROW, _TOP, _BAR = 880, 30, 96, 16
_LABELS = 236  # where the first panel begins
_PANEL, _GAP, _ROOM = 250, 34, 62  # width of a panel's scale, space between them, room for figures behind the bars
_STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2933 }
.title { font-size: 16px; font-weight: 600 }
.soft { fill: #5b6773; font-size: 12px }
.ours text { font-weight: 600 }
.card { fill: #ffffff; stroke: #d5dbe1 }
.grid { stroke: #e4e8ec }
.bar { fill: #9aa7b4 } .limit .bar { fill: #d3b77c } .ours .bar { fill: #1f7a8c }
@media (prefers-color-scheme: dark) {
  text { fill: #e3e8ed } .soft { fill: #9ba7b3 }
  .card { fill: #14191f; stroke: #303a44 } .grid { stroke: #29323b }
  .bar { fill: #66737f } .limit .bar { fill: #8f7640 } .ours .bar { fill: #3fb4c8 }
}
"""


@dataclass(frozen=True, slots=True)
class _Scale:
    """A logarithmic scale from ``least`` to ``most``, powers of ten, at ``x``."""

    least: float
    most: float
    x: float

    @classmethod
    def around(cls, values: Sequence[float], x: float) -> _Scale:
        return cls(10 ** math.floor(math.log10(min(values) * 0.8)), 10 ** math.ceil(math.log10(max(values))), x)

    def at(self, value: float) -> float:
        return self.x + _PANEL * math.log10(value / self.least) / math.log10(self.most / self.least)

    def ticks(self) -> list[float]:
        return [self.least * 10**step for step in range(round(math.log10(self.most / self.least)) + 1)]


def write_chart(results: Results) -> None:
    events = results.sizes("mixed")[-1]
    rows = [(one, result) for one in all_programs() if (result := results.get(f"mixed-{events}", one.name))]
    rows = sorted((row for row in rows if not row[1].failure), key=lambda row: row[1].median_cpu)
    CHART.write_text("\n".join(drawn(rows, events)) + "\n", "utf-8")


def drawn(rows: Sequence[tuple[Program, Result]], events: int) -> Iterator[str]:
    """Yield the lines of the picture: a row for each program, in this order."""
    height = _TOP + _ROW * len(rows) + 40
    title = f"Read, trim and write {events:,} events ({size(rows[0][1].read)})"
    cpu = _Scale.around([result.median_cpu for _, result in rows], _LABELS)
    memory = _Scale.around([result.median_memory for _, result in rows], _LABELS + _PANEL + _ROOM + _GAP)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="t">'
    yield f'<title id="t">{escape(title)}: CPU time and peak memory of each program</title>'
    yield f"<style>{_STYLE}</style>"
    yield f'<rect class="card" x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1}" rx="8"/>'
    yield f'<text class="title" x="20" y="32">{escape(title)}</text>'
    yield from _axis(cpu, "CPU seconds", lambda value: f"{value:g}", height)
    yield from _axis(memory, "peak memory", lambda value: size(value).replace(".0", ""), height)
    for number, (program, result) in enumerate(rows):
        yield from _row(program, result, _TOP + _ROW * number, cpu, memory)
    note = "Logarithmic: each line is ten times the one before. Brown: limits, which trim nothing."
    if any(result.is_wrong for _, result in rows):
        note += " *: shows something else than the calendar."
    yield f'<text class="soft" x="20" y="{height - 14}">{note}</text>'
    yield "</svg>"


def _axis(scale: _Scale, name: str, told: Callable[[float], str], height: int) -> Iterator[str]:
    yield f'<text class="soft" x="{scale.x}" y="62">{name}</text>'
    for tick in scale.ticks():
        x = scale.at(tick)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 8}" y2="{height - 36}"/>'
        yield f'<text class="soft" x="{x:.1f}" y="{_TOP - 14}" text-anchor="middle">{told(tick)}</text>'


def _row(program: Program, result: Result, y: float, cpu: _Scale, memory: _Scale) -> Iterator[str]:
    kind = "limit" if not program.writes else "ours" if program.name in OURS else "peer"
    yield f'<g class="{kind}">'
    yield f'<text x="20" y="{y + 13}">{escape(program.label)}{"*" if result.is_wrong else ""}</text>'
    for scale, value, told in ((cpu, result.median_cpu, seconds), (memory, result.median_memory, size)):
        x = scale.at(value)
        yield f'<rect class="bar" x="{scale.x}" y="{y}" width="{x - scale.x:.1f}" height="{_BAR}" rx="2"/>'
        yield f'<text x="{x + 6:.1f}" y="{y + 13}">{told(value)}</text>'
    yield "</g>"
