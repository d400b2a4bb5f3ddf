"""``make mutation``: does a test notice when the core is wrong? Puts small faults into it, one at a time.

python -m tests.mutation [MODULE …] [--sample N] [--seed TEXT] [--seconds N]
"""

from __future__ import annotations

import argparse

# Loaded once here, so that no fork has to.
import icalendar  # noqa: F401
import recurring_ical_events  # noqa: F401

from tests.mutation.coverage_map import tests_of_core
from tests.mutation.mutants import mutants_of, sampled
from tests.mutation.paths import modules, short
from tests.mutation.report import Score, known_equivalents, survivor, table
from tests.mutation.trials import trial_of, verdicts


def main() -> None:
    options = _options()
    print("measuring which tests run which lines", flush=True)
    tests = tests_of_core()
    equivalents = known_equivalents()
    scores = []
    for module in modules(options.modules):
        all_of_it = mutants_of(module.read_text())
        mutants = sampled(all_of_it, options.sample, f"{options.seed} {short(module)}")
        score = Score(short(module), len(all_of_it))
        print(f"{short(module)}: {len(mutants)} of {len(all_of_it)} mutants", flush=True)
        for verdict in verdicts([trial_of(module, mutant, tests, options.seconds) for mutant in mutants]):
            score.add(verdict, equivalents)
            if not verdict.killed:
                print("  " + survivor(verdict, equivalents), flush=True)
        scores.append(score)
    print(table(scores))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="core/cut.py, core/zones …; else all")
    parser.add_argument("--sample", type=int, metavar="N", help="at most N mutants of each module")
    parser.add_argument("--seed", default="0", help="which ones a sample holds")
    parser.add_argument(
        "--seconds", type=float, default=60, metavar="N", help="of tests for each mutant, 60 by default"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
