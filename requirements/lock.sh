#!/usr/bin/env bash
# Renews the hash-locked requirement files: `make lock`. Needs uv.
set -eu
cd "$(dirname "$0")/.."
compile() { uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml "$@"; }
universal() { compile --universal --python-version 3.11 "$@"; }
universal --extra cli --group build -o requirements/run.txt
universal --extra cli --extra lambda --group build --group dev -o requirements/dev.txt
# In Lambda boto3 comes with the runtime; everything else is in the layer.
compile --extra lambda --python-version 3.13 --python-platform aarch64-manylinux_2_28 --no-emit-package boto3 -o layers/dependencies/requirements.txt
# `make build`, `make cloud`: sam, the emulator, and what Lambda's own runtime has installed, each in a venv of its own.
tool() { uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --universal "$@"; }
tool --python-version 3.11 requirements/cloud-sam.in -o requirements/cloud-sam.txt
tool --python-version 3.13 requirements/cloud-emulator.in -o requirements/cloud-emulator.txt
tool --python-version 3.13 requirements/cloud-runtime.in -o requirements/cloud-runtime.txt
# `make interop`: clients and CalDAV servers, which the tests run as programs.
tool --python-version 3.11 requirements/interop.in -o requirements/interop.txt
tool --python-version 3.11 requirements/interop-dav.in -o requirements/interop-dav.txt
# `make bench`: the Python libraries that are measured against.
tool --python-version 3.11 requirements/bench.in -o requirements/bench.txt
# `make fuzz`: atheris, beside what tests need.
tool --python-version 3.13 requirements/fuzz.in -o requirements/fuzz.txt
# `make audit`: who knows of flaws in all these.
tool --python-version 3.11 requirements/audit.in -o requirements/audit.txt
