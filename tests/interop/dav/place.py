"""Where a server lives while it is tested: a directory, ports on loopback, and processes that end with it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_SECONDS_TO_START = 60
_SECONDS_TO_END = 3


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(slots=True)
class Place:
    """``directory`` belongs to ``user``; None is whoever runs the tests, which root's programs don't want to be."""

    directory: Path
    user: str | None
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *command: str, stdin: str = "", env: Mapping[str, str] | None = None) -> None:
        """Run a command to its end; what it says is in ``log``."""
        with (self.directory / "log").open("ab") as log:
            done = subprocess.run(
                command, input=stdin.encode(), stdout=log, stderr=log, timeout=_SECONDS_TO_START, **self._as(env)
            )
        assert done.returncode == 0, f"{command[0]} ended with {done.returncode}: {self.log()}"

    def start(self, command: Sequence[str], *ports: int, env: Mapping[str, str] | None = None) -> None:
        """Start a program that stays in the foreground, and wait until it listens."""
        with (self.directory / "log").open("ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self._as(env)
            )
        self._running.append(process)
        for port in ports:
            self._wait(process, port)

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.write_text(text)
        self.hand_over(path)
        return path

    def hand_over(self, path: Path) -> None:
        """Make a file or directory the property of who runs the server."""
        if self.user:
            shutil.chown(path, self.user, pwd.getpwnam(self.user).pw_gid)

    def log(self) -> str:
        return "\n".join(file.read_text("utf-8", "replace")[-2000:] for file in self.directory.glob("*log"))

    def stop(self) -> None:
        for process in reversed(self._running):
            _end(process)

    def _as(self, env: Mapping[str, str] | None) -> dict[str, object]:
        surroundings = {"PATH": os.environ["PATH"], "HOME": str(self.directory), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        user = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}
        return {"cwd": self.directory, "env": surroundings | dict(env or {}), **user}

    def _wait(self, process: subprocess.Popen[bytes], port: int) -> None:
        until = time.monotonic() + _SECONDS_TO_START
        while True:
            assert process.poll() is None, f"{process.args} ended with {process.returncode}: {self.log()}"
            assert time.monotonic() < until, f"{process.args} does not listen: {self.log()}"
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)


@contextmanager
def place(user: str | None) -> Iterator[Place]:
    """Make a place for a server that root runs as ``user``, if one is given, and anybody else as themselves."""
    directory = Path(tempfile.mkdtemp(prefix="calsieve-dav-"))
    directory.chmod(0o755)
    found = Place(directory, user if os.geteuid() == 0 else None)
    found.hand_over(directory)
    try:
        yield found
    finally:
        found.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all below it, also those that have a session of their own and don't go when asked."""
    below = list(_held(_children(process.pid)))
    process.terminate()
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for descriptor in below:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        os.close(descriptor)


def _held(pids: Iterable[int]) -> Iterator[int]:
    """Yield a descriptor for each process that is there still, so that no other is taken for it later."""
    for pid in pids:
        with suppress(ProcessLookupError):
            yield os.pidfd_open(pid)


def _children(pid: int) -> list[int]:
    try:
        own = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
    return [*own, *(below for child in own for below in _children(child))]
