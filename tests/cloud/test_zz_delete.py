"""Taking the stack away again; named so that it comes last."""

from __future__ import annotations

from tests.cloud.stack import Stack


def test_deleting_the_stack_leaves_only_what_is_retained(stack: Stack) -> None:
    retained = {stack.outputs["PublishedBucket"], stack.outputs["StateBucket"]}
    stack.delete()
    buckets = {bucket["Name"] for bucket in stack.aws.client("s3").list_buckets()["Buckets"]}
    assert {name for name in buckets if not name.startswith("aws-sam-cli-managed-default")} == retained
    assert stack.aws.client("lambda").list_functions()["Functions"] == []
    assert stack.aws.client("lambda").list_layers()["Layers"] == []
    assert stack.aws.client("sqs").list_queues().get("QueueUrls", []) == []
    assert stack.aws.client("sns").list_topics()["Topics"] == []
    assert stack.aws.client("scheduler").list_schedules()["Schedules"] == []
    assert [r["RoleName"] for r in stack.aws.client("iam").list_roles()["Roles"] if "calsieve" in r["RoleName"]] == []
    assert stack.aws.client("cloudwatch").list_dashboards()["DashboardEntries"] == []
    assert "Items" not in stack.aws.client("cloudfront").list_distributions()["DistributionList"]
