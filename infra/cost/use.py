"""The quantities that a month of use takes: assumptions, measurements, and the bill's lines.

The assumptions are about people: how many there are and what they do. The measurements are of what
the system does for them; each names the test or benchmark that it comes from, and
tests/unit/infra/test_cost.py fails when a figure that it can check has changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.telemetry.metrics import Metric
from infra.building.templates import read_stage_template


@dataclass(frozen=True)
class CostFigure:
    """An assumption or measurement. value: in `unit`. why: where the figure comes from."""

    value: float
    unit: str
    why: str


ASSUMED = {
    "owners": CostFigure(20_000, "owners registered", "issue 4"),
    "officers": CostFigure(6_500, "officers, each signs in within the month", "issue 4; at worst"),
    "sites": CostFigure(1.1, "sites for each owner", "most have one address"),
    "cameras": CostFigure(2, "cameras for each site", "a doorbell and one more"),
    "joining": CostFigure(400, "owners who register in the month", "2 % of them"),
    "visits": CostFigure(3_000, "visits of owners to their account", "one in seven"),
    "incidents": CostFigure(
        2_000, "incidents with a search", "one in twenty of the force's crimes"
    ),
    "searches": CostFigure(4, "searches for each incident", "wider, narrower, another window"),
    "requests": CostFigure(600, "requests for footage", "three incidents in ten"),
    "recipients": CostFigure(40, "recipients of each request", "at most 500"),
    "silent": CostFigure(0.50, "of the recipients never answer", "every reminder goes out"),
    "reminded": CostFigure(0.20, "of the recipients answer after one reminder", ""),
    "texts": CostFigure(0.25, "of the owners chose text messages", ""),
    "uploading": CostFigure(0.12, "of the recipients upload", ""),
    "files": CostFigure(1.5, "files for each who uploads", ""),
    "file": CostFigure(0.2, "GB for each file", "ten minutes of a good camera"),
    "kept": CostFigure(12, "months for which footage is kept", "EvidenceLockDays, 365"),
    "watched": CostFigure(2, "times that each file is watched or downloaded", ""),
    "console": CostFigure(100, "pages and API calls of an officer", "a few incidents a month"),
    "reply": CostFigure(5, "pages and calls of each owner who answers", "open, answer, look again"),
    "page": CostFigure(0.0002, "GB of scripts and styles for each visit", "200 kB, then cached"),
    "map": CostFigure(0.003, "GB of base map for each search", "the tiles of a few looks"),
    "api_ms": CostFigure(200, "ms of Lambda for each page or call", "1,024 MB"),
    "job_ms": CostFigure(400, "ms of Lambda for each message", "1,024 MB; nearly all is waiting"),
    "copy_ms": CostFigure(50, "ms of Lambda for each locked copy", "1,024 MB; a put to S3"),
    "hash_s": CostFigure(4, "s of Lambda for each GB to be hashed", "1,769 MB; read from S3"),
    "strangers": CostFigure(500_000, "requests of strangers and robots", "stopped or answered"),
    "log_kb": CostFigure(
        1.8, "kB of log for each call", "one line of ours, three of Lambda's, one of the gateway's"
    ),
}
"""Assumptions about what people do in a month, by name."""

MEASURED = {
    "whole_clock": CostFigure(
        11, "transitions: three reminders and the deadline", "real-time test"
    ),
    "short_clock": CostFigure(4, "transitions: answered before a reminder", "real-time test"),
    "middle_clock": CostFigure(7, "transitions: answered after one reminder", "the same, one more"),
    "mails_silent": CostFigure(5, "e-mails: asking, three reminders, the end", "real-time test"),
    "texts_silent": CostFigure(4, "texts: all of those but the end", "real-time test"),
    "segments": CostFigure(
        2, "segments of each text, at most", "tests/unit/notifications/test_text_messages.py"
    ),
    "ask_writes": CostFigure(
        13, "write units until the message is out", "4 items (benchmark fan_out), rule below"
    ),
    "remind_writes": CostFigure(10, "write units for each further message", "rule below"),
    "answer_writes": CostFigure(8, "write units for each answer and its record", "rule below"),
    "read_units": CostFigure(
        12, "read units for each message", "six consistent reads, 2 kB or less"
    ),
    "search_units": CostFigure(3.49, "read units for each search", "docs/benchmarks.md, 1,500 m"),
    "owner_bytes": CostFigure(6_000, "bytes stored for an owner's site", "items and their indexes"),
    "recipient_bytes": CostFigure(
        4_500, "bytes stored for a recipient", "item, two indexes, links"
    ),
    "custody_entries": CostFigure(10, "custody entries for each file", "five until it is decided"),
    "copy_bytes": CostFigure(700, "bytes of a locked copy", "an entry as JSON"),
    "audit_bytes": CostFigure(
        2_000, "bytes stored for each act on record", "entry and two indexes"
    ),
}
"""Measurements of what the system does for people, by name."""

RULES = """\
A write unit is a write of up to 1 kB; in a transaction it counts twice, and each index that holds
the item counts once more, twice when its place there changes. So until a message is out: the
recipient, already claimed (2 + 2), its link (2), the owner's contact budget (2) and the note that
it was sent (2 + 3). A reminder: the claim (2 + 2) with a link (2), and the note (1 + 3).
"""


def assumed(name: str) -> float:
    """Return the value of an assumption."""
    return ASSUMED[name].value


def measured(name: str) -> float:
    """Return the value of a measurement."""
    return MEASURED[name].value


@dataclass(frozen=True)
class CostLine:
    """One line of a month's bill. quantity: in the price's units. price: a name in PRICES."""

    service: str
    what: str
    quantity: float
    price: str


def monthly_recipients() -> float:
    """Compute how many recipients are asked in a month."""
    return assumed("requests") * assumed("recipients")


def _messages() -> tuple[float, float]:
    """Compute a month's e-mails and text messages to owners about requests."""
    silent, reminded = assumed("silent"), assumed("reminded")
    quick = 1 - silent - reminded
    mails = silent * measured("mails_silent") + reminded * 2 + quick
    texts = silent * measured("texts_silent") + reminded * 2 + quick
    return monthly_recipients() * mails, monthly_recipients() * texts * assumed("texts")


def _transitions() -> float:
    silent, reminded = assumed("silent"), assumed("reminded")
    each = silent * measured("whole_clock") + reminded * measured("middle_clock")
    return monthly_recipients() * (each + (1 - silent - reminded) * measured("short_clock"))


def _calls() -> float:
    """Compute a month's pages and API calls that reach the application."""
    searches = assumed("incidents") * assumed("searches")
    answering = monthly_recipients() * (1 - assumed("silent"))
    owners = assumed("joining") * 4 + assumed("visits") * 6 + answering * assumed("reply")
    return assumed("officers") * assumed("console") + searches * 6 + owners


def _alarms() -> int:
    """Count the alarms of a stage's template."""
    made = read_stage_template()["Resources"].values()
    return sum(one.get("Type") == "AWS::CloudWatch::Alarm" for one in made)


def cost_lines() -> list[CostLine]:
    """List all lines of a month's bill, once as much footage is stored as ever will be."""
    mails, texts = _messages()
    calls, searches = _calls(), assumed("incidents") * assumed("searches")
    answers = monthly_recipients() * (1 - assumed("silent"))
    files = monthly_recipients() * assumed("uploading") * assumed("files")
    gigabytes = files * assumed("file")
    visits = assumed("officers") * 8 + assumed("visits") + answers
    invocations = calls + mails + files * 2 + 3 * 24 * 30 * 4
    computing = (calls * assumed("api_ms") + mails * assumed("job_ms")) / 1000
    computing += gigabytes * assumed("hash_s") * 1.769 * 2 + 24 * 30 * 4 * 2
    writes = monthly_recipients() * measured("ask_writes") + answers * measured("answer_writes")
    writes += (mails - monthly_recipients()) * measured("remind_writes") + calls * 4
    reads = mails * measured("read_units") + searches * measured("search_units") + calls * 6
    acts = calls * 0.5 + answers + monthly_recipients() + files * 6
    copied = acts + files * measured("custody_entries")
    # At worst each entry is a batch of its own; all footage is read once in a month.
    invocations += copied
    computing += copied * assumed("copy_ms") / 1000
    computing += gigabytes * assumed("kept") * assumed("hash_s") * 1.769
    stored = assumed("owners") * assumed("sites") * measured("owner_bytes")
    stored += 12 * (
        monthly_recipients() * measured("recipient_bytes") + acts * measured("audit_bytes")
    )
    return [
        CostLine("Step Functions", "reminder clocks", _transitions(), "transition"),
        CostLine("Lambda", "computing", computing, "lambda"),
        CostLine("Lambda", "invocations", invocations, "invocation"),
        CostLine("API Gateway", "pages and calls", calls, "api"),
        CostLine("DynamoDB", "writes", writes, "write"),
        CostLine("DynamoDB", "reads", reads, "read"),
        CostLine("DynamoDB", "stored, after a year", stored / 1e9, "table"),
        CostLine("DynamoDB", "kept to be restored", stored / 1e9, "restore"),
        CostLine("SES", "e-mails", mails + assumed("joining") * 2 + assumed("visits"), "email"),
        CostLine("SNS", "text messages", texts * measured("segments"), "text"),
        CostLine("SQS", "queues", monthly_recipients() * 4 + 4 * 30 * 86400 / 20, "sqs"),
        CostLine("S3", "footage kept", gigabytes * assumed("kept"), "footage"),
        CostLine("S3", "parts written", gigabytes * 1000 / 16 + files * 4, "put"),
        CostLine("S3", "locked copies of the record", copied, "put"),
        CostLine("S3", "locked copies kept, after seven years",
             copied * measured("copy_bytes") * 84 / 1e9, "footage"),
        CostLine("S3", "footage read", files * (assumed("watched") * 20 + 10), "get"),
        CostLine("S3", "footage watched", gigabytes * assumed("watched"), "out"),
        CostLine("CloudFront", "scripts, pages and map",
             visits * assumed("page") + searches * assumed("map") + calls * 0.00002, "edge"),
        CostLine("CloudFront", "requests", calls * 3 + assumed("strangers"), "edge-call"),
        CostLine("WAF", "web ACL", 1, "acl"),
        CostLine("WAF", "rules", 11, "rule"),
        CostLine("WAF", "requests", calls * 3 + assumed("strangers"), "waf"),
        CostLine("Cognito", "officers", assumed("officers"), "federated"),
        CostLine("KMS", "keys", 2, "key"),
        CostLine("KMS", "requests", calls + mails * 2 + files * 20, "kms"),
        CostLine("Secrets Manager", "secrets", 2, "secret"),
        CostLine("Secrets Manager", "requests", invocations / 50, "secret-call"),
        CostLine("CloudWatch", "alarms", _alarms(), "alarm"),
        CostLine("CloudWatch", "metrics of our own", len(Metric), "metric"),
        CostLine("CloudWatch", "logs", invocations * assumed("log_kb") / 1e6, "logs"),
        CostLine("X-Ray", "traces, one call in twenty", invocations / 20, "trace"),
    ]  # fmt: skip
