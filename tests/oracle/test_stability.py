"""The same input gives the same bytes, in whichever process and after whatever else."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.golden.test_golden import EVERY
from tests.interop.readers import ROOT
from tests.oracle.calendars import calendars
from tests.oracle.making import drawn

MODES = ("keep", "trim", "expand")
DRAWN = 40


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    directory = tmp_path_factory.mktemp("stability")
    files = [(case.file(".in.ics"), case.asked[1]) for case in EVERY]
    for number, one in enumerate(drawn(calendars(), DRAWN, 2)):
        file = directory / f"{number}.ics"
        file.write_bytes(one.source)
        files.append((file, one.now))
    return [f"{mode}\t{now.isoformat()}\t{file}" for file, now in files for mode in MODES]


@pytest.fixture(scope="module")
def digests(jobs: list[str]) -> list[str]:
    return hashed("0", jobs)


@pytest.mark.parametrize("seed", ["1", "random"])
def test_every_process_gives_the_same_bytes_in_whatever_order_it_works(
    jobs: list[str], digests: list[str], seed: str
) -> None:
    assert len(set(digests)) > 100
    turned = hashed(seed, [*reversed(jobs)])
    assert [job for job, a, b in zip(jobs, digests, reversed(turned), strict=True) if a != b] == []


def hashed(seed: str, jobs: list[str]) -> list[str]:
    """Return a digest of each output, by a process with this PYTHONHASHSEED."""
    command = [sys.executable, "-m", "tests.oracle.digests"]
    environment = os.environ | {"PYTHONHASHSEED": seed}
    text = "".join(f"{job}\n" for job in jobs)
    done = subprocess.run(command, input=text, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    return done.stdout.split()
