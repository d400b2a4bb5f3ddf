"""``make bench``: measures what is not measured yet, then writes docs/benchmarks.md and its picture.

python -m tests.bench [--events N …] [--only PROGRAM …] [--all] [--history] [--render]
"""

from __future__ import annotations

import argparse

from tests.bench.calendars import Measured
from tests.bench.chart import write_chart
from tests.bench.imports import imports_key, measure_imports
from tests.bench.paths import RESULTS
from tests.bench.programs import Program, all_programs
from tests.bench.report import write_report
from tests.bench.results import Results
from tests.bench.rounds import is_measured, measure

VISIBLE_EVENTS = 10_000
PAST_EVENTS = (25_000, 100_000)
HISTORY_EVENTS = (400_000, 1_300_000)  # the last is 1 GB


def main() -> None:
    options = _options()
    results = Results(RESULTS)
    if not options.render:
        for calendar, programs in _tasks(options):
            wanted = [one for one in programs if _is_wanted(options, calendar, one, results)]
            if wanted:
                measure(calendar, wanted, results)
            if calendar.events in HISTORY_EVENTS:
                calendar.remove()
        if _are_imports_wanted(options, results):
            results.set_imports(measure_imports())
    write_chart(results)
    write_report(results)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--events", type=int, nargs="+", default=[1_000, 10_000], help="sizes of the mixed calendars")
    names = [*(program.name for program in all_programs()), "imports"]
    parser.add_argument("--only", nargs="+", default=[], choices=names, metavar="NAME", help="measure these again")
    parser.add_argument("--all", action="store_true", help="measure all again, side by side")
    parser.add_argument("--history", action="store_true", help="calendars of up to 1 GB too, all of it past")
    parser.add_argument("--render", action="store_true", help="measure nothing, only write the document again")
    return parser.parse_args()


def _tasks(options: argparse.Namespace) -> list[tuple[Measured, list[Program]]]:
    programs = all_programs()
    few = [one for one in programs if one.name in ("calsieve", "rules", "libical", "icalendar")]  # ours is the first
    past = (*PAST_EVENTS, *(HISTORY_EVENTS if options.history else ()))
    return [
        *((Measured("mixed", events), programs) for events in options.events),
        (Measured("visible", VISIBLE_EVENTS), few),
        *((Measured(shape, events), few[:1]) for events in past for shape in ("past", "past-single")),
    ]


def _is_wanted(options: argparse.Namespace, calendar: Measured, program: Program, results: Results) -> bool:
    if options.only:
        return program.name in options.only
    return options.all or not is_measured(calendar, program, results)


def _are_imports_wanted(options: argparse.Namespace, results: Results) -> bool:
    if options.only:
        return "imports" in options.only
    return options.all or results.imports is None or results.imports.key != imports_key()


if __name__ == "__main__":
    main()
