"""The SAM template: that CloudFormation would take it, and that what it makes of it keeps every promise."""

import json
import os
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from deploy.aws.package import RUNTIME
from skill.aws import KEY_SECRET
from skill.settings import KEY_BYTES, Settings, Table
from tests.alexa.signing import SKILL_ID

TEXT = (Path(__file__).parents[2] / "deploy" / "aws" / "template.yaml").read_text("utf-8")
REGION = "us-east-1"


class NoPolicies:
    """AWS's own policies by their names, of which we use none."""

    def load(self) -> dict[str, str]:
        return {}


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """What CloudFormation makes of it, once the code is in a bucket."""
    template = yaml_parse(TEXT)
    template["Resources"]["Function"]["Properties"]["CodeUri"] = "s3://some-bucket/code.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "AWS_DEFAULT_REGION", REGION)
        done = transform(template, {"SkillId": SKILL_ID}, NoPolicies())
    return json.loads(json.dumps(done))


@pytest.fixture(scope="module")
def resources(made: dict[str, Any]) -> dict[str, Any]:
    return made["Resources"]


def of(resources: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The properties of all resources of a kind."""
    return [one["Properties"] for one in resources.values() if one["Type"] == kind]


def only(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    """Those of the only one."""
    (found,) = of(resources, kind)
    return found


def test_cloudformation_would_take_it_before_and_after_it_is_transformed(made):
    assert [str(fault) for fault in lint(TEXT, None, [REGION])] == []
    assert [str(fault) for fault in lint(json.dumps(made), None, [REGION])] == []


def test_nothing_needs_what_needs_it(resources):
    needs = {name: set(named(one)) & resources.keys() for name, one in resources.items()}
    order = list(TopologicalSorter(needs).static_order())
    assert order.index("Api") < order.index("Distribution") < order.index("Function")
    assert order.index("Function") < order.index("Integration")


def named(value: Any) -> Iterator[str]:
    """Whatever a value refers to."""
    if isinstance(value, list):
        for one in value:
            yield from named(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "Ref":
                yield one
            elif name == "Fn::GetAtt":
                yield one[0] if isinstance(one, list) else one.partition(".")[0]
            elif name == "Fn::Sub":
                yield from (found.partition(".")[0] for found in re.findall(r"\$\{([^}]+)\}", one))
            elif name == "DependsOn":
                yield from [one] if isinstance(one, str) else one
            else:
                yield from named(one)


def test_what_is_kept_outlives_the_stack_and_can_be_brought_back(resources):
    table = resources["Table"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    kept = table["Properties"]
    assert kept["DeletionProtectionEnabled"] is True
    assert kept["BillingMode"] == "PAY_PER_REQUEST"
    assert kept["KeySchema"] == [{"AttributeName": "person", "KeyType": "HASH"}]
    assert kept["AttributeDefinitions"] == [{"AttributeName": "person", "AttributeType": "S"}]
    assert kept["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert kept["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert kept["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}


def test_the_key_is_made_by_itself_is_one_and_outlives_the_stack(resources):
    assert (resources["Key"]["DeletionPolicy"], resources["Key"]["UpdateReplacePolicy"]) == (
        "Retain",
        "Retain",
    )
    how = resources["Key"]["Properties"]["GenerateSecretString"]
    assert how["PasswordLength"] == 2 * KEY_BYTES
    assert how["ExcludePunctuation"]
    assert how["ExcludeUppercase"]
    assert not how.get("IncludeSpace")
    left = set("abcdefghijklmnopqrstuvwxyz0123456789") - set(how["ExcludeCharacters"])
    assert left == set("abcdef0123456789")


def test_the_function_may_do_what_it_does_on_what_is_its_own(resources):
    role = only(resources, "AWS::IAM::Role")
    assert role.keys() == {"AssumeRolePolicyDocument", "Policies"}  # and nothing of AWS's own
    (policy,) = role["Policies"]
    may = [
        (one["Effect"], tuple(one["Action"]), json.dumps(one["Resource"]))
        for one in policy["PolicyDocument"]["Statement"]
    ]
    assert may == [
        (
            "Allow",
            ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"),
            '{"Fn::GetAtt": ["Table", "Arn"]}',
        ),
        ("Allow", ("secretsmanager:GetSecretValue",), '{"Ref": "Key"}'),
        ("Allow", ("logs:CreateLogStream", "logs:PutLogEvents"), '{"Fn::GetAtt": ["Logs", "Arn"]}'),
    ]


def test_the_function_is_what_is_packed(resources):
    function = only(resources, "AWS::Lambda::Function")
    assert (function["Runtime"], function["Architectures"]) == (RUNTIME, ["arm64"])
    assert function["Handler"] == "function.handler"
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": "Logs"}}
    assert only(resources, "AWS::Logs::LogGroup")["RetentionInDays"] == {"Ref": "LogDays"}


def test_its_settings_are_settings(resources):
    variables = only(resources, "AWS::Lambda::Function")["Environment"]["Variables"]
    values = {
        "SkillId": SKILL_ID,
        "Distribution.DomainName": "d111111abcdef8.cloudfront.net",
        "Table": "backbeat-Table-1ABC",
        "KeepDays": "400",
        "Key": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:Key-AbCdEf",
    }
    environ = {name: filled(value, values) for name, value in variables.items()}
    settings = Settings.read(environ)
    assert settings.skill_id == SKILL_ID
    assert settings.public_url == "https://d111111abcdef8.cloudfront.net"
    assert settings.kept_in() == Table("backbeat-Table-1ABC", 400)
    assert settings.data_dir.parts[:2] == ("/", "tmp")  # all that a function can write to
    assert environ[KEY_SECRET] == values["Key"]


def filled(value: Any, values: dict[str, str]) -> str:
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return values[value["Ref"]]
    return re.sub(r"\$\{([^}]+)\}", lambda found: values[found[1]], value["Fn::Sub"])


def test_some_instances_can_be_kept_ready_and_are_what_is_called(resources):
    alias = only(resources, "AWS::Lambda::Alias")
    assert alias["ProvisionedConcurrencyConfig"] == {
        "Fn::If": [
            "Warm",
            {"ProvisionedConcurrentExecutions": {"Ref": "WarmInstances"}},
            {"Ref": "AWS::NoValue"},
        ]
    }
    called = {"Ref": "FunctionAliaslive"}
    integration = only(resources, "AWS::ApiGatewayV2::Integration")
    assert (integration["IntegrationUri"], integration["PayloadFormatVersion"]) == (called, "2.0")
    assert only(resources, "AWS::Lambda::Permission")["FunctionName"] == called
    capped = only(resources, "AWS::Lambda::Function")["ReservedConcurrentExecutions"]
    assert capped == {"Fn::If": ["Capped", {"Ref": "MostInstances"}, {"Ref": "AWS::NoValue"}]}


def test_only_what_there_is_can_be_asked_for(resources):
    routes = of(resources, "AWS::ApiGatewayV2::Route")
    assert {one["RouteKey"] for one in routes} == {
        "POST /alexa",
        "GET /audio/{token}",
        "HEAD /audio/{token}",
        "GET /art/{picture+}",
        "HEAD /art/{picture+}",
        "GET /healthz",
        "GET /privacy",
        "GET /privacy/{language}",
    }
    assert {json.dumps(one["Target"]) for one in routes} == {'{"Fn::Sub": "integrations/${Integration}"}'}
    stage = only(resources, "AWS::ApiGatewayV2::Stage")
    assert "AccessLogSettings" not in stage  # nobody's address is kept
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Ref": "MostRequests"}


UNKEPT, UNCOMPRESSED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "b2884449-e4de-46a7-ac36-70bc7f1ddd6d"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AWS's own policies ("Use managed cache policies", "Use managed origin request policies"): CachingDisabled; by the path alone; and
every header but Host."""


def test_cloudfront_keeps_sound_and_pictures_and_passes_all_else_on_as_it_came(resources):
    config = only(resources, "AWS::CloudFront::Distribution")["DistributionConfig"]
    rest = config["DefaultCacheBehavior"]
    assert "POST" in rest["AllowedMethods"]
    assert (rest["CachePolicyId"], rest["OriginRequestPolicyId"]) == (UNKEPT, ALL_BUT_HOST)
    kept = {one["PathPattern"]: one for one in config["CacheBehaviors"]}
    assert kept.keys() == {"/audio/*", "/art/*"}
    for one in kept.values():
        assert (one["CachePolicyId"], one["AllowedMethods"]) == (UNCOMPRESSED, ["GET", "HEAD"])
        assert "OriginRequestPolicyId" not in one
    for one in (rest, *kept.values()):
        assert one["ViewerProtocolPolicy"] == "https-only"
        assert not one.get("Compress")


def test_whoever_runs_it_is_told_of_errors_refusals_slowness_and_the_table(resources):
    alarms = of(resources, "AWS::CloudWatch::Alarm")
    watched = set()
    for alarm in alarms:
        watched |= {(alarm.get("MetricName"), alarm.get("Statistic", alarm.get("ExtendedStatistic")))}
        watched |= {
            (metric["MetricStat"]["Metric"]["MetricName"], metric["MetricStat"]["Stat"])
            for metric in alarm.get("Metrics", ())
            if "MetricStat" in metric
        }
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmActions"] == {"Fn::If": ["Told", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
    assert watched - {(None, None)} == {
        ("Errors", "Sum"),
        ("Throttles", "Sum"),
        ("Duration", "p99"),
        ("ReadThrottleEvents", "Sum"),
        ("WriteThrottleEvents", "Sum"),
        ("SystemErrors", "Sum"),
        ("Faults", "Sum"),
    }


def test_the_endpoint_is_told(made):
    assert made["Outputs"]["Endpoint"]["Value"] == {"Fn::Sub": "https://${Distribution.DomainName}/alexa"}


def test_a_sum_of_what_is_told_now_and_then_is_never_a_sum_of_nothing(resources):
    """CloudWatch leaves out of an expression any moment at which one of its metrics has no value."""
    sums = [one["Metrics"] for one in of(resources, "AWS::CloudWatch::Alarm") if "Metrics" in one]
    assert sums
    for metrics in sums:
        whole, *parts = metrics
        assert whole["Expression"] == " + ".join(f"FILL({part['Id']}, 0)" for part in parts)
