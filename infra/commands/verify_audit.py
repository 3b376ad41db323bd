"""Checks every chain of the audit record and names the first entry that is not as it was written.

The chains are compared with the sealed heads as well: a chain whose end was cut off, or that was
written again from the start, has good hashes, but is not the one that was sealed. Ends with 1 when
anything is wrong.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from typing import Any

from chalicelib.access.audit_seals import PREFIX, check_chain, read_seal
from chalicelib.dynamodb.table import Table
from infra.checking import count_broken, every_item
from infra.target import Target

HELP = "Check the audit record: every chain, entry by entry, against its hashes and seals."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("--quiet", action="store_true", help="print only what is wrong")


def run(options: argparse.Namespace, target: Target) -> int:
    """Check all chains; return 0 when every entry is as it was written, else 1."""
    outputs, client = target.outputs(), target.client("dynamodb")
    table = Table(client, outputs["AuditTable"])
    sealed, seals = _sealed(target.client("s3"), outputs["AuditBucket"])
    stored = every_item(client, table.name, ProjectionExpression="PK", ConsistentRead=True)
    chains = sorted({item["PK"] for item in stored} | set(sealed))
    entries = 0

    def check(chain: str) -> str:
        nonlocal entries
        # The read is consistent, as an entry written meanwhile must not look like a missing one.
        found = table.query(chain, consistent=True)
        problem, count = check_chain(found, sealed.get(chain, {}))
        entries += count
        return f"{chain}: {problem.why}" if problem else ""

    broken = count_broken(chains, check, "Audit", quiet=options.quiet)
    if broken:
        print(f"{broken} of {len(chains)} chains are broken.")
        return 1
    if not options.quiet:
        print(f"{entries} entries in {len(chains)} chains are as they were written.")
        print(
            f"They agree with {seals} sealed record{'' if seals == 1 else 's'}."
            if seals
            else "Nothing was sealed yet: a cut tail would not show. The job seals once a day."
        )
    return 0


def _sealed(s3: Any, bucket: str) -> tuple[dict[str, dict[int, str]], int]:
    """Read the sealed hashes by chain and sequence, and count the seals.

    Every version of every object is read, the oldest first, and the first hash of an entry counts:
    Object Lock keeps it, whatever somebody wrote over it or beside it later.
    """
    sealed: dict[str, dict[int, str]] = defaultdict(dict)
    versions = [
        (version["LastModified"], version["Key"], version["VersionId"])
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=PREFIX)
        for version in page.get("Versions", [])
    ]
    for _, key, version in sorted(versions):
        body = s3.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].read()
        for chain, head in read_seal(body).items():
            sealed[chain].setdefault(head.sequence, head.hash)
    return sealed, len(versions)
