"""Checks the custody record of every piece of evidence and names the first entry that is broken.

Each record is checked entry by entry against its hashes, against the length and last hash that
the evidence's row holds, and the row against what the record says of it. With --files each stored
original is read as well, and its SHA-256 compared with the one on record. Ends with 1 when
anything is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
from typing import Any

from chalicelib.core.times import utc_now
from chalicelib.dynamodb.table import Table
from chalicelib.evidence.custody import contradiction, first_problem
from chalicelib.evidence.files import EvidenceBucket, ObjectNotFound
from chalicelib.evidence.model import Evidence, EvidenceState
from chalicelib.evidence.store import EvidenceStore
from infra.checking import count_broken, every_item
from infra.target import Target

HELP = "Check every custody record, and with --files every stored original."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "--files", action="store_true", help="read every original and recompute its SHA-256"
    )
    parser.add_argument("--quiet", action="store_true", help="print only what is wrong")


def run(options: argparse.Namespace, target: Target) -> int:
    """Check all custody records; return 0 when every entry is as it was written, else 1."""
    outputs, client = target.outputs(), target.client("dynamodb")
    store = EvidenceStore(Table(client, outputs["RegistryTable"]), utc_now)
    s3 = target.client("s3")
    files = EvidenceBucket(s3, s3, outputs["EvidenceBucket"])
    found = sorted(_evidence(client, outputs["RegistryTable"]).items())
    entries = read = 0

    def check(one: tuple[str, str]) -> str:
        nonlocal entries, read
        count, problem, evidence = _check_record(store, *one)
        entries += count
        if not problem and options.files and evidence and evidence.version:
            problem = _check_file(files, evidence)
            read += 1
        return f"evidence {one[0]}: {problem}" if problem else ""

    broken = count_broken(found, check, "Custody", quiet=options.quiet)
    if broken:
        print(f"{broken} of {len(found)} pieces of evidence are not as they were recorded.")
        return 1
    if not options.quiet:
        print(f"{entries} entries on {len(found)} pieces of evidence are as they were written.")
        if options.files:
            print(f"{read} stored originals have the SHA-256 on record.")
    return 0


def _evidence(client: Any, table: str) -> dict[str, str]:
    """Map evidence ids to request ids ("" when only the custody record is left), from every item
    that is a row of evidence or a custody entry."""
    found: dict[str, str] = {}
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
            found.setdefault(pk.removeprefix("EVIDENCE#"), "")
        else:
            found[sk.removeprefix("EVIDENCE#")] = pk.removeprefix("REQUEST#")
    return found


def _check_record(
    store: EvidenceStore, evidence_id: str, request_id: str
) -> tuple[int, str, Evidence | None]:
    """Check one custody record: (entries read, what is wrong or "", the evidence's row). The row is
    read first: entries that came after it are checked by their hashes alone."""
    evidence = store.get(request_id, evidence_id) if request_id else None
    chain = list(store.custody(evidence_id))
    broken = first_problem(evidence_id, chain)
    if broken:
        return len(chain), f"entry {broken.sequence}: {broken.why}", evidence
    if evidence is None:
        return len(chain), "its row is gone", None
    known = chain[: evidence.entries]
    broken = first_problem(evidence_id, known, evidence.entries, evidence.head)
    problem = f"entry {broken.sequence}: {broken.why}" if broken else ""
    return len(chain), problem or contradiction(evidence, known), evidence


def _check_file(files: EvidenceBucket, evidence: Evidence) -> str:
    """Compare a stored original with its hash on record; say what is wrong, "" when nothing is."""
    hashed, size = hashlib.sha256(), 0
    try:
        for chunk in files.read_object(evidence.key, evidence.version):
            hashed.update(chunk)
            size += len(chunk)
    except ObjectNotFound:
        return "its stored original is gone"
    if size != evidence.size:
        return f"its stored original has {size} bytes instead of {evidence.size}"
    # In quarantine there is no hash of ours yet.
    if (
        evidence.state in (EvidenceState.ACCEPTED, EvidenceState.REJECTED)
        and hashed.hexdigest() != evidence.sha256
    ):
        return "its stored original has another SHA-256"
    return ""
