"""``make fuzz``: inputs that no one thought of, guided by which lines of ours they reach (atheris, libFuzzer).

python -m tests.fuzz [TARGET …] [--seconds N]

Each target runs in a process of its own, on the inputs that it found so far, which are kept under ``.work/fuzz``.
What breaks a target is put into tests/fuzz/findings, where `make test` runs it from then on.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.fuzz.seeds import FINDINGS, inputs

NAMES = (
    *("repair", "screen", "configuration"),
    *("xml", "items", "mirrored", "graph", "headers", "remembered", "packed"),
    *("rules", "parted", "agreement", "exactness", "merge"),
    *("lint", "agendas", "explanations", "pages", "losses"),
    *("lines", "streams", "rrules"),
)
_KEPT = Path(".work/fuzz/corpus")
_LONGEST = 6_000  # bytes
_SECONDS_AN_INPUT = 60  # on a machine that has other things to do


def main() -> int:
    options = _options()
    share = max(1, options.seconds // len(options.targets))
    broken = [target for target in options.targets if not _fuzzed(target, share)]
    print(f"broken: {', '.join(broken)}; see tests/fuzz/findings" if broken else "nothing found")
    return len(broken)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("targets", nargs="*", choices=(*NAMES, []), metavar="TARGET", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="in all, 60 by default")
    options = parser.parse_args()
    options.targets = options.targets or [*NAMES]
    return options


def _fuzzed(target: str, seconds: int) -> bool:
    """Fuzz one target; tell whether nothing broke."""
    kept, found = _KEPT / target, FINDINGS / target
    kept.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    for at, data in enumerate(inputs(target)):
        (kept / f"seed-{at}").write_bytes(data)
    print(f"{target}: {seconds} s", flush=True)
    command = [
        *(sys.executable, "-m", "tests.fuzz.run", target, str(kept)),
        *(f"-max_total_time={seconds}", f"-max_len={_LONGEST}", f"-timeout={_SECONDS_AN_INPUT}"),
        *(
            "-rss_limit_mb=2048",
            "-report_slow_units=60",
            "-print_final_stats=1",
            "-verbosity=1",
            f"-artifact_prefix={found}/",
        ),
    ]
    done = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "0"}, check=False)
    if not any(found.iterdir()):
        found.rmdir()
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
