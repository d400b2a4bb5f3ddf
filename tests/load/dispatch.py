"""What dispatch takes: the real function in a process of its own, against an S3 and an SQS on this machine.

python -m tests.load.dispatch 100000 --per-file 200
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.functions.lambdas import ENVIRONMENT, context
from tests.load.s3_server import S3Server
from tests.load.sqs_server import SqsServer

_LINE = "- {{name: feed-{n}, title: Feed {n}, schedule: 1h, sources: ['https://h{host}.example.org/s3cret-{n}/basic.ics']}}\n"
_HOSTS = 500


class Measured(NamedTuple):
    """Processor seconds of a first call for all feeds and of a tick after it, memory, and the messages of both."""

    first: float
    tick: float
    megabytes: float
    first_sent: int
    tick_sent: int


def measured(feeds: int, per_file: int) -> Measured:
    """Dispatch ``feeds`` that are refreshed hourly, in files of ``per_file``."""
    with S3Server() as s3, SqsServer() as sqs:
        for start in range(0, feeds, per_file):
            lines = (_LINE.format(n=n, host=n % _HOSTS) for n in range(start, min(feeds, start + per_file)))
            s3.put(f"/state/config/f-{start}.yaml", "".join(["feeds:\n", *lines]).encode())
        environment = ENVIRONMENT | {
            "AWS_ENDPOINT_URL_S3": s3.base,
            "AWS_ENDPOINT_URL_SQS": sqs.base,
            "REFRESH_QUEUE_URL": f"{sqs.base}/1/refresh",
            "TICK_MINUTES": "5",
        }
        command = [sys.executable, "-m", "tests.load.dispatch", "--child"]
        child = subprocess.run(command, env=os.environ | environment, stdout=subprocess.PIPE, check=True)
        first, tick, megabytes, tick_sent = json.loads(child.stdout.splitlines()[-1])
        names = {json.loads(body)["feed"] for body in sqs.bodies}
        if len(names) != feeds:
            raise AssertionError(f"{feeds - len(names)} feeds were never sent")
        return Measured(first, tick, megabytes, len(sqs.bodies) - tick_sent, tick_sent)


def _child() -> None:
    from functions.dispatch import app

    sent: list[int] = []
    send = app.send
    app.send = lambda client, queue, messages: (sent.append(len(messages)), send(client, queue, messages))[1]
    taken = []
    for event in ({}, {"at": datetime.now(UTC).isoformat()}):
        start = time.process_time()
        app.handler(event, context())
        taken.append(time.process_time() - start)
    status = Path("/proc/self/status").read_text()  # getrusage would count what the parent had before the fork
    megabytes = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps([*taken, megabytes, sent[1]]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("feeds", type=int, nargs="?", default=100_000)
    parser.add_argument("--per-file", type=int, default=200)
    parser.add_argument("--child", action="store_true")
    given = parser.parse_args()
    if given.child:
        _child()
    else:
        print(measured(given.feeds, given.per_file))
