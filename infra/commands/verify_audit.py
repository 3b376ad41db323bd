"""Checks the audit record and names every entry that is not as it was written.

Each chain is checked entry by entry against its hashes, against the sealed heads, and against the
locked copies that were made as the entries were written: a chain that was written anew, cut, or
removed as a whole is not what was copied. Ends with 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from chalicelib.access.audit_seals import read_all_seals
from chalicelib.core.times import utc_now
from chalicelib.dynamodb.table import Table
from chalicelib.integrity.audit_check import AuditCheck, ChainReport
from chalicelib.integrity.locked_bucket import LockedBucket
from chalicelib.integrity.record_copies import AUDIT_COPIES, RecordCopies
from infra.deployment.target import Target
from infra.records.checking import count_broken, every_item, settled, without_copy

HELP = "Check the audit record: every entry against its hashes, its seals and its locked copy."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("actor", nargs="?", default="", help="only this one, as officer.ID or ID")
    parser.add_argument("month", nargs="?", default="", help="only this month, as 2026-11")
    parser.add_argument("--quiet", action="store_true", help="print only what is wrong")


def run(options: argparse.Namespace, target: Target) -> int:
    """Check the chains; return 0 when every entry is as it was written, else 1."""
    outputs, client, s3 = target.outputs(), target.client("dynamodb"), target.client("s3")
    table = Table(client, outputs["AuditTable"])
    copies = RecordCopies(LockedBucket(s3, outputs["AuditBucket"]))
    sealed, seals = read_all_seals(s3, outputs["AuditBucket"])
    known = set(_stored(client, table.name)) | set(sealed)
    known |= {
        chain for month in copies.months() for chain in copies.chains(f"{AUDIT_COPIES}{month}/")
    }
    chains = sorted(filter(lambda chain: _asked_for(options, chain), known))
    if not chains and (options.actor or options.month):
        print("There is no such chain, and there never was.")
        return 1
    check = AuditCheck(table, copies, utc_now)
    reports: list[ChainReport] = []

    def problems(chain: str) -> list[str]:
        report = settled(lambda: check.check(chain, sealed.get(chain, {})))
        reports.append(report)
        return [f"{chain}: {problem}" for problem in (*report.problems, *without_copy(report))]

    broken = count_broken(chains, problems, "Audit", quiet=options.quiet)
    if broken:
        print(f"{broken} of {len(chains)} chains are broken.")
        return 1
    if not options.quiet:
        _print_summary(reports, seals)
    return 0


def _print_summary(reports: list[ChainReport], seals: int) -> None:
    for report in reports:
        for note in report.notes:
            print(f"NOTE {report.chain}: {note}.")
    entries = sum(report.entries for report in reports)
    print(f"{entries} entries in {len(reports)} chains are as they were written.")
    print(
        "They agree with their locked copies"
        f" and with {seals} sealed record{'' if seals == 1 else 's'}."
    )
    if waiting := sum(report.waiting for report in reports):
        print(f"{waiting} new entries have no copy yet.")


def _stored(client: Any, table: str) -> Iterator[str]:
    for item in every_item(client, table, ProjectionExpression="PK", ConsistentRead=True):
        yield str(item["PK"])


def _asked_for(options: argparse.Namespace, chain: str) -> bool:
    actor, _, month = chain.removeprefix("ACTOR#").rpartition("#")
    return options.actor in ("", actor, actor.partition(".")[2]) and options.month in ("", month)
