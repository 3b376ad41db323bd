"""Deploys what watches the edge: alarms and CloudFront's log, in the region of its figures."""

from __future__ import annotations

from infra.building.templates import EDGE_ALARMS, read_template
from infra.deployment.target import GLOBAL_REGION, Target
from infra.stacks.applying import AT_ONCE, Consent, apply_stack, parameters_of


def deploy_edge_alarms(target: Target, distribution_id: str, consent: Consent = AT_ONCE) -> None:
    """Deploy the alarms of the distribution, of its certificate and of the bill, for whom and as
    the parameters of the stage's other stacks say. Raises StackError."""
    cloudformation = target.client("cloudformation")
    stage = parameters_of(cloudformation, target.stack)
    edge = parameters_of(cloudformation, target.edge_stack)
    apply_stack(
        target.client("cloudformation", GLOBAL_REGION),
        target.edge_alarms_stack,
        read_template(EDGE_ALARMS),
        {
            "DistributionId": distribution_id,
            "CertificateArn": edge.get("CertificateArn", ""),
            "AlarmEmail": stage.get("AlarmEmail", ""),
            "SpendAlarm": stage.get("SpendAlarm", "0"),
            "KeepLog": "yes" if target.endpoint is None else "no",
        },
        consent=consent,
    )
