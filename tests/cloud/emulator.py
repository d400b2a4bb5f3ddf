"""The emulator of AWS: ministack on loopback, over TLS, with IAM enforced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import requests

from tests.cloud.processes import TOOLS, environment, free_port, run, running, wait_for

REGION, ACCOUNT = "eu-central-1", "000000000000"


@dataclass(frozen=True)
class Emulator:
    """Where it is, and how to talk to it as the account's root, whom IAM does not stop."""

    port: int
    certificate: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs in its environment to take this for AWS."""
        return environment(
            AWS_ENDPOINT_URL=f"https://127.0.0.1:{self.port}",
            AWS_CA_BUNDLE=str(self.certificate),
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
            AWS_REGION=REGION,
            AWS_DEFAULT_REGION=REGION,
            AWS_EC2_METADATA_DISABLED="true",
            AWS_CONFIG_FILE=str(self.home / "no-config"),
            AWS_SHARED_CREDENTIALS_FILE=str(self.home / "no-credentials"),
            __SAM_CLI_APP_DIR=str(self.home / "sam"),
        )

    def client(self, service: str, credentials: dict[str, Any] | None = None) -> Any:
        keys = credentials or {"AccessKeyId": "test", "SecretAccessKey": "test"}
        return boto3.client(
            service,
            endpoint_url=f"https://127.0.0.1:{self.port}",
            verify=str(self.certificate),
            region_name=REGION,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys.get("SessionToken"),
        )

    def is_up(self) -> bool:
        try:
            answer = requests.get(
                f"https://127.0.0.1:{self.port}/_ministack/health", verify=str(self.certificate), timeout=2
            )
        except requests.ConnectionError:
            return False
        return answer.ok


@contextmanager
def emulator(home: Path) -> Iterator[Emulator]:
    """Start one whose files are in ``home``; it ends with the block, and so do the functions it runs."""
    key, certificate = _certificate(home)
    there = Emulator(free_port(), certificate, home)
    # Started by hypercorn and not by its own command, which would also take port 443.
    command = [TOOLS / "emulator/bin/python", "-m", "hypercorn", "ministack.app:app", "--workers", "0"]
    listen = ["--bind", f"127.0.0.1:{there.port}", "--certfile", certificate, "--keyfile", key]
    env = environment(
        AUTH="true",
        USE_SSL="1",
        MINISTACK_SSL_CERT=str(certificate),
        MINISTACK_SSL_KEY=str(key),
        MINISTACK_REGION=REGION,
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(there.port),
        IOT_MTLS_ENABLED="0",
        TMPDIR=str(home),
    )
    with running([*command, *listen], env, home, home / "emulator.log"):
        wait_for("the emulator answers", there.is_up, 60)
        yield there


def _certificate(home: Path) -> tuple[Path, Path]:
    key, certificate = home / "key.pem", home / "certificate.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    run([*request, *names, "-keyout", key, "-out", certificate], environment())
    return key, certificate
