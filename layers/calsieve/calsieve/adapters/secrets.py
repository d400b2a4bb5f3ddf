"""Where secret values come from: the configuration itself, the environment, a keyring, or AWS."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from calsieve.errors import SecretError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calsieve.models import Secret

_ADVICE = {
    "ParameterNotFound": "is not stored in this account and region: store it, or correct the name",
    "ParameterVersionNotFound": "has no such version or label: correct the name",
    "ResourceNotFoundException": "is not stored in this account and region: store it, or correct the name",
    "AccessDeniedException": "may not be read: allow this role to read and decrypt it",
}


class EnvironmentSecrets:
    """Resolves ``literal``, ``env``, from ``environ``, and ``keyring``, from where ``environ`` says."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def resolve(self, secret: Secret) -> str:
        """Return the value. Raises SecretError naming the reference; an empty variable counts as not set."""
        if secret.scheme == "literal":
            return secret.value
        if secret.scheme == "keyring":
            return self._from_keyring(secret)
        if secret.scheme != "env":
            raise SecretError(f"{secret}: can only be read where AWS is set up: use env: here")
        if value := self._environ.get(secret.value):
            return value
        raise SecretError(f"{secret}: the environment variable is not set: set it, or correct the name")

    def _from_keyring(self, secret: Secret) -> str:
        from calsieve.adapters.keyring import keyring_of

        if value := keyring_of(self._environ).get(secret.value):
            return value
        mend = "correct the name, or run `calsieve login google` again"
        raise SecretError(f"{secret}: is not in the keyring of this machine: {mend}")


def boto3_client(service: str) -> Any:
    """Return a client for ``service``. Imports boto3 only now: that takes longer than all the rest."""
    import boto3

    return boto3.client(service)  # type: ignore[call-overload]


class AwsSecrets:
    """Also resolves ``ssm:/name`` and ``secretsmanager:name``, the latter with ``#key`` for a JSON secret.

    Values are remembered for ``keep_seconds``: one fetch asks for the same URL more than once, and a warm
    instance refreshes many feeds, while SSM allows 40 reads a second; a rotated secret is in use after that
    time. Failures are not remembered. ``client`` makes a boto3 client for a service, once each.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        client: Callable[[str], Any] = boto3_client,
        keep_seconds: float = 300,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._local = EnvironmentSecrets(environ)
        self._client = client
        self._keep_seconds = keep_seconds
        self._clock = clock
        self._clients: dict[str, Any] = {}
        self._known: dict[Secret, tuple[float, str]] = {}

    def resolve(self, secret: Secret) -> str:
        """Return the value. Raises SecretError naming the reference and what to do, never a value."""
        read = {"ssm": self._parameter, "secretsmanager": self._stored_secret}.get(secret.scheme)
        if read is None:
            return self._local.resolve(secret)
        until, value = self._known.get(secret, (0.0, ""))
        if self._clock() >= until:
            value = _fenced(read, secret)
            self._known[secret] = (self._clock() + self._keep_seconds, value)
        return value

    def _parameter(self, secret: Secret) -> str:
        answer = self._service("ssm").get_parameter(Name=secret.value, WithDecryption=True)
        return str(answer["Parameter"]["Value"])

    def _stored_secret(self, secret: Secret) -> str:
        name, _, key = secret.value.partition("#")
        answer = self._service("secretsmanager").get_secret_value(SecretId=name)
        if "SecretString" not in answer:
            raise SecretError(f"{secret}: holds bytes: store it as text")
        return _entry(secret, answer["SecretString"], key) if key else str(answer["SecretString"])

    def _service(self, name: str) -> Any:
        if name not in self._clients:
            self._clients[name] = self._client(name)
        return self._clients[name]


def _entry(secret: Secret, text: str, key: str) -> str:
    try:
        entries = json.loads(text)
        if isinstance(entries, dict) and isinstance(entries.get(key), str):
            return str(entries[key])
    except ValueError:  # its doc attribute is the secret
        pass
    raise SecretError(f"{secret}: the stored secret is no JSON object with a text under that key")


def _fenced(read: Callable[[Secret], str], secret: Secret) -> str:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return read(secret)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise SecretError(f"{secret}: {_ADVICE.get(code, f'AWS said {code}')}") from error
    except BotoCoreError as error:
        what = type(error).__name__
        raise SecretError(f"{secret}: AWS could not be asked ({what}): check region and credentials") from error
