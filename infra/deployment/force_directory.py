"""What a deployment is told of the force's directory: checked before anything is deployed.

A role map that cannot be read, or a directory without its address, would come to light when the
first officer cannot sign in.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

from chalicelib.access.federation.directory_roles import read_role_map
from infra.errors import StackError

LONGEST_PARAMETER = 4096
"""AWS: "the maximum length of a parameter value is 4,096 bytes"."""

LONGEST_ROLE_MAP = 1200
"""Bytes. AWS gives all environment variables of a function 4 KB together."""

_METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"

NEEDED = {
    "oidc": ("DirectoryIssuer", "DirectoryClientId", "DirectorySecret", "DirectoryRoles"),
    "saml": ("DirectoryRoles",),
}
"""The parameters without which nobody could sign in, by kind of directory."""


def check_directory(parameters: Mapping[str, str]) -> None:
    """Check what a deployment sets of the directory. What it does not mention keeps its value and
    was checked when it was set. Raises StackError in words."""
    role_map = parameters.get("DirectoryRoles", "")
    if len(role_map.encode()) > LONGEST_ROLE_MAP:
        raise StackError(
            f"DirectoryRoles may have {LONGEST_ROLE_MAP} bytes: it stands in the functions' "
            "environment. Map fewer groups, or have the directory send short ids of them."
        )
    try:
        read_role_map(role_map)
    except ValueError as error:
        raise StackError(str(error)) from error
    kind = parameters.get("DirectoryKind", "none")
    missing = [name for name in NEEDED.get(kind, ()) if not parameters.get(name)]
    if kind == "saml" and not (
        parameters.get("DirectorySamlUrl") or parameters.get("DirectorySamlMetadata")
    ):
        missing.append("DirectorySamlUrl (or --directory-metadata FILE)")
    if missing:
        raise StackError(f"DirectoryKind={kind} needs {', '.join(missing)} in the same command.")


def read_metadata(file: Path) -> str:
    """Read a SAML directory's metadata for the parameter: of all that it holds, the addresses of
    its sign-in page and the certificates it signs with, which is what Cognito reads.

    What is left out is the metadata's own signature, long parts on other protocols, and layout:
    the whole file is often ten times as long as a parameter may be. Raises StackError.
    """
    try:
        whole = ElementTree.parse(file).getroot()
    except (OSError, ElementTree.ParseError, ValueError) as error:
        raise StackError(f"{file} is no XML that can be read: {error}") from error
    provider = whole.find(f"{_METADATA}IDPSSODescriptor")
    if whole.tag != f"{_METADATA}EntityDescriptor" or provider is None:
        raise StackError(f"{file} is no metadata of a SAML identity provider (IDPSSODescriptor).")
    whole[:] = [provider]
    whole.attrib = {"entityID": whole.get("entityID", "")}
    provider[:] = [part for part in provider if _is_read(part)]
    for part in whole.iter():
        part.text = "".join((part.text or "").split()) or None
        part.tail = None
    text: str = ElementTree.tostring(whole, encoding="unicode")
    if len(text.encode()) > LONGEST_PARAMETER:
        raise StackError(
            f"{file} is too long also without what Cognito does not need. Put it under an https "
            "address that AWS can reach, and give that: --set DirectorySamlUrl=https://…"
        )
    return text


def _is_read(part: Any) -> bool:
    signs = part.tag == f"{_METADATA}KeyDescriptor" and part.get("use") != "encryption"
    return bool(signs or part.tag == f"{_METADATA}SingleSignOnService")
