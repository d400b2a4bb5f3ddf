"""Clean calendars and print a digest of each output: for processes to be compared.

    python -m tests.oracle.digests

Mode TAB moment TAB path on stdin, a digest a line on stdout.
"""

from __future__ import annotations

import hashlib
import sys
from datetime import datetime
from pathlib import Path

from tests.core.kit import cleaned, policy


def main() -> None:
    for job in sys.stdin:
        mode, now, path = job.rstrip("\n").split("\t")
        body = cleaned(Path(path).read_bytes(), policy=policy(mode), now=datetime.fromisoformat(now)).body
        print(hashlib.sha256(body).hexdigest())


if __name__ == "__main__":
    main()
