"""Figures arrive in CloudWatch, on which the alarms stand: AWS's own, and ours from the logs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from chalicelib.core.times import utc_now
from infra.first_day.running import StageOnTrial, TrialFinding, failed, not_here, proved

QUESTION = "Do figures arrive in CloudWatch?"
WITHIN = timedelta(hours=1)


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Look for calls of the sweep, which runs by itself, and for any figure of this stage."""
    cloudwatch = stage.client("cloudwatch")
    now = utc_now()
    calls = cloudwatch.get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Dimensions=[{"Name": "FunctionName", "Value": stage.target.physical_name("Sweep")}],
        StartTime=now - WITHIN,
        EndTime=now,
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    number = sum(point["Sum"] for point in calls)
    if number:
        yield proved(f"The sweep ran {number:.0f} times in the last hour, and CloudWatch knows it.")
    elif stage.emulated:
        yield not_here("The emulator has counted no run of the sweep yet; CloudWatch knows each.")
    else:
        yield failed(
            "CloudWatch knows of no run of the sweep in the last hour.",
            "Wait an hour after the deployment; then look at the rule and the log of Sweep.",
        )
    own = cloudwatch.list_metrics(
        Namespace="Sightline",
        Dimensions=[{"Name": "stage", "Value": stage.target.stage}],
    )["Metrics"]
    names = sorted({metric["MetricName"] for metric in own})
    if names:
        yield proved(f"Figures of this stage have arrived: {', '.join(names)}.")
    elif stage.emulated:
        yield not_here("The emulator makes no figures of log lines: CloudWatch does.")
    else:
        yield failed(
            "No figure of this stage has arrived yet.",
            "Register a camera on the stage, wait ten minutes, and run this again. If none comes "
            "then, look for lines with `_aws` in the log of APIHandler.",
        )
