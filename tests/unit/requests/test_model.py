"""Recipient states: one table that code, tests and the drawn diagram share."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.ids import new_id
from chalicelib.requests.model import (
    ANSWERS,
    REFUSALS,
    TRANSITIONS,
    WAITING,
    IllegalTransition,
    Recipient,
    RecipientState,
    check_transition,
    read_reference,
    recipient_counts,
    recipient_may_follow,
    short_reference,
    states_before,
)
from infra.commands.recipient_states import DOCUMENT, document

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def recipient(state: RecipientState, answer: RecipientState | None = None) -> Recipient:
    return Recipient(new_id(), new_id(), new_id(), NOW, state=state, answer=answer)


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(RecipientState)
    reached, pending = {RecipientState.PENDING}, deque([RecipientState.PENDING])
    while pending:
        for state in TRANSITIONS[pending.popleft()] - reached:
            reached.add(state)
            pending.append(state)
    assert reached == set(RecipientState)


def test_nothing_goes_back_to_waiting_for_the_first_message() -> None:
    assert not states_before(RecipientState.PENDING)
    assert states_before(RecipientState.NOTIFIED) == {RecipientState.PENDING}
    assert states_before(RecipientState.VIEWED) == {RecipientState.PENDING, RecipientState.NOTIFIED}


@pytest.mark.parametrize(
    "state",
    [s for s in RecipientState if s not in (RecipientState.UPLOADED, RecipientState.WITHDRAWN)],
)
@pytest.mark.parametrize("answer", [*ANSWERS, RecipientState.UPLOADED])
def test_an_answer_is_welcome_at_any_time_and_can_be_changed(
    state: RecipientState, answer: RecipientState
) -> None:
    check_transition(state, answer)


def test_footage_that_arrived_stays() -> None:
    for state in RecipientState:
        assert recipient_may_follow(RecipientState.UPLOADED, state) == (
            state is RecipientState.UPLOADED
        )
    assert recipient_may_follow(RecipientState.WITHDRAWN, RecipientState.UPLOADED)


def test_only_those_still_waiting_are_told_of_a_withdrawal() -> None:
    assert states_before(RecipientState.WITHDRAWN) == WAITING | {RecipientState.UNDELIVERABLE}


def test_what_is_saved_does_not_expire() -> None:
    assert states_before(RecipientState.EXPIRED) == {
        RecipientState.PENDING,
        RecipientState.NOTIFIED,
        RecipientState.VIEWED,
    }


@pytest.mark.parametrize("old", list(RecipientState))
@pytest.mark.parametrize("new", list(RecipientState))
def test_an_illegal_move_is_refused_with_a_reason(old: RecipientState, new: RecipientState) -> None:
    if recipient_may_follow(old, new):
        check_transition(old, new)
        return
    with pytest.raises(IllegalTransition) as refused:
        check_transition(old, new)
    assert str(refused.value) == REFUSALS.get(old, f"A request cannot go from {old} to {new}.")


def test_the_drawing_in_the_documents_is_made_from_the_table() -> None:
    assert DOCUMENT.read_text() == document(), "run `python -m infra.commands.recipient_states`"


def test_counts_name_every_state() -> None:
    some = [
        recipient(RecipientState.SAVED, RecipientState.SAVED),
        recipient(RecipientState.UPLOADED, RecipientState.SAVED),
        recipient(RecipientState.UPLOADED),
        recipient(RecipientState.NOTIFIED),
        recipient(RecipientState.WITHDRAWN),
    ]
    counted = recipient_counts(some)
    assert counted["total"] == 5
    assert counted["answered"] == 3
    assert counted["uploaded"] == 2
    assert counted["declined"] == 0
    assert set(counted) == {*(state.value for state in RecipientState), "answered", "total"}


def test_asked_too_late_is_known_only_once_asked() -> None:
    early = Recipient(new_id(), new_id(), new_id(), NOW, deadline=NOW - timedelta(hours=1))
    assert not early.asked_too_late
    asked = Recipient(
        new_id(), new_id(), new_id(), NOW, deadline=NOW - timedelta(hours=1), notified_at=NOW
    )
    assert asked.asked_too_late


def test_a_reference_is_read_however_it_is_typed() -> None:
    reference = short_reference("7k3m9qxa01ld0000")
    assert reference == "7K3M-9QXA"
    for typed in (
        "7K3M-9QXA",
        " 7k3m 9qxa ",
        "7k3m9qxa",
        "7K3M\u20139QXA",
        "７Ｋ３Ｍ－９ＱＸＡ",
        "٧k٣m٩qxa",
    ):
        assert read_reference(typed) == reference
    assert read_reference("O1IL-0000") == "0111-0000"
    for typed in ("", "7K3M", "7K3M-9QXA-0", "7K3M-9QXU", "<script>", "７K3M９QXA" * 9):
        assert read_reference(typed) is None


def test_what_is_probably_gone_when_it_is_asked_for_is_asked_too_late() -> None:
    asked = replace(recipient(RecipientState.NOTIFIED), notified_at=NOW)
    second = timedelta(seconds=1)
    assert replace(asked, deadline=NOW).asked_too_late
    assert replace(asked, deadline=NOW - second).asked_too_late
    assert not replace(asked, deadline=NOW + second).asked_too_late
    assert not asked.asked_too_late
    assert not replace(asked, deadline=NOW, notified_at=None).asked_too_late


def test_a_recipient_begins_with_nothing_sent_and_is_awaited_for_two_weeks() -> None:
    begun = recipient(RecipientState.PENDING)
    assert (begun.run, begun.reminders_sent, begun.upload_by) == (0, 0, None)
    assert begun.key == f"{begun.request_id}.{begun.site_id}"
    assert replace(begun, reminded=(NOW, NOW)).reminders_sent == 2
    assert replace(begun, saved_at=NOW).upload_by == NOW + timedelta(days=14)
