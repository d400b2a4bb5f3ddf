"""A process that runs each bad input in a fork of its own, so that none can hang or take the machine's memory.

Names of inputs come in by standard input, one a line; what became of each goes out, one JSON a line. The system's
own account of a fork is what is measured: all of its processor time, and its most memory above that of an idle one.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any, Self

from calsieve.errors import CalsieveError
from tests.security.bad_input import Answer, BadInput, Counted

_ROOT = Path(__file__).parents[2]
_MOST_MEMORY = 4 << 30
_LONGEST_WAIT = 120
_MAXRSS = 1 if sys.platform == "darwin" else 1024  # bytes; getrusage(2) of the two differ


def _hang() -> str:
    while True:
        pass


def _explode() -> str:
    return str(len(b"x" * 300_000_000))


def _err() -> str:
    raise LookupError("a mistake of ours")


# What shows that a cell sees what it is there for.
HANG, EXPLOSION, MISTAKE = (
    BadInput("name", made.__name__, made, Counted(figure="paths"), 0.5) for made in (_hang, _explode, _err)
)


class Cell:
    """The process, from outside."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def ask(self, bad: BadInput) -> Answer:
        """Return what becomes of an input."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{bad}\n")
        self._process.stdin.flush()
        return Answer(**json.loads(self._process.stdout.readline()))


def main() -> None:
    """Answer until there are no more questions."""
    from tests.security.doors import DOORS
    from tests.security.inputs import INPUTS

    by_name = {str(bad): bad for bad in (*INPUTS, HANG, EXPLOSION, MISTAKE)}
    idle, _ = _forked(lambda: None, 1)
    for line in sys.stdin:
        bad = by_name[line.rstrip("\n")]
        cost, told = _forked(lambda bad=bad: DOORS[bad.door](bad.made()), bad.seconds)  # type: ignore[misc]
        cost["megabytes"] -= idle["megabytes"]
        print(json.dumps(told | cost), flush=True)


def _forked(work: Callable[[], Any], seconds: float) -> tuple[dict[str, float], dict[str, Any]]:
    """Return what work in a fork cost, and what it told."""
    with tempfile.TemporaryFile() as told:
        pid = os.fork()
        if pid == 0:
            _run(work, seconds, told.fileno())
        _, status, usage = os.wait4(pid, 0)
        told.seek(0)
        cost = {
            "seconds": usage.ru_utime + usage.ru_stime,
            "megabytes": usage.ru_maxrss * _MAXRSS / 1e6,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        }
        return cost, json.loads(told.read() or b"{}")


def _run(work: Callable[[], Any], seconds: float, told: int) -> None:
    most = math.ceil(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    signal.alarm(_LONGEST_WAIT)
    try:
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            os.write(told, json.dumps(_ended(work)).encode())
    finally:
        os._exit(0)  # nobody waits for the threads of servers


def _ended(work: Callable[[], Any]) -> Mapping[str, Any]:
    try:
        return {"figures": work()}
    except CalsieveError as error:
        return {"error": type(error).__name__, "message": str(error)}
    except BaseException as error:
        return {"error": type(error).__name__, "message": traceback.format_exc()}


if __name__ == "__main__":
    main()
