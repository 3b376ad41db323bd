"""Which roles an account of the pool has: by the directory's groups, or by the pool's own. Pure.

Accounts of two kinds stand in the pool. A local one was made there and has the roles of the pool's
groups. One of the force's directory was made by Cognito at its first sign-in, and has the roles
that `DirectoryRoles` gives to the directory's groups, and no others.

Threat: an account of the directory is put into a group of the pool and keeps that role when the
directory takes away what it gave; or a local account is given an attribute and with it a role. Each
kind is asked one question, so that neither happens.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.access.permissions import Role, roles_from_groups

GROUPS = "custom:groups"
"""The pool's attribute with the groups that count, a list in JSON. It is written at each sign-in
by `directory_claims`, also when there are none. Text in any other form gives no role."""

RoleMap = Mapping[str, frozenset[Role]]
"""The roles that each group of the directory gives, by the group's name."""

_FIT = re.compile(r"[^\s,;#]{1,128}")
"""A name that pages, forms with a name on each line and lists with commas can show and take."""


def read_role_map(text: str) -> RoleMap:
    """Read `DirectoryRoles`: `{"Camera-Investigators": "investigator", …}`, a list where a group
    gives several roles; "" for none. Raises ValueError with a sentence for anything else."""
    if not text.strip():
        return {}
    try:
        said = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError:
        raise ValueError(
            'DirectoryRoles is no JSON. Write {"name of a group": "role", "another": ["a", "b"]}.'
        ) from None
    if not isinstance(said, dict):
        raise ValueError('DirectoryRoles has to be {"name of a group": "role", …}.')
    return {_name(group): _roles(group, given) for group, given in said.items()}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [_name(group) for group, _ in pairs]
    twice = sorted({group for group in names if names.count(group) > 1})
    if twice:
        raise ValueError(f"DirectoryRoles names a group twice: {', '.join(twice)}.")
    if "" in names:
        raise ValueError("DirectoryRoles has a group without a name.")
    return dict(pairs)


def _roles(group: str, given: Any) -> frozenset[Role]:
    listed = given if isinstance(given, list) else [given]
    unknown = [str(one) for one in listed if one not in list(Role)]
    if unknown or not listed:
        roles = ", ".join(role.value for role in Role)
        wrong = f"“{unknown[0]}”" if unknown else "nothing"
        raise ValueError(f"DirectoryRoles gives “{group}” {wrong}. The roles are {roles}.")
    return frozenset(Role(one) for one in listed)


def _name(group: str) -> str:
    """One form of a name that two programs may write with different code points for “é”."""
    return unicodedata.normalize("NFC", group.strip())


def kept_groups(sent: Iterable[str], role_map: RoleMap) -> str:
    """Return the text for GROUPS: of the groups that the directory sent, those that give a role.

    However many groups an officer is in, this fits the attribute's 2,048 characters, because
    `DirectoryRoles` is shorter than that."""
    counts = sorted({_name(one) for one in sent} & set(role_map))
    return json.dumps(counts, ensure_ascii=False)


def is_of_directory(attributes: Mapping[str, Any]) -> bool:
    """Return True for an account that comes from the force's directory, also for a local one that
    was linked to it. attributes: of the account, or the claims of its ID token.

    Cognito writes `identities` for whoever signed in at another provider, and nobody else can."""
    return bool(
        attributes.get("identities") or attributes.get("cognito:user_status") == "EXTERNAL_PROVIDER"
    )


def account_roles(
    attributes: Mapping[str, Any], pool_groups: object, role_map: RoleMap
) -> frozenset[Role]:
    """Return the roles of an account: for one of the directory those of its groups there, for a
    local one those of the pool's groups. This is the only place where that is decided."""
    if not is_of_directory(attributes):
        return roles_from_groups(pool_groups)
    roles: set[Role] = set()
    for group in _kept(attributes.get(GROUPS)):
        roles |= role_map.get(_name(group), frozenset())
    return frozenset(roles)


def _kept(text: object) -> list[str]:
    try:
        groups = json.loads(str(text or "[]"))
    except ValueError:
        return []
    return [one for one in groups if isinstance(one, str)] if isinstance(groups, list) else []


def shown_name(account: str, attributes: Mapping[str, Any]) -> str:
    """Return the name by which people know an account: in teams, lists and the record.

    account: Cognito's own name of it, which for one of the directory is `Directory_` and an id that
    tells nobody anything. Such an officer is shown as `preferred_username` says, or the e-mail
    address. What stays the same when a name changes is the `sub`, and keys are made of that.

    Threat: somebody of the directory is called as a local officer is, and is added to a team in
    that one's place. A name of the directory has an @ in it, or gets one."""
    if not is_of_directory(attributes):
        return account
    provider, _, rest = account.partition("_")
    for wanted in (attributes.get("preferred_username"), attributes.get("email"), rest):
        name = unicodedata.normalize("NFC", str(wanted or "").strip())
        if _FIT.fullmatch(name) and name.isprintable():
            return name if "@" in name else f"{name}@{provider}"[:128]
    return account
