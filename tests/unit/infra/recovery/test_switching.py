"""The template without its table, and what is refused while a stage is being switched."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.building.package import build_package
from infra.errors import StackError
from infra.recovery.stage_table import TABLES
from infra.recovery.switching import (
    UNDER_WAY,
    TableSwitch,
    refuse_while_restoring,
    serve_present_settings,
    without_resource,
)
from tests.unit.infra.recovery.stubbed import TABLE_ARN, stubbed

DESCRIBED = {
    "TableName": "new",
    "TableArn": TABLE_ARN,
    "LatestStreamArn": f"{TABLE_ARN}/stream/now",
}


def test_every_way_to_name_a_table_is_replaced() -> None:
    template: dict[str, Any] = {
        "Resources": {
            "T": {"Type": "AWS::DynamoDB::Table"},
            "Other": {
                "DependsOn": ["T", "Another"],
                "Properties": {
                    "Name": {"Ref": "T"},
                    "Arn": {"Fn::GetAtt": ["T", "Arn"]},
                    "Stream": {"Fn::GetAtt": "T.StreamArn"},
                    "Index": {"Fn::Sub": "${T.Arn}/index/A of ${T} in ${AWS::Region}"},
                    "Given": {"Fn::Sub": ["${x}/${T}", {"x": {"Ref": "T"}}]},
                    "Alike": {"Fn::Sub": "${Table.Arn}"},
                    "Kept": {"Ref": "Table"},
                },
            },
            "Alone": {"DependsOn": "T"},
        },
        "Outputs": {"Name": {"Value": {"Ref": "T"}}},
    }
    before = json.dumps(template)
    changed = without_resource(template, "T", DESCRIBED)
    assert changed["Resources"] == {
        "Other": {
            "DependsOn": ["Another"],
            "Properties": {
                "Name": "new",
                "Arn": TABLE_ARN,
                "Stream": f"{TABLE_ARN}/stream/now",
                "Index": {"Fn::Sub": f"{TABLE_ARN}/index/A of new in ${{AWS::Region}}"},
                "Given": {"Fn::Sub": ["${x}/new", {"x": "new"}]},
                "Alike": {"Fn::Sub": "${Table.Arn}"},
                "Kept": {"Ref": "Table"},
            },
        },
        "Alone": {},
    }
    assert changed["Outputs"] == {"Name": {"Value": "new"}, UNDER_WAY: {"Value": "new"}}
    assert json.dumps(template) == before, "the template itself is needed afterwards"


@pytest.mark.parametrize("logical_id", sorted(TABLES.values()))
def test_the_stage_template_can_do_without_each_of_its_tables(logical_id: str) -> None:
    changed = without_resource(build_package().template, logical_id, DESCRIBED)
    left = json.dumps({name: changed[name] for name in ("Resources", "Outputs")})
    assert not re.search(rf'"Ref": "{logical_id}"|"{logical_id}[."]\s*,|\${{{logical_id}', left)
    assert changed["Outputs"][logical_id] == {"Value": "new"}
    assert TABLE_ARN in left and f"{TABLE_ARN}/index/" in left


def test_a_name_in_a_way_that_is_not_known_stops_the_restore() -> None:
    template = {"Resources": {"T": {}, "Other": {"Properties": {"Fn::Cidr": ["T", 1]}}}}
    with pytest.raises(StackError, match="in a way that is not known"):
        without_resource(template, "T", DESCRIBED)


def test_nothing_is_deployed_while_a_switch_is_under_way() -> None:
    refuse_while_restoring({"RegistryTable": "old"})
    with pytest.raises(StackError, match=r"uses new, .*Run the restore command again"):
        refuse_while_restoring({"RegistryTable": "new", UNDER_WAY: "new"})


class Interrupted(Exception):
    """Something that ends an import."""


class Cloud:
    """A target whose stack is between the first change and the second."""

    endpoint, region, stack = None, "eu-west-2", "sightline-test"

    def __init__(self, fault: Exception) -> None:
        self.fault = fault
        self.kept: dict[str, bytes] = {}

    def client(self, _: str) -> Any:
        return self

    def outputs(self) -> dict[str, str]:
        return {"RegistryTable": "new", UNDER_WAY: "new"}

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "1"}

    def describe_stack_resource(self, **_: str) -> Any:
        said = {"Error": {"Code": "ValidationError", "Message": "Resource does not exist"}}
        raise ClientError(said, "DescribeStackResource")

    def get_template(self, **_: str) -> dict[str, Any]:
        return {"TemplateBody": {"Resources": {}, "Outputs": {}}}

    def get_object(self, **_: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(json.dumps({"Resources": {"RegistryTable": {}}}).encode())}

    def put_object(self, **asked: Any) -> None:
        self.kept[asked["Key"]] = asked["Body"]

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        return {"Stacks": [{"Parameters": [{"ParameterKey": "Stage"}]}]}

    def create_change_set(self, **asked: Any) -> None:
        assert asked["ChangeSetType"] == "IMPORT"
        assert asked["ResourcesToImport"][0]["ResourceIdentifier"] == {"TableName": "new"}
        raise self.fault


def test_an_import_that_fails_says_how_the_stage_stands() -> None:
    cloud = Cloud(Interrupted("RegistryTable is in another stack"))
    with pytest.raises(StackError, match=r"The stage uses new, .*in another stack.*same command"):
        TableSwitch(cloud, "registry").take_in("new")  # type: ignore[arg-type]  # what it uses of a target
    assert list(cloud.kept) == ["restores/sightline-test/RegistryTable/import.json"]


def test_a_second_restore_waits_for_the_first() -> None:
    switch = TableSwitch(Cloud(Interrupted()), "registry")  # type: ignore[arg-type]  # what it uses of a target
    with pytest.raises(StackError, match="A restore of new is under way"):
        switch.use_table({**DESCRIBED, "TableName": "newer"})


def test_an_alias_serves_the_new_settings() -> None:
    """A published version keeps its environment: AWS, "you can't change the code or most of the
    configuration of a version"."""
    with stubbed("lambda") as (client, stub):
        for served in ("old", "new"):
            stub.add_response("list_aliases", {"Aliases": [{"Name": "live"}]})
            known = {"Environment": {"Variables": {"REGISTRY_TABLE": served}}}
            asked = {"FunctionName": f"api-{served}", "Qualifier": "live"}
            stub.add_response("get_function_configuration", known, asked)
            if served == "old":
                stub.add_response("publish_version", {"Version": "8"})
                moved = {
                    "FunctionName": "api-old",
                    "Name": "live",
                    "FunctionVersion": "8",
                    "RoutingConfig": {"AdditionalVersionWeights": {}},
                }
                stub.add_response("update_alias", {}, moved)
        names = ["api-old", "api-new"]
        assert serve_present_settings(client, names, "REGISTRY_TABLE", "new") == 1
