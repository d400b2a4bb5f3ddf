"""What importing the refresh handler costs, against boto3's S3 client alone: what a cold start pays."""

from __future__ import annotations

import os
import re
import subprocess
from statistics import median

from tests.bench.measure import run
from tests.bench.paths import HANDLER, OUR_PYTHON, PEERS, PRODUCT, ROOT, digest
from tests.bench.results import Imports

_ROUNDS = 9
_MODULES = ("s3_client", HANDLER.stem)
# As in Lambda, and no credentials or network: nobody is asked anything.
_ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "refresh",
    "POWERTOOLS_METRICS_NAMESPACE": "Calsieve",
    "PUBLISHED_BUCKET": "published",
    "STATE_BUCKET": "state",
    "PYTHONPATH": os.pathsep.join(map(str, (PRODUCT.parent, HANDLER.parent, PEERS))),
}


def imports_key() -> str:
    return digest([*sorted(PRODUCT.rglob("*.py")), HANDLER, ROOT / "requirements/run.txt"])


def measure_imports() -> Imports:
    """Measure both in turn, after a round that is not counted (it compiles what is not yet).

    ``-X importtime`` goes by the clock on the wall, which other processes can only make longer: the least counts.
    """
    rounds = [[_cpu(module) for module in _MODULES] for _ in range(_ROUNDS + 1)][1:]
    times = [[_import_time(module) for module in _MODULES] for _ in range(_ROUNDS)]
    client_cpu, handler_cpu = map(median, zip(*rounds, strict=True))
    client_imports, handler_imports = map(min, zip(*times, strict=True))
    return Imports(imports_key(), client_cpu, handler_cpu, client_imports, handler_imports)


def _cpu(module: str) -> float:
    cost = run([OUR_PYTHON, "-c", f"import {module}"], _ENVIRONMENT)
    if cost.code:
        raise RuntimeError(cost.complaint)
    return cost.cpu


def _import_time(module: str) -> float:
    """Return the sum of what each module took by itself; making clients counts for the one that makes them."""
    command = [str(OUR_PYTHON), "-X", "importtime", "-c", f"import {module}"]
    told = subprocess.run(command, check=True, stderr=subprocess.PIPE, env=os.environ | _ENVIRONMENT, text=True).stderr
    return sum(int(own) for own in re.findall(r"^import time: +(\d+) \|", told, re.M)) / 1e6
