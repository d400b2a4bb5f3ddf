"""A CloudFormation that only describes stacks, and clients of the account that they are in."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qs

import boto3

REGION = "eu-central-1"


class CloudFormation(BaseHTTPRequestHandler):
    """Answers DescribeStacks in the Query protocol, and nothing else (moto's needs every other service)."""

    stacks: ClassVar[dict[str, dict[str, str]]] = {}

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert asked["Action"] == ["DescribeStacks"]
        outputs = self.stacks.get(asked["StackName"][0])
        body = UNKNOWN_STACK if outputs is None else described(outputs)
        self.send_response_only(400 if outputs is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


UNKNOWN_STACK = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>"
    "<Message>Stack does not exist</Message></Error></ErrorResponse>"
)


def described(outputs: dict[str, str]) -> str:
    members = "".join(
        f"<member><OutputKey>{key}</OutputKey><OutputValue>{text}</OutputValue></member>"
        for key, text in outputs.items()
    )
    return (
        "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>"
        f"<Outputs>{members}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
    )


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]
