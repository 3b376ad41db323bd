"""The lines of a month's bill, worked out from how a force of some size uses the service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from chalicelib.telemetry.metrics import Metric
from infra.building.templates import EDGE_ALARMS, FIREWALL, read_stage_template, read_template
from infra.cost.prices import PRICES
from infra.cost.sizes import LARGE, ForceSize
from infra.cost.use import ASSUMED, MEASURED

SECONDS = 30 * 86400
"""Of a month."""


@dataclass(frozen=True)
class CostLine:
    """One line of a month's bill. quantity: in the price's units. price: a name in PRICES."""

    service: str
    what: str
    quantity: float
    price: str


class MonthOfUse:
    """What a month takes. size: of the force. changed: figures that differ from it, to see what a
    switch does."""

    def __init__(self, size: ForceSize = LARGE, changed: Mapping[str, float] | None = None) -> None:
        self._size = size
        self._changed = {**size.figures, **(changed or {})}

    def of(self, name: str) -> float:
        """Return an assumption or a measurement."""
        known = ASSUMED.get(name) or MEASURED[name]
        return self._changed.get(name, known.value)

    def dollars(self, line: CostLine) -> float:
        """Compute what a line costs."""
        price = PRICES[line.price]
        if line.price in self._size.prices:
            price = replace(price, dollars=self._size.prices[line.price])
        return price.of(line.quantity)

    @property
    def recipients(self) -> float:
        return self.of("requests") * self.of("recipients")

    @property
    def answers(self) -> float:
        return self.recipients * (1 - self.of("silent"))

    @property
    def searches(self) -> float:
        return self.of("incidents") * self.of("searches")

    @property
    def files(self) -> float:
        return self.recipients * self.of("uploading") * self.of("files")

    @property
    def gigabytes(self) -> float:
        return self.files * self.of("file")

    @property
    def calls(self) -> float:
        """Pages and API calls that reach the application."""
        owners = self.of("joining") * 4 + self.of("visits") * 6 + self.answers * self.of("reply")
        return self.of("officers") * self.of("console") + self.searches * 6 + owners

    @property
    def acts(self) -> float:
        """Acts that stand in the audit record."""
        return self.calls * 0.5 + self.answers + self.recipients + self.files * 6

    @property
    def copied(self) -> float:
        """Entries that get a locked copy."""
        return self.acts + self.files * self.of("custody_entries")

    @property
    def mails(self) -> float:
        silent, reminded = self.of("silent"), self.of("reminded")
        each = silent * self.of("mails_silent") + reminded * 2 + 1 - silent - reminded
        return self.recipients * each

    @property
    def texts(self) -> float:
        silent, reminded = self.of("silent"), self.of("reminded")
        each = silent * self.of("texts_silent") + reminded * 2 + 1 - silent - reminded
        return self.recipients * each * self.of("texts")

    @property
    def transitions(self) -> float:
        silent, reminded = self.of("silent"), self.of("reminded")
        each = silent * self.of("whole_clock") + reminded * self.of("middle_clock")
        return self.recipients * (each + (1 - silent - reminded) * self.of("short_clock"))

    @property
    def invocations(self) -> float:
        """Calls of functions; at worst each entry to be copied is a batch of its own."""
        return self.calls + self.mails + self.files * 2 + 3 * 24 * 30 * 4 + self.copied

    @property
    def gigabyte_seconds(self) -> float:
        found = (self.calls * self.of("api_ms") + self.mails * self.of("job_ms")) / 1000
        found += self.gigabytes * self.of("hash_s") * 1.769 * 2 + 24 * 30 * 4 * 2
        found += self.copied * self.of("copy_ms") / 1000
        # All footage is read once in a month by the check.
        return found + self.gigabytes * self.of("kept") * self.of("hash_s") * 1.769

    @property
    def stored(self) -> float:
        """Gigabytes of both tables after a year."""
        found = self.of("owners") * self.of("sites") * self.of("owner_bytes")
        found += 12 * self.recipients * self.of("recipient_bytes")
        return (found + 12 * self.acts * self.of("audit_bytes")) / 1e9

    @property
    def s3_writes(self) -> float:
        return self.gigabytes * 1000 / 16 + self.files * 4

    @property
    def s3_reads(self) -> float:
        return self.files * (self.of("watched") * 20 + 10)

    @property
    def edge_requests(self) -> float:
        return self.calls * 3 + self.of("strangers")

    @property
    def traces(self) -> float:
        """Calls that X-Ray traces: by its default rule the first of each second and one in twenty
        of the others. At worst no two are in the same second until there is one in each."""
        return min(self.invocations, SECONDS) + max(0.0, self.invocations - SECONDS) / 20


@lru_cache(maxsize=1)
def alarms() -> int:
    """Count the alarms of the templates."""
    templates = (read_stage_template(), read_template(EDGE_ALARMS))
    return sum(
        one.get("Type") == "AWS::CloudWatch::Alarm"
        for template in templates
        for one in template["Resources"].values()
    )


@lru_cache(maxsize=1)
def rules() -> int:
    """Count the rules of the firewall."""
    (acl,) = read_template(FIREWALL)["Resources"].values()
    return len(acl["Properties"]["Rules"])


def cost_lines(month: MonthOfUse) -> list[CostLine]:
    """List all lines of a month's bill, once as much footage is stored as ever will be."""
    asked, calls, mails = month.recipients, month.calls, month.mails
    writes = asked * month.of("ask_writes") + month.answers * month.of("answer_writes")
    writes += (mails - asked) * month.of("remind_writes") + calls * 4
    reads = mails * month.of("read_units") + month.searches * month.of("search_units") + calls * 6
    visits = month.of("officers") * 8 + month.of("visits") + month.answers
    shown = visits * month.of("page") + month.searches * month.of("map") + calls * 0.00002
    greeted = month.of("joining") * 2 + month.of("visits")
    copies = month.copied * month.of("copy_bytes") * month.of("entries_kept") / 1e9
    line = CostLine
    return [
        line("Step Functions", "reminder clocks", month.transitions, "transition"),
        line("Lambda", "computing", month.gigabyte_seconds, "lambda"),
        line("Lambda", "invocations", month.invocations, "invocation"),
        line("API Gateway", "pages and calls", calls, "api"),
        line("DynamoDB", "writes", writes, "write"),
        line("DynamoDB", "reads", reads, "read"),
        line("DynamoDB", "stored, after a year", month.stored, "table"),
        line("DynamoDB", "kept to be restored (point in time)", month.stored, "restore"),
        line("SES", "e-mails", mails + greeted, "email"),
        line("SNS", "text messages", month.texts * month.of("segments"), "text"),
        line("SQS", "queues", asked * 4 + 4 * SECONDS / 20, "sqs"),
        line("S3", "footage kept", month.gigabytes * month.of("kept"), "footage"),
        line("S3", "parts written", month.s3_writes, "put"),
        line("S3", "locked copies of the record", month.copied, "put"),
        line("S3", "locked copies kept, after seven years", copies, "footage"),
        line("S3", "footage read", month.s3_reads, "get"),
        line("S3", "footage watched", month.gigabytes * month.of("watched"), "out"),
        line("CloudFront", "scripts, pages and map", shown, "edge"),
        line("CloudFront", "requests", month.edge_requests, "edge-call"),
        line("WAF", "web ACL", 1, "acl"),
        line("WAF", "rules", rules(), "rule"),
        line("WAF", "requests", month.edge_requests, "waf"),
        line("Cognito", "officers", month.of("officers"), "federated"),
        line("KMS", "keys (data, operations, edge)", 3, "key"),
        line("KMS", "requests", calls + mails * 2 + month.files * 20, "kms"),
        line("Secrets Manager", "secrets", 2, "secret"),
        line("Secrets Manager", "requests", month.invocations / 50, "secret-call"),
        line("CloudWatch", "alarms", alarms(), "alarm"),
        line("CloudWatch", "dashboard", 1, "dashboard"),
        line("CloudWatch", "metrics of our own", len(Metric), "metric"),
        line("CloudWatch", "metrics of the evidence bucket", month.of("s3_metrics"), "metric"),
        line("CloudWatch", "logs", month.invocations * month.of("log_kb") / 1e6, "logs"),
        line("CloudWatch", "logs of the edge",
             month.edge_requests * month.of("edge_log_kb") / 1e6, "logs"),
        line("CloudWatch", "logs kept, ninety days",
             3 * (month.invocations * month.of("log_kb")
                  + month.edge_requests * month.of("edge_log_kb")) / 1e6, "logs-kept"),
        line("X-Ray", "traces, at the default rule", month.traces, "trace"),
    ]  # fmt: skip


def extra_lines(month: MonthOfUse) -> list[tuple[str, CostLine]]:
    """List what is off unless asked for, each with its switch."""
    line = CostLine
    opened = month.s3_writes + month.copied + month.s3_reads + month.files * 10
    return [
        ("`MalwareScan=yes`", line("GuardDuty", "files scanned, GB", month.gigabytes, "scan")),
        ("`MalwareScan=yes`", line("GuardDuty", "files looked at", month.files, "scan-file")),
        ("`EvidenceTrail=yes`", line("CloudTrail", "accesses to both buckets", opened, "event")),
        ("`MetricsEnabled: true` in `api.yaml`",
         line("CloudWatch", "metrics for each route, at most",
              month.of("routes") * month.of("route_metrics"), "metric")),
    ]  # fmt: skip


def bill(month: MonthOfUse) -> dict[str, float]:
    """Compute the dollars a month by service, the dearest first."""
    found: dict[str, float] = defaultdict(float)
    for line in cost_lines(month):
        found[line.service] += month.dollars(line)
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def growth(month: MonthOfUse, months: int) -> Iterator[tuple[int, float, float]]:
    """For every third month: the gigabytes of footage, and the dollars that keeping it costs in
    that month, when nothing is removed."""
    for number in range(3, months + 1, 3):
        kept = month.gigabytes * number
        yield number, kept, month.dollars(CostLine("S3", "footage kept", kept, "footage"))
