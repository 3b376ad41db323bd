"""Puts back entries of the audit and custody records that somebody took out of the tables.

What the locked copies have and the tables do not is written again, to the byte; nothing is put over
an entry that is there. The checks then hold again, with a note that something was removed. Run
verify-audit and verify-custody first, and keep what they say.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from chalicelib.core.times import utc_now
from chalicelib.dynamodb.table import Table
from chalicelib.evidence.store import EvidenceStore
from chalicelib.integrity.locked_bucket import LockedBucket
from chalicelib.integrity.record_copies import RecordCopies
from infra.deployment.target import Target
from infra.recovery.record_recovery import (
    audit_chains_since,
    bring_rows_forward,
    custody_chains,
    put_back_entries,
)
from infra.recovery.report_lines import entry_lines
from infra.recovery.stored_files import evidence_rows

HELP = "Put back entries of the record that were taken out, from their locked copies."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("--since", default="2000-01", help="only months from this one on (2026-11)")


def run(options: argparse.Namespace, target: Target) -> int:
    """Put back what is missing in both tables; return 1 when something could not be."""
    outputs, client = target.outputs(), target.client("dynamodb")
    copies = RecordCopies(LockedBucket(target.client("s3"), outputs["AuditBucket"]))
    audit = Table(client, outputs["AuditTable"])
    registry = Table(client, outputs["RegistryTable"])
    since = datetime.strptime(options.since, "%Y-%m").replace(day=2, tzinfo=UTC)
    done = put_back_entries(audit, copies, audit_chains_since(copies, since))
    done += put_back_entries(registry, copies, custody_chains(copies))
    print("\n".join(entry_lines(done)))
    rows = [
        (str(row["PK"]).removeprefix("REQUEST#"), str(row["SK"]).removeprefix("EVIDENCE#"))
        for row in evidence_rows(client, registry.name)
    ]
    forward, problems = bring_rows_forward(
        registry, EvidenceStore(registry, utc_now), rows, utc_now()
    )
    print(f"{len(forward)} rows of evidence follow their record again.")
    for said in problems:
        print(f"BROKEN {said}.")
    return 1 if problems or any(one.problems for one in done) else 0
