"""What a deployment says of the force's directory, and what the template makes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from infra.building.templates import read_stage_template
from infra.deployment.force_directory import (
    LONGEST_PARAMETER,
    LONGEST_ROLE_MAP,
    check_directory,
    read_metadata,
)
from infra.errors import StackError

OIDC = {
    "DirectoryKind": "oidc",
    "DirectoryIssuer": "https://login.example/v2.0",
    "DirectoryClientId": "1",
    "DirectorySecret": "sightline/directory",
    "DirectoryRoles": '{"Detectives": "investigator"}',
}
SAML = {
    "DirectoryKind": "saml",
    "DirectorySamlUrl": "https://sts.example/metadata.xml",
    "DirectoryRoles": '{"Detectives": "investigator"}',
}


@pytest.mark.parametrize(
    "told", [OIDC, SAML, {}, {"DirectoryHours": "2"}, {"DirectoryKind": "none"}]
)
def test_what_is_whole_is_taken(told: dict[str, str]) -> None:
    check_directory(told)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        *((OIDC | {name: ""}, name) for name in OIDC if name != "DirectoryKind"),
        (SAML | {"DirectorySamlUrl": ""}, "--directory-metadata"),
        (OIDC | {"DirectoryRoles": '{"x": "chief"}'}, "“chief”"),
        ({"DirectoryRoles": "Detectives=investigator"}, "JSON"),
        ({"DirectoryRoles": json.dumps({"ü" * 600: "auditor"}, ensure_ascii=False)}, "1200 bytes"),
    ],
)
def test_what_would_let_nobody_in_is_refused_in_words(told: dict[str, str], said: str) -> None:
    with pytest.raises(StackError, match="Directory") as refused:
        check_directory(told)
    assert said in str(refused.value)


CERTIFICATE = "\n".join("MIIC" + "A" * 60 for _ in range(24))
KEY = (
    '<KeyDescriptor use="{use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{text}'
    "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>"
)
PLACE = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


def metadata(keys: int = 1, **changes: str) -> str:
    """Metadata as ADFS and Entra ID give it: signed, and mostly about other protocols."""
    signing = "".join(KEY.format(use="signing", text=CERTIFICATE) for _ in range(keys))
    text = f"""<?xml version="1.0"?>
    <EntityDescriptor ID="_1" entityID="https://sts.example/1/"
        xmlns="urn:oasis:names:tc:SAML:2.0:metadata"
        xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
      <ds:Signature><ds:SignatureValue>{"c2ln" * 90}</ds:SignatureValue></ds:Signature>
      <RoleDescriptor protocolSupportEnumeration="http://docs.oasis-open.org/wsfed">
        {KEY.format(use="signing", text=CERTIFICATE * 4)}
      </RoleDescriptor>
      <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
        {KEY.format(use="encryption", text=CERTIFICATE)}
        {signing}
        <SingleLogoutService Binding="{PLACE}" Location="https://sts.example/out"/>
        <SingleSignOnService Binding="{PLACE}" Location="https://sts.example/in"/>
      </IDPSSODescriptor>
    </EntityDescriptor>"""
    for before, after in changes.items():
        text = text.replace(before, after)
    return text


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "metadata.xml"
    file.write_text(text)
    return file


def test_metadata_is_cut_down_to_what_cognito_reads(tmp_path: Path) -> None:
    whole = metadata(keys=2)
    assert len(whole) > 2 * LONGEST_PARAMETER
    text = read_metadata(written(tmp_path, whole))
    assert len(text.encode()) <= LONGEST_PARAMETER
    names = {
        "m": "urn:oasis:names:tc:SAML:2.0:metadata",
        "ds": "http://www.w3.org/2000/09/xmldsig#",
    }
    root = fromstring(text)
    assert root.get("entityID") == "https://sts.example/1/"
    found = root.findall("m:IDPSSODescriptor/m:KeyDescriptor", names)
    assert [one.get("use") for one in found] == ["signing", "signing"]
    certificates = root.findall(".//ds:X509Certificate", names)
    assert [one.text for one in certificates] == [CERTIFICATE.replace("\n", "")] * 2
    places = root.findall("m:IDPSSODescriptor/m:SingleSignOnService", names)
    assert [one.attrib for one in places] == [
        {"Binding": PLACE, "Location": "https://sts.example/in"}
    ]
    assert "out" not in text and "Signature" not in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no xml", "no XML"),
        ("<EntityDescriptor/>", "no metadata"),
        (metadata(IDPSSODescriptor="SPSSODescriptor"), "no metadata"),
        (metadata(keys=9), "DirectorySamlUrl"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "no XML"),
    ],
)
def test_other_files_are_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(StackError, match=said):
        read_metadata(written(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="nowhere"):
        read_metadata(tmp_path / "nowhere.xml")


# the template


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return read_stage_template()


def properties(template: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def test_the_directorys_secret_stands_in_no_parameter(template: dict[str, Any]) -> None:
    _, _, oidc = properties(template, "Directory")["ProviderDetails"]["Fn::If"]
    assert oidc["client_secret"] == {"Fn::Sub": "{{resolve:secretsmanager:${DirectorySecret}}}"}
    assert "AllowedPattern" in template["Parameters"]["DirectorySecret"]


def test_no_token_lets_an_officer_write_their_own_groups(template: dict[str, Any]) -> None:
    client = properties(template, "ConsoleClient")
    assert client["AllowedOAuthScopes"] == ["openid", "email", "phone", "profile"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"], "sign-in by pages alone"
    _, with_directory, without = client["WriteAttributes"]["Fn::If"]
    assert not [name for name in without if name.startswith("custom:")]
    mapped = set(properties(template, "Directory")["AttributeMapping"])
    assert mapped <= set(with_directory), "or Cognito refuses the sign-in"


def test_what_is_mapped_can_be_changed_and_is_long_enough(template: dict[str, Any]) -> None:
    schema = {one["Name"]: one for one in properties(template, "UserPool")["Schema"]}
    for name in properties(template, "Directory")["AttributeMapping"]:
        if name.startswith("custom:"):
            assert schema[name.removeprefix("custom:")]["Mutable"] is True
    longest = schema["groups"]["StringAttributeConstraints"]["MaxLength"]
    assert template["Parameters"]["DirectoryRoles"]["MaxLength"] < int(longest)


def test_the_triggers_do_not_depend_on_the_pool_that_names_them(template: dict[str, Any]) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    own = properties(template, "DirectorySignIn")["Environment"]["Variables"]
    for name, value in {**variables, **own}.items():
        assert not any(
            one in json.dumps(value) for one in ("UserPool", "ConsoleClient", "SignInDomain")
        ), name


def test_only_cognito_for_this_pool_may_call_the_triggers(template: dict[str, Any]) -> None:
    permission = properties(template, "CognitoAsksForRoles")
    assert permission["Principal"] == "cognito-idp.amazonaws.com"
    assert permission["SourceArn"] == {"Fn::GetAtt": ["UserPool", "Arn"]}
    role = properties(template, "DirectorySignInRole")
    (policy,) = role["Policies"]
    allowed = [action for one in policy["PolicyDocument"]["Statement"] for action in one["Action"]]
    assert {action.partition(":")[0] for action in allowed} == {"logs", "xray"}


def test_functions_have_room_for_the_longest_map(template: dict[str, Any]) -> None:
    """AWS: all environment variables of a function together may have 4 KB."""
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    assert template["Parameters"]["DirectoryRoles"]["MaxLength"] == LONGEST_ROLE_MAP
    assert len(json.dumps(variables)) + LONGEST_ROLE_MAP < 4096
