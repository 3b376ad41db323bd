"""Object Lock on the local stack's buckets, which the emulator's CloudFormation leaves out.

On AWS the template does this. Here the same rule is taken from the same template and set through
S3, which the emulator honours, so that a missing lock fails a test.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from infra.target import Target

BUCKETS = {"EvidenceBucket": "EvidenceLock", "AuditBucket": "AuditLock"}
"""Logical names and the prefix of the parameters that say mode and days."""


def lock_buckets(target: Target, outputs: dict[str, str]) -> None:
    """Give each locked bucket of the template its default retention; nothing when it has it."""
    stack = target.client("cloudformation").describe_stacks(StackName=target.stack)["Stacks"][0]
    said = {p["ParameterKey"]: p["ParameterValue"] for p in stack["Parameters"]}
    s3 = target.client("s3")
    for bucket, prefix in BUCKETS.items():
        rule: dict[str, Any] = {
            "ObjectLockEnabled": "Enabled",
            "Rule": {
                "DefaultRetention": {
                    "Mode": said[f"{prefix}Mode"],
                    "Days": int(said[f"{prefix}Days"]),
                }
            },
        }
        name = outputs[bucket]
        try:
            s3.get_object_lock_configuration(Bucket=name)
        except ClientError:
            s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=rule)
