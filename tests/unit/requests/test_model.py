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
    IllegalMove,
    Recipient,
    State,
    before,
    check_move,
    counts,
    may_follow,
    read_reference,
    short_reference,
)
from infra.commands.recipient_states import DOCUMENT, document

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def recipient(state: State, answer: State | None = None) -> Recipient:
    return Recipient(new_id(), new_id(), new_id(), NOW, state=state, answer=answer)


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(State)
    reached, pending = {State.PENDING}, deque([State.PENDING])
    while pending:
        for state in TRANSITIONS[pending.popleft()] - reached:
            reached.add(state)
            pending.append(state)
    assert reached == set(State)


def test_nothing_goes_back_to_waiting_for_the_first_message() -> None:
    assert not before(State.PENDING)
    assert before(State.NOTIFIED) == {State.PENDING}
    assert before(State.VIEWED) == {State.PENDING, State.NOTIFIED}


@pytest.mark.parametrize("state", [s for s in State if s not in (State.UPLOADED, State.WITHDRAWN)])
@pytest.mark.parametrize("answer", [*ANSWERS, State.UPLOADED])
def test_an_answer_is_welcome_at_any_time_and_can_be_changed(state: State, answer: State) -> None:
    check_move(state, answer)


def test_footage_that_arrived_stays() -> None:
    for state in State:
        assert may_follow(State.UPLOADED, state) == (state is State.UPLOADED)
    assert may_follow(State.WITHDRAWN, State.UPLOADED)


def test_only_those_still_waiting_are_told_of_a_withdrawal() -> None:
    assert before(State.WITHDRAWN) == WAITING | {State.UNDELIVERABLE}


def test_what_is_saved_does_not_expire() -> None:
    assert before(State.EXPIRED) == {State.PENDING, State.NOTIFIED, State.VIEWED}


@pytest.mark.parametrize("old", list(State))
@pytest.mark.parametrize("new", list(State))
def test_an_illegal_move_is_refused_with_a_reason(old: State, new: State) -> None:
    if may_follow(old, new):
        check_move(old, new)
        return
    with pytest.raises(IllegalMove) as refused:
        check_move(old, new)
    assert str(refused.value) == REFUSALS.get(old, f"A request cannot go from {old} to {new}.")


def test_the_drawing_in_the_documents_is_made_from_the_table() -> None:
    assert DOCUMENT.read_text() == document(), "run `python -m infra.commands.recipient_states`"


def test_counts_name_every_state() -> None:
    some = [
        recipient(State.SAVED, State.SAVED),
        recipient(State.UPLOADED, State.SAVED),
        recipient(State.UPLOADED),
        recipient(State.NOTIFIED),
        recipient(State.WITHDRAWN),
    ]
    counted = counts(some)
    assert counted["total"] == 5
    assert counted["answered"] == 3
    assert counted["uploaded"] == 2
    assert counted["declined"] == 0
    assert set(counted) == {*(state.value for state in State), "answered", "total"}


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
    for typed in ("7K3M-9QXA", " 7k3m 9qxa ", "7k3m9qxa", "7K3M\u20139QXA"):
        assert read_reference(typed) == reference
    assert read_reference("O1IL-0000") == "0111-0000"
    for typed in ("", "7K3M", "7K3M-9QXA-0", "7K3M-9QXU", "<script>", "７K3M９QXA" * 9):
        assert read_reference(typed) is None


def test_what_is_probably_gone_when_it_is_asked_for_is_asked_too_late() -> None:
    asked = replace(recipient(State.NOTIFIED), notified_at=NOW)
    second = timedelta(seconds=1)
    assert replace(asked, deadline=NOW).asked_too_late
    assert replace(asked, deadline=NOW - second).asked_too_late
    assert not replace(asked, deadline=NOW + second).asked_too_late
    assert not asked.asked_too_late
    assert not replace(asked, deadline=NOW, notified_at=None).asked_too_late


def test_a_recipient_begins_with_nothing_sent_and_is_awaited_for_two_weeks() -> None:
    begun = recipient(State.PENDING)
    assert (begun.run, begun.reminders_sent, begun.upload_by) == (0, 0, None)
    assert begun.key == f"{begun.request_id}.{begun.site_id}"
    assert replace(begun, reminded=(NOW, NOW)).reminders_sent == 2
    assert replace(begun, saved_at=NOW).upload_by == NOW + timedelta(days=14)
