"""An AWS account, as the commands see it. The only place here that talks to AWS."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


def account_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what says where to find AWS."""
    for option in (
        click.option("--endpoint-url", help="Another address of AWS, such as that of an emulator."),
        click.option("--profile", help="A profile of ~/.aws/config."),
        click.option("--region", help="The AWS region, like eu-central-1."),
    ):
        command = option(command)
    return command


class AwsError(click.ClickException):
    """AWS can't be read or written to; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where to find AWS: what is None is taken from the environment and ~/.aws."""

    region: str | None
    profile: str | None
    endpoint_url: str | None


class Aws:
    """One account in one region. All methods raise AwsError in plain words."""

    def __init__(self, account: Account) -> None:
        import boto3

        self._account = account
        with self.plainly("open a session"):
            self._session = boto3.Session(profile_name=account.profile, region_name=account.region)

    def client(self, service: str) -> Any:
        """Return a client of boto3. Its methods are to be called within ``plainly``."""
        return self._session.client(service, endpoint_url=self._account.endpoint_url)  # type: ignore[call-overload]

    def store_parameter(self, name: str, value: str) -> None:
        """Store ``value`` as the encrypted SSM parameter ``name``, instead of an older one."""
        with self.plainly("store secrets (it needs ssm:PutParameter)"):
            self.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def store_secret(self, name: str, text: str) -> None:
        """Store ``text`` as the secret ``name`` of Secrets Manager, instead of an older one."""
        with self.plainly("store secrets (it needs secretsmanager:CreateSecret and PutSecretValue)"):
            client = self.client("secretsmanager")
            try:
                client.create_secret(Name=name, SecretString=text)
            except client.exceptions.ResourceExistsException:
                client.put_secret_value(SecretId=name, SecretString=text)

    @contextmanager
    def plainly(self, doing: str) -> Iterator[None]:
        """Turn what boto3 raises into AwsError; never with AWS' text, which may quote what was sent."""
        from botocore.exceptions import (
            BotoCoreError,
            ClientError,
            NoCredentialsError,
            NoRegionError,
            PartialCredentialsError,
            ProfileNotFound,
        )

        try:
            yield
        except ProfileNotFound as error:
            raise AwsError(f"there is no AWS profile {self._account.profile}: see ~/.aws/config") from error
        except NoRegionError as error:
            raise AwsError("no AWS region is set: add --region, like --region eu-central-1") from error
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise AwsError("no AWS credentials: sign in (aws sso login) or add --profile") from error
        except ClientError as error:
            raise AwsError(_refused(doing, error.response.get("Error", {}).get("Code", "unknown"))) from error
        except BotoCoreError as error:
            raise AwsError(
                f"can't {doing}: {type(error).__name__}; check the network, --region and --endpoint-url"
            ) from error


def _refused(doing: str, code: str) -> str:
    if "Expired" in code:
        return "the AWS credentials have expired: sign in again (aws sso login)"
    return f"can't {doing}: AWS says {code}"
