"""What a restore tells: what it would do, what it did, and what is left for people to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from chalicelib.core.times import iso_seconds
from infra.recovery.later_acts import LaterActs
from infra.recovery.reapplying import EndedAccess, Reapplied
from infra.recovery.record_recovery import RecoveredEntries
from infra.recovery.sources import TableSource, backups_of
from infra.recovery.stage_table import StageTable
from infra.recovery.stored_files import BucketComparison
from infra.recovery.table_settings import describe_if_any


def numbered(number: int, thing: str, things: str = "") -> str:
    """Write a number with its thing: `1 entry`, `2 entries`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def source_lines(dynamodb: Any, name: str) -> list[str]:
    """List what a table can be restored from."""
    lines = []
    if describe_if_any(dynamodb, name):
        found = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = found.get("PointInTimeRecoveryDescription", {})
        first = recovery.get("EarliestRestorableDateTime")
        last = recovery.get("LatestRestorableDateTime")
        if first and last:
            lines.append(
                f"{name} exists: --moment from {iso_seconds(first)} to {iso_seconds(last)}."
            )
        else:
            lines.append(f"{name} exists, and has no point-in-time recovery.")
    else:
        lines.append(f"{name} is gone.")
    for one in backups_of(dynamodb, name):
        made = iso_seconds(one["BackupCreationDateTime"])
        how = "--deleted" if one["BackupType"] == "SYSTEM" else f"--backup {one['BackupArn']}"
        lines.append(f"a backup of {made}: {how}")
    return lines


def plan_lines(
    stack: str, table: StageTable, source: TableSource, name: str, lost: str, there: bool
) -> list[str]:
    """Say what a restore would do, step by step."""
    since = f"What people did after {iso_seconds(source.moment)} is lost, but for"
    kept = (
        "the entries of which there are locked copies."
        if table.called == "audit"
        else "removals, pauses, ends of requests and permissions taken, which are done again by "
        "the record, and custody entries, which have copies. The rest is named."
    )
    steps = [
        f"{'Go on with' if there else 'Make'} {name} from {source.words}; {lost} stays.",
        f"Set {numbered(len(table.indexes), 'index', 'indexes')}, key, "
        f"{'expiry, ' if table.expiry else ''}point-in-time recovery, "
        f"{'protection, ' if table.protected else ''}tags.",
        f"{since} {kept}",
        "Check the record"
        + (", the counts of the map and the evidence bucket." if table.called != "audit" else "."),
        f"Switch {stack} to {name} in three changes of the stack; deploy nothing meanwhile.",
    ]
    return [f"{number}. {said}" for number, said in enumerate(steps, 1)]


def entry_lines(done: Iterable[RecoveredEntries]) -> list[str]:
    """Say how many entries were put back, and what could not be."""
    chains = list(done)
    put = sum(one.put for one in chains)
    lines = [f"{numbered(put, 'entry', 'entries')} put back, in {numbered(len(chains), 'chain')}."]
    return lines + [f"BROKEN {said}." for one in chains for said in one.problems]


def access_lines(ended: EndedAccess) -> list[str]:
    """Say what was ended of what lets people in."""
    return [
        f"{numbered(ended.sessions, 'session')} and {numbered(ended.links, 'link')} ended; "
        f"{numbered(ended.registrations, 'registration')} that waited for a link taken out."
    ]


def bucket_lines(found: BucketComparison) -> list[str]:
    """Say how the bucket and the rows agree."""
    lines = [
        f"{numbered(len(found.rows), 'row')} of evidence, "
        f"{numbered(found.files, 'version')} of objects in the bucket."
    ]
    lines += [f"BROKEN the bucket does not have {one}." for one in found.gone]
    lines += [
        f"NOTE {one} is behind a delete marker: docs/recovery.md, “A deleted file”."
        for one in found.hidden
    ]
    return lines + [
        f"BROKEN no row has the file {one}: its row came after the moment, and its custody record "
        "says whose it is."
        for one in found.strays
    ]


def later_lines(acts: LaterActs, done: Reapplied) -> list[str]:
    """Say what was done again, and name what only people can do again."""
    lines = [
        f"{numbered(done.owners, 'owner')} and {numbered(done.sites, 'site')} that were removed "
        "since are removed again.",
        f"{numbered(done.quiet, 'owner')} who paused, or left the address that is in the table, "
        "are asked nothing until they say so.",
        f"{numbered(done.requests, 'request')} that had ended are ended again; "
        f"{numbered(done.permissions, 'permission')} taken again.",
    ]
    if done.unsaid:
        lines.append(
            f"{numbered(len(done.unsaid), 'answer')} lost, whose owners are not reminded:",
        )
        lines += [f"  request {r}, site {s}: {said}" for r, s, said in done.unsaid]
    if acts.closed:
        closed = ", ".join(sorted(acts.closed))
        lines.append(f"To be closed again by an officer: incidents {closed}")
    if moved := sorted(acts.moved - acts.owners):
        lines.append(f"Their new e-mail address is lost: owners {', '.join(moved)}")
    kinds = Counter(what for what, _, _ in acts.lost)
    for what, number in kinds.items():
        lines.append(f"Lost: {numbered(number, 'time')} somebody {what}.")
    lines += [f"  {who} {what}: {about}" for what, who, about in acts.lost]
    return lines + [f"BROKEN {said}." for said in done.problems]
