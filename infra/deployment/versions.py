"""What a published version of the API's function is made of, and how calls are moved to it."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from infra.building.gateway import API

OF_PUBLISHING = {"AutoPublishAlias", "AutoPublishCodeSha256", "DeploymentPreference"}


class Shift(Enum):
    """How calls are moved from one version to the next."""

    CANARY = "a tenth for five minutes, and back when an alarm rings"
    AT_ONCE = "all at once, whatever alarms say"
    """For a first deployment, and for going back: an alarm that rings already would stop it."""
    PLAIN = "by CloudFormation alone: the emulator has no CodeDeploy"


def published(
    template: Mapping[str, Any],
    values: Mapping[str, str],
    physical: Mapping[str, str],
    shift: Shift,
) -> dict[str, Any]:
    """Complete a template so that a version is published exactly when the function changes.

    AWS: a version keeps the code and the environment with which it was published. SAM publishes one
    when the text of the template changes; it sees neither that a parameter has another value nor
    that a table was replaced. So the digest here is made of all that the function refers to.

    values: of parameters, also those that keep what they have. physical: the names of the stack's
    resources now, by their logical names; none before the first deployment.
    """
    whole = copy.deepcopy(dict(template))
    properties = whole["Resources"][API]["Properties"]
    of_function = {k: v for k, v in properties.items() if k not in OF_PUBLISHING}
    shared = whole.get("Globals", {}).get("Function", {})
    names = sorted(set(_names([of_function, shared], whole.get("Conditions", {}))))
    defaults = {k: str(v.get("Default", "")) for k, v in whole.get("Parameters", {}).items()}
    known = {**physical, **defaults, **values}
    made_of = [of_function, shared, {name: known.get(name, "") for name in names}]
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    properties["AutoPublishCodeSha256"] = digest
    if shift is Shift.PLAIN:
        properties.pop("DeploymentPreference", None)
    elif shift is Shift.AT_ONCE:
        properties["DeploymentPreference"]["Type"] = "AllAtOnce"
        del properties["DeploymentPreference"]["Alarms"]
    return whole


def _names(value: Any, conditions: Mapping[str, Any]) -> Iterator[str]:
    """Name what a piece of a template refers to, also through its conditions."""
    if isinstance(value, list):
        for one in value:
            yield from _names(one, conditions)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "Ref":
                yield one
            elif key == "Condition" and isinstance(one, str):
                yield from _names(conditions.get(one), conditions)
            elif key == "Fn::GetAtt":
                yield (one.split(".") if isinstance(one, str) else one)[0]
            elif key == "Fn::Sub":
                text, *more = one if isinstance(one, list) else [one]
                yield from (found.split(".")[0] for found in re.findall(r"\$\{([^!}]+)\}", text))
                yield from _names(more, conditions)
            else:
                if key == "Fn::If":
                    yield from _names(conditions.get(one[0]), conditions)
                yield from _names(one, conditions)
