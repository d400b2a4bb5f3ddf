"""Writes what the project is made of as CycloneDX 1.6, from the lock files alone: `make sbom`.

The same locks give the same bytes: no clock, no network, nothing of this machine. Hashes are those of all files that a
lock admits, of which an installation takes one. Debian's packages, which the tests use, are not in it.
"""

from __future__ import annotations

import json
import sys
import tomllib
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from requirements.locks import ROOT, SHIPPED, Pinned, locks, pinned

_ALGORITHMS = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}


def sbom(packages: Sequence[Pinned], project: dict[str, Any]) -> bytes:
    """Return the document for these packages, of a project with a name, a version and a licence."""
    by_purl: dict[str, list[Pinned]] = {}
    for package in packages:
        by_purl.setdefault(purl(package), []).append(package)
    components = [_component(address, by_purl[address]) for address in sorted(by_purl)]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    required = [component["bom-ref"] for component in components if component["scope"] == "required"]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": own,
            }
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": required}],
    }
    # One and the same for one and the same content (RFC 9562 §5.5).
    document["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(document, sort_keys=True)).urn
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def purl(package: Pinned) -> str:
    """Return the package URL, by which others know a package."""
    return f"pkg:{package.ecosystem}/{quote(package.name, safe='/')}@{quote(package.version, safe='')}"


def _component(address: str, packages: Sequence[Pinned]) -> dict[str, Any]:
    first = packages[0]
    hashes = sorted({pair for package in packages for pair in package.hashes})
    shipped = any(package.lock in SHIPPED for package in packages)
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": address,
        "name": first.name,
        "version": first.version,
        "scope": "required" if shipped else "excluded",
        "hashes": [{"alg": _ALGORITHMS[algorithm], "content": digest} for algorithm, digest in hashes],
    }
    if first.licence:
        component["licenses"] = [{"expression": first.licence}]
    component["purl"] = address
    lock_files = sorted({package.lock for package in packages})
    component["properties"] = [{"name": "calsieve:lock", "value": lock} for lock in lock_files]
    return component


def main(arguments: Sequence[str]) -> int:
    """Write the document to the file that is named."""
    (out,) = arguments
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    packages = [package for lock in locks() for package in pinned(lock)]
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    Path(out).write_bytes(sbom(packages, project))
    print(f"{out}: {len({purl(package) for package in packages})} packages of {len(locks())} lock files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
