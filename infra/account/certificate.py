"""Makes the certificate of a stage's own address, and prints the DNS record that proves it."""

from __future__ import annotations

import re
from typing import Any

from infra.building.templates import CERTIFICATE, read_template
from infra.deployment.target import GLOBAL_REGION, Target
from infra.stacks.applying import AT_ONCE, Consent, apply_stack
from infra.stacks.failures import events_since

RECORD = re.compile(
    r"Content of DNS Record is: \{Name: ([^,]+), ?Type: (\w+), ?Value: ([^}]+?)\.?\}"
)
"""How CloudFormation says it. AWS: "the certificate validation information is displayed in the
CloudFormation stack's events"."""


def deploy_certificate(
    target: Target, host: str, hosted_zone: str, consent: Consent = AT_ONCE
) -> str:
    """Make the certificate of a host name and return its ARN; "" when it is only planned.

    Waits until AWS has seen the DNS record. Raises StackError.
    """
    cloudformation = target.client("cloudformation", GLOBAL_REGION)
    told: set[str] = set()

    def look() -> None:
        for line in wanted_records(cloudformation, target.certificate_stack):
            if line not in told and not hosted_zone:
                told.add(line)
                print(f"Waiting for this DNS record of the domain:\n  {line}", flush=True)

    outputs = apply_stack(
        cloudformation,
        target.certificate_stack,
        read_template(CERTIFICATE),
        {"HostName": host, "HostedZone": hosted_zone},
        consent=consent,
        look=look,
    )
    return outputs.get("CertificateArn", "")


def wanted_records(cloudformation: Any, stack: str) -> list[str]:
    """Find the DNS records that a certificate's stack waits for, in the order of its events."""
    found = []
    for event in events_since(cloudformation, stack, None, None):
        for name, kind, value in RECORD.findall(event.get("ResourceStatusReason", "")):
            line = f"{name.rstrip('.')}  {kind}  {value.rstrip('.')}"
            if line not in found:
                found.append(line)
    return found
