"""How much of everything a month takes: what was assumed, what was measured, what follows.

Assumed are people: how many there are and what they do. Measured is what the system does for
them; each figure names the test or benchmark that it comes from, and tests/unit/infra/test_cost.py
fails when one of those that it can see has changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.telemetry.metrics import Metric


@dataclass(frozen=True)
class Figure:
    """value: in `unit`. why: where it comes from."""

    value: float
    unit: str
    why: str


ASSUMED = {
    "owners": Figure(20_000, "owners registered", "issue 4"),
    "officers": Figure(6_500, "officers, each signs in within the month", "issue 4; at worst"),
    "sites": Figure(1.1, "sites for each owner", "most have one address"),
    "cameras": Figure(2, "cameras for each site", "a doorbell and one more"),
    "joining": Figure(400, "owners who register in the month", "2 % of them"),
    "visits": Figure(3_000, "visits of owners to their account", "one in seven"),
    "incidents": Figure(2_000, "incidents with a search", "one in twenty of the force's crimes"),
    "searches": Figure(4, "searches for each incident", "wider, narrower, another window"),
    "requests": Figure(600, "requests for footage", "three incidents in ten"),
    "recipients": Figure(40, "recipients of each request", "at most 500"),
    "silent": Figure(0.50, "of the recipients never answer", "every reminder goes out"),
    "reminded": Figure(0.20, "of the recipients answer after one reminder", ""),
    "texts": Figure(0.25, "of the owners chose text messages", ""),
    "uploading": Figure(0.12, "of the recipients upload", ""),
    "files": Figure(1.5, "files for each who uploads", ""),
    "file": Figure(0.2, "GB for each file", "ten minutes of a good camera"),
    "kept": Figure(12, "months for which footage is kept", "EvidenceLockDays, 365"),
    "watched": Figure(2, "times that each file is watched or downloaded", ""),
    "console": Figure(100, "pages and API calls of an officer", "a few incidents a month"),
    "reply": Figure(5, "pages and calls of each owner who answers", "open, answer, look again"),
    "page": Figure(0.0002, "GB of scripts and styles for each visit", "200 kB, then cached"),
    "map": Figure(0.003, "GB of base map for each search", "the tiles of a few looks"),
    "api_ms": Figure(200, "ms of Lambda for each page or call", "1,024 MB"),
    "job_ms": Figure(400, "ms of Lambda for each message", "1,024 MB; nearly all is waiting"),
    "hash_s": Figure(4, "s of Lambda for each GB to be hashed", "1,769 MB; read from S3"),
    "strangers": Figure(500_000, "requests of strangers and robots", "stopped or answered"),
    "log_kb": Figure(1.5, "kB of log for each call", "one line of ours and three of Lambda's"),
}
"""What people do in a month."""

MEASURED = {
    "whole_clock": Figure(11, "transitions: three reminders and the deadline", "real-time test"),
    "short_clock": Figure(4, "transitions: answered before a reminder", "real-time test"),
    "middle_clock": Figure(7, "transitions: answered after one reminder", "the same, one more"),
    "mails_silent": Figure(5, "e-mails: asking, three reminders, the end", "real-time test"),
    "texts_silent": Figure(4, "texts: all of those but the end", "real-time test"),
    "segments": Figure(
        2, "segments of each text, at most", "tests/unit/notifications/test_text_messages.py"
    ),
    "ask_writes": Figure(
        13, "write units until the message is out", "4 items (benchmark fan_out), rule below"
    ),
    "remind_writes": Figure(10, "write units for each further message", "rule below"),
    "answer_writes": Figure(8, "write units for each answer and its record", "rule below"),
    "read_units": Figure(12, "read units for each message", "six consistent reads, 2 kB or less"),
    "search_units": Figure(3.49, "read units for each search", "docs/benchmarks.md, 1,500 m"),
    "owner_bytes": Figure(6_000, "bytes stored for an owner's site", "items and their indexes"),
    "recipient_bytes": Figure(4_500, "bytes stored for a recipient", "item, two indexes, links"),
    "audit_bytes": Figure(2_000, "bytes stored for each act on record", "entry and two indexes"),
}
"""What the system does for them."""

RULES = """\
A write unit is a write of up to 1 kB; in a transaction it counts twice, and each index that holds
the item counts once more, twice when its place there changes. So until a message is out: the
recipient, already claimed (2 + 2), its link (2), the owner's contact budget (2) and the note that
it was sent (2 + 3). A reminder: the claim (2 + 2) with a link (2), and the note (1 + 3).
"""


def assumed(name: str) -> float:
    """The value of an assumption."""
    return ASSUMED[name].value


def measured(name: str) -> float:
    """The value of a measurement."""
    return MEASURED[name].value


@dataclass(frozen=True)
class Line:
    """One line of the bill. price: a name in PRICES."""

    service: str
    what: str
    quantity: float
    price: str


def recipients() -> float:
    """In a month."""
    return assumed("requests") * assumed("recipients")


def _messages() -> tuple[float, float]:
    """E-mails and texts to owners about requests."""
    silent, reminded = assumed("silent"), assumed("reminded")
    quick = 1 - silent - reminded
    mails = silent * measured("mails_silent") + reminded * 2 + quick
    texts = silent * measured("texts_silent") + reminded * 2 + quick
    return recipients() * mails, recipients() * texts * assumed("texts")


def _transitions() -> float:
    silent, reminded = assumed("silent"), assumed("reminded")
    each = silent * measured("whole_clock") + reminded * measured("middle_clock")
    return recipients() * (each + (1 - silent - reminded) * measured("short_clock"))


def _calls() -> float:
    """Pages and API calls that reach the application."""
    searches = assumed("incidents") * assumed("searches")
    answering = recipients() * (1 - assumed("silent"))
    owners = assumed("joining") * 4 + assumed("visits") * 6 + answering * assumed("reply")
    return assumed("officers") * assumed("console") + searches * 6 + owners


def lines() -> list[Line]:
    """The whole bill of a month, once footage has been kept for as long as it is."""
    mails, texts = _messages()
    calls, searches = _calls(), assumed("incidents") * assumed("searches")
    answers = recipients() * (1 - assumed("silent"))
    files = recipients() * assumed("uploading") * assumed("files")
    gigabytes = files * assumed("file")
    visits = assumed("officers") * 8 + assumed("visits") + answers
    invocations = calls + mails + files * 2 + 3 * 24 * 30 * 4
    computing = (calls * assumed("api_ms") + mails * assumed("job_ms")) / 1000
    computing += gigabytes * assumed("hash_s") * 1.769 * 2 + 24 * 30 * 4 * 2
    writes = recipients() * measured("ask_writes") + answers * measured("answer_writes")
    writes += (mails - recipients()) * measured("remind_writes") + calls * 4
    reads = mails * measured("read_units") + searches * measured("search_units") + calls * 6
    acts = calls * 0.5 + answers + recipients() + files * 6
    stored = assumed("owners") * assumed("sites") * measured("owner_bytes")
    stored += 12 * (recipients() * measured("recipient_bytes") + acts * measured("audit_bytes"))
    return [
        Line("Step Functions", "reminder clocks", _transitions(), "transition"),
        Line("Lambda", "computing", computing, "lambda"),
        Line("Lambda", "invocations", invocations, "invocation"),
        Line("API Gateway", "pages and calls", calls, "api"),
        Line("DynamoDB", "writes", writes, "write"),
        Line("DynamoDB", "reads", reads, "read"),
        Line("DynamoDB", "stored, after a year", stored / 1e9, "table"),
        Line("DynamoDB", "kept to be restored", stored / 1e9, "restore"),
        Line("SES", "e-mails", mails + assumed("joining") * 2 + assumed("visits"), "email"),
        Line("SNS", "text messages", texts * measured("segments"), "text"),
        Line("SQS", "queues", recipients() * 4 + 4 * 30 * 86400 / 20, "sqs"),
        Line("S3", "footage kept", gigabytes * assumed("kept"), "footage"),
        Line("S3", "parts written", gigabytes * 1000 / 16 + files * 4, "put"),
        Line("S3", "footage read", files * (assumed("watched") * 20 + 10), "get"),
        Line("S3", "footage watched", gigabytes * assumed("watched"), "out"),
        Line("CloudFront", "scripts, pages and map",
             visits * assumed("page") + searches * assumed("map") + calls * 0.00002, "edge"),
        Line("CloudFront", "requests", calls * 3 + assumed("strangers"), "edge-call"),
        Line("WAF", "web ACL", 1, "acl"),
        Line("WAF", "rules", 5, "rule"),
        Line("WAF", "requests", calls * 3 + assumed("strangers"), "waf"),
        Line("Cognito", "officers", assumed("officers"), "federated"),
        Line("KMS", "key", 1, "key"),
        Line("KMS", "requests", calls + mails * 2 + files * 20, "kms"),
        Line("Secrets Manager", "secret", 1, "secret"),
        Line("Secrets Manager", "requests", invocations / 50, "secret-call"),
        Line("CloudWatch", "alarms", 6, "alarm"),
        Line("CloudWatch", "metrics of our own", len(Metric), "metric"),
        Line("CloudWatch", "logs", invocations * assumed("log_kb") / 1e6, "logs"),
        Line("X-Ray", "traces, one call in twenty", invocations / 20, "trace"),
    ]  # fmt: skip
