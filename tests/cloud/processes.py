"""Programs that the cloud tests start, and their end: by process group, whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".work"

Found = TypeVar("Found")

_OF_THE_USER = ("AWS_", "SAM_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


def environment(**more: str) -> dict[str, str]:
    """Return this environment without the user's cloud account, proxies and certificates, and with ``more``."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_OF_THE_USER)}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "SAM_CLI_TELEMETRY": "0", **more}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def run(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path = ROOT) -> str:
    """Run to the end and return what it printed; fail with that if it fails."""
    done = subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@contextmanager
def running(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path, log: Path) -> Iterator[None]:
    """Run in a process group of its own, which ends with the block."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=env, cwd=cwd, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait(1)


def wait_for(what: str, look: Callable[[], Found], seconds: float) -> Found:
    """Return the first answer that is true; fail if there is none in time."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, f"not within {seconds:g} s: {what}"
        time.sleep(0.25)
    return seen
