"""What the refusals of DynamoDB and of AWS's other services mean."""

from __future__ import annotations

from typing import Any

_CODES = frozenset(
    {
        "BandwidthLimitExceeded",
        "ExecutionLimitExceeded",
        "InternalServerError",
        "LimitExceededException",
        "OverLimit",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "TooManyRequests",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


def is_busy(code: str) -> bool:
    """Return True when this code of an error, or of the reason why a transaction was cancelled,
    says that a service is too busy. There are many codes for throttling: Throttling,
    ThrottlingException, RequestThrottled, KmsThrottled, ThrottlingError …"""
    return code in _CODES or "throttl" in code.lower()


TELL_WHAT_IS_THERE = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
"""Has DynamoDB tell which item stands where a write's condition did not hold."""


def is_own_write(refusal: Any, item: dict[str, Any]) -> bool:
    """Return True when a conditional write of `item` was refused only because an earlier try of the
    same call had written it: that try's answer was lost, and botocore made the call again.

    refusal: botocore's error of a write with TELL_WHAT_IS_THERE. item: in DynamoDB's JSON.
    """
    answer = getattr(refusal, "response", {})
    tried_before = answer.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0
    return tried_before and bool(answer.get("Item") == item)
