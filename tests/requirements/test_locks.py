"""What the lock files pin, and what is said of it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from requirements.locks import ROOT, SHIPPED, Unpinned, locks, pinned

DIGEST = "a" * 64


def lock(root: Path, text: str, name: str = "requirements/some.txt") -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_every_lock_file_of_the_project_is_found_and_pins_all_it_has() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in locks()}
    assert {*SHIPPED, "requirements/dev.txt", "tests/interop/package-lock.json"} <= found
    installed = set((ROOT / "Makefile").read_text("utf-8").replace("$<", "").split())
    assert {word for word in installed if word.startswith("requirements/") and word.endswith(".txt")} - found <= {
        "requirements/cloud-%.txt"
    }
    for path in locks():
        assert pinned(path)


def test_a_line_of_pip_is_read(tmp_path: Path) -> None:
    text = (
        f"Zope.Interface[all]==1.0 ; python_version < '3.13' \\\n    --hash=sha256:{DIGEST} \\\n    --hash=sha256:0b\n"
    )
    (package,) = pinned(lock(tmp_path, f"# made by a tool\n\n{text}"), tmp_path)
    assert package[:4] == ("pypi", "zope-interface", "1.0", (("sha256", "0b"), ("sha256", DIGEST)))
    assert package.lock == "requirements/some.txt"


@pytest.mark.parametrize(
    "line",
    ["some", f"some>=1 --hash=sha256:{DIGEST}", "some==1", f"https://example.org/some.whl --hash=sha256:{DIGEST}"],
)
def test_what_is_not_pinned_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(Unpinned, match=r"^requirements/some.txt: \S+ is not pinned with hashes: run `make lock`$"):
        pinned(lock(tmp_path, line), tmp_path)


def npm(**packages: object) -> str:
    return json.dumps({"packages": {"": {"name": "own"}, **packages}})


def test_packages_of_npm_are_read(tmp_path: Path) -> None:
    integrity = "sha512-" + base64.b64encode(b"\1\2").decode()
    text = npm(**{"node_modules/a/node_modules/@b/c": {"version": "1.0.0", "integrity": integrity, "license": "MIT"}})
    (package,) = pinned(lock(tmp_path, text, "tests/x/package-lock.json"), tmp_path)
    assert package == ("npm", "@b/c", "1.0.0", (("sha512", "0102"),), "MIT", "tests/x/package-lock.json")


def test_a_package_of_npm_without_integrity_is_named(tmp_path: Path) -> None:
    file = lock(tmp_path, npm(**{"node_modules/a": {"version": "1.0.0"}}), "tests/x/package-lock.json")
    with pytest.raises(Unpinned, match="a is not pinned with its integrity"):
        pinned(file, tmp_path)
