"""Checks every piece of evidence and names what is not as it was recorded.

Each custody record is checked entry by entry against its hashes, against the locked copies that
were made as the entries were written, and against the length and last hash that the evidence's row
holds; and the row against what the record says of it. With --files each stored original is read as
well, its SHA-256 compared with the one on record, and files without a record are named. Ends with 1
when anything is wrong.
"""

from __future__ import annotations

import argparse
from collections.abc import Set
from typing import Any

from chalicelib.core.times import utc_now
from chalicelib.dynamodb.table import Table
from chalicelib.evidence.checking.custody_check import CustodyCheck, CustodyReport
from chalicelib.evidence.files import EvidenceBucket
from chalicelib.evidence.model import ids_of_key
from chalicelib.evidence.store import EvidenceStore
from chalicelib.integrity.locked_bucket import LockedBucket
from chalicelib.integrity.record_copies import CUSTODY_COPIES, RecordCopies
from infra.deployment.target import Target
from infra.records.checking import count_broken, every_item, settled, without_copy

GUARDDUTYS_OWN = "malware-protection-resource-validation-object"
"""The one object that GuardDuty puts into a bucket in which it looks for malware: its trial of its
rights (infra/templates/stage/malware.yaml)."""

HELP = "Check every custody record, and with --files every stored original."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("evidence_id", nargs="?", default="", help="only this piece of evidence")
    parser.add_argument(
        "--files", action="store_true", help="read every original and recompute its SHA-256"
    )
    parser.add_argument("--quiet", action="store_true", help="print only what is wrong")


def run(options: argparse.Namespace, target: Target) -> int:
    """Check the custody records; return 0 when every entry is as it was written, else 1."""
    outputs, client, s3 = target.outputs(), target.client("dynamodb"), target.client("s3")
    store = EvidenceStore(Table(client, outputs["RegistryTable"]), utc_now)
    copies = RecordCopies(LockedBucket(s3, outputs["AuditBucket"]))
    files = EvidenceBucket(s3, s3, outputs["EvidenceBucket"])
    check = CustodyCheck(store, files, copies, utc_now)
    found = _evidence(client, outputs["RegistryTable"], copies)
    if options.evidence_id:
        found = [one for one in found if one[0] == options.evidence_id]
        if not found:
            print(f"There is no evidence {options.evidence_id}, and there never was.")
            return 1
    reports: list[CustodyReport] = []

    def problems(one: tuple[str, str]) -> list[str]:
        report = settled(lambda: check.check(*one))
        if options.files:
            report = check.check(*one, read_file=True)
        reports.append(report)
        return [
            f"evidence {one[0]}: {problem}"
            for problem in (*report.problems, *without_copy(report.chain))
        ]

    broken = count_broken(found, problems, "Custody", quiet=options.quiet)
    if options.files and not options.evidence_id:
        unknown = _unknown_files(s3, outputs["EvidenceBucket"], {one[0] for one in found})
        broken += count_broken(unknown, lambda said: [said], "Files", quiet=options.quiet)
    if broken:
        print(f"{broken} of {len(found)} pieces of evidence are not as they were recorded.")
        return 1
    if not options.quiet:
        _print_summary(reports)
    return 0


def _print_summary(reports: list[CustodyReport]) -> None:
    for report in reports:
        for note in report.chain.notes:
            print(f"NOTE evidence {report.evidence_id}: {note}.")
    entries = sum(report.chain.entries for report in reports)
    print(f"{entries} entries on {len(reports)} pieces of evidence are as they were written.")
    print("They agree with their locked copies.")
    if read := [report for report in reports if report.file]:
        print(f"{len(read)} stored originals have the SHA-256 on record.")


def _evidence(client: Any, table: str, copies: RecordCopies) -> list[tuple[str, str]]:
    """List (evidence id, request id) of every row of evidence, so that one that was put under
    another request shows too; with "" for evidence of which there are only entries or copies."""
    rows: set[tuple[str, str]] = set()
    ids = {chain.removeprefix("EVIDENCE#") for chain in copies.chains(CUSTODY_COPIES)}
    items = every_item(
        client,
        table,
        ProjectionExpression="PK, SK",
        FilterExpression="begins_with(PK, :e) OR begins_with(SK, :e)",
        ExpressionAttributeValues={":e": {"S": "EVIDENCE#"}},
        ConsistentRead=True,
    )
    for item in items:
        pk, sk = str(item["PK"]), str(item["SK"])
        if pk.startswith("EVIDENCE#"):
            ids.add(pk.removeprefix("EVIDENCE#"))
        else:
            rows.add((sk.removeprefix("EVIDENCE#"), pk.removeprefix("REQUEST#")))
    return sorted(rows | {(one, "") for one in ids - {row[0] for row in rows}})


def _unknown_files(s3: Any, bucket: str, known: Set[str]) -> list[str]:
    """Name the stored files that belong to no piece of evidence, by row, record or copy."""
    return [
        f"the file {found['Key']} belongs to no piece of evidence"
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        for found in page.get("Contents", [])
        if (ids_of_key(found["Key"]) or ("", ""))[1] not in known and found["Key"] != GUARDDUTYS_OWN
    ]
