"""What a month of use is made of: assumptions and measurements, from which lines.py makes a bill.

The assumptions are about people: how many there are and what they do. The measurements are of what
the system does for them; each names the test or benchmark that it comes from, and
tests/unit/infra/test_cost.py fails when a figure that it can check has changed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CostFigure:
    """An assumption or measurement. value: in `unit`. why: where the figure comes from."""

    value: float
    unit: str
    why: str


ASSUMED = {
    "owners": CostFigure(20_000, "owners registered", "a large force after some years"),
    "officers": CostFigure(
        6_500, "officers, each signs in within the month", "all of a large force; at worst"
    ),
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
    "kept": CostFigure(12, "months for which footage is kept", "EvidenceLockDays (365)"),
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
    "edge_log_kb": CostFigure(0.4, "kB of log for each request at the edge", "seventeen fields"),
    "log_kb": CostFigure(
        1.8, "kB of log for each call", "one line of ours, three of Lambda's, one of the gateway's"
    ),
}
"""Assumptions about what people do in a month, by name."""

REAL_TIME = "tests/stack/requests/test_requests_real_time.py"
MACHINE = "infra/templates/reminder.asl.json"
COUNTED = "tests/unit/infra/test_cost.py"

MEASURED = {
    "whole_clock": CostFigure(11, "transitions: three reminders and the deadline", REAL_TIME),
    "short_clock": CostFigure(4, "transitions: answered before a reminder", REAL_TIME),
    "middle_clock": CostFigure(
        7,
        "transitions: answered after one reminder",
        MACHINE,
    ),
    "mails_silent": CostFigure(5, "e-mails: asking, three reminders, the end", REAL_TIME),
    "texts_silent": CostFigure(4, "texts: all of those but the end", REAL_TIME),
    "segments": CostFigure(
        2, "segments of each text, at most", "tests/unit/notifications/test_text_messages.py"
    ),
    "ask_writes": CostFigure(
        13,
        "write units until the message is out",
        "docs/benchmarks-asking.md, and rule below",
    ),
    "remind_writes": CostFigure(10, "write units for each further message", "the rule below"),
    "answer_writes": CostFigure(8, "write units for each answer and its record", "the rule below"),
    "read_units": CostFigure(
        12,
        "read units for each message",
        "rule below: six consistent reads of 2 kB",
    ),
    "registration_writes": CostFigure(
        13,
        "write units for each registration that is asked for",
        "chalicelib/registry/registration.py: three writes, one of 2 kB; four counters",
    ),
    "search_units": CostFigure(
        5.98, "read units for each search", "docs/benchmarks.md, 20,000 registrations, 1,500 m"
    ),
    "owner_bytes": CostFigure(6_000, "bytes stored for an owner's site", COUNTED),
    "recipient_bytes": CostFigure(4_500, "bytes stored for a recipient", COUNTED),
    "custody_entries": CostFigure(
        10,
        "custody entries for each file",
        "docs/evidence.md",
    ),
    "copy_bytes": CostFigure(700, "bytes of a locked copy", COUNTED),
    "entries_kept": CostFigure(
        84,
        "months for which copies are kept",
        "docs/operations.md",
    ),
    "s3_metrics": CostFigure(
        16,
        "request metrics of the evidence bucket",
        "infra/templates/stage/buckets.yaml; at worst",
    ),
    "routes": CostFigure(130, "routes, each called by one method", COUNTED),
    "route_metrics": CostFigure(
        5,
        "metrics of a route",
        "API Gateway: counts, latencies, errors",
    ),
    "audit_bytes": CostFigure(2_700, "bytes stored for each act on record", COUNTED),
}
"""Measurements of what the system does for people, by name."""

RULES = """\
A write unit is a write of up to 1 kB; in a transaction it counts twice, and each index that holds
the item counts once more, twice when its place there changes. So until a message is out: the
recipient, already claimed (2 + 2), its link (2), the owner's contact budget (2) and the note that
it was sent (2 + 3). A reminder: the claim (2 + 2) with a link (2), and the note (1 + 3).
"""
