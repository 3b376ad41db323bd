"""What a directory sends of an officer, made fit for an account of the pool. Pure functions.

AWS: "Amazon Cognito will map incoming claims to user pool attributes only if the claims exist in
the incoming token. If a previously mapped claim no longer exists in the incoming token, it won't be
deleted or changed." An officer who was taken out of the last group is sent without any, and would
keep the roles of before. Therefore groups and units are written at each sign-in, as empty if need
be.

AWS: "the maximum value length (2048 characters) must be large enough for the value that Amazon
Cognito obtains from the identity provider. Otherwise, Amazon Cognito reports an error when users
sign in". Therefore only the groups that give a role are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from chalicelib.access.federation.directory_roles import RoleMap, kept_groups
from chalicelib.access.permissions import is_unit

MOST_OF_UNITS = 2000
"""Characters that `custom:units` takes (infra/templates/stage/officers.yaml)."""

_LONGEST = 2048
"""Characters of any attribute of Cognito's."""


@dataclass(frozen=True)
class ClaimNames:
    """How the directory calls what is read here, as the stage's parameters say."""

    groups: str = "groups"
    units: str = "units"
    phone: str = "phone_number"


def said_values(value: Any) -> list[str]:
    """Return the values of a claim: from a list, from a list in JSON, or as Cognito writes a claim
    with several values, `[first, second]`. Text in no such form is one value, commas or not.

    AWS: "In the case of identity provider attributes containing multiple values, Amazon Cognito
    will URL form encode the values containing non-alphanumeric characters […]. You must decode the
    values prior to use".

    Threat: somebody who may name groups calls one `Readers,Camera-Administrators`. Only what stands
    in brackets is divided. A directory that lets people choose names in brackets should send ids.
    """
    if isinstance(value, list):
        return [str(one) for one in value if isinstance(one, str | int)]
    text = str(value or "").strip()
    if not (text.startswith("[") and text.endswith("]")):
        return [text] if text else []
    try:
        listed = json.loads(text)
    except ValueError:
        parts = (part.strip() for part in text[1:-1].split(","))
        return [unquote_plus(part) for part in parts if part]
    return said_values(listed)


def fit_attributes(sent: Mapping[str, Any], names: ClaimNames, role_map: RoleMap) -> dict[str, str]:
    """Return all that the directory sent as Cognito is to map it, by the directory's own names.

    What no account could hold is left out, because Cognito would refuse the whole sign-in for it:
    values over 2,048 characters, and telephone numbers that are not written `+441214960101`."""
    fit = {
        name: value
        for name, value in sent.items()
        if isinstance(value, str) and value and len(value) <= _LONGEST
    }
    if number := _international(fit.pop(names.phone, "")):
        fit[names.phone] = number
    fit[names.groups] = kept_groups(said_values(sent.get(names.groups)), role_map)
    fit[names.units] = _units(sent.get(names.units))
    return fit


def _units(sent: Any) -> str:
    """Return units with commas between. Several in one value have commas between already."""
    values = said_values(sent)
    if len(values) == 1:
        values = values[0].split(",")
    kept, length = [], 0
    for unit in dict.fromkeys(" ".join(one.split()) for one in values):
        length += len(unit) + 1
        if unit and is_unit(unit) and length <= MOST_OF_UNITS:
            kept.append(unit)
    return ",".join(kept)


def _international(phone: str) -> str:
    number = re.sub(r"[\s().\-/]", "", re.sub(r"\(0\)", "", phone))
    return number if re.fullmatch(r"\+[1-9][0-9]{6,14}", number) else ""
