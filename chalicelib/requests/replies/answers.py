"""Take answers from owners. Answers can be changed, late ones are welcome, footage stands.

Of two answers at the same moment (two tabs, two people in one house) the last one counts and both
are in the audit record. The same answer sent twice (a double click) is one answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.officer_profiles import NotificationTopic
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.requests.digest.officer_digest import OfficerDigest
from chalicelib.requests.model import (
    UPLOAD_TIME,
    CameraAnswer,
    FootageRequest,
    IllegalTransition,
    Recipient,
    RecipientState,
    check_transition,
    states_before,
)
from chalicelib.requests.recipient_states import STATES
from chalicelib.requests.reminder_schedule import plan_saved_reminders
from chalicelib.requests.replies.camera_answers import recorded_answers
from chalicelib.requests.standings import CoverageLayer
from chalicelib.requests.store import RequestStore
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric

REASONS = {
    "off": "The camera was off or not recording",
    "faces_away": "It does not point that way",
    "overwritten": "The footage is already deleted",
    "other": "Something else",
}
"""Why somebody cannot help; other programs may send words of their own."""

_TURNS = 8  # tries of an answer that meets reminders and other answers


class RequestOver(Conflict):
    """The request no longer wants answers."""

    code, title = "request-over", "You do not need to do anything"


class AnswerService:
    """Takes in answers, notes, footage that arrived, and the first use of a reply page."""

    def __init__(
        self,
        store: RequestStore,
        news: OfficerDigest,
        audit: AuditLog,
        clock: Clock,
        zone: str,
        counts: Counts = UNCOUNTED,
    ) -> None:
        self._store = store
        self._news = news
        self._audit = audit
        self._clock = clock
        self._zone = zone
        self._counts = counts

    def take_answer(
        self,
        request_id: str,
        site_id: str,
        answer: RecipientState,
        reason: str = "",
        note: str = "",
        cameras: Sequence[CameraAnswer] = (),
    ) -> Recipient:
        """Take one of ANSWERS from the owner and return the recipient after it.

        cameras: what was said of each camera, when the owner answered camera by camera (`answer`
        is then what follows for the site, camera_answers.site_answer). The same answer again
        changes nothing. Raises RequestOver when the request has ended and Conflict, with the
        reason, when the answer cannot follow what was said before.
        """
        request = self._open_request(request_id)
        said: dict[str, object] = {
            "state": answer,
            "answer": answer,
            "reason": reason,
            "note": note,
            "by_camera": tuple(sorted(cameras, key=lambda one: one.number)),
        }
        changed, new = self._move(request_id, site_id, answer, said)
        if not new:
            return changed
        details = {"cameras": recorded_answers(cameras)} if cameras else {}
        self._audit.record_act(
            Actor.owner(changed.owner_id),
            Action.ANSWERED,
            f"request.{request_id}",
            incident=request.incident_id,
            site=site_id,
            answer=answer.value,
            **details,
        )
        return changed

    def save_note(self, request_id: str, site_id: str, note: str) -> None:
        """Keep a note that an owner wrote before answering, on the way to sending files or to
        answering camera by camera. A note is no answer and stops no reminder timer. Raises
        RequestOver."""
        request = self._open_request(request_id)
        recipient = self._recipient(request_id, site_id)
        if note == recipient.note:
            return
        self._store.change_recipient(recipient, {"note": note}, states=RecipientState)
        self._audit.record_act(
            Actor.owner(recipient.owner_id),
            Action.NOTED,
            f"request.{request_id}",
            incident=request.incident_id,
            site=site_id,
        )

    def mark_uploaded(self, request_id: str, site_id: str) -> Recipient:
        """Notes that footage arrived, which stops every reminder timer. Repeating it changes
        nothing.

        Footage that was on its way when the request ended counts as well.
        """
        said: dict[str, object] = {"state": RecipientState.UPLOADED}
        changed, _ = self._move(request_id, site_id, RecipientState.UPLOADED, said)
        return changed

    def mark_viewed(self, request_id: str, site_id: str) -> None:
        """Note that a person used the reply page, unless that was noted or answered before."""
        recipient = self._recipient(request_id, site_id)
        changes: dict[str, object] = {"state": RecipientState.VIEWED, "viewed_at": self._clock()}
        try:
            self._store.change_recipient(
                recipient, changes, states=states_before(RecipientState.VIEWED)
            )
        except ConditionFailed:
            return

    def _move(
        self, request_id: str, site_id: str, new: RecipientState, said: dict[str, object]
    ) -> tuple[Recipient, bool]:
        """Move a recipient to a state; return the recipient after it, and whether it changed."""
        for _ in range(_TURNS):
            recipient = self._recipient(request_id, site_id)
            if (
                new is not RecipientState.UPLOADED
                and _says(recipient, said)
                and not _clock_since(recipient)
            ):
                return recipient, False
            try:
                check_transition(recipient.state, new)
            except IllegalTransition as illegal:
                raise Conflict(str(illegal)) from illegal
            changes: dict[str, object] = {
                **said,
                "answered_at": self._clock(),
                "ended_at": None,
                # Whoever is sending a reminder just now finds its claim gone.
                "claimed_until": None,
                **self._clock_of(recipient, new),
            }
            note = self._news.record_event(request_id, NotificationTopic.ENDED)
            try:
                changed = self._store.change_recipient(
                    recipient, changes, states=[recipient.state], with_it=[note.write]
                )
            except ConditionFailed:
                continue
            self._news.queue(note)
            self._count(recipient, new)
            return changed, True
        raise Conflict("Something else changed this at the same moment. Send your answer again.")

    def _count(self, before: Recipient, new: RecipientState) -> None:
        """Count an answer that was written. before: the recipient as it was, whose state was the
        condition of the write, so that two answers at once are counted one after the other."""
        if before.state is new:
            return  # said again with another note, or one more file
        if counted_as := STATES[new].counted_as:
            self._counts.add(counted_as)
        if before.answered_at is None:
            left = before.deadline - self._clock() if before.deadline else timedelta(0)
            minutes = max(0, int(left.total_seconds()) // 60)
            self._counts.add(Metric.MINUTES_LEFT_AT_ANSWER, minutes)
        if _kept(new) and not _kept(before.state):
            self._counts.add(Metric.FOOTAGE_SAVED)

    def _clock_of(self, recipient: Recipient, new: RecipientState) -> dict[str, object]:
        """Every answer stops the reminder timer; "saved" starts another for the upload."""
        if new is not RecipientState.SAVED:
            return {"planned": (), "next_wake": None}
        if recipient.state is RecipientState.SAVED:
            return {}  # said again, perhaps with another note: the 14 days go on
        now = self._clock().replace(microsecond=0)
        planned = plan_saved_reminders(now, now + UPLOAD_TIME, self._zone)
        return {
            "saved_at": now,
            "planned": planned,
            "next_wake": planned[0] if planned else now + UPLOAD_TIME,
        }

    def _open_request(self, request_id: str) -> FootageRequest:
        request = self._store.request(request_id)
        if request is None:
            raise NotFound("There is no such request.")
        if not request.is_open:
            raise RequestOver("The police no longer need this footage. Thank you for looking.")
        return request

    def _recipient(self, request_id: str, site_id: str) -> Recipient:
        recipient = self._store.recipient(request_id, site_id)
        if recipient is None:
            raise NotFound("There is no such request.")
        return recipient


def _kept(state: RecipientState) -> bool:
    """True when the footage is kept, so that no recorder can overwrite it any more."""
    return STATES[state].layer is CoverageLayer.HELD


def _clock_since(recipient: Recipient) -> bool:
    """True when the recorder's clock was checked after the answer: an owner who then says the same
    has looked again, where the page said to look."""
    checked, answered = recipient.clock_checked_at, recipient.answered_at
    return checked is not None and answered is not None and checked > answered


def _says(recipient: Recipient, said: dict[str, object]) -> bool:
    """True when the recipient already holds these values."""
    return all(getattr(recipient, name) == value for name, value in said.items())
