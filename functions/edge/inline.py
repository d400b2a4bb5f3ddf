"""Copies viewer_request.js into template.yaml: CloudFormation takes a CloudFront Function only inline.

``make edge`` writes the copy; ``make check`` and tests/template fail when it is out of date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from textwrap import indent

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "functions" / "edge" / "viewer_request.js"
TEMPLATE = ROOT / "template.yaml"
_COPY = re.compile(r"(?<=^      FunctionCode: \|\n)(?: {8}.*\n|\n(?= {8}))+", re.MULTILINE)


def inlined(template: str, source: str) -> str:
    """Return ``template`` with ``source`` as its one FunctionCode block. Does not touch anything else."""
    copy = indent(source, " " * 8)
    replaced, count = _COPY.subn(lambda _: copy, template)
    if count != 1:
        raise ValueError(f"template.yaml has {count} FunctionCode blocks instead of one")
    return replaced


def main(arguments: list[str]) -> int:
    """Write the copy, or with ``--check`` only tell whether it is up to date."""
    template = TEMPLATE.read_text(encoding="utf-8")
    current = inlined(template, SOURCE.read_text(encoding="utf-8"))
    if arguments != ["--check"]:
        TEMPLATE.write_text(current, encoding="utf-8")
    elif current != template:
        print("template.yaml holds an old functions/edge/viewer_request.js: run `make edge`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
