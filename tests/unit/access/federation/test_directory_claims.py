"""What a directory sends, in any form that directories and Cognito have for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.federation.directory_claims import ClaimNames, fit_attributes, said_values
from chalicelib.access.federation.directory_roles import kept_groups, read_role_map
from chalicelib.access.permissions import units_from_claim

NAMES = ClaimNames()
ADFS = ClaimNames(groups="http://schemas.xmlsoap.org/claims/Group", units="department")
ROLES = read_role_map('{"Detectives": "investigator", "CN=A B,OU=C": "auditor"}')


@pytest.mark.parametrize(
    ("sent", "values"),
    [
        (["Detectives", "CN=A B,OU=C"], ["Detectives", "CN=A B,OU=C"]),
        ('["Detectives","CN=A B,OU=C"]', ["Detectives", "CN=A B,OU=C"]),
        # As the pre-token event of a pool with Entra ID and with ADFS has several values of SAML:
        ("[2f1a-9, CN%3DA+B%2COU%3DC]", ["2f1a-9", "CN=A B,OU=C"]),
        ("[R%C3%A4uber, S%26B]", ["Räuber", "S&B"]),
        ("[Detectives]", ["Detectives"]),
        ("Detectives", ["Detectives"]),
        ("CN=A B,OU=C", ["CN=A B,OU=C"]),
        ("100%", ["100%"]),
        ("[]", []),
        ("[ ]", []),
        ("", []),
        (None, []),
        ([None, {"a": 1}, "x"], ["x"]),
        ({"a": 1}, ["{'a': 1}"]),
    ],
)
def test_values_are_read_as_they_are_sent(sent: Any, values: list[str]) -> None:
    assert said_values(sent) == values


@given(st.lists(st.text(min_size=1)))
def test_a_list_stays_as_it_is(names: list[str]) -> None:
    assert said_values(names) == said_values(json.dumps(names)) == names


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    said_values(text)
    fit_attributes({"groups": text, "units": text, "phone_number": text}, NAMES, ROLES)


@pytest.mark.parametrize(
    "sent", ["x,Detectives", "Detectives,", ["x,Detectives"], ["[x, Detectives]"], "Detectives;x"]
)
def test_the_name_of_one_group_is_never_read_as_two(sent: Any) -> None:
    """Threat: somebody who may name groups names one so that another is read out of it."""
    assert fit_attributes({"groups": sent}, NAMES, ROLES)["groups"] == "[]"


def test_groups_and_units_are_written_also_when_none_are_sent() -> None:
    assert fit_attributes({"name": "Jane"}, NAMES, ROLES) == {
        "name": "Jane",
        "groups": "[]",
        "units": "",
    }


def test_names_of_claims_are_the_directorys_own() -> None:
    fit = fit_attributes({ADFS.groups: "[Detectives, x]", "department": "CID"}, ADFS, ROLES)
    assert fit == {ADFS.groups: '["Detectives"]', "department": "CID"}


def test_what_no_account_could_hold_refuses_nobody() -> None:
    sent = {"name": "x" * 2049, "email": "a@b.example", "groups": ["g" * 200] * 500, "sub": "1"}
    fit = fit_attributes(sent | {"amr": ["pwd"], "auth_time": 7}, NAMES, ROLES)
    assert fit == {"email": "a@b.example", "sub": "1", "groups": "[]", "units": ""}
    assert all(len(value) <= 2048 for value in fit.values())


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("+441214960101", "+441214960101"),
        ("+44 (0)121 496-0101", "+441214960101"),
        ("+1 (816) 555.0100", "+18165550100"),
        ("0121 496 0101", None),
        ("+44 121 496 0101 ext 12", None),
        ("unknown", None),
        ("+0", None),
    ],
)
def test_a_telephone_that_cognito_would_refuse_is_left_out(sent: str, kept: str | None) -> None:
    assert fit_attributes({"phone_number": sent}, NAMES, ROLES).get("phone_number") == kept


@pytest.mark.parametrize(
    ("sent", "units"),
    [
        ("Birmingham CID", {"Birmingham CID"}),
        ("Birmingham CID,  Coventry CID", {"Birmingham CID", "Coventry CID"}),
        (["Birmingham CID", "Coventry CID"], {"Birmingham CID", "Coventry CID"}),
        ("[Birmingham+CID, Coventry+CID]", {"Birmingham CID", "Coventry CID"}),
        (["Birmingham, Coventry", "CID"], {"CID"}),
        (["x#y", "x" * 61, "", " "], set()),
        ([f"Unit {n:04}" for n in range(1000)], {f"Unit {n:04}" for n in range(200)}),
    ],
)
def test_units_are_kept_with_commas_between(sent: Any, units: set[str]) -> None:
    kept = fit_attributes({"units": sent}, NAMES, ROLES)["units"]
    assert len(kept) <= 2000
    assert units_from_claim(kept) == units


def test_what_is_kept_is_what_the_rule_reads() -> None:
    assert kept_groups(["x", "Detectives", "Detectives "], ROLES) == '["Detectives"]'
