"""Two runs in one process, of which just one goes on at a time: which one, at each step, is chosen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from itertools import chain, repeat


class Turns:
    """``step`` is to be called by the runs before each of their steps; ``take`` runs them to their ends."""

    def __init__(self, runs: Iterable[Callable[[], object]]) -> None:
        self._back = threading.Semaphore(0)
        self._go: list[threading.Semaphore] = []
        self._threads: list[threading.Thread] = []
        self._error: BaseException | None = None
        self.steps: list[int] = []
        for number, run in enumerate(runs):
            self._go.append(threading.Semaphore(0))
            self._threads.append(threading.Thread(target=self._run, args=(number, run), daemon=True))
            self.steps.append(0)
        self._ended = [False] * len(self._threads)

    def take(self, turns: Iterable[int]) -> None:
        """Let the run of each number go on by one step; then each to its end, the first one first."""
        for thread in self._threads:
            thread.start()
        for number in chain(turns, *(repeat(each, 10_000) for each in range(len(self._threads)))):
            if self._ended[number]:
                continue
            self.steps[number] += 1
            self._go[number].release()
            self._back.acquire()
        if self._error:
            raise self._error

    def has_ended(self, number: int) -> bool:
        return self._ended[number]

    def step(self, *_: object) -> None:
        """Wait for the turn of the run that calls this."""
        number = self._threads.index(threading.current_thread())
        self._back.release()
        self._go[number].acquire()

    def _run(self, number: int, run: Callable[[], object]) -> None:
        self._go[number].acquire()
        try:
            run()
        except BaseException as error:
            self._error = error
        finally:
            self._ended[number] = True
            self._back.release()
