"""A deployed stack, as the commands see it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from calsieve.adapters.s3 import S3Publisher, S3StateStore
from calsieve.cli.aws import Aws, AwsError
from calsieve.errors import ConfigError, Conflict
from calsieve.wiring import CONFIG_PREFIX, STATE_PREFIX

if TYPE_CHECKING:
    from calsieve.cli.queues import Queue
    from calsieve.models import Config
    from calsieve.ports import Publisher, StateArchive

_NEEDED = ("StateBucket", "PublishedBucket", "WebcalBase", "HttpsBase", "RefreshQueueUrl", "DeadLetterQueueUrl")


class Stack:
    """One deployed stack. All methods raise AwsError in plain words."""

    def __init__(self, name: str, aws: Aws) -> None:
        self.name = name
        self._aws = aws
        self._outputs = self._described()

    @property
    def webcal_base(self) -> str:
        """The address that feeds' paths are put behind, without a slash at its end."""
        return self._outputs["WebcalBase"].rstrip("/")

    @property
    def https_base(self) -> str:
        """The same, for browsers."""
        return self._outputs["HttpsBase"].rstrip("/")

    @property
    def notice_topic(self) -> str | None:
        """Where notices go; None in a stack of an earlier version."""
        return self._outputs.get("NoticeTopic")

    def has_readers(self, topic: str) -> bool:
        """Tell whether anybody who confirmed it is subscribed to a topic."""
        with self._aws.plainly("look who gets notices (it needs sns:ListSubscriptionsByTopic)"):
            found = self._aws.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return any(one["SubscriptionArn"].startswith("arn:") for one in found)

    def queue(self) -> Queue:
        """Return where feeds wait to be refreshed."""
        from calsieve.cli.queues import Queue

        return Queue(self._aws, self._outputs["RefreshQueueUrl"])

    def dead_letters(self) -> Queue:
        """Return where messages of feeds are that were given up."""
        from calsieve.cli.queues import Queue

        return Queue(self._aws, self._outputs["DeadLetterQueueUrl"])

    def publisher(self) -> Publisher:
        """Return what publishes where the stack does; its errors are PublishError."""
        return S3Publisher(self._aws.client("s3"), self._outputs["PublishedBucket"])

    def state_store(self) -> StateArchive:
        """Return where the stack remembers; its errors are PublishError."""
        return S3StateStore(self._aws.client("s3"), self._outputs["StateBucket"], STATE_PREFIX)

    def configs(self) -> dict[str, Config]:
        """Return the configurations that the stack has, by the names of their files.

        Raises PublishError, or ConfigError if one can't be used.
        """
        from calsieve.configurations import all_configs

        found = dict(all_configs(self._files()))
        for one in found.values():
            if isinstance(one, ConfigError):
                raise one
        return {file: one for file, one in found.items() if not isinstance(one, ConfigError)}

    def refresh(self, file: str) -> None:
        """Have the feeds of a file refreshed, by handing it to the stack again. Raises PublishError.

        So functions that know settings by heart look for new ones.
        """
        store = self._files()
        stored = store.load(file)
        with suppress(Conflict):  # somebody pushes a new one just now, which does the same
            if stored:
                store.save(file, stored.body, replaces=stored)

    def upload_config(self, file: str, text: str) -> None:
        """Put a configuration file where the stack reads it; that starts a refresh."""
        with self._aws.plainly("upload the configuration (it needs s3:PutObject)"):
            self._aws.client("s3").put_object(**self._place(file), Body=text.encode(), ContentType="application/yaml")

    def remove_config(self, file: str) -> None:
        """Take a configuration file away; its feeds stay as they are published, and are not refreshed any more."""
        with self._aws.plainly("take the configuration away (it needs s3:DeleteObject)"):
            self._aws.client("s3").delete_object(**self._place(file))

    def _files(self) -> S3StateStore:
        return S3StateStore(self._aws.client("s3"), self._outputs["StateBucket"], CONFIG_PREFIX)

    def _place(self, file: str) -> dict[str, str]:
        return {"Bucket": self._outputs["StateBucket"], "Key": f"{CONFIG_PREFIX}/{file}"}

    def _described(self) -> dict[str, str]:
        with self._aws.plainly("read the stack (it needs cloudformation:DescribeStacks)"):
            try:
                described = self._aws.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") != "ValidationError":
                    raise
                raise AwsError(
                    f"there is no stack {self.name} in this region and account: check --stack, --region and --profile"
                ) from error
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
        if missing := [name for name in _NEEDED if name not in outputs]:
            raise AwsError(
                f"the stack {self.name} has no output {', '.join(missing)}: "
                "is it a Calsieve stack, and has its deployment ended well?"
            )
        return outputs
