"""What Cognito asks when an officer of the force's directory signs in, and when it makes tokens.

AWS: "Except for Custom Sender Lambda triggers, Amazon Cognito invokes Lambda functions
synchronously. When Amazon Cognito calls your Lambda function, it must respond within 5 seconds."
So nothing here calls any service. What fails refuses the sign-in, and the officer reads so.
"""

from __future__ import annotations

import os
from typing import Any

from chalice import Blueprint

from chalicelib.access.federation.directory_claims import ClaimNames, fit_attributes
from chalicelib.access.federation.directory_roles import (
    GROUPS,
    account_roles,
    is_of_directory,
    read_role_map,
)
from chalicelib.telemetry.around import observed
from chalicelib.telemetry.logs import logger

job = Blueprint("chalicelib.jobs.directory_sign_in")

_TOO_MANY = ("_claim_names", "hasgroups")
"""What Entra ID sends in place of the groups of somebody who is in more than 200."""


@job.lambda_function(name="directory_sign_in")
@observed
def directory_sign_in(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one of two questions: which attributes the account gets of what the directory sent
    (InboundFederation, at each sign-in there), and which roles stand in the ID token
    (TokenGeneration, for every account, at each sign-in and refresh)."""
    source = str(event["triggerSource"])
    if source == "InboundFederation_ExternalProvider":
        event["response"] = {"userAttributesToMap": _attributes(event["request"]["attributes"])}
    elif source.startswith("TokenGeneration_"):
        event["response"] = {"claimsOverrideDetails": _claims(event["request"])}
    else:  # A trigger that somebody connected by hand: without an answer, Cognito lets nobody in.
        raise ValueError("not a trigger of ours")
    return event


def _attributes(sent: dict[str, Any]) -> dict[str, str]:
    """sent: OpenID Connect's claims in `idToken` and `userInfo`, SAML's in `samlResponse`."""
    said: dict[str, Any] = {}
    for part in ("samlResponse", "userInfo", "idToken"):  # what is signed counts most
        said |= sent.get(part) or {}
    names = ClaimNames(
        groups=os.environ["DIRECTORY_GROUPS_CLAIM"],
        units=os.environ["DIRECTORY_UNITS_CLAIM"],
        phone=os.environ["DIRECTORY_PHONE_CLAIM"],
    )
    if names.groups not in said and any(one in said for one in _TOO_MANY):
        logger.warning("too many groups for the directory to send")
    return fit_attributes(said, names, read_role_map(os.environ["DIRECTORY_ROLES"]))


def _claims(asked: dict[str, Any]) -> dict[str, Any]:
    """AWS: "To leave your existing group configuration as-is, copy the value of the
    groupConfiguration object to the groupOverrideDetails object in the response." Local accounts
    keep their groups so; one of the directory has none but what the directory gives."""
    groups = asked.get("groupConfiguration") or {}
    if is_of_directory(asked["userAttributes"]):
        role_map = read_role_map(os.environ["DIRECTORY_ROLES"])
        roles = account_roles(asked["userAttributes"], (), role_map)
        groups = {"groupsToOverride": sorted(role.value for role in roles)}
    # The roles say what a program may know; which groups of the force they come from does not.
    return {"groupOverrideDetails": groups, "claimsToSuppress": [GROUPS]}
