"""Officers sign in with the force's own directory, whose groups give them their roles.

The directory is a real server of OpenID Connect, Cognito's part is the emulator's, and everything
between is the template's and ours: parameters, attribute mapping, both triggers, the check of
presence. What the emulator does otherwise than AWS is in the decision on the force's directory.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.presence.account_checks import TRUSTED_FOR
from chalicelib.access.presence.sealed_tokens import open_tokens
from chalicelib.core.ids import new_id, token_hash
from chalicelib.core.times import iso_micros
from chalicelib.web.http.headers import OFFICER_COOKIE
from infra.deploy import deploy
from infra.deployment.options import DeploymentOptions
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack
from tests.stack.access.directory_server import NAME, DirectoryServer, connected_directory
from tests.stack.asking import signed_in
from tests.stack.calling import other_settings
from tests.stack.officer_program import incident_body
from tests.stack.residents import registry

TEAM = "CN=Fahndung Süd,OU=Groups,DC=force"
ROLES = {
    "Camera-Investigators": "investigator",
    "Camera Supervisors": "supervisor",
    TEAM: ["analyst", "administrator"],
}


@pytest.fixture(scope="module")
def directory(stack: RunningStack) -> Iterator[DirectoryServer]:
    with connected_directory(stack, json.dumps(ROLES)) as server:
        yield server


@pytest.fixture
def visitor(directory: DirectoryServer) -> Iterator[Visitor]:
    with directory.visitor() as somebody:
        yield somebody


def somebody(**claims: Any) -> tuple[str, dict[str, Any]]:
    """An officer's id in the directory, and what it says of them."""
    sub = f"Jane.O'Neil|{new_id()}+x@Force.example"
    who = {"name": "PC Jane O'Neil", "email": f"{new_id()}@force.example"}
    return sub, {**who, "preferred_username": f"jane.{new_id()}@force.example", **claims}


def claims_of(visitor: Visitor) -> dict[str, Any]:
    payload = visitor.bearer().split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return claims


def is_in(page: VisitedPage) -> bool:
    return page.answer.status_code == 200 and page.url.endswith("/console")


def wait_a_minute(directory: DirectoryServer, sub: str) -> None:
    """Let the pool's last answer on an officer be a minute old."""
    old = iso_micros(datetime.now(UTC) - TRUSTED_FOR - timedelta(seconds=1))
    partition = f"OFFICER#{directory.profile(sub)['sub']}"
    registry(directory.stack).update(partition, "ACCOUNT", assign={"checked_at": old})


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (["Everybody", "Camera-Investigators"], ["investigator"]),
        (["Camera Supervisors", TEAM], ["administrator", "analyst", "supervisor"]),
        ([*(f"Group {n:04} with a long name" for n in range(2000)), TEAM],
         ["administrator", "analyst"]),
    ],
    ids=["one", "two-with-spaces-commas-umlaut", "two-thousand"],
)  # fmt: skip
def test_groups_of_the_directory_give_roles(
    directory: DirectoryServer, visitor: Visitor, groups: list[str], roles: list[str]
) -> None:
    sub, said = somebody(groups=groups, units=["Birmingham CID", "Coventry CID"])
    directory.say(sub, **said)
    page = directory.sign_in(visitor, sub)
    assert is_in(page), page.text
    assert said["preferred_username"] in page.text, "shown by the name that people know"
    claims = claims_of(visitor)
    assert claims["cognito:groups"] == roles
    assert claims["cognito:username"] == f"{NAME}_{sub}"
    assert "custom:groups" not in claims
    assert len(directory.profile(sub)["custom:groups"]) < 200
    profile = visitor.open_page("/console/profile")
    assert f"{said['preferred_username']}, {', '.join(roles)}" in profile.text
    account = registry(directory.stack).get(f"OFFICER#{claims['sub']}", "ACCOUNT")
    assert account and account["units"] == ["Birmingham CID", "Coventry CID"]
    me = visitor.send_request(
        "GET", "/api/v1/statistics", headers={"Authorization": f"Bearer {visitor.bearer()}"}
    )
    assert me.status_code == (403 if roles == ["investigator"] else 200)


@pytest.mark.parametrize(
    "groups",
    [
        {},
        {"groups": []},
        {"groups": ["Everybody"]},
        {"groups": "Everybody,Camera-Investigators"},
        {"groups": ["Everybody, Camera-Investigators"]},
        {"groups": ["camera-investigators", "investigator"]},
    ],
    ids=["none-sent", "none", "unknown", "one-with-a-comma", "listed-with-a-comma", "nearly"],
)
def test_without_a_group_that_is_mapped_there_is_no_role(
    directory: DirectoryServer, visitor: Visitor, groups: dict[str, Any]
) -> None:
    sub, said = somebody(**groups)
    directory.say(sub, **said)
    page = directory.sign_in(visitor, sub)
    assert page.answer.status_code == 403
    assert "directory puts you in no group that Sightline knows" in page.text
    assert said["preferred_username"] in page.text
    assert visitor.open_page("/console", ok=False).url != f"{visitor.base_url}/console"


def test_a_deployment_that_says_nothing_of_the_directory_keeps_it(
    directory: DirectoryServer, stack: RunningStack
) -> None:
    def connected() -> list[Any]:
        cognito, pool = stack.client("cognito-idp"), str(stack.described["user_pool_id"])
        client = cognito.describe_user_pool_client(
            UserPoolId=pool, ClientId=str(stack.described["client_id"])
        )["UserPoolClient"]
        triggers = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["LambdaConfig"]
        return [client["SupportedIdentityProviders"], sorted(client["WriteAttributes"]), triggers]

    before = connected()
    assert before[0] == ["COGNITO", NAME]
    assert set(before[2]) == {"PreTokenGeneration", "InboundFederation"}
    deploy(stack.target, DeploymentOptions(rebuild_frontend=False))
    assert connected() == before


def test_a_group_of_the_pool_gives_an_officer_of_the_directory_nothing(
    directory: DirectoryServer, visitor: Visitor
) -> None:
    sub, said = somebody(groups=["Camera-Investigators"])
    directory.say(sub, **said)
    assert is_in(directory.sign_in(visitor, sub))
    directory.pool("admin_add_user_to_group", sub, GroupName="administrator")
    wait_a_minute(directory, sub)
    assert "investigator" in visitor.open_page("/console/profile").text
    assert visitor.open_page("/console/wordings/new", ok=False).answer.status_code == 403
    with directory.visitor() as later:
        assert is_in(directory.sign_in(later, sub))
        assert claims_of(later)["cognito:groups"] == ["investigator"]


def test_local_accounts_keep_their_groups_and_an_attribute_gives_them_none(
    directory: DirectoryServer, stack: RunningStack
) -> None:
    pool = str(stack.described["user_pool_id"])
    stack.client("cognito-idp").admin_update_user_attributes(
        UserPoolId=pool,
        Username="analyst",
        UserAttributes=[{"Name": "custom:groups", "Value": '["Camera-Investigators"]'}],
    )
    with signed_in(stack, "analyst") as officer:
        assert claims_of(officer)["cognito:groups"] == ["analyst"]
        assert "analyst, analyst" in officer.open_page("/console/profile").text


def test_a_group_that_was_taken_away_counts_no_more_at_the_next_sign_in(
    directory: DirectoryServer, visitor: Visitor
) -> None:
    """Also when the directory then sends no groups at all, of which Cognito says: "If a previously
    mapped claim no longer exists in the incoming token, it won't be deleted or changed.\""""
    sub, said = somebody(groups=["Camera-Investigators", "Camera Supervisors"], units="CID")
    directory.say(sub, **said)
    assert is_in(directory.sign_in(visitor, sub))
    del said["groups"], said["units"]
    directory.say(sub, **said)
    wait_a_minute(directory, sub)
    assert is_in(visitor.open_page("/console")), "the directory is asked at sign-in alone"
    with directory.visitor() as later:
        assert directory.sign_in(later, sub).answer.status_code == 403
    assert directory.profile(sub)["custom:groups"] == "[]"
    assert directory.profile(sub)["custom:units"] == ""
    assert not is_in(visitor.open_page("/console", ok=False)), "the earlier session is over too"


def test_a_profile_that_is_disabled_in_the_pool_is_out_within_a_minute(
    directory: DirectoryServer, visitor: Visitor
) -> None:
    sub, said = somebody(groups=["Camera-Investigators"])
    directory.say(sub, **said)
    assert is_in(directory.sign_in(visitor, sub))
    token = visitor.bearer()
    directory.pool("admin_disable_user", sub)
    wait_a_minute(directory, sub)
    assert not is_in(visitor.open_page("/console", ok=False))
    called = visitor.send_request(
        "GET", "/api/v1/incidents", headers={"Authorization": f"Bearer {token}"}
    )
    assert called.status_code == 401
    with directory.visitor() as later:
        assert not is_in(directory.sign_in(later, sub))


def test_a_refresh_gives_the_roles_of_the_directory_again(
    directory: DirectoryServer, visitor: Visitor, stack: RunningStack
) -> None:
    sub, said = somebody(groups=["Camera-Investigators"])
    directory.say(sub, **said)
    assert is_in(directory.sign_in(visitor, sub))
    directory.pool("admin_add_user_to_group", sub, GroupName="auditor")
    kept = visitor.cookie(OFFICER_COOKIE)
    item = registry(stack).get(f"SESSION#{token_hash(kept)}", "SESSION")
    assert item
    lasts = datetime.fromisoformat(item["ends_at"]) - datetime.fromisoformat(item["created_at"])
    assert timedelta(hours=3, minutes=59) < lasts <= timedelta(hours=4)
    refresh = open_tokens(kept, item["sealed"])[1]
    answer = stack.client("cognito-idp").initiate_auth(
        AuthFlow="REFRESH_TOKEN_AUTH",
        ClientId=str(stack.described["client_id"]),
        AuthParameters={"REFRESH_TOKEN": refresh},
    )
    payload = answer["AuthenticationResult"]["IdToken"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(payload + "=="))["cognito:groups"] == [
        "investigator"
    ]


def test_an_officer_of_the_directory_works_as_any_other(
    directory: DirectoryServer, visitor: Visitor, stack: RunningStack
) -> None:
    """The name with an @ in it goes through incidents, teams, the record and its copies."""
    sub, said = somebody(groups=["Camera-Investigators"], units="Birmingham CID")
    directory.say(sub, **said)
    assert is_in(directory.sign_in(visitor, sub))
    other, of_other = somebody(groups=["Camera-Investigators"], preferred_username="jsmith7")
    directory.say(other, **of_other)
    with directory.visitor() as second:
        assert is_in(directory.sign_in(second, other))
    made = visitor.json(
        "POST",
        "/api/v1/incidents",
        incident_body(unit="Birmingham CID"),
        token=visitor.bearer(),
    )
    team = visitor.json("GET", f"/api/v1/incidents/{made['id']}/team", token=visitor.bearer())
    assert team["officer_in_charge"] == said["preferred_username"]
    page = visitor.open_page(f"/console/incidents/{made['id']}/team")
    named = {"officers": f"jsmith7@{NAME}\ninvestigator2"}
    done = visitor.submit(page, named, action="/team", ok=False)
    assert (
        f"jsmith7@{NAME}, investigator2"
        in visitor.open_page(f"/console/incidents/{made['id']}/team").text
    ), done.text
    with signed_in(stack, "auditor") as auditor:
        me = claims_of(visitor)["sub"]
        listed = auditor.json("GET", f"/api/v1/audit?actor=officer.{me}", token=auditor.bearer())[
            "entries"
        ]
        assert listed
        assert (
            said["preferred_username"]
            in auditor.open_page(f"/console/audit?actor=officer.{me}").text
        )
    assert "This session" in visitor.open_page("/console/sessions").text


def test_a_trigger_that_fails_lets_nobody_in_and_says_so(
    directory: DirectoryServer, visitor: Visitor, stack: RunningStack
) -> None:
    sub, said = somebody(groups=["Camera-Investigators"])
    directory.say(sub, **said)
    with other_settings(stack, "DirectorySignIn", DIRECTORY_ROLES="{"):
        page = directory.sign_in(visitor, sub)
        assert page.answer.status_code == 400
        assert not is_in(visitor.open_page("/console", ok=False))
    assert is_in(directory.sign_in(visitor, sub))
