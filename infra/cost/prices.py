"""The prices of AWS in US dollars, for London (eu-west-2) where the service has a price there.

They were written down in November 2026 by somebody without access to AWS's price pages: from memory
of them, but for those whose `seen` names a stored copy of a page. So check each there before money
depends on it. They are without tax, free tiers, savings plans and reductions for large quantities.
"""

from __future__ import annotations

from dataclasses import dataclass

NOTED = "November 2026"


@dataclass(frozen=True)
class Price:
    """A price. dollars: for `per` units. page: the path on aws.amazon.com where to check it. seen:
    the stored page that it was compared with, and that page's date; "" for none."""

    what: str
    dollars: float
    per: int
    page: str
    seen: str = ""

    def of(self, quantity: float) -> float:
        """Compute the dollars for a quantity of units."""
        return quantity * self.dollars / self.per


M, K = 1_000_000, 1_000

PRICES = {
    "transition": Price("Step Functions, state transition", 0.025, K, "step-functions/pricing"),
    "lambda": Price("Lambda, GB-second (x86)", 0.0000166667, 1, "lambda/pricing"),
    "invocation": Price("Lambda, invocation", 0.20, M, "lambda/pricing"),
    "api": Price("API Gateway, REST call", 3.50, M, "api-gateway/pricing"),
    "write": Price("DynamoDB, write unit on demand", 0.7423, M, "dynamodb/pricing/on-demand"),
    "read": Price("DynamoDB, read unit on demand", 0.1485, M, "dynamodb/pricing/on-demand"),
    "table": Price("DynamoDB, GB-month stored", 0.29715, 1, "dynamodb/pricing/on-demand"),
    "restore": Price("DynamoDB, GB-month of restore", 0.23772, 1, "dynamodb/pricing/on-demand"),
    "email": Price("SES, e-mail", 0.10, K, "ses/pricing"),
    "text": Price("SNS, text message segment to the UK", 0.0466, 1, "sns/sms-pricing"),
    "sqs": Price("SQS, request", 0.40, M, "sqs/pricing"),
    "footage": Price("S3 Standard, GB-month", 0.024, 1, "s3/pricing"),
    "put": Price("S3, write request", 0.0053, K, "s3/pricing"),
    "get": Price("S3, read request", 0.00042, K, "s3/pricing"),
    "out": Price("Data to the internet, GB", 0.09, 1, "ec2/pricing/on-demand"),
    "edge": Price("CloudFront, GB to Europe", 0.085, 1, "cloudfront/pricing"),
    "edge-call": Price("CloudFront, HTTPS request in Europe", 0.0120, 10_000, "cloudfront/pricing"),
    "acl": Price("WAF, web ACL a month", 5.00, 1, "waf/pricing"),
    "rule": Price("WAF, rule a month", 1.00, 1, "waf/pricing"),
    "waf": Price("WAF, request", 0.60, M, "waf/pricing"),
    "federated": Price(
        "Cognito, user who signs in through the force's directory", 0.015, 1, "cognito/pricing"
    ),
    "key": Price("KMS, key a month", 1.00, 1, "kms/pricing"),
    "kms": Price("KMS, request", 0.03, 10_000, "kms/pricing"),
    "secret": Price("Secrets Manager, secret a month", 0.40, 1, "secrets-manager/pricing"),
    "secret-call": Price("Secrets Manager, request", 0.05, 10_000, "secrets-manager/pricing"),
    "alarm": Price("CloudWatch, alarm a month", 0.10, 1, "cloudwatch/pricing"),
    "metric": Price("CloudWatch, metric of one's own a month", 0.30, 1, "cloudwatch/pricing"),
    "logs": Price("CloudWatch, GB of logs taken in", 0.5985, 1, "cloudwatch/pricing"),
    "logs-kept": Price("CloudWatch, GB-month of logs kept", 0.0315, 1, "cloudwatch/pricing"),
    "dashboard": Price("CloudWatch, dashboard a month", 3.00, 1, "cloudwatch/pricing"),
    "scan": Price(
        "GuardDuty, GB scanned for malware, before it was lowered in 2025",
        0.60,
        1,
        "guardduty/pricing",
    ),
    "scan-file": Price("GuardDuty, file looked at", 0.215, K, "guardduty/pricing"),
    "event": Price(
        "CloudTrail, data event",
        0.10,
        100_000,
        "cloudtrail/pricing",
        "that page, stored copy without a date; c3x.dev, 2026",
    ),
    "trace": Price("X-Ray, trace recorded", 5.00, M, "xray/pricing"),
}
