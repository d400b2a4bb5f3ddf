"""One target under libFuzzer, as `tests.fuzz` starts it: python -m tests.fuzz.run TARGET DIRECTORY [OPTION …]."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["calsieve"]):
    from tests.fuzz.mutation import mutated, mutated_json
    from tests.fuzz.targets import TARGETS

# What has no lines, or none that mean anything to one another.
_BY_BYTES = ("xml", "mirrored", "headers", "remembered", "packed", "pages")


def main() -> None:
    name, *options = sys.argv[1:]
    target = TARGETS[name]
    mutator = {} if name in _BY_BYTES else {"custom_mutator": _by_values if name == "graph" else _by_lines}
    atheris.Setup([sys.argv[0], *options], target, **mutator)
    atheris.Fuzz()


def _by_lines(data: bytes, most: int, seed: int) -> bytes:
    return mutated(data, most, seed, atheris.Mutate)


def _by_values(data: bytes, most: int, seed: int) -> bytes:
    return mutated_json(data, most, seed, atheris.Mutate)


if __name__ == "__main__":
    main()
