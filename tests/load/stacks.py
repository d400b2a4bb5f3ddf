"""Where feeds are refreshed: on one machine into a directory, and by the function into S3. Both can be killed."""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, redirect_stdout, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self
from unittest.mock import patch

from calsieve import cloud, wiring
from calsieve.adapters.considerate import Considerate
from calsieve.adapters.directory import DirectoryPublisher, DirectoryStateStore
from calsieve.adapters.http import HttpFetcher, Limits
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.models import Outcome, Status
from calsieve.paths import PathKey
from calsieve.refresh import Outside, refresh
from calsieve.settings import KnownSettings, Settings
from calsieve.wiring import Target, places
from tests.functions.lambdas import ENVIRONMENT, context, forget
from tests.load.moody_upstream import MoodyUpstream
from tests.load.reader import Broken
from tests.load.s3_server import S3Server
from tests.load.subjects import Subject

KEY = PathKey(bytes(range(32)))
WORKERS = 3
_LIMITS = Limits(tries=1, read_seconds=5, total_seconds=10)


class Killed(BaseException):
    """The function was ended from outside."""


@dataclass
class Life:
    """How many calls a run has left; it ends at the last one, before it is done or ``after``. 0 is for ever."""

    steps: int = 0
    after: bool = False

    def before_call(self) -> None:
        self.steps -= 1
        if self.steps == 0 and not self.after:
            raise Killed

    def after_call(self) -> None:
        if self.steps == 0:
            raise Killed


@dataclass
class _Mortal:
    """A port of which each call may be the last."""

    port: Any
    life: Life

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._call, getattr(self.port, name))

    def _call(self, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self.life.before_call()
        result = method(*args, **named)
        self.life.after_call()
        return result


def fetcher() -> HttpFetcher:
    return HttpFetcher(EnvironmentSecrets({}), _LIMITS, allow_private=True)


class Machine:
    """Publishes below ``root``."""

    def __init__(self, root: Path, upstream: MoodyUpstream) -> None:
        self._root = root
        self._upstream = upstream
        self._publisher = DirectoryPublisher(root / "public")
        self._state = DirectoryStateStore(root / "state")
        self._fetcher = fetcher()

    def run(self, subject: Subject, now: datetime, life: Life, *, late: bool = False, worker: int = 0) -> Outcome:
        """Refresh a feed by its newest configuration, or by the one before that. Raises Killed, Outdated."""
        feed = subject.feed(self._upstream, -2 if late else -1)
        outside = Outside(self._fetcher, _Mortal(self._publisher, life), _Mortal(self._state, life))
        written = subject.editions[-2 if late else -1].replace(tzinfo=UTC)
        return refresh(feed, places(KEY, feed, now), outside, now, configured=written)

    def published(self, path: str) -> bytes | None:
        return self._read(f"public/{path}")

    def damage(self, key: str, how: Callable[[bytes], bytes | None]) -> None:
        """Do something from outside to what is there under ``public/`` or ``state/``."""
        if (there := self._read(key)) is not None and (body := how(there)) is not None:
            (self._root / key).write_bytes(body)
        else:
            (self._root / key).unlink(missing_ok=True)

    def everything(self) -> Iterator[tuple[str, object, Callable[[], bytes]]]:
        """Yield each file: where it is, what changes when it does, and how to read it."""
        for folder, _, files in os.walk(self._root):
            for name in files:
                path = os.path.join(folder, name)  # noqa: PTH118 - there are many
                stat = os.stat(path)  # noqa: PTH116
                yield path.removeprefix(f"{self._root}/"), (stat.st_mtime_ns, stat.st_ino), Path(path).read_bytes

    def _read(self, key: str) -> bytes | None:
        try:
            return (self._root / key).read_bytes()
        except FileNotFoundError:
            return None


class Cloud:
    """The refresh function with its configurations, in files of twenty feeds, as several warm instances know them."""

    def __init__(self, upstream: MoodyUpstream, subjects: list[Subject]) -> None:
        self._upstream = upstream
        self._files = {f"part-{at}.yaml": subjects[at : at + 20] for at in range(0, len(subjects), 20)}
        self._file_of = {one.name: file for file, ones in self._files.items() for one in ones}
        self._stamps: dict[str, list[str]] = {file: [] for file in self._files}
        self._outcomes: list[Outcome] = []
        self.s3 = S3Server()
        self.life = Life()
        self.now = datetime.now(UTC)
        self.log = io.StringIO()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.s3)
            stack.enter_context(patch.dict(os.environ, ENVIRONMENT | {"AWS_ENDPOINT_URL_S3": self.s3.base}))
            forget()
            stack.callback(forget)
            stack.callback(gc.unfreeze)
            stack.enter_context(warnings.catch_warnings())
            warnings.filterwarnings("ignore", "No application metrics")  # of a function that was killed
            self.s3.put("/state/state/path-key", KEY.key)
            self._start(stack)
            for subjects in self._files.values():
                self.push(subjects[0].name, datetime(2026, 5, 1, tzinfo=UTC))
            self._left = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.close()

    def _start(self, stack: ExitStack) -> None:
        """Load the function; its clock is ours, and what it says and what becomes of its refreshes comes here."""
        self._app = app = importlib.reload(importlib.import_module("functions.refresh.app"))
        events = wiring.s3().meta.events
        events.register("before-send.s3", lambda **_: self.life.before_call())
        events.register("after-call.s3", lambda **_: self.life.after_call())
        target = cloud._deployed_target()
        target = replace(target, fetcher=Considerate(fetcher(), target.state, lambda: self.now))
        self._known = [KnownSettings(partial(_settings, target)) for _ in range(WORKERS)]
        tell, handler = app._tell, app.logger.registered_handler
        stack.callback(handler.setStream, handler.setStream(self.log))
        for where, name, what in (
            (cloud, "_deployed_target", lambda: target),
            (cloud, "_known_settings", lambda: self._known[self._worker]),
            (app, "datetime", SimpleNamespace(now=lambda _: self.now)),
            (app, "_tell", lambda outcome: (self._outcomes.append(outcome), tell(outcome))),
        ):
            stack.enter_context(patch.object(where, name, what))

    def push(self, name: str, now: datetime) -> None:
        """Bring the configuration of a feed to where the function finds it."""
        file = self._file_of[name]
        feeds = [one.keys(self._upstream) for one in self._files[file]]
        self.s3.put(f"/state/config/{file}", json.dumps({"feeds": feeds}).encode(), now)
        self.life = Life()
        self._stamps[file] = [*self._stamps[file][-1:], cloud.load_config(file).stamp]

    def run(self, subject: Subject, now: datetime, life: Life, *, late: bool = False, worker: int = 0) -> Outcome:
        """Send a message to an instance, or one that was sent for an earlier configuration. Raises Killed."""
        self.now, self.life, self._worker = now, life, worker
        file = self._file_of[subject.name]
        message = {"feed": subject.name, "file": file, "config": self._stamps[file][0 if late else -1]}
        record = {"messageId": "m", "attributes": {"ApproximateReceiveCount": "1"}, "body": json.dumps(message)}
        self._outcomes.clear()
        with redirect_stdout(self.log):
            failed = self._app.handler({"Records": [record]}, context())["batchItemFailures"]
        if not self._outcomes:
            raise Broken(f"{subject.name}: the function broke off: {self.log.getvalue()[-2000:]}")
        outcome = self._outcomes[0]
        if bool(failed) is not (outcome.status is Status.FAILED):
            raise Broken(f"{subject.name}: {outcome.status}, and {failed} is to be tried again")
        return outcome

    def said(self) -> str:
        """Return what the function logged since the last time."""
        text = self.log.getvalue()
        self.log.seek(0)
        self.log.truncate()
        return text

    def published(self, path: str) -> bytes | None:
        found = self.s3.objects.get(f"/published/{path}")
        return found and found.body

    def damage(self, key: str, how: Callable[[bytes], bytes | None]) -> None:
        """Do something from outside to what is there under ``public/`` or ``state/``."""
        path = key.replace("public/", "/published/").replace("state/", "/state/state/")
        with suppress(KeyError):
            there = self.s3.objects.pop(path)
            if (body := how(there.body)) is not None:
                self.s3.put(path, body)

    def everything(self) -> Iterator[tuple[str, object, Callable[[], bytes]]]:
        """Yield each object: where it is, what changes when it does, and how to read it. Forgets what S3 was asked."""
        self.s3.asked.clear()
        for key, one in [*self.s3.objects.items()]:
            yield key, (one.written, id(one)), partial(getattr, one, "body")


def _settings(target: Target, file: str, now: datetime) -> Settings:
    return Settings(cloud.load_config(file), target.key(), now)
