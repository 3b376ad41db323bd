"""Evidence cannot be removed: S3 refuses it, and the buckets lock what comes as the stage says.

The trial's own object is locked for a day in GOVERNANCE mode, which whoever runs this may pass
over, so that it does not lie in the bucket for years.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core.times import utc_now
from infra.first_day.running import StageOnTrial, TrialFinding, failed, proved

QUESTION = "Does S3 refuse to remove what is locked, and is everything locked as it comes?"


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Compare the buckets' rules with the stage's parameters; try to remove a locked version."""
    s3 = stage.client("s3")
    for subject, output in (("Evidence", "EvidenceBucket"), ("Audit", "AuditBucket")):
        yield _rule(stage, s3, subject, stage.outputs[output])
    bucket, key = stage.outputs["EvidenceBucket"], stage.own_name()
    version = s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=b"a trial of the first day",
        ChecksumAlgorithm="SHA256",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=utc_now() + timedelta(days=1),
    )["VersionId"]
    which = {"Bucket": bucket, "Key": key, "VersionId": version}
    stage.remove_later(
        f"locked object {key}, free tomorrow (it needs s3:BypassGovernanceRetention)",
        s3.delete_object, **which, BypassGovernanceRetention=True,
    )  # fmt: skip
    try:
        s3.delete_object(**which)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("AccessDenied", "InvalidRequest"):
            raise
        yield proved("A locked version cannot be removed, even by whoever runs this.")
        return
    stage.undo.pop_all()  # nothing is left to remove
    yield failed("A locked version was removed.", "Take no evidence until the bucket's lock is on.")


def _rule(stage: StageOnTrial, s3: Any, subject: str, bucket: str) -> TrialFinding:
    """Compare a bucket's default retention with what the stage was deployed with."""
    found = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    rule = found["Rule"]["DefaultRetention"]
    mode = stage.parameters[f"{subject}LockMode"]
    days = int(stage.parameters[f"{subject}LockDays"])
    said = f"What comes into the {subject.lower()} bucket is locked for {rule['Days']} days"
    if (rule["Mode"], rule["Days"]) == (mode, days):
        return proved(f"{said}, mode {mode}, as the stage says.")
    return failed(
        f"{said}, mode {rule['Mode']}; the stage says {days} days, {mode}.",
        "Deploy the stage again; somebody changed the bucket.",
    )
