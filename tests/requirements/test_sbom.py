"""The list of all that the project is made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from requirements.locks import ROOT, Pinned, locks, pinned
from requirements.sbom import main, sbom

PROJECT = {"name": "calsieve", "version": "1.2", "license": "Apache-2.0"}
HASHES = (("sha256", "a" * 64),)
BOTH = Pinned("pypi", "both", "1", HASHES, "", "requirements/dev.txt")
PACKAGES = [
    BOTH,
    BOTH._replace(lock="requirements/run.txt", hashes=(("sha256", "b" * 64), *HASHES)),
    Pinned("npm", "@a/b", "2.0+c", (("sha512", "c" * 128),), "MIT", "tests/x/package-lock.json"),
]


def document(packages: list[Pinned]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(sbom(packages, PROJECT))
    return read


def test_each_package_is_there_once_with_all_that_is_known_of_it() -> None:
    npm, both = document(PACKAGES)["components"]
    assert npm == {
        "type": "library",
        "bom-ref": "pkg:npm/%40a/b@2.0%2Bc",
        "name": "@a/b",
        "version": "2.0+c",
        "scope": "excluded",
        "hashes": [{"alg": "SHA-512", "content": "c" * 128}],
        "licenses": [{"expression": "MIT"}],
        "purl": "pkg:npm/%40a/b@2.0%2Bc",
        "properties": [{"name": "calsieve:lock", "value": "tests/x/package-lock.json"}],
    }
    assert (both["scope"], both["purl"]) == ("required", "pkg:pypi/both@1")
    assert [each["content"][0] for each in both["hashes"]] == ["a", "b"]
    assert [each["value"] for each in both["properties"]] == ["requirements/dev.txt", "requirements/run.txt"]


def test_the_project_depends_on_what_is_shipped_with_it() -> None:
    read = document(PACKAGES)
    assert (read["bomFormat"], read["specVersion"], read["version"]) == ("CycloneDX", "1.6", 1)
    assert read["metadata"]["component"]["purl"] == "pkg:pypi/calsieve@1.2"
    assert read["dependencies"] == [{"ref": "pkg:pypi/calsieve@1.2", "dependsOn": ["pkg:pypi/both@1"]}]


def test_the_same_locks_give_the_same_bytes_and_others_another_number() -> None:
    assert sbom(PACKAGES, PROJECT) == sbom(PACKAGES[::-1], PROJECT)
    numbers = {document(PACKAGES)["serialNumber"], document(PACKAGES[:2])["serialNumber"]}
    assert len(numbers) == 2
    assert all(number.startswith("urn:uuid:") for number in numbers)


def test_the_project_s_own_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "sbom.json"
    assert main([str(out)]) == 0
    names = {(each["name"], each["version"]) for each in json.loads(out.read_text("utf-8"))["components"]}
    assert names == {(package.name, package.version) for lock in locks() for package in pinned(lock)}
    assert f"{len(names)} packages of {len(locks())} lock files" in capsys.readouterr().out
    assert str(ROOT) not in out.read_text("utf-8")
