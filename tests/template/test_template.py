"""What must stay true of template.yaml, for whoever changes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from calsieve.core import rests
from calsieve.pages.security import CONTENT_SECURITY_POLICY
from functions.edge import inline

ROOT = Path(__file__).parents[2]


class _Loader(yaml.SafeLoader):
    """Reads `!Ref x` as {"Ref": "x"} and `!Any x` as {"Fn::Any": x}."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    construct = {
        yaml.ScalarNode: loader.construct_scalar,
        yaml.SequenceNode: lambda node: loader.construct_sequence(node, deep=True),
        yaml.MappingNode: lambda node: loader.construct_mapping(node, deep=True),
    }[type(node)]
    return {suffix if suffix == "Ref" else f"Fn::{suffix}": construct(node)}


_Loader.add_multi_constructor("!", _intrinsic)
TEMPLATE: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Loader)
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
ROLES = ("DispatchRole", "RefreshRole", "OverviewRole")


def of(kind: str) -> dict[str, Any]:
    return {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}


def properties(name: str) -> dict[str, Any]:
    return RESOURCES[name]["Properties"]


def default(parameter: str) -> Any:
    return TEMPLATE["Parameters"][parameter]["Default"]


def statements(role: str) -> list[dict[str, Any]]:
    return [s for policy in properties(role)["Policies"] for s in policy["PolicyDocument"]["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text(resource: Any) -> str:
    """Return a resource of a policy as text: `!GetAtt X.Arn` and `!Sub` alike."""
    (value,) = resource.values() if isinstance(resource, dict) else [resource]
    return f"${{{value}}}" if isinstance(resource, dict) and "Fn::GetAtt" in resource else str(value)


def grants(role: str) -> Iterator[tuple[str, str]]:
    for statement in statements(role):
        assert statement["Effect"] == "Allow"
        for resource in as_list(statement["Resource"]):
            for action in as_list(statement["Action"]):
                yield action, text(resource)


# ── data ──


@pytest.mark.parametrize("bucket", of("AWS::S3::Bucket"))
def test_a_bucket_outlives_the_stack_unnamed_private_and_encrypted(bucket: str) -> None:
    assert (RESOURCES[bucket]["DeletionPolicy"], RESOURCES[bucket]["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert "BucketName" not in properties(bucket)
    assert properties(bucket)["BucketEncryption"]
    assert set(properties(bucket)["PublicAccessBlockConfiguration"].values()) == {True}


@pytest.mark.parametrize("bucket", of("AWS::S3::Bucket"))
def test_a_bucket_is_only_spoken_to_over_tls(bucket: str) -> None:
    policy = properties(f"{bucket}Policy")["PolicyDocument"]["Statement"]
    (deny,) = [statement for statement in policy if statement["Effect"] == "Deny"]
    assert (deny["Principal"], deny["Action"]) == ("*", "s3:*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert [text(resource) for resource in deny["Resource"]] == [f"${{{bucket}.Arn}}", f"${{{bucket}.Arn}}/*"]


def test_the_state_is_versioned_and_old_versions_go() -> None:
    state = properties("StateBucket")
    assert state["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = {rule["Prefix"]: rule for rule in state["LifecycleConfiguration"]["Rules"]}
    assert rules.pop(f"state/{rests.PREFIX}")["ExpirationInDays"] == 1
    for rule in rules.values():
        assert set(rule) == {"Id", "Status", "Prefix", "NoncurrentVersionExpiration"}  # what is current stays


def test_only_this_distribution_reads_what_is_published() -> None:
    policy = properties("PublishedBucketPolicy")["PolicyDocument"]["Statement"]
    (allow,) = [statement for statement in policy if statement["Effect"] == "Allow"]
    assert allow["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert set(allow["Action"]) == {"s3:GetObject", "s3:ListBucket"}
    assert text(allow["Condition"]["StringEquals"]["AWS:SourceArn"]).endswith(":distribution/${Distribution}")


# ── rights ──


@pytest.mark.parametrize("role", ROLES)
def test_no_right_is_on_everything(role: str) -> None:
    for action, resource in grants(role):
        assert "*" not in action
        assert resource != "*"
        if "*" in resource:  # a wildcard only behind what is ours
            assert re.fullmatch(
                r"(\$\{\w+Bucket\.Arn\}(/state|/config)?|.*:(parameter/|secret:)\$\{AWS::StackName\})/\*"
                r"|\$\{StateBucket\.Arn\}/state/history/\*|\$\{PublishedBucket\.Arn\}/(\*/_operator\.html|style-\*\.css)",
                resource,
            )


def test_dispatch_can_read_configurations_and_send_and_nothing_else() -> None:
    assert {grant for grant in grants("DispatchRole") if not grant[0].startswith("logs:")} == {
        ("s3:GetObject", "${StateBucket.Arn}/config/*"),
        ("s3:ListBucket", "${StateBucket.Arn}"),
        ("sqs:SendMessage", "${RefreshQueue.Arn}"),
        ("sqs:SendMessage", "${DispatchDeadLetters.Arn}"),
    }


def test_refresh_reads_only_its_own_secrets_and_no_history() -> None:
    granted = set(grants("RefreshRole"))
    own = "${AWS::Region}:${AWS::AccountId}:"
    assert {resource for action, resource in granted if action.startswith(("ssm:", "secretsmanager:"))} == {
        f"arn:${{AWS::Partition}}:ssm:{own}parameter/${{AWS::StackName}}/*",
        f"arn:${{AWS::Partition}}:secretsmanager:{own}secret:${{AWS::StackName}}/*",
    }
    assert {resource for action, resource in granted if action == "s3:PutObject"} == {
        "${StateBucket.Arn}/state/*",
        "${PublishedBucket.Arn}/*",
    }
    assert {resource for action, resource in granted if action == "s3:DeleteObject"} == {"${PublishedBucket.Arn}/*"}
    assert not {action for action, _ in granted} & {"s3:GetObjectVersion", "sqs:SendMessage"}


def test_refresh_may_send_notices_and_no_other_messages() -> None:
    assert [grant for grant in grants("RefreshRole") if grant[0].startswith("sns:")] == [("sns:Publish", "NoticeTopic")]
    assert properties("RefreshFunction")["Environment"]["Variables"]["NOTICE_TOPIC"] == {"Ref": "NoticeTopic"}


def test_overview_reads_no_calendar_and_writes_only_its_page() -> None:
    mine = ("${PublishedBucket.Arn}/*/_operator.html", "${PublishedBucket.Arn}/style-*.css")
    assert {grant for grant in grants("OverviewRole") if not grant[0].startswith("logs:")} == {
        ("s3:GetObject", "${StateBucket.Arn}/config/*"),
        ("s3:GetObject", "${StateBucket.Arn}/state/path-key"),
        ("s3:GetObject", "${StateBucket.Arn}/state/history/*"),
        *((f"s3:{action}Object", resource) for action in ("Get", "Put") for resource in mine),
        ("s3:DeleteObject", mine[0]),
        ("s3:ListBucket", "${StateBucket.Arn}"),
        ("s3:ListBucket", "${PublishedBucket.Arn}"),
    }


@pytest.mark.parametrize("role", ROLES)
def test_a_role_writes_only_the_log_of_its_function(role: str) -> None:
    logs = role.replace("Role", "Logs")
    assert {grant for grant in grants(role) if grant[0].startswith("logs:")} == {
        ("logs:CreateLogStream", f"${{{logs}.Arn}}"),
        ("logs:PutLogEvents", f"${{{logs}.Arn}}"),
    }


@pytest.mark.parametrize("function", of("AWS::Serverless::Function"))
def test_a_function_has_a_role_and_a_log_that_we_wrote(function: str) -> None:
    """Without them SAM adds a managed policy on all logs, and the log is kept for ever."""
    stem = function.removesuffix("Function")
    assert properties(function)["Role"] == {"Fn::GetAtt": f"{stem}Role.Arn"}
    assert properties(function)["LoggingConfig"] == {"LogGroup": {"Ref": f"{stem}Logs"}}
    assert properties(f"{stem}Logs")["RetentionInDays"] == {"Ref": "LogRetentionDays"}


# ── names ──


def test_what_has_a_name_begins_it_with_the_stacks() -> None:
    """Else a second stack collides: such names are unique to an account, some of them in the whole world."""
    named = [
        properties("OriginAccess")["OriginAccessControlConfig"]["Name"],
        properties("CachePolicy")["CachePolicyConfig"]["Name"],
        properties("PageCachePolicy")["CachePolicyConfig"]["Name"],
        properties("ResponseHeaders")["ResponseHeadersPolicyConfig"]["Name"],
        properties("ViewerRequest")["Name"],
        properties("DispatchFunction")["Events"]["Tick"]["Properties"]["Name"],
        properties("OverviewFunction")["Events"]["Hourly"]["Properties"]["Name"],
        properties("Dashboard")["DashboardName"],
        *(resource["Properties"]["LayerName"] for resource in of("AWS::Serverless::LayerVersion").values()),
    ]
    for name in named:
        assert name["Fn::Sub"].startswith("${AWS::StackName}-")
    for resource in of("AWS::Logs::LogGroup").values():
        assert resource["Properties"]["LogGroupName"]["Fn::Sub"].startswith("/aws/lambda/${AWS::StackName}-")


def test_nothing_else_has_a_name() -> None:
    keys = {"BucketName", "QueueName", "TopicName", "RoleName", "FunctionName", "AlarmName"}
    assert {name for name, resource in RESOURCES.items() if keys & set(resource["Properties"])} == set()


# ── pages ──


def test_browsers_get_the_policy_that_the_pages_are_made_for() -> None:
    headers = properties("ResponseHeaders")["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert headers["ContentSecurityPolicy"] == {
        "ContentSecurityPolicy": CONTENT_SECURITY_POLICY,
        "Override": True,
    }


# ── queues and alarms ──


def test_a_message_stays_hidden_for_six_times_what_a_refresh_may_take() -> None:
    assert properties("RefreshQueue")["VisibilityTimeout"] == {"Ref": "RetryAfter"}
    assert properties("RefreshFunction")["Timeout"] == {"Ref": "RefreshTimeout"}
    assert default("RetryAfter") >= 6 * default("RefreshTimeout")


def test_a_feed_that_fails_three_times_is_given_up_before_the_alarm_for_lateness() -> None:
    redrive = properties("RefreshQueue")["RedrivePolicy"]
    assert redrive == {"deadLetterTargetArn": {"Fn::GetAtt": "RefreshDeadLetters.Arn"}, "maxReceiveCount": 3}
    assert 3 * default("RetryAfter") < properties("RefreshLateAlarm")["Threshold"]


def test_one_failed_message_does_not_bring_the_others_of_its_batch_back() -> None:
    mapping = properties("RefreshFunction")["Events"]["Queue"]["Properties"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "Concurrency"}}


@pytest.mark.parametrize("queue", [name for name in of("AWS::SQS::Queue") if "DeadLetters" in name])
def test_somebody_is_told_of_dead_letters(queue: str) -> None:
    alarm = properties(f"{queue}Alarm")
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": f"{queue}.QueueName"}}]


@pytest.mark.parametrize("function", ["Dispatch", "Refresh", "Overview"])
def test_somebody_is_told_when_a_function_breaks_off(function: str) -> None:
    alarm = properties(f"{function}ErrorsAlarm")
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": f"{function}Function"}}]


def test_somebody_is_told_of_a_configuration_that_cant_be_used() -> None:
    alarm = properties("ConfigurationInvalidAlarm")
    environment = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert alarm["Namespace"] == environment["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": environment["POWERTOOLS_SERVICE_NAME"]}]
    assert f'"{alarm["MetricName"]}"' in (ROOT / "functions/dispatch/app.py").read_text()


def test_somebody_is_told_of_a_source_that_fails_for_too_long() -> None:
    """A feed that is published without it raises no other alarm. Two hours always hold a measurement."""
    assert default("StaleAfter") == 24 * 3600
    alarm = properties("SourceStaleAlarm")
    assert alarm["Namespace"] == "Calsieve"
    assert alarm["Dimensions"] == [{"Name": "service", "Value": {"Ref": "AWS::StackName"}}]
    assert f'"{alarm["MetricName"]}"' in (ROOT / "functions/overview/app.py").read_text()
    assert (alarm["Statistic"], alarm["Threshold"], alarm["Period"]) == ("Maximum", {"Ref": "StaleAfter"}, 7200)
    hourly = properties("OverviewFunction")["Events"]["Hourly"]["Properties"]["ScheduleExpression"]
    assert re.fullmatch(r"cron\(\d+ \* \* \* \? \*\)", hourly)


@pytest.mark.parametrize("topic", ["Alarm", "Notice"])
def test_a_topic_has_a_subscriber_only_if_there_is_an_address(topic: str) -> None:
    subscription = RESOURCES[f"{topic}Subscription"]
    address = subscription["Properties"]["Endpoint"]["Ref"]
    assert default(address) == ""
    assert TEMPLATE["Conditions"][subscription["Condition"]] == {"Fn::Not": [{"Fn::Equals": [{"Ref": address}, ""]}]}
    assert subscription["Properties"]["TopicArn"] == {"Ref": f"{topic}Topic"}


@pytest.mark.parametrize("topic", of("AWS::SNS::Topic"))
def test_not_everybody_in_the_account_may_publish(topic: str) -> None:
    """The policy that a topic has by itself allows them to. Who of us may, his role says."""
    policy = properties(f"{topic}Policy")
    assert policy["Topics"] == [{"Ref": topic}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == ("sns:Publish", {"Ref": topic})
    if statement["Effect"] == "Allow":
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_notices_are_encrypted_and_alarms_can_be_published() -> None:
    """CloudWatch can't publish to a topic under AWS' own key; our function can."""
    assert properties("NoticeTopic")["KmsMasterKeyId"] == "alias/aws/sns"
    assert "KmsMasterKeyId" not in properties("AlarmTopic")


@pytest.mark.parametrize("alarm", of("AWS::CloudWatch::Alarm"))
def test_an_alarm_reaches_the_topic_and_is_quiet_when_nothing_happens(alarm: str) -> None:
    """But one, which is there to tell that nothing happens."""
    assert properties(alarm)["AlarmActions"] == properties(alarm)["OKActions"] == [{"Ref": "AlarmTopic"}]
    silent = alarm == "DispatchSilentAlarm"
    assert properties(alarm)["TreatMissingData"] == ("breaching" if silent else "notBreaching")


def test_somebody_is_told_when_dispatch_is_not_started_any_more() -> None:
    """Then no feed is refreshed, and nothing fails. An hour holds two ticks at least."""
    alarm = properties("DispatchSilentAlarm")
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Invocations", "Sum")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "DispatchFunction"}}]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["Period"] >= 2 * 60 * max(TEMPLATE["Parameters"]["TickMinutes"]["AllowedValues"])


def test_what_the_schedule_or_dispatch_fails_at_is_kept() -> None:
    dispatch = properties("DispatchFunction")
    letters = {"Fn::GetAtt": "DispatchDeadLetters.Arn"}
    assert dispatch["Events"]["Tick"]["Properties"]["DeadLetterConfig"] == {"Arn": letters}
    assert dispatch["EventInvokeConfig"]["DestinationConfig"]["OnFailure"] == {"Type": "SQS", "Destination": letters}


# ── the schedule ──


def test_every_tick_is_at_a_whole_multiple_of_its_interval() -> None:
    """`due` wants ticks without gaps; rate() would count from the last deployment."""
    tick = properties("DispatchFunction")["Events"]["Tick"]["Properties"]
    assert tick["ScheduleExpression"] == {"Fn::Sub": "cron(0/${TickMinutes} * * * ? *)"}
    assert tick["Input"] == '{"at": "<aws.scheduler.scheduled-time>"}'
    for minutes in TEMPLATE["Parameters"]["TickMinutes"]["AllowedValues"]:
        assert 60 % minutes == 0


# ── the CDN ──


def test_the_cache_keeps_feeds_by_path_alone_and_as_long_as_they_say() -> None:
    policy = properties("CachePolicy")["CachePolicyConfig"]
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert policy["MinTTL"] == 0
    assert not key["EnableAcceptEncodingGzip"]  # else it asks the origin for gzip, and keys on that too
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}  # S3 lists a bucket by its query


def test_pages_are_compressed_by_the_cdn_and_else_answered_as_feeds_are() -> None:
    config = properties("Distribution")["DistributionConfig"]
    feeds, (pages,) = config["DefaultCacheBehavior"], config["CacheBehaviors"]
    own = {"PathPattern": "*.html", "CachePolicyId": {"Ref": "PageCachePolicy"}, "Compress": True}
    assert pages == feeds | own
    policy, of_pages = (properties(name)["CachePolicyConfig"] for name in ("CachePolicy", "PageCachePolicy"))
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    packed = key | {"EnableAcceptEncodingGzip": True, "EnableAcceptEncodingBrotli": True}
    words = {"Name": of_pages["Name"], "Comment": of_pages["Comment"]}
    assert of_pages == policy | words | {"ParametersInCacheKeyAndForwardedToOrigin": packed}


def test_the_cdn_speaks_https_only_and_lists_nothing() -> None:
    config = properties("Distribution")["DistributionConfig"]
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert config["DefaultRootObject"]
    assert config["DefaultCacheBehavior"]["FunctionAssociations"]


def test_addresses_are_not_logged() -> None:
    assert "Logging" not in properties("Distribution")["DistributionConfig"]
    assert "LoggingConfiguration" not in properties("PublishedBucket")


def test_the_template_holds_the_edge_function_as_it_is() -> None:
    template = inline.TEMPLATE.read_text(encoding="utf-8")
    assert inline.inlined(template, inline.SOURCE.read_text(encoding="utf-8")) == template, "run `make edge`"


def test_the_edge_function_fits() -> None:
    assert len(inline.SOURCE.read_bytes()) < 10 * 1024  # CloudFront's limit
    assert inline.SOURCE.read_text(encoding="utf-8").isascii()


# ── versions, outputs ──


def test_functions_and_layers_run_on_the_same_python_and_processor() -> None:
    everywhere = TEMPLATE["Globals"]["Function"]
    assert default("Architecture") == "arm64"
    assert everywhere["Architectures"] == [{"Ref": "Architecture"}]
    for layer in of("AWS::Serverless::LayerVersion").values():
        assert layer["Properties"]["CompatibleRuntimes"] == [everywhere["Runtime"]]
        assert layer["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}]
    version = everywhere["Runtime"].removeprefix("python")
    assert f"--python-version {version}" in (ROOT / "layers/dependencies/Makefile").read_text()


def test_the_layer_leaves_boto3_to_lambda() -> None:
    locked = (ROOT / "layers/dependencies/requirements.txt").read_text()
    assert not re.search(r"^(boto3|botocore)==", locked, re.MULTILINE)
    assert locked.count("--hash=sha256:") > 0


def test_the_outputs_that_push_reads_are_there() -> None:
    assert {"StateBucket", "PublishedBucket", "WebcalBase", "HttpsBase", "NoticeTopic"} <= set(TEMPLATE["Outputs"])


def test_functions_get_the_environment_that_they_read() -> None:
    common = set(TEMPLATE["Globals"]["Function"]["Environment"]["Variables"])
    for name in ("dispatch", "overview", "refresh"):
        given = common | set(properties(f"{name.capitalize()}Function")["Environment"]["Variables"])
        source = (ROOT / f"functions/{name}/app.py").read_text()
        assert set(re.findall(r'environ\["([A-Z_]+)"\]', source)) <= given
    read = (ROOT / "layers/calsieve/calsieve/cloud.py").read_text()
    assert set(re.findall(r'os\.environ(?:\.get\(|\[)"([A-Z_]+)"', read)) == {
        "STATE_BUCKET",
        "PUBLISHED_BUCKET",
        "ALLOW_PRIVATE_UPSTREAMS",
        "NOTICE_TOPIC",
        "HTTPS_BASE",
    }
    assert given >= {"ALLOW_PRIVATE_UPSTREAMS", "NOTICE_TOPIC", "HTTPS_BASE"}
