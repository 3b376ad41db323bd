"""A directory that speaks SAML: connected by a file of metadata, and one officer signs in.

Nobody's signature is checked: the emulator checks none, and the assertion is written here. What is
shown is the way of metadata, names of claims and roles through template, triggers and console.
"""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from infra.deployment.force_directory import read_metadata
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.access.directory_server import CognitosHost, told_of_directory

SIGN_IN_AT = "https://sts.force.example/adfs/ls/"
GROUP = "http://schemas.xmlsoap.org/claims/Group"
UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
METADATA = f"""
<EntityDescriptor entityID="http://sts.force.example/adfs/services/trust"
    xmlns="urn:oasis:names:tc:SAML:2.0:metadata">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
        Location="{SIGN_IN_AT}"/>
  </IDPSSODescriptor>
</EntityDescriptor>"""


def assertion(**said: str) -> str:
    """What ADFS posts of an officer."""
    claims = {GROUP: said["group"], UPN: said["upn"], "name": "DC Lena Groß"}
    attributes = "".join(
        f'<Attribute Name="{name}"><AttributeValue>{value}</AttributeValue></Attribute>'
        for name, value in claims.items()
    )
    text = f"""
    <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">
      <Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion">
        <Subject><NameID>S-1-5-21/{said["upn"]}</NameID></Subject>
        <AttributeStatement>{attributes}</AttributeStatement>
      </Assertion>
    </samlp:Response>"""
    return base64.b64encode(text.encode()).decode()


def test_an_officer_signs_in_by_saml(stack: RunningStack, tmp_path: Path) -> None:
    file = tmp_path / "FederationMetadata.xml"
    file.write_text(METADATA)
    told = {
        "DirectoryKind": "saml",
        "DirectoryName": "ForceSAML",
        "DirectorySamlMetadata": read_metadata(file),
        "DirectoryGroupsClaim": GROUP,
        "DirectoryUsernameClaim": UPN,
        "DirectoryRoles": '{"Kamera-Ermittler": "investigator"}',
        "DirectoryOnly": "yes",
    }
    defaults = {
        "DirectoryOnly": "no",
        "DirectoryGroupsClaim": "groups",
        "DirectoryUsernameClaim": "preferred_username",
    }
    with told_of_directory(stack, told, defaults):
        for group, status in (("Kamera-Ermittler", 200), ("Ermittler", 403)):
            with Visitor(
                stack.base_url, CognitosHost(str(stack.described["aws_endpoint"]))
            ) as visitor:
                assert sign_in(visitor, group) == status


def sign_in(visitor: Visitor, group: str) -> int:
    """The only way leads straight to the directory's own page, which posts what it says."""
    at_cognito = visitor.send_request("GET", "/console/sign-in").headers["location"]
    assert "identity_provider=ForceSAML" in at_cognito
    at_directory = visitor.send_request("GET", at_cognito).headers["location"]
    assert at_directory.startswith(SIGN_IN_AT)
    query = parse_qs(urlsplit(at_directory).query)
    asked = zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), -15).decode()
    assert "AuthnRequest" in asked
    back = asked.partition('AssertionConsumerServiceURL="')[2].partition('"')[0]
    upn = f"lena.{group.lower()}@force.example"
    posted = {
        "SAMLResponse": assertion(group=group, upn=upn),
        "RelayState": query["RelayState"][0],
    }
    sent = visitor.send_request("POST", back, data=posted)
    page = visitor.open_page(str(sent.headers["location"]), ok=False)
    assert upn in page.text
    return page.answer.status_code
