"""Makes a lost table anew from a backup, reconciles it, and has the stage use it.

    restore registry --plan                                 what there is to restore from
    restore registry --deleted                              the last state of a deleted table
    restore registry --moment 2026-11-30T12:00:00Z          a table that exists, as it was then
    restore registry --backup arn:aws:dynamodb:…/backup/…   any other backup
    restore audit --export s3://bucket/AWSDynamoDB/…        an export in S3

Each step is said before it is done, and does only what is left to do: interrupted, run the same
command again. With both tables lost, restore `audit` first, as it says what was done since. Ends
with 1 when something is not as it was written; with --accept the stage is switched all the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.access.audit import Action, Actor
from chalicelib.container import Container
from chalicelib.core.times import iso_seconds, parse_iso, utc_now
from chalicelib.dynamodb.table import Table
from infra.commands import recount, verify_audit, verify_custody
from infra.deployment.target import Target, TargetWithTables
from infra.deployment.wiring import services_of
from infra.errors import StackError
from infra.recovery.later_acts import entries_since, read_later_acts
from infra.recovery.reapplying import LaterActsAgain, end_access
from infra.recovery.record_recovery import (
    audit_chains_since,
    bring_rows_forward,
    custody_chains,
    put_back_entries,
)
from infra.recovery.report_lines import (
    access_lines,
    bucket_lines,
    entry_lines,
    later_lines,
    plan_lines,
    source_lines,
)
from infra.recovery.sources import (
    TableSource,
    backups_of,
    of_backup,
    of_deletion,
    of_export,
    of_moment,
    told_in_words,
    wait_for_import,
)
from infra.recovery.stage_table import TABLES, StageTable, read_stage_table
from infra.recovery.stored_files import compare_bucket
from infra.recovery.switching import TableSwitch, serve_present_settings
from infra.recovery.table_settings import complete_table, describe_if_any, open_stream

HELP = "Make a lost table anew from a backup, reconcile it, and have the stage use it."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("table", choices=sorted(TABLES), help="the table that was lost")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--deleted", action="store_true", help="its last state before its deletion")
    source.add_argument("--moment", type=_moment, help="its state then, as 2026-11-30T12:00:00Z")
    source.add_argument("--backup", default="", help="the ARN of a backup")
    source.add_argument("--export", default="", help="the s3:// address of an export's folder")
    parser.add_argument("--plan", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--accept", action="store_true", help="switch although something is not as it was written"
    )


def _moment(text: str) -> datetime:
    try:
        return parse_iso(text).astimezone(UTC)
    except ValueError as error:
        raise argparse.ArgumentTypeError("write the moment as 2026-11-30T12:00:00Z") from error


def run(options: argparse.Namespace, target: Target) -> int:
    """Restore the table; return 0 when the stage uses it and everything is as it was written."""
    try:
        return Restoration(options, target).restore()
    except ClientError as error:
        said = error.response["Error"]
        raise StackError(
            f"AWS refuses {error.operation_name} ({said['Code']}): {said.get('Message', '')} Mend "
            "that, and run the same command again; it carries on. Deploy nothing before that."
        ) from error


class Restoration:
    """The restore of one table of one stage."""

    def __init__(
        self, options: argparse.Namespace, target: Target, told: Callable[[str], None] = print
    ) -> None:
        self._options = options
        self._target = target
        self._told = told
        self._dynamodb, self._s3 = target.client("dynamodb"), target.client("s3")
        self._switch = TableSwitch(target, options.table)
        self._steps = 0

    def restore(self) -> int:
        """Do every step that is left."""
        self._switch.settle()
        table = read_stage_table(self._target, self._options.table, self._switch.kept_template())
        lost = self._switch.in_use()
        source = self._source(table, lost)
        if source is None:
            self._say(source_lines(self._dynamodb, lost))
            return 0
        name = self._name(table, source)
        if self._options.plan:
            there = describe_if_any(self._dynamodb, name)
            self._say(plan_lines(self._target.stack, table, source, name, lost, bool(there)))
            return 0
        broken = 0
        if lost != name:
            self._make(table, source, name)
            broken = self._reconcile(table, source, name)
            if broken and not self._options.accept:
                self._told(
                    "\nNothing was switched. Look into what is told above; to use the table as it "
                    "is, run the same command with --accept."
                )
                return 1
        self._use(table, source, name)
        return 1 if broken else 0

    def _source(self, table: StageTable, present: str) -> TableSource | None:
        """Find what to restore from; None to list what there is. present: the table that the stage
        uses, which is the new one when this command ran before."""
        options, lost = self._options, present
        if self._switch.under_way():
            lost = self._switch.replaced()
        if options.deleted:
            return self._deleted(table, lost)
        if options.moment:
            done = TableSource(options.moment, "the moment that was given", lambda new: None)
            if self._name(table, done) == present:
                return done
            return of_moment(self._dynamodb, table, lost, options.moment)
        if options.backup:
            return of_backup(self._dynamodb, table, options.backup)
        if options.export:
            return of_export(self._dynamodb, self._s3, table, options.export)
        if not options.plan:
            raise StackError(
                "Say what to restore from: --deleted, --moment, --backup or --export. With --plan "
                "alone it lists what there is."
            )
        return None

    def _deleted(self, table: StageTable, lost: str) -> TableSource:
        """Find the last state of a table that is gone; when the table in use is there, only that of
        the one which it replaced, so that a repeat of this command finds everything done."""
        if not describe_if_any(self._dynamodb, lost):
            return of_deletion(self._dynamodb, table, lost)
        replaced = self._switch.replaced()
        kept = backups_of(self._dynamodb, replaced) if replaced else []
        if any(one["BackupType"] == "SYSTEM" for one in kept):
            source = of_deletion(self._dynamodb, table, replaced)
            if self._name(table, source) == lost:
                return source
        raise StackError(f"{lost} exists; --deleted is for a table that is gone.")

    def _name(self, table: StageTable, source: TableSource) -> str:
        """Name the new table. The name follows from the moment, so a repeat goes on with it."""
        return f"{self._target.stack}-{table.logical_id}-{source.moment:%Y%m%dT%H%M%SZ}"

    # making the table

    def _make(self, table: StageTable, source: TableSource, name: str) -> None:
        found = describe_if_any(self._dynamodb, name)
        if found is None:
            self._step(f"Making {name} from {source.words}. That takes minutes to hours.")
            told_in_words(lambda: source.start(name), f"{name} cannot be made")
        else:
            self._step(f"Going on with {name}, which is {found['TableStatus']}.")
        made = describe_if_any(self._dynamodb, name)
        if made and self._options.export:
            wait_for_import(self._dynamodb, made["TableArn"])
        self._step("Setting what a restore does not bring along: indexes, key, expiry, backups.")
        self._say([f"set: {said}" for said in complete_table(self._dynamodb, name, table)])

    # reconciling it

    def _reconcile(self, table: StageTable, source: TableSource, name: str) -> int:
        """Put right what the record can put right, and check the rest. Returns what is wrong."""
        own, fresh = self._services(table, name), Table(self._dynamodb, name)
        copies = own.integrity.copies
        if table.called == "audit":
            self._step("Putting back the audit's entries since then, from their locked copies.")
            chains = audit_chains_since(copies, source.moment)
            self._say(entry_lines(put_back_entries(fresh, copies, chains)))
            return self._check("audit", name, verify_audit.run, actor="", month="")
        self._step("Ending every session, and every link but those of requests.")
        self._say(access_lines(end_access(self._dynamodb, own)))
        self._step("Putting back the entries of custody records, from their locked copies.")
        self._say(entry_lines(put_back_entries(fresh, copies, custody_chains(copies))))
        bucket = self._target.outputs()["EvidenceBucket"]
        files = compare_bucket(self._dynamodb, self._s3, name, bucket)
        forward, problems = bring_rows_forward(fresh, own.evidence.store, files.rows, utc_now())
        self._say([f"{len(forward)} rows of evidence follow their record again."] * bool(forward))
        self._again(own, source)
        self._step("Comparing the evidence bucket with the table.")
        files = compare_bucket(self._dynamodb, self._s3, name, bucket)
        self._say([*bucket_lines(files), *(f"BROKEN {one}." for one in problems)])
        wrong = len(files.gone) + len(files.strays) + len(problems)
        wrong += self._check("registry", name, recount.run, check=False)
        return wrong + self._check(
            "registry", name, verify_custody.run, evidence_id="", files=False
        )

    def _again(self, own: Container, source: TableSource) -> None:
        self._step("Doing again what the record says was done since: removals, pauses, ends.")
        entries = entries_since(own.clients.audit_table, source.moment, utc_now())
        acts = read_later_acts(entries, source.moment)
        again = LaterActsAgain(own, source.moment)
        self._say(later_lines(acts, again.do_again(acts)))

    def _check(self, called: str, name: str, command: Callable[..., int], **options: Any) -> int:
        self._step(f"Checking {name}: {command.__module__.rpartition('.')[2].replace('_', '-')}.")
        other = TargetWithTables(
            self._target.stage, self._target.region, self._target.endpoint, {TABLES[called]: name}
        )
        return command(argparse.Namespace(**options, quiet=True), other)

    # switching over

    def _use(self, table: StageTable, source: TableSource, name: str) -> None:
        own = self._services(table, name)
        if self._switch.in_use() != name:
            self._step("Switching the table's stream and protection on.")
            described = open_stream(self._dynamodb, name, table)
            entry = Actor.system("restore"), Action.RESTORED_TABLE, f"table.{table.called}"
            own.access.audit.record_act(*entry, moment=iso_seconds(source.moment), table=name)
            self._step(f"Switching {self._target.stack} to {name}: functions, roles, stream.")
            self._switch.use_table(described)
        if self._switch.under_way():
            functions = self._target.client("lambda")
            if moved := serve_present_settings(functions, self._functions(), table.setting, name):
                self._say([f"{moved} aliases serve the new settings."])
            self._step("Taking the table into the stack, in place of the one that was lost.")
            self._switch.take_in(name)
            if table.called == "registry":
                self._again(own, source)  # what was recorded between the first time and the switch
            self._step("Giving the stack its own template again.")
            self._switch.as_before()
        self._told(
            f"\n{self._target.stack} uses {name}. Reminders and what waits to be sent are started "
            "again by the sweep. What to do by hand is in docs/recovery.md, “After a restore”."
        )

    def _functions(self) -> list[str]:
        pages = self._target.client("cloudformation").get_paginator("list_stack_resources")
        return [
            str(one["PhysicalResourceId"])
            for page in pages.paginate(StackName=self._target.stack)
            for one in page["StackResourceSummaries"]
            if one["ResourceType"] == "AWS::Lambda::Function"
        ]

    def _services(self, table: StageTable, name: str) -> Container:
        return services_of(self._target, **{table.setting: name})

    def _step(self, said: str) -> None:
        self._steps += 1
        self._told(f"\n{self._steps}. {said}")

    def _say(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._told(f"   {line}")
