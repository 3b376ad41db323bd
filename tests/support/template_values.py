"""What a template's functions (!Ref, !Sub, !GetAtt …) become, as long as AWS may make them.

For checks of limits: names and texts are of the greatest length, numbers are the defaults, and both
branches of a condition are told apart by the conditions that are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

ACCOUNT, REGION, STAGE = "123456789012", "ap-southeast-2", "s" * 20
"""The longest region of those supported, and the longest stage that the template takes."""
FREE_TEXT = 100
"""Characters that a parameter of any text is taken to have, such as the force's name."""


class LongestValues:
    """Resolves values of one template.

    stack: the stack's name. decided: conditions by name; others hold.
    """

    def __init__(
        self, template: Mapping[str, Any], stack: str, decided: Mapping[str, bool] | None = None
    ) -> None:
        self._template, self._stack, self._decided = template, stack, decided or {}

    def value(self, node: Any) -> Any:
        """Resolve a value and all in it; what a condition takes away is None."""
        if isinstance(node, list):
            return [one for one in map(self.value, node) if one is not None]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, given),) = node.items()
            if name == "Ref":
                return self._ref(given)
            if name.startswith("Fn::"):
                return self._function(name, given)
        whole = {key: self.value(one) for key, one in node.items()}
        return {key: one for key, one in whole.items() if one is not None}

    def _function(self, name: str, given: Any) -> Any:
        match name:
            case "Fn::GetAtt":
                return self._attribute(given if isinstance(given, list) else given.split("."))
            case "Fn::Sub":
                text, own = given if isinstance(given, list) else (given, {})
                return re.sub(
                    r"\$\{([^!}][^}]*)\}", lambda found: self._named(found[1], own), str(text)
                )
            case "Fn::If":
                return self.value(given[1 if self._decided.get(given[0], True) else 2])
            case "Fn::Join":
                return given[0].join(map(str, self.value(given[1])))
            case "Fn::Select":
                return self.value(given[1])[int(given[0])]
            case "Fn::Split":
                return self.value(given[1]).split(given[0])
        raise AssertionError(f"{name} is not known here")

    def _named(self, name: str, own: Mapping[str, Any]) -> str:
        if name in own:
            return str(self.value(own[name]))
        return str(self._attribute(name.split(".")) if "." in name else self._ref(name))

    def _ref(self, name: str) -> str | None:
        pseudo = {
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::StackName": self._stack,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": None,
        }
        if name in pseudo:
            return pseudo[name]
        if name in self._template.get("Parameters", {}):
            return self._parameter(name)
        made = self.physical_name(name)
        match self._template["Resources"][name]["Type"]:
            case "AWS::SQS::Queue":
                return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{made}"
            case "AWS::StepFunctions::StateMachine" | "AWS::SNS::Topic":
                return self._arn(name)
        return made

    def _parameter(self, name: str) -> str:
        described = self._template["Parameters"][name]
        if name == "Stage":
            return STAGE
        known = [str(one) for one in described.get("AllowedValues", [])]
        default = str(described.get("Default", ""))
        if described["Type"] == "Number":
            return default or "1000000"
        return max(known, key=len) if known else max("x" * FREE_TEXT, default, key=len)

    def physical_name(self, logical: str) -> str:
        """Name a resource as the template does, or as CloudFormation would: with the stack's name
        and twelve characters of its own, or up to 64 where a service takes no longer ones."""
        resource = self._template["Resources"][logical]
        for given in NAMED_BY.get(resource["Type"], ()):
            if given in resource.get("Properties", {}):
                return str(self.value(resource["Properties"][given]))
        made = f"{self._stack}-{logical}-{'X' * 12}"
        return made.lower()[:63] if resource["Type"] == "AWS::S3::Bucket" else made[-64:]

    def _attribute(self, path: list[str]) -> str:
        logical, attribute = path[0], ".".join(path[1:])
        if attribute.endswith("Arn") or attribute in {"Id", "TopicArn"}:
            return self._arn(logical)
        return self.physical_name(logical)

    def _arn(self, logical: str) -> str:
        service = self._template["Resources"][logical]["Type"].split("::")[1].lower()
        return f"arn:aws:{service}:{REGION}:{ACCOUNT}:resource/{self.physical_name(logical)}"


NAMED_BY = {
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SNS::Topic": ("TopicName",),
    "AWS::SQS::Queue": ("QueueName",),
    "AWS::SES::ConfigurationSet": ("Name",),
    "AWS::SES::EmailIdentity": ("EmailIdentity",),
    "AWS::StepFunctions::StateMachine": ("StateMachineName",),
    "AWS::Cognito::UserPool": ("UserPoolName",),
    "AWS::Cognito::UserPoolDomain": ("Domain",),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::IAM::Role": ("RoleName",),
    "AWS::Lambda::Function": ("FunctionName",),
    "AWS::CloudFront::OriginAccessControl": ("OriginAccessControlConfig.Name",),
    "AWS::CloudWatch::Dashboard": ("DashboardName",),
    "AWS::Events::Rule": ("Name",),
    "AWS::KMS::Alias": ("AliasName",),
    "AWS::WAFv2::WebACL": ("Name",),
}
"""The property that names a resource; without it CloudFormation makes a name."""


def needs(resource: Any) -> Iterator[str]:
    """Every name that a resource refers to by Ref, GetAtt, Sub or DependsOn, also of parameters."""
    if isinstance(resource, list):
        for one in resource:
            yield from needs(one)
    elif isinstance(resource, dict):
        for key, given in resource.items():
            match key:
                case "Ref":
                    yield str(given)
                case "Fn::GetAtt":
                    yield str(given[0] if isinstance(given, list) else given.split(".")[0])
                case "DependsOn":
                    yield from [given] if isinstance(given, str) else given
                case "Fn::Sub":
                    text, own = given if isinstance(given, list) else (given, {})
                    named = re.findall(r"\$\{([^!}.]+)", str(text))
                    yield from (one for one in named if one not in own)
                    yield from needs(own)
                case "Condition" | "Metadata":
                    continue
                case _:
                    yield from needs(given)


def circle(resources: Mapping[str, Any]) -> list[str]:
    """Find resources that CloudFormation could not put in an order; none when it could."""
    left = {name: {*needs(one)} & set(resources) - {name} for name, one in resources.items()}
    while ready := [name for name, wanted in left.items() if not wanted & set(left)]:
        for name in ready:
            del left[name]
    return sorted(left)
