"""Completes the API definition, so that the application answers all requests, not API Gateway."""

from __future__ import annotations

import copy
from typing import Any

API = "APIHandler"
"""The API's function; it is called by an alias (infra/templates/stage/functions.yaml)."""
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
CATCH_ALL = "/{proxy+}"
ANSWERS = "x-amazon-apigateway-gateway-responses"


def complete_api(template: dict[str, Any]) -> None:
    """Change the merged template so that unknown paths and methods, too, reach the app.

    Without this, API Gateway answers a GET on a path that only knows POST with its own 403 and a
    line of JSON; the application answers with a page. Each method is written out, not ANY, because
    the emulator reads only single methods.
    """
    definition = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    paths = definition["paths"]
    method = paths.pop(CATCH_ALL)["x-amazon-apigateway-any-method"]
    bare = {key: value for key, value in method.items() if key != "parameters"}
    for known in paths.values():
        for name in METHODS:
            known.setdefault(name, copy.deepcopy(bare))
    paths[CATCH_ALL] = {name: copy.deepcopy(method) for name in METHODS}
    _call_by_alias(template, paths)
    _repeat_answers(template, definition[ANSWERS])


def _call_by_alias(template: dict[str, Any], paths: dict[str, Any]) -> None:
    """Have the gateway call the alias, which moves from one published version to the next by and
    by; Chalice has it call the function, and with it whatever was deployed last.

    SAM knows the alias that it makes as `Alias` of the function, and the right to call the function
    is none to call the alias.
    """
    for methods in paths.values():
        for method in methods.values():
            uri = method["x-amazon-apigateway-integration"]["uri"]
            text = uri["Fn::Sub"].replace(f"${{{API}.Arn}}", "${Alias}")
            uri["Fn::Sub"] = [text, {"Alias": {"Ref": f"{API}.Alias"}}]
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        of_api = properties.get("FunctionName") == {"Ref": API}
        if resource["Type"] == "AWS::Lambda::Permission" and of_api:
            properties["FunctionName"] = {"Ref": f"{API}.Alias"}


def _repeat_answers(template: dict[str, Any], answers: dict[str, Any]) -> None:
    """Repeat the gateway's answers as resources, for the emulator alone.

    The emulator does not read the answers from the definition. On AWS the definition is the better
    place, as the answers are then part of the same deployment.
    """
    for name, answer in answers.items():
        properties: dict[str, Any] = {
            "RestApiId": {"Ref": "RestAPI"},
            "ResponseType": name,
            "ResponseParameters": answer["responseParameters"],
            "ResponseTemplates": answer["responseTemplates"],
        }
        if "statusCode" in answer:
            properties["StatusCode"] = str(answer["statusCode"])
        words = name.title().replace("_", "")
        template["Resources"][f"Answer{words}"] = {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Condition": "Emulated",
            "Properties": properties,
        }
