"""Secret references: where their values come from, and what is said when they don't."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from calsieve.adapters.keyring import Keyring
from calsieve.adapters.secrets import AwsSecrets, EnvironmentSecrets
from calsieve.errors import SecretError
from calsieve.models import Secret

ENVIRON = {"ICS_URL": "MARKED", "EMPTY": ""}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield


@pytest.mark.parametrize("secrets", [EnvironmentSecrets(ENVIRON), AwsSecrets(ENVIRON)])
def test_literals_and_variables_need_no_aws(secrets: EnvironmentSecrets | AwsSecrets) -> None:
    assert secrets.resolve(Secret("literal", "abc")) == "abc"
    assert secrets.resolve(Secret("env", "ICS_URL")) == "MARKED"


@pytest.mark.parametrize("name", ["MISSING", "EMPTY"])
def test_a_variable_that_is_not_set_is_named(name: str) -> None:
    with pytest.raises(SecretError, match=f"env:{name}: the environment variable is not set"):
        EnvironmentSecrets(ENVIRON).resolve(Secret("env", name))


def test_a_name_is_looked_up_in_the_keyring_of_its_owner(tmp_path: Path) -> None:
    Keyring(tmp_path / "calsieve").put({"google": "MARKED"})
    secrets = AwsSecrets({"XDG_DATA_HOME": str(tmp_path)})
    assert secrets.resolve(Secret("keyring", "google")) == "MARKED"
    with pytest.raises(SecretError, match="keyring:other: is not in the keyring"):
        secrets.resolve(Secret("keyring", "other"))


def test_without_a_home_there_is_no_keyring() -> None:
    with pytest.raises(SecretError, match="set HOME"):
        EnvironmentSecrets({}).resolve(Secret("keyring", "google"))


@pytest.mark.parametrize("scheme", ["ssm", "secretsmanager", "vault"])
def test_without_aws_other_references_are_named(scheme: str) -> None:
    with pytest.raises(SecretError, match=f"{scheme}:/x: can only be read where AWS"):
        EnvironmentSecrets(ENVIRON).resolve(Secret(scheme, "/x"))


@pytest.mark.usefixtures("aws")
def test_a_parameter_is_read_and_decrypted() -> None:
    boto3.client("ssm").put_parameter(Name="/calsieve/url", Value="https://x", Type="SecureString")
    assert AwsSecrets({}).resolve(Secret("ssm", "/calsieve/url")) == "https://x"


@pytest.mark.usefixtures("aws")
def test_a_stored_secret_is_read_whole_or_by_key() -> None:
    boto3.client("secretsmanager").create_secret(Name="a/b", SecretString='{"user": "me", "port": 1}')
    secrets = AwsSecrets({})
    assert secrets.resolve(Secret("secretsmanager", "a/b")) == '{"user": "me", "port": 1}'
    assert secrets.resolve(Secret("secretsmanager", "a/b#user")) == "me"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("scheme", "value", "said"),
    [
        ("ssm", "/none", "ssm:/none: is not stored in this account and region"),
        ("ssm", "/there:9", "ssm:/there:9: has no such version"),
        ("secretsmanager", "none", "secretsmanager:none: is not stored in this account and region"),
        ("secretsmanager", "text#user", "no JSON object with a text under that key"),
        ("secretsmanager", "list#user", "no JSON object with a text under that key"),
        ("secretsmanager", "json#none", "no JSON object with a text under that key"),
        ("secretsmanager", "json#port", "no JSON object with a text under that key"),
        ("secretsmanager", "binary", "holds bytes: store it as text"),
    ],
)
def test_a_reference_that_does_not_resolve_is_named_without_any_value(scheme: str, value: str, said: str) -> None:
    boto3.client("ssm").put_parameter(Name="/there", Value="MARKED", Type="SecureString")
    store = boto3.client("secretsmanager")
    for name, text in (("text", "MARKED"), ("list", '["MARKED"]'), ("json", '{"port": 1, "x": "MARKED"}')):
        store.create_secret(Name=name, SecretString=text)
    store.create_secret(Name="binary", SecretBinary=b"MARKED")
    with pytest.raises(SecretError, match=said) as caught:
        AwsSecrets({}).resolve(Secret(scheme, value))
    assert "MARKED" not in "".join(traceback.format_exception(caught.value))


class Stub:
    """A client of both services that answers what it is given, and counts. moto knows no IAM faults."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked = 0

    def get_parameter(self, **_: object) -> Any:
        self.asked += 1
        given = self.answers.pop(0)
        if isinstance(given, Exception):
            raise given
        return {"Parameter": {"Value": given}}


def client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "…"}}, "GetParameter")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (client_error("AccessDeniedException"), "may not be read: allow this role"),
        (client_error("ThrottlingException"), "AWS said ThrottlingException"),
        (EndpointConnectionError(endpoint_url="https://x"), "EndpointConnectionError.*check region"),
    ],
)
def test_what_aws_refuses_says_what_to_do(error: Exception, said: str) -> None:
    with pytest.raises(SecretError, match=f"ssm:/x: .*{said}"):
        AwsSecrets({}, client=lambda service: Stub(error)).resolve(Secret("ssm", "/x"))


def test_a_value_is_remembered_for_a_while_and_a_failure_is_not() -> None:
    stub, now = Stub(client_error("ThrottlingException"), "old", "new"), [0.0]
    secrets = AwsSecrets({}, client=lambda service: stub, keep_seconds=300, clock=lambda: now[0])
    reference = Secret("ssm", "/x")
    with pytest.raises(SecretError):
        secrets.resolve(reference)
    assert secrets.resolve(reference) == "old"
    now[0] = 299
    assert secrets.resolve(reference) == "old"
    now[0] = 300
    assert secrets.resolve(reference) == "new"
    assert stub.asked == 3


def test_boto3_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys; from calsieve.adapters.secrets import AwsSecrets; from calsieve.models import Secret; "
        "AwsSecrets({}).resolve(Secret('literal', 'x')); sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
