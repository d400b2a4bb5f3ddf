"""The lock files of the project, read: what is pinned where, and what is not."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
# What runs where the project is used; everything else tests it, builds it, or is measured against.
SHIPPED = ("requirements/run.txt", "layers/dependencies/requirements.txt")
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s;]+)\s*(?:;[^\\]*)?")
_HASH = re.compile(r"--hash=(sha\d+):([0-9a-f]+)")


class Pinned(NamedTuple):
    """One package at one version, in one lock file; ``hashes`` are pairs of algorithm and hexadecimal digest."""

    ecosystem: str
    name: str
    version: str
    hashes: tuple[tuple[str, str], ...]
    licence: str
    lock: str


class Unpinned(Exception):
    """A lock file has a package that is not pinned to one version and its digest."""


def locks(root: Path = ROOT) -> list[Path]:
    """Return all lock files of a project."""
    python = [*root.glob("requirements/*.txt"), *root.glob("layers/*/requirements.txt")]
    return sorted([*python, *root.glob("tests/**/package-lock.json")])


def pinned(lock: Path, root: Path = ROOT) -> list[Pinned]:
    """Return what a lock file pins, by name. Raises Unpinned."""
    read = _npm if lock.suffix == ".json" else _pip
    name = lock.relative_to(root).as_posix()
    return sorted(read(lock.read_text("utf-8"), name))


def _pip(text: str, lock: str) -> Iterator[Pinned]:
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pin, hashes = _PIN.match(line), tuple(sorted(_HASH.findall(line)))
        if pin is None or not hashes:
            raise Unpinned(f"{lock}: {line.split()[0]} is not pinned with hashes: run `make lock`")
        name = re.sub(r"[-_.]+", "-", pin[1]).lower()  # PEP 503
        yield Pinned("pypi", name, pin[2], hashes, "", lock)


def _npm(text: str, lock: str) -> Iterator[Pinned]:
    for path, package in json.loads(text)["packages"].items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        algorithm, _, digest = package.get("integrity", "").partition("-")
        if not digest or not package.get("version"):
            raise Unpinned(f"{lock}: {name} is not pinned with its integrity: run npm install there")
        hashes = ((algorithm, b64decode(digest).hex()),)
        yield Pinned("npm", name, package["version"], hashes, package.get("license", ""), lock)
