"""Work in a process of its own, which may die without harm: what it sends comes back one by one."""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import traceback
from collections.abc import Callable, Iterator
from typing import Any

Send = Callable[[Any], object]
_MOST_MEMORY = 4 << 30
_MOST_SECONDS = 600


def forked(work: Callable[[Send], None], *, silent: bool = True) -> Iterator[Any]:
    """Run ``work`` in a fork and yield what it sends, as JSON has it. Ends early if the fork dies."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _run(work, writing, silent)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answers:
        yield from map(json.loads, answers)
    os.waitpid(pid, 0)


def _run(work: Callable[[Send], None], writing: int, silent: bool) -> None:
    if silent:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    gc.freeze()
    try:
        with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as answers:
            work(lambda answer: answers.write(json.dumps(answer) + "\n"))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def bound() -> None:
    """Bound this process: a fault may take all memory, or wait for ever."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(_MOST_SECONDS)


def allow(seconds: float) -> None:
    """Let this process use so many more seconds of processor time, then die."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
