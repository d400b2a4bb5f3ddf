"""A deployed stack, as ``calsieve push`` and ``calsieve links`` see it. The only place here that talks to AWS."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import click
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

from calsieve.adapters.s3 import S3StateStore
from calsieve.wiring import CONFIG_NAME, CONFIG_PREFIX, STATE_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calsieve.ports import StateStore

_NEEDED = ("StateBucket", "WebcalBase")


class StackError(click.ClickException):
    """The stack can't be read or written to; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where to find AWS: what is None is taken from the environment and ~/.aws."""

    region: str | None
    profile: str | None
    endpoint_url: str | None


class Stack:
    """One deployed stack. All methods raise StackError in plain words."""

    def __init__(self, name: str, account: Account) -> None:
        self.name = name
        self._account = account
        with self._plainly("open a session"):
            self._session = boto3.Session(profile_name=account.profile, region_name=account.region)
        self._outputs = self._described()

    @property
    def webcal_base(self) -> str:
        """The address that feeds' paths are put behind, without a slash at its end."""
        return self._outputs["WebcalBase"].rstrip("/")

    def state_store(self) -> StateStore:
        """Return where the stack remembers; its errors are PublishError."""
        return S3StateStore(self._client("s3"), self._outputs["StateBucket"], STATE_PREFIX)

    def store_secret(self, name: str, value: str) -> None:
        """Store ``value`` as the encrypted parameter ``name``, instead of an older one."""
        with self._plainly("store secrets (it needs ssm:PutParameter)"):
            self._client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def upload_config(self, text: str) -> None:
        """Put the configuration where the stack reads it; that starts a refresh."""
        place = {"Bucket": self._outputs["StateBucket"], "Key": f"{CONFIG_PREFIX}/{CONFIG_NAME}"}
        with self._plainly("upload the configuration (it needs s3:PutObject)"):
            self._client("s3").put_object(**place, Body=text.encode(), ContentType="application/yaml")

    def _client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self._account.endpoint_url)  # type: ignore[call-overload]

    def _described(self) -> dict[str, str]:
        with self._plainly("read the stack (it needs cloudformation:DescribeStacks)"):
            described = self._client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
        if missing := [name for name in _NEEDED if name not in outputs]:
            raise StackError(
                f"the stack {self.name} has no output {', '.join(missing)}: "
                "is it a Calsieve stack, and has its deployment ended well?"
            )
        return outputs

    @contextmanager
    def _plainly(self, doing: str) -> Iterator[None]:
        try:
            yield
        except ProfileNotFound as error:
            raise StackError(f"there is no AWS profile {self._account.profile}: see ~/.aws/config") from error
        except NoRegionError as error:
            raise StackError("no AWS region is set: add --region, like --region eu-central-1") from error
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise StackError("no AWS credentials: sign in (aws sso login) or add --profile") from error
        except ClientError as error:
            raise StackError(self._refused(doing, error)) from error
        except BotoCoreError as error:
            raise StackError(
                f"can't {doing}: {type(error).__name__}; check the network, --region and --endpoint-url"
            ) from error

    def _refused(self, doing: str, error: ClientError) -> str:
        """Say what an error of the service means; never its text, which may quote what was sent."""
        code = error.response.get("Error", {}).get("Code", "unknown")
        if code == "ValidationError":
            return f"there is no stack {self.name} in this region and account: check --stack, --region and --profile"
        if "Expired" in code:
            return "the AWS credentials have expired: sign in again (aws sso login)"
        return f"can't {doing}: AWS says {code}"
