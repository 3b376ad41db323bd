"""Uploads and quarantine against S3 itself: what is damaged, doubled, lost or late.

These run our code in this process, on a table and a bucket of their own that tell nobody what is
in them, so that a test decides when which step happens. The way through pages, roles and events
is tested in test_evidence_api.py.
"""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from chalicelib.access.audit import AuditLog
from chalicelib.access.permissions import Officer, Role
from chalicelib.core.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany
from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import Table
from chalicelib.evidence.custody import CustodyAct, entry_details
from chalicelib.evidence.files import EvidenceBucket, ObjectNotFound, ReadTimedOut
from chalicelib.evidence.footage_times import RecorderClockChecks
from chalicelib.evidence.formats.structure import Structure
from chalicelib.evidence.ingest import Consequences, DecisionRecord, Ingest
from chalicelib.evidence.model import Evidence, EvidenceState, UploadPart
from chalicelib.evidence.officer_access import OfficerAccess
from chalicelib.evidence.receiving.assembly import LOST_AFTER, UploadAssembly
from chalicelib.evidence.receiving.form_upload import FormUploads
from chalicelib.evidence.receiving.senders import NewFile, UploadSender
from chalicelib.evidence.receiving.upload import Uploads
from chalicelib.evidence.store import EvidenceStore
from chalicelib.requests.model import FootageRequest, Recipient
from chalicelib.requests.store import RequestStore
from tests.clips import FTYP, mp4
from tests.running import RunningStack

CLIP = mp4(250_000)
"""A quarter of a megabyte: one part."""
LONG = mp4(18 * 1000 * 1000)
"""18 MB: three parts."""
OFFICER = Officer("officer-1", "pc1", frozenset({Role.INVESTIGATOR}))


class Answers:
    """Notes what the recipient of a request was said to have done."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def mark_uploaded(self, request_id: str, site_id: str) -> None:
        self.said.append((request_id, site_id))


class AnyRequest:
    """Knows every request and recipient that it is asked for."""

    def request(self, request_id: str) -> FootageRequest:
        now = datetime(2026, 11, 20, tzinfo=UTC)
        return FootageRequest(
            request_id, "incident", "ABCD-EFGH", "m", now, now, "o", "pc1", now, site_count=1
        )

    def recipient(self, request_id: str, site_id: str) -> Recipient:
        now = datetime(2026, 11, 20, tzinfo=UTC)
        return Recipient(request_id, site_id, "owner", created_at=now)


class Desk:
    """One force's evidence, with a clock that stands where a test puts it."""

    def __init__(self, stack: RunningStack, place: str) -> None:
        self.now = datetime(2026, 11, 20, 10, tzinfo=UTC)
        self.answers = Answers()
        self.told: list[Evidence] = []
        self.s3 = stack.client("s3")
        self.bucket = place
        table = Table(stack.client("dynamodb"), place)
        audit = AuditLog(
            Table(stack.client("dynamodb"), str(stack.described["audit_table"])), self.clock
        )
        self.store = EvidenceStore(table, self.clock)
        self.files = EvidenceBucket(self.s3, self.s3, place, f"{place}-in")
        self.requests = RequestStore(table)
        self.clocks = RecorderClockChecks(
            self.requests, self.store, audit, self.clock, "Europe/London"
        )
        follows = Consequences(self.answers, self.clocks, self)
        self.receiving = Ingest(self.store, self.files, follows, audit, self.clock)
        self.assembly = UploadAssembly(self.store, self.files, self.receiving, self.clock)
        self.announced: list[str] = []
        self.uploads = Uploads(self.store, self.files, self, self.clock)
        self.plain = FormUploads(self.store, self.files, self.receiving, AnyRequest(), self.clock)
        self.handover = OfficerAccess(self.store, self.files, audit)
        self.sender = UploadSender(new_id(), new_id(), new_id(), new_id())

    def clock(self) -> datetime:
        return self.now

    def record_decision(self, evidence: Evidence, state: EvidenceState) -> DecisionRecord:
        return DecisionRecord({}, (), lambda: self.told.append(evidence))

    def announce(self, evidence: Evidence) -> None:
        self.announced.append(evidence.id)

    def begin(self, content: bytes = CLIP, name: str = "clip.mp4", sha256: str = "") -> Evidence:
        file = NewFile(name, len(content), "video/mp4")
        return self.uploads.begin_upload(self.sender, file, sha256)[0]

    def put(
        self, evidence: Evidence, content: bytes, number: int, sent: bytes | None = None
    ) -> int:
        """Signs and sends one part; `sent` instead of its bytes. Gives S3's status."""
        part = slice_of(evidence, content, number)
        (signed,) = self.uploads.sign_parts(evidence, [(number, sha256(part))])
        answer = httpx.put(
            signed.url, content=part if sent is None else sent, headers=dict(signed.headers)
        )
        return answer.status_code

    def send(self, evidence: Evidence, content: bytes = CLIP) -> list[UploadPart]:
        for number in range(1, evidence.part_count + 1):
            assert self.put(evidence, content, number) == 200
        return named(evidence, content)

    def completed(self, content: bytes = CLIP, name: str = "clip.mp4") -> Evidence:
        """A file whose parts are all there, and not yet one object."""
        evidence = self.begin(content, name)
        parts = self.send(evidence, content)
        return self.uploads.complete_upload(evidence, parts, hashlib.sha256(content).hexdigest())

    def sent(self, content: bytes = CLIP, name: str = "clip.mp4") -> Evidence:
        """A file that is one object and waits in quarantine."""
        return self.assembly.assemble(self.completed(content, name))

    def again(self, evidence: Evidence) -> Evidence:
        return self.uploads.get_upload(self.sender, evidence.id)

    def acts(self, evidence: Evidence) -> list[str]:
        return [str(entry["act"]) for entry in self.store.custody(evidence.id)]

    def versions(self, evidence: Evidence) -> list[Any]:
        found = self.s3.list_object_versions(Bucket=self.bucket, Prefix=evidence.key)
        return list(found.get("Versions", []))


def slice_of(evidence: Evidence, content: bytes, number: int) -> bytes:
    return content[(number - 1) * evidence.part_size : number * evidence.part_size]


def sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def named(evidence: Evidence, content: bytes) -> list[UploadPart]:
    return [
        UploadPart(number, 0, "", sha256(slice_of(evidence, content, number)))
        for number in range(1, evidence.part_count + 1)
    ]


HASH = hashlib.sha256(CLIP).hexdigest()
LONG_HASH = hashlib.sha256(LONG).hexdigest()


@pytest.fixture(scope="module")
def place(stack: RunningStack) -> str:
    """A bucket with Object Lock and a table with the Listing index, both of this name."""
    name = f"quiet-{new_id()}"
    stack.client("s3").create_bucket(
        Bucket=f"{name}-in", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    keys = ("PK", "HASH"), ("SK", "RANGE")
    listing = ("listing", "HASH"), ("listed_at", "RANGE")
    stack.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key, _ in (*keys, *listing)
        ],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "Listing",
                "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in listing],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    s3 = stack.client("s3")
    s3.create_bucket(
        Bucket=name,
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": "eu-west-2"},
    )
    s3.put_object_lock_configuration(
        Bucket=name,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}},
        },
    )
    return name


@pytest.fixture
def desk(stack: RunningStack, place: str) -> Desk:
    return Desk(stack, place)


def test_a_file_goes_from_parts_to_accepted_with_every_step_on_record(desk: Desk) -> None:
    evidence = desk.completed()
    assert desk.announced == [evidence.id]
    assert (evidence.state, evidence.version) == (EvidenceState.QUARANTINED, "")
    evidence = desk.assembly.assemble(evidence)
    assert (evidence.state, evidence.assembled) == (EvidenceState.QUARANTINED, True)
    assert desk.answers.said == []
    done = desk.receiving.decide_evidence(evidence)
    assert desk.answers.said == [(desk.sender.request_id, desk.sender.site_id)]
    assert done.state is EvidenceState.ACCEPTED
    assert (done.sha256, done.claimed_sha256, done.format) == (HASH, HASH, "MP4")
    assert (done.structure, done.reason) == (Structure.WHOLE, "")
    assert desk.acts(done) == [
        CustodyAct.CREATED,
        CustodyAct.COMPLETED,
        CustodyAct.QUARANTINED,
        CustodyAct.VERIFIED,
        CustodyAct.ACCEPTED,
    ]
    assert desk.handover.read_chain(done)[1] is None
    assert [e.id for e in desk.told] == [done.id]
    address = desk.handover.open_evidence(OFFICER, done.id, "for the file")
    answer = httpx.get(address)
    assert answer.content == CLIP
    assert answer.headers["content-disposition"] == f'attachment; filename="{done.id}.mp4"'
    assert answer.headers["content-type"] == "application/octet-stream"
    assert desk.acts(done)[-1] == CustodyAct.DOWNLOADED


def test_a_damaged_part_is_refused_and_can_be_sent_again(desk: Desk) -> None:
    evidence = desk.begin(LONG)
    part = slice_of(evidence, LONG, 2)
    damaged = part[:1000] + b"\xff" + part[1001:]
    assert desk.put(evidence, LONG, 1) == 200
    assert desk.put(evidence, LONG, 2, damaged) == 400
    assert [p.number for p in desk.uploads.read_progress(evidence)[1]] == [1]
    assert desk.put(evidence, LONG, 2) == 200
    assert [p.number for p in desk.uploads.read_progress(evidence)[1]] == [1, 2]


def test_an_address_takes_the_length_it_was_signed_for(desk: Desk) -> None:
    evidence = desk.begin(LONG)
    assert desk.put(evidence, LONG, 1, b"short") in (400, 403)
    assert desk.uploads.read_progress(evidence)[1] == []


def test_completing_names_what_is_missing_or_differs(desk: Desk) -> None:
    evidence = desk.begin(LONG)
    desk.put(evidence, LONG, 2)
    with pytest.raises(Invalid, match="Not here yet: parts 1 and 3"):
        desk.uploads.complete_upload(evidence, named(evidence, LONG), LONG_HASH)
    desk.put(evidence, LONG, 1)
    desk.put(evidence, LONG, 3)
    own = named(evidence, LONG)
    with pytest.raises(Invalid, match="part 3 not named"):
        desk.uploads.complete_upload(evidence, own[:2], LONG_HASH)
    with pytest.raises(Invalid, match="Not as it arrived: part 1"):
        desk.uploads.complete_upload(
            evidence, [UploadPart(1, 0, "", own[2].sha256), *own[1:]], LONG_HASH
        )
    with pytest.raises(Invalid, match="Not as it arrived: part 2"):
        desk.uploads.complete_upload(
            evidence, [own[0], UploadPart(2, 0, "x", own[1].sha256), own[2]], LONG_HASH
        )
    assert desk.acts(evidence) == [CustodyAct.CREATED]
    assert desk.uploads.complete_upload(evidence, own, LONG_HASH).state is EvidenceState.QUARANTINED


def test_a_part_number_that_the_file_does_not_have_is_refused(desk: Desk) -> None:
    evidence = desk.begin(LONG)
    with pytest.raises(Invalid, match="parts 1 to 3; there is no part 4"):
        desk.uploads.sign_parts(evidence, [(4, sha256(b""))])


def test_six_completes_at_once_make_one_version_and_one_entry(desk: Desk) -> None:
    evidence = desk.begin()
    parts = desk.send(evidence)
    with ThreadPoolExecutor(6) as pool:
        noted = list(
            pool.map(lambda _: desk.uploads.complete_upload(evidence, parts, HASH), range(6))
        )
    assert {one.state for one in noted} == {EvidenceState.QUARANTINED}
    assert desk.announced == [evidence.id]
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: desk.assembly.assemble(noted[0]), range(6)))
    assert {one.version for one in done} == {done[0].version}
    assert len(desk.versions(evidence)) == 1
    assert desk.acts(evidence) == [CustodyAct.CREATED, CustodyAct.COMPLETED, CustodyAct.QUARANTINED]
    again = desk.uploads.complete_upload(done[0], parts, HASH)
    assert again.version == done[0].version
    with pytest.raises(Conflict, match="another file"):
        desk.uploads.complete_upload(done[0], parts, "00" * 32)
    with pytest.raises(Conflict, match="arrived already"):
        desk.uploads.sign_parts(noted[0], [(1, parts[0].sha256)])


def test_an_upload_that_s3_gave_up_begins_again_under_the_same_id(desk: Desk) -> None:
    evidence = desk.begin(LONG)
    desk.put(evidence, LONG, 1)
    desk.s3.abort_multipart_upload(Bucket=desk.bucket, Key=evidence.key, UploadId=evidence.upload)
    renewed, parts = desk.uploads.read_progress(evidence)
    assert (renewed.id, parts) == (evidence.id, [])
    assert renewed.upload != evidence.upload
    # The sender still works with what it knew; the server finds out.
    desk.send(evidence, LONG)
    done = desk.uploads.complete_upload(evidence, named(evidence, LONG), LONG_HASH)
    assert done.state is EvidenceState.QUARANTINED
    assert desk.acts(evidence)[1] == CustodyAct.RESTARTED


def test_a_job_that_was_killed_after_s3_made_the_object_is_gone_on_with(desk: Desk) -> None:
    evidence = desk.completed()
    held = desk.files.uploaded_parts(evidence.key, evidence.upload)
    desk.files.complete_upload(evidence.key, evidence.upload, held, evidence.size)
    # S3's event for the object comes although nobody has noted the object.
    by_event = desk.receiving.check_object(evidence.key)
    assert by_event is not None
    assert by_event.state is EvidenceState.ACCEPTED
    assert desk.answers.said
    assert desk.assembly.assemble(evidence).state is EvidenceState.ACCEPTED
    assert len(desk.versions(evidence)) == 1


def test_parts_that_were_lost_before_they_were_one_object_are_asked_for_again(desk: Desk) -> None:
    evidence = desk.completed()
    desk.s3.abort_multipart_upload(Bucket=desk.bucket, Key=evidence.key, UploadId=evidence.upload)
    with pytest.raises(Conflict, match="still being put together"):
        desk.assembly.assemble(evidence)  # as if another job were at it
    desk.now += LOST_AFTER
    lost = desk.assembly.assemble(evidence)
    assert lost.state is EvidenceState.REJECTED
    assert "lost" in lost.reason
    assert [one.id for one in desk.told] == [evidence.id]
    assert desk.handover.read_chain(lost)[1] is None
    # The same file may be sent again, and is then another piece of evidence.
    assert desk.begin(sha256=HASH).id != evidence.id


def test_a_part_that_was_changed_after_completing_is_not_passed_off(desk: Desk) -> None:
    """Threat: an address for a part is valid for minutes, also after the file was completed."""
    evidence = desk.begin()
    other = CLIP[:-1] + b"!"
    signed = [
        desk.uploads.sign_parts(evidence, [(1, sha256(content))])[0] for content in (CLIP, other)
    ]
    for part, content in zip(signed, (CLIP, other), strict=True):
        if part is signed[1]:
            desk.uploads.complete_upload(evidence, named(evidence, CLIP), HASH)
        httpx.put(part.url, content=content, headers=dict(part.headers)).raise_for_status()
    done = desk.receiving.decide_evidence(desk.assembly.assemble(desk.again(evidence)))
    assert done.state is EvidenceState.REJECTED
    assert "damaged" in done.reason


def test_a_film_without_its_index_is_kept_and_said_to_be_cut_short(desk: Desk) -> None:
    done = desk.receiving.decide_evidence(desk.sent(CLIP[:-1]))
    assert (done.state, done.structure) == (EvidenceState.ACCEPTED, Structure.CUT_SHORT)
    assert done.reason == "It seems to be cut short: it ends before its last part does."
    assert desk.handover.open_evidence(OFFICER, done.id, play=True)
    no_index = FTYP + b"<html>not a film</html>".ljust(105)
    done = desk.receiving.decide_evidence(desk.sent(no_index))
    assert (done.state, done.structure) == (EvidenceState.ACCEPTED, Structure.BROKEN)
    with pytest.raises(Conflict, match="cannot be played"):
        desk.handover.open_evidence(OFFICER, done.id, play=True)
    assert desk.handover.open_evidence(OFFICER, done.id)


def test_a_file_that_this_link_has_had_is_recognised_by_its_hash(desk: Desk) -> None:
    with ThreadPoolExecutor(6) as pool:
        begun = set(pool.map(lambda _: desk.begin(sha256=HASH).id, range(6)))
    assert len(begun) == 1
    evidence = desk.begin(sha256=HASH)
    assert evidence.state is EvidenceState.RECEIVING
    sent = desk.uploads.complete_upload(evidence, desk.send(evidence), HASH)
    assert desk.begin(sha256=HASH).id == sent.id
    assert desk.begin().id != sent.id  # who does not say what it is gets an upload
    assert desk.begin(LONG, sha256=LONG_HASH).id != sent.id
    desk.sender = replace(desk.sender, site_id=new_id())
    assert desk.begin(sha256=HASH).id != sent.id


def test_what_broke_off_is_shown_and_what_was_only_begun_is_not(desk: Desk) -> None:
    empty, begun = desk.begin(LONG), desk.begin(LONG)
    assert desk.put(begun, LONG, 2) == 200
    asked = desk.begin(LONG)
    desk.uploads.sign_parts(asked, [(1, sha256(slice_of(asked, LONG, 1)))])
    desk.completed()
    own = desk.uploads.of_sender(desk.sender)
    assert {one.id for one in own} >= {empty.id, begun.id, asked.id}
    ((found, parts),) = desk.uploads.broken_off(own)
    assert (found.id, [part.number for part in parts]) == (begun.id, [2])
    desk.now += timedelta(days=16)
    assert desk.uploads.broken_off(own) == []


def test_files_that_were_only_begun_do_not_exhaust_a_link(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.evidence.receiving.upload_rules.MOST_FILES", 2)
    monkeypatch.setattr("chalicelib.evidence.receiving.upload_rules.MOST_BEGUN", 5)
    begun = [desk.begin() for _ in range(5)]
    with pytest.raises(TooMany, match="tomorrow"):
        desk.begin()
    desk.now += timedelta(days=1)
    first = desk.begin()
    for evidence in (first, begun[0]):
        desk.uploads.complete_upload(evidence, desk.send(evidence), HASH)
    with pytest.raises(TooMany, match="taken 2 files"):
        desk.begin()
    with pytest.raises(TooMany, match="taken 2 files"):
        desk.uploads.complete_upload(begun[1], desk.send(begun[1]), HASH)
    with pytest.raises(TooMany, match="taken 2 files"):
        desk.plain.upload_form(desk.sender, "http://localhost/sent")


def test_checking_twice_at_once_decides_once(desk: Desk) -> None:
    evidence = desk.sent()
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: desk.receiving.decide_evidence(evidence), range(3)))
    assert {one.state for one in done} == {EvidenceState.ACCEPTED}
    assert desk.acts(evidence).count(CustodyAct.ACCEPTED) == 1
    assert len(desk.told) == 1


def test_a_file_that_is_not_what_the_sender_hashed_is_rejected(desk: Desk) -> None:
    evidence = desk.begin()
    parts = desk.send(evidence)
    other = hashlib.sha256(b"another file").hexdigest()
    done = desk.receiving.decide_evidence(
        desk.assembly.assemble(desk.uploads.complete_upload(evidence, parts, other))
    )
    assert done.state is EvidenceState.REJECTED
    assert "damaged" in done.reason
    assert desk.handover.read_chain(done)[1] is None
    with pytest.raises(Forbidden, match="rejected"):
        desk.handover.open_evidence(OFFICER, done.id)


def test_a_program_called_a_video_is_rejected(desk: Desk) -> None:
    done = desk.receiving.decide_evidence(desk.sent(b"MZ" + b"\0" * 4000))
    assert (done.state, done.reason) == (
        EvidenceState.REJECTED,
        "The file is a Windows program, not footage.",
    )


def test_a_recorders_own_format_is_kept(desk: Desk) -> None:
    done = desk.receiving.decide_evidence(desk.sent(b"\x13\x37" * 5000, "export.g64x"))
    assert (done.state, done.format) == (EvidenceState.ACCEPTED, "not recognised")
    with pytest.raises(Conflict, match="cannot play"):
        desk.handover.open_evidence(OFFICER, done.id, play=True)


def test_nobody_opens_what_is_not_checked(desk: Desk) -> None:
    receiving = desk.begin()
    with pytest.raises(Conflict, match="not arrived"):
        desk.handover.open_evidence(OFFICER, receiving.id)
    with pytest.raises(Conflict, match="being checked"):
        desk.handover.open_evidence(OFFICER, desk.sent().id)


def test_running_out_of_time_decides_nothing(desk: Desk) -> None:
    evidence = desk.sent()
    with pytest.raises(ReadTimedOut):
        desk.receiving.decide_evidence(evidence, lambda: 0.0)
    assert desk.receiving.decide_evidence(evidence).state is EvidenceState.ACCEPTED


def test_the_sweep_finds_what_no_event_told_of(desk: Desk) -> None:
    evidence = desk.sent()
    desk.assembly.recover(desk.now + LOST_AFTER - timedelta(seconds=1))
    assert desk.handover.view_evidence(OFFICER, evidence.id).state is EvidenceState.QUARANTINED
    desk.assembly.recover(desk.now + LOST_AFTER)
    assert desk.handover.view_evidence(OFFICER, evidence.id).state is EvidenceState.ACCEPTED


def test_a_file_that_takes_too_long_does_not_keep_the_others_waiting(desk: Desk) -> None:
    desk.assembly.recover(desk.now + LOST_AFTER)  # what other tests left
    first = desk.sent()
    desk.now += timedelta(minutes=1)
    second = desk.sent()
    desk.now += LOST_AFTER
    assert desk.assembly.recover(desk.now, lambda: 0).stuck == (first.id,)
    desk.now += timedelta(minutes=1)
    done = desk.assembly.recover(desk.now)
    assert second.id in done.decided
    assert first.id not in done.decided
    desk.now += LOST_AFTER
    assert first.id in desk.assembly.recover(desk.now).decided


def test_the_sweep_puts_together_what_no_job_did(desk: Desk) -> None:
    evidence = desk.completed()
    desk.assembly.recover(desk.now + LOST_AFTER - timedelta(seconds=1))
    assert desk.again(evidence).assembled is False
    assert evidence.id in desk.assembly.recover(desk.now + LOST_AFTER).decided
    assert desk.again(evidence).state is EvidenceState.ACCEPTED
    assert evidence.id not in {one for _, one, _ in desk.store.list_undecided()}


def test_a_stranger_sees_no_upload(desk: Desk) -> None:
    evidence = desk.begin()
    other = UploadSender(desk.sender.request_id, new_id(), new_id(), new_id())
    with pytest.raises(NotFound):
        desk.uploads.get_upload(other, evidence.id)
    with pytest.raises(NotFound):
        desk.uploads.get_upload(UploadSender(new_id(), desk.sender.site_id, "", ""), evidence.id)
    assert desk.uploads.of_sender(other) == []


def test_a_stored_version_cannot_be_removed(desk: Desk) -> None:
    evidence = desk.receiving.decide_evidence(desk.sent())
    with pytest.raises(ClientError, match="AccessDenied"):
        desk.s3.delete_object(Bucket=desk.bucket, Key=evidence.key, VersionId=evidence.version)
    entry = list(desk.store.custody(evidence.id))[3]
    assert str(entry_details(entry)["locked_until"]) > "2026-11-20"


def test_a_later_version_under_the_key_changes_nothing_that_is_read(desk: Desk) -> None:
    """Threat: somebody with write access puts another object over a piece of evidence."""
    evidence = desk.receiving.decide_evidence(desk.sent())
    desk.s3.put_object(Bucket=desk.bucket, Key=evidence.key, Body=b"another")
    assert httpx.get(desk.handover.open_evidence(OFFICER, evidence.id)).content == CLIP


def test_many_looks_at_once_make_one_unbroken_record(desk: Desk) -> None:
    evidence = desk.receiving.decide_evidence(desk.sent())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.handover.view_evidence(OFFICER, evidence.id), range(8)))
    seen, entries, broken = desk.handover.view_custody(OFFICER, evidence.id)
    assert broken is None
    assert [entry["act"] for entry in entries].count(CustodyAct.VIEWED) == 8
    assert seen.entries == len(entries)


def post(
    desk: Desk, form: tuple[str, dict[str, str]], content: bytes, name: str = "clip.mp4"
) -> httpx.Response:
    address, fields = form
    return httpx.post(address, data=fields, files={"file": (name, content)})


def test_a_plain_form_takes_one_file_and_keeps_its_name(desk: Desk) -> None:
    form = desk.plain.upload_form(desk.sender, "http://localhost/sent")
    other = form[0], {**form[1], "key": "elsewhere"}
    assert post(desk, other, CLIP).status_code == 403
    answer = post(desk, form, CLIP, "Vordertür 🚪.mp4")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("http://localhost/sent?")
    assert "Vordert" not in answer.headers["location"]
    arrived = desk.plain.look_at(desk.sender, form[1]["key"])
    assert arrived is not None
    assert (arrived.file_name, arrived.size, arrived.problem) == (
        "Vordertür 🚪.mp4",
        len(CLIP),
        "",
    )
    taken = desk.plain.bring_in(form[1]["key"], answer.headers["etag"])
    assert taken is not None
    assert (taken.id, taken.file_name) == (arrived.evidence_id, "Vordertür 🚪.mp4")
    assert desk.receiving.decide_evidence(taken).file_name == "Vordertür 🚪.mp4"
    stranger = replace(desk.sender, site_id=new_id())
    assert desk.plain.look_at(stranger, form[1]["key"]) is None
    assert desk.plain.look_at(desk.sender, f"{form[1]['key']}x") is None
    with pytest.raises(Gone):
        desk.plain.upload_form(replace(desk.sender, open=False), "http://localhost/sent")


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"", "clip.mp4", "The file is empty"),
        (b"", "", "The file is empty"),
        (b"MZ" + bytes(5000), "clip.mp4", "This is a Windows program, not footage"),
        (b"#!/bin/sh\nrm -rf /", "clip.mp4", "This is a script, not footage"),
        (b"Set-ExecutionPolicy Bypass", "run.ps1", "This is a .ps1 file, not footage"),
        (bytes(30_000), "clip.mp4", "larger than 0 GB"),
    ],
)
def test_what_cannot_be_footage_is_told_in_our_words_and_not_thanked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, problem: str
) -> None:
    monkeypatch.setattr("chalicelib.evidence.receiving.form_upload.FORM_BYTES", 20_000)
    form = desk.plain.upload_form(desk.sender, "http://localhost/sent")
    answer = post(desk, form, content, name)
    assert answer.status_code == 303
    arrived = desk.plain.look_at(desk.sender, form[1]["key"])
    assert arrived is not None
    assert problem in arrived.problem
    taken = desk.plain.bring_in(form[1]["key"], answer.headers["etag"])
    if taken is None:
        assert desk.uploads.of_sender(desk.sender) == []
    else:
        assert desk.receiving.decide_evidence(taken).state is EvidenceState.REJECTED
    assert desk.answers.said == []


def test_a_file_from_the_inbox_is_taken_once_however_often_it_is_told(desk: Desk) -> None:
    form = desk.plain.upload_form(desk.sender, "http://localhost/sent")
    key = form[1]["key"]
    answer = post(desk, form, CLIP)
    etag = answer.headers["etag"]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: desk.plain.bring_in(key, etag), range(3)))
    known = desk.plain.bring_in(key, etag.strip('"'))
    assert known is not None
    assert {one.id for one in found if one} == {known.id}
    assert desk.receiving.decide_evidence(known).sha256 == HASH
    assert desk.acts(known) == [
        CustodyAct.CREATED,
        CustodyAct.QUARANTINED,
        CustodyAct.VERIFIED,
        CustodyAct.ACCEPTED,
    ]
    assert desk.handover.view_evidence(OFFICER, known.id).file_name == "clip.mp4"
    # The same form, sent again with another file.
    again = desk.plain.bring_in(key, post(desk, form, CLIP[:1000]).headers["etag"])
    assert again is not None
    assert again.id != known.id
    assert again.size == 1000
    assert len(desk.uploads.of_sender(desk.sender)) == 2


def test_the_sweep_empties_the_inbox(desk: Desk) -> None:
    form = desk.plain.upload_form(desk.sender, "http://localhost/sent")
    post(desk, form, CLIP)
    desk.plain.recover(datetime.now(UTC))
    assert desk.uploads.of_sender(desk.sender) == []
    desk.plain.recover(datetime.now(UTC) + LOST_AFTER + timedelta(minutes=1))
    (evidence,) = desk.uploads.of_sender(desk.sender)
    assert evidence.state is EvidenceState.QUARANTINED
    assert desk.plain.recover(datetime.now(UTC) + timedelta(hours=1)) == 0
    assert desk.plain.bring_in("what/ever/else", "e") is None


def test_an_object_that_is_not_there_is_told_apart(desk: Desk) -> None:
    with pytest.raises(ObjectNotFound):
        desk.files.find_object("requests/none/none")
    assert desk.receiving.check_object("requests/none/none") is None
    assert desk.receiving.check_object("elsewhere") is None
