"""Each mutant in a process of its own, with the tests that run its line, until one fails or takes far too long."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from itertools import accumulate
from pathlib import Path
from types import CodeType

from tests.mutation.coverage_map import Test
from tests.mutation.forks import Send, allow, bound, forked
from tests.mutation.mutants import Mutant, mutated
from tests.mutation.paths import SUITES, dotted, short
from tests.mutation.suites import Suites, forget, with_suites


@dataclass(frozen=True)
class Trial:
    """A mutant of a module, and the tests that run its line."""

    module: Path
    mutant: Mutant
    tests: tuple[Test, ...]

    @property
    def tree(self) -> ast.Module:
        return mutated(self.module.read_text(), self.mutant.number)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the test that failed, or why none did."""

    trial: Trial
    killed: bool
    by: str


def trial_of(module: Path, mutant: Mutant, tests: list[Test], seconds: float) -> Trial:
    """Choose the tests of a mutant, so many seconds of them; all that run its module if it is outside of functions."""
    name = short(module)
    if mutant.function:
        chosen = [test for test in tests if not test.lines.get(name, frozenset()).isdisjoint(mutant.lines)]
    else:
        chosen = [test for test in tests if name in test.lines]
    ends = accumulate(test.seconds for test in chosen)
    return Trial(module, mutant, tuple(test for test, end in zip(chosen, ends, strict=True) if end <= seconds))


def verdicts(trials: list[Trial]) -> Iterator[Verdict]:
    """Try the mutants of functions in forks of one pytest that is ready, the others each with a pytest of its own."""
    inside = [trial for trial in trials if trial.mutant.function]
    for number, answers in forked(partial(_try_functions, inside)):
        yield _verdict(inside[number], answers)
    for trial in trials:
        if not trial.mutant.function:
            yield _verdict(trial, list(forked(partial(_try_module, trial))))


def _verdict(trial: Trial, answers: list[str]) -> Verdict:
    if not trial.tests:
        return Verdict(trial, False, "no test runs it")
    by = answers[0] if answers else "time or memory"
    return Verdict(trial, bool(by), by)


def _try_functions(trials: list[Trial], send: Send) -> None:
    def each(suites: Suites) -> None:
        for number, trial in enumerate(trials):
            send((number, list(forked(partial(_try_function, suites, trial)))))

    with_suites(SUITES, each)


def _try_function(suites: Suites, trial: Trial, send: Send) -> None:
    bound()
    allow(5)
    _replace(trial)
    forget()
    send(_first_failure(suites, trial.tests))


def _try_module(trial: Trial, send: Send) -> None:
    bound()
    allow(20)
    sys.meta_path.insert(0, _Finder(dotted(trial.module), trial.tree))
    files = dict.fromkeys(test.file for test in trial.tests)

    def run(suites: Suites) -> None:
        send(_first_failure(suites, trial.tests) if suites.complete else "import")

    with_suites(files, run)


def _first_failure(suites: Suites, tests: tuple[Test, ...]) -> str:
    """Return the id of the first test that fails, nothing if all pass; die if one takes far longer than it did."""
    for test, following in zip(tests, [*tests[1:], None], strict=True):
        allow(2 + 10 * test.seconds)
        if not suites.passes(test.id, following.id if following else None):
            return test.id
    return ""


def _replace(trial: Trial) -> None:
    """Give the function of a mutant its code; who holds the function has the mutant."""
    module = importlib.import_module(dotted(trial.module))
    owner, _, name = trial.mutant.function.rpartition(".")
    scope = vars(module)[owner] if owner else module
    found = vars(scope)[name]
    found = getattr(found, "fget", None) or getattr(found, "__func__", found)
    function = inspect.unwrap(found)
    function.__code__ = _code(compile(trial.tree, str(trial.module), "exec"), function.__code__)


def _code(within: CodeType, original: CodeType) -> CodeType:
    """Find the code of the same function in the code of a module."""
    inner = [code for code in within.co_consts if isinstance(code, CodeType)]
    for code in inner:
        if (code.co_name, code.co_firstlineno) == (original.co_name, original.co_firstlineno):
            return code
    return next(found for code in inner if (found := _code(code, original)))


class _Finder(PathFinder):
    """Finds one module as its mutant, before all others."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self._name = name
        self._tree = tree

    def find_spec(self, fullname, path=None, target=None) -> ModuleSpec | None:  # type: ignore[no-untyped-def,override]
        if fullname != self._name:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        assert spec
        assert spec.origin
        spec.loader = _Loader(fullname, spec.origin, self._tree)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._tree, self.path, "exec")
