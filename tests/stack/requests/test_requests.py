"""Requests from asking to the last answer, with a clock that the test moves.

Our code runs in this process against the emulator; what happens by itself in real time is in
test_requests_real_time.py.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.access.audit import Action
from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.container import Container
from chalicelib.core.errors import Conflict, Gone, Invalid, NotFound, Unavailable
from chalicelib.core.ids import new_id, new_token
from chalicelib.dynamodb.outbox import GRACE
from chalicelib.notifications.mail_events import NOT_MADE
from chalicelib.requests.model import MOST_SITES, Recipient, RecipientState, RequestState
from chalicelib.requests.recipients.recipient_batches import PARTS
from chalicelib.requests.replies.answers import RequestOver
from tests.running import RunningStack
from tests.support.desk import OFFICER, Desk, Session, add_incident, add_site, pause

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


def test_a_request_stands_before_anybody_is_told(desk: Desk) -> None:
    site, owner = add_site(desk.services)
    start = desk.now - HOUR
    made = desk.services.requests.requests.create_request(
        desk.incident, [site.id], "Look.", start, desk.now, OFFICER
    )
    (recipient,) = desk.services.requests.overviews.view_request(
        made.request.id, OFFICER
    ).recipients
    assert recipient.state is RecipientState.PENDING
    assert recipient.deadline == start + timedelta(days=7)
    assert not recipient.deadline_certain
    assert len(recipient.planned) == 3
    assert desk.tasks("fan_out") == [{"request_id": made.request.id, "part": "0"}]
    assert desk.subjects(owner) == []
    assert desk.services.requests.store.of_incident(desk.incident.id) == [made.request]


def test_each_site_is_asked_once_and_unknown_ones_are_named(desk: Desk) -> None:
    site, _ = add_site(desk.services)
    requests, start = desk.services.requests.requests, desk.now - HOUR
    made = requests.create_request(
        desk.incident, [site.id, site.id], "Please look.", start, desk.now, OFFICER
    )
    assert made.request.site_count == 1
    unknown = new_id()
    with pytest.raises(Invalid) as refused:
        requests.create_request(
            desk.incident, [site.id, unknown, "no id"], "Look.", start, desk.now, OFFICER
        )
    assert refused.value.fields[0][0] == "site_ids"
    assert unknown in refused.value.fields[0][1] and "no id" in refused.value.fields[0][1]
    assert site.id not in refused.value.fields[0][1]


@pytest.mark.parametrize(
    "sites, message, starts, ends, field",
    [
        (0, "Look.", -HOUR, HOUR * 0, "site_ids"),
        (MOST_SITES + 1, "Look.", -HOUR, HOUR * 0, "site_ids"),
        (1, "", -HOUR, HOUR * 0, "message"),
        (1, "x" * 1001, -HOUR, HOUR * 0, "message"),
        (1, "Look.", HOUR, 2 * HOUR, "from"),
        (1, "Look.", -HOUR, -2 * HOUR, "to"),
        (1, "Look.", -HOUR, -HOUR, "to"),
        (1, "Look.", -10 * DAY, -DAY, "to"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(
    desk: Desk, sites: int, message: str, starts: timedelta, ends: timedelta, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        desk.services.requests.requests.create_request(
            desk.incident,
            [new_id() for _ in range(sites)],
            message,
            desk.now + starts,
            desk.now + ends,
            OFFICER,
        )
    assert [name for name, _ in refused.value.fields] == [field]


def test_a_closed_incident_asks_for_nothing(desk: Desk) -> None:
    site, owner = add_site(desk.services)
    desk.services.clients.registry_table.update(
        f"INCIDENT#{desk.incident.id}", "INCIDENT", assign={"state": "closed"}
    )
    with pytest.raises(Conflict, match="closed"):
        desk.services.requests.requests.create_request(
            desk.incident, [site.id], "Look.", desk.now - HOUR, desk.now, OFFICER
        )
    assert desk.services.requests.store.of_incident(desk.incident.id) == []
    desk.now += 2 * HOUR
    assert desk.services.requests.recovery.recover() == desk.recover(PARTS) == 0
    assert list(desk.services.requests.store.of_owner(owner.id, desk.now - DAY)) == []


def test_a_double_click_makes_one_request(desk: Desk) -> None:
    sites = [add_site(desk.services)[0].id for _ in range(3)]

    def click(_: int) -> str:
        made = desk.services.requests.requests.create_request(
            desk.incident, sites, "Look.", desk.now - HOUR, desk.now, OFFICER, "form-1"
        )
        return made.request.id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(click, range(4)))) == 1
    assert len(desk.services.requests.store.of_incident(desk.incident.id)) == 1
    (request,) = desk.services.requests.store.of_incident(desk.incident.id)
    assert len(desk.services.requests.recipient_list.all_recipients(request)) == 3
    other = desk.services.requests.requests.create_request(
        desk.incident,
        sites[:1],
        "Look.",
        desk.now - 8 * HOUR,
        desk.now - 2 * HOUR,
        OFFICER,
        "form-1",
    )
    assert other.new


def test_a_pause_between_the_writing_and_the_sending_is_kept(desk: Desk) -> None:
    request, site, owner = desk.ask(deliver=False)
    pause(desk, owner)
    desk.services.requests.send_tasks.send_requests(request.id, site.id)
    skipped = desk.recipient(request, site)
    assert (skipped.state, skipped.reason) == (RecipientState.UNDELIVERABLE, "paused")
    assert desk.subjects(owner) == []


def test_the_queue_may_deliver_twice_and_at_once(desk: Desk) -> None:
    request, site, owner = desk.ask(deliver=False)
    with ThreadPoolExecutor(6) as pool:
        list(
            pool.map(
                lambda _: desk.services.requests.send_tasks.send_requests(request.id, site.id),
                range(6),
            )
        )
    assert len(desk.subjects(owner)) == 1
    desk.services.requests.send_tasks.send_requests(request.id, site.id)
    assert len(desk.subjects(owner)) == 1
    recipient = desk.recipient(request, site)
    assert recipient.state is RecipientState.NOTIFIED and recipient.run == 1
    assert recipient.next_wake == recipient.planned[0]
    # Started at least once and always by the same name.
    assert set(desk.workflow.started) == {(recipient.key, 1, recipient.planned[0])}


def test_one_who_died_while_sending_is_followed_by_another(desk: Desk) -> None:
    request, site, owner = desk.ask(deliver=False)
    recipient = desk.recipient(request, site)
    store = desk.services.requests.store
    store.claim_group([recipient], desk.now, desk.now + timedelta(seconds=60))
    desk.services.requests.send_tasks.send_requests(request.id, site.id)
    assert desk.subjects(owner) == []
    desk.now += timedelta(seconds=61)
    desk.services.requests.send_tasks.send_requests(request.id, site.id)
    assert len(desk.subjects(owner)) == 1


def test_reminders_come_once_each_and_end_with_the_deadline(desk: Desk) -> None:
    request, site, owner = desk.ask(left=timedelta(hours=10))
    planned = desk.recipient(request, site).planned
    assert len(planned) == 3
    for number, moment in enumerate(planned, start=1):
        early = desk.wake(request, site, 1)
        assert not early.done and early.at == moment
        assert len(desk.subjects(owner)) == number
        desk.now = moment
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: desk.wake(request, site, 1), range(4)))
        assert len(desk.subjects(owner)) == number + 1
    subjects = desk.subjects(owner)
    assert [s.split(" ")[0] for s in subjects[1:]] == ["Reminder:", "Reminder:", "Last"]
    recipient = desk.recipient(request, site)
    assert recipient.reminded == planned and recipient.planned == ()
    assert recipient.deadline
    desk.now = recipient.deadline
    assert desk.wake(request, site, 1).done
    assert desk.recipient(request, site).state is RecipientState.EXPIRED
    assert desk.recipient(request, site).next_wake is None
    assert "probably been deleted" in desk.subjects(owner)[-1]
    assert desk.wake(request, site, 1).done
    assert len(desk.subjects(owner)) == 5


DOORBELL = Camera(1, CameraKind.DOORBELL)  # keeps three hours
RECORDER = Camera(2, retention_minutes=7 * 24 * 60)


def test_when_the_first_camera_has_lost_it_the_clock_of_the_next_goes_on(desk: Desk) -> None:
    site, owner = add_site(desk.services, (DOORBELL, RECORDER))
    start = desk.now - HOUR
    request = desk.services.requests.requests.create_request(
        desk.incident, [site.id], "Look.", start, desk.now, OFFICER
    ).request
    desk.fan_out(request)
    first = desk.recipient(request, site)
    assert first.deadline == start + 3 * HOUR and len(first.later) == 1
    while (now := desk.recipient(request, site)).deadline == first.deadline:
        assert now.next_wake
        wake = desk.wake(request, site, 1)
        # The workflow must not take this deadline for the end.
        assert not wake.done and wake.at == now.next_wake and not wake.last
        desk.now = now.next_wake
        desk.wake(request, site, 1)
    assert desk.now == first.deadline
    said = desk.stack.mails_to(owner.email)[-1]
    assert "may still be on one of your cameras" in said["Subject"]
    assert "Another should still have it" in said["BodyText"]
    assert "27 November 2026" in said["BodyText"]  # until when
    assert all("Last" not in subject for subject in desk.subjects(owner))
    moved = desk.recipient(request, site)
    assert moved.state is RecipientState.NOTIFIED and moved.later == () and not moved.ended_at
    assert moved.deadline == start + 7 * DAY and len(moved.planned) == 3
    while not desk.wake(request, site, 1).done:
        found = desk.recipient(request, site)
        assert found.next_wake
        desk.now = found.next_wake
    over = desk.recipient(request, site)
    assert over.state is RecipientState.EXPIRED and len(over.reminded) == 3 + 1 + 3
    assert len(desk.subjects(owner)) == 1 + 7 + 1
    assert "probably been deleted" in desk.subjects(owner)[-1]


def test_a_camera_that_lost_it_before_anybody_asked_does_not_speak_for_the_other(
    desk: Desk,
) -> None:
    site, owner = add_site(desk.services, (DOORBELL, RECORDER))
    start = desk.now - 5 * HOUR
    made = desk.services.requests.requests.create_request(
        desk.incident, [site.id], "Look.", start, start + HOUR, OFFICER
    )
    check = desk.services.requests.requests.check_request(
        desk.incident, [site.id], start - 9 * HOUR, start - 8 * HOUR, OFFICER
    )
    found = check.deadlines[site.id]
    assert found and found.at == start - 9 * HOUR + 7 * DAY
    desk.fan_out(made.request)
    recipient = desk.recipient(made.request, site)
    assert recipient.deadline == start + 7 * DAY and len(recipient.planned) == 3
    (mail,) = desk.stack.mails_to(owner.email)
    assert "probably deleted" not in mail["BodyText"]


def test_an_answer_between_two_cameras_deadlines_ends_the_clock(desk: Desk) -> None:
    site, owner = add_site(desk.services, (DOORBELL, RECORDER))
    request = desk.services.requests.requests.create_request(
        desk.incident, [site.id], "Look.", desk.now - HOUR, desk.now, OFFICER
    ).request
    desk.fan_out(request)
    desk.now += 2 * HOUR
    desk.wake(request, site, 1)
    sent = len(desk.subjects(owner))
    desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.NOTHING)
    desk.now += 7 * DAY
    assert desk.wake(request, site, 1).done and desk.services.requests.recovery.recover() == 0
    assert len(desk.subjects(owner)) == sent


def test_a_deadline_that_has_passed_is_told_once_and_not_reminded_of(desk: Desk) -> None:
    request, site, owner = desk.ask(left=-HOUR)
    recipient = desk.recipient(request, site)
    assert recipient.state is RecipientState.NOTIFIED and recipient.asked_too_late
    assert recipient.next_wake is None and desk.workflow.started == []
    (mail,) = desk.stack.mails_to(owner.email)
    assert "was probably deleted" in mail["BodyText"]
    desk.now += 30 * DAY
    assert desk.services.requests.recovery.recover() == 0 and desk.wake(request, site).done


@pytest.mark.parametrize(
    "answer",
    [
        RecipientState.NOTHING,
        RecipientState.UNAVAILABLE,
        RecipientState.DECLINED,
        RecipientState.UPLOADED,
    ],
)
def test_an_answer_ends_the_clock_at_its_next_wake_up(desk: Desk, answer: RecipientState) -> None:
    request, site, owner = desk.ask()
    if answer is RecipientState.UPLOADED:
        desk.services.requests.answers.mark_uploaded(request.id, site.id)
        desk.services.requests.answers.mark_uploaded(request.id, site.id)
    else:
        desk.services.requests.answers.take_answer(request.id, site.id, answer, "off", "Sorry.")
    desk.now += DAY * 3
    assert desk.wake(request, site, 1).done
    assert desk.recipient(request, site).state is answer
    assert len(desk.subjects(owner)) == 1


def test_saved_footage_has_fourteen_days_and_gentler_reminders(desk: Desk) -> None:
    request, site, owner = desk.ask()
    desk.now += HOUR
    saved = desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.SAVED)
    assert saved.upload_by == desk.now + 14 * DAY
    assert len(saved.planned) == 2 and saved.next_wake == saved.planned[0]
    # The first clock sleeps longer than a new one would; whichever wakes goes on with this plan.
    for moment in saved.planned:
        desk.now = moment
        assert not desk.wake(request, site, 1).done
    assert [one.split(" from ")[0] for one in desk.subjects(owner)[1:]] == 2 * [
        "Please send the footage you saved"
    ]
    desk.now = saved.upload_by
    wake = desk.wake(request, site, 1)
    assert wake.done
    recipient = desk.recipient(request, site)
    assert recipient.state is RecipientState.SAVED and recipient.ended_at
    assert "no longer expecting" in desk.subjects(owner)[-1]
    desk.services.requests.answers.mark_uploaded(request.id, site.id)
    assert desk.recipient(request, site).state is RecipientState.UPLOADED


def test_answers_can_be_changed_and_late_ones_are_welcome(desk: Desk) -> None:
    request, site, _ = desk.ask(left=HOUR)
    answers = desk.services.requests.answers
    desk.now += 2 * HOUR
    desk.wake(request, site, 1)
    assert desk.recipient(request, site).state is RecipientState.EXPIRED
    answers.take_answer(request.id, site.id, RecipientState.NOTHING)
    changed = answers.take_answer(
        request.id, site.id, RecipientState.UNAVAILABLE, "off", "It was off."
    )
    assert (changed.state, changed.reason, changed.note) == (
        RecipientState.UNAVAILABLE,
        "off",
        "It was off.",
    )
    assert answers.take_answer(request.id, site.id, RecipientState.SAVED).reason == ""
    answers.mark_uploaded(request.id, site.id)
    with pytest.raises(Conflict, match="already sent footage"):
        answers.take_answer(request.id, site.id, RecipientState.NOTHING)


def test_an_answer_during_the_send_stands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    request, site, owner = desk.ask(deliver=False)
    send = desk.services.notifications.mailer.send

    def and_answer(message: object) -> str:
        said = send(message)  # type: ignore[arg-type]  # handed on as it came
        desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.NOTHING)
        return said

    monkeypatch.setattr(desk.services.notifications.mailer, "send", and_answer)
    desk.services.requests.send_tasks.send_requests(request.id, site.id)
    recipient = desk.recipient(request, site)
    assert recipient.state is RecipientState.NOTHING and recipient.notified_at == desk.now
    assert recipient.claimed_until is None and recipient.next_wake is None
    assert len(desk.subjects(owner)) == 1 and desk.workflow.started == []


@pytest.mark.parametrize("what", ["answer", "view", "withdraw"])
def test_what_happens_during_a_reminder_stands(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    request, site, owner = desk.ask()
    planned = desk.recipient(request, site).planned
    desk.now = planned[0]
    send = desk.services.notifications.mailer.send

    def and_act(message: object) -> str:
        monkeypatch.undo()
        said = send(message)  # type: ignore[arg-type]  # handed on as it came
        if what == "answer":
            desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.DECLINED)
        elif what == "view":
            desk.services.requests.answers.mark_viewed(request.id, site.id)
        else:
            desk.services.requests.withdrawals.withdraw(request.id, "Arrest made", OFFICER)
        return said

    monkeypatch.setattr(desk.services.notifications.mailer, "send", and_act)
    wake = desk.wake(request, site, 1)
    recipient = desk.recipient(request, site)
    assert recipient.reminded == (planned[0],)
    assert len(desk.subjects(owner)) == 2
    if what == "view":
        assert recipient.state is RecipientState.VIEWED and wake.at == planned[1]
        return
    assert wake.done
    assert recipient.state is (
        RecipientState.DECLINED if what == "answer" else RecipientState.WITHDRAWN
    )


def test_a_send_that_fails_is_tried_again_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, site, owner = desk.ask(deliver=False)

    def fail(_: object) -> str:
        raise ConnectionError("SES does not answer")

    monkeypatch.setattr(desk.services.notifications.mailer, "send", fail)
    with pytest.raises(Unavailable):
        desk.services.requests.send_tasks.send_requests(request.id, site.id)
    assert desk.recipient(request, site).claimed_until is None
    monkeypatch.undo()
    desk.services.requests.send_tasks.send_requests(request.id, site.id)
    assert len(desk.subjects(owner)) == 1


def test_a_sender_that_ses_does_not_know_makes_nobody_undeliverable(desk: Desk) -> None:
    own = replace(desk.services.settings, mail_from="us@not-ours.test")
    stranger = Container(own, desk.services.clock, Session(desk.stack))
    request, site, _ = desk.ask(deliver=False)
    with pytest.raises(Unavailable):
        stranger.requests.send_tasks.send_requests(request.id, site.id)
    recipient = desk.recipient(request, site)
    assert recipient.state is RecipientState.PENDING and recipient.claimed_until is None


def test_a_withdrawal_tells_those_who_wait_once(desk: Desk) -> None:
    request, site, owner = desk.ask()
    desk.queued()
    ended = desk.services.requests.withdrawals.withdraw(request.id, "Arrest made", OFFICER)
    assert ended.state is RequestState.WITHDRAWN and ended.end_reason == "Arrest made"
    assert desk.tasks("withdraw") == [{"request_id": request.id, "site_ids": site.id}]
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda _: desk.services.requests.send_tasks.send_withdrawals(request.id, site.id),
                range(4),
            )
        )
    assert desk.subjects(owner)[1:] == ["You no longer need to look for footage"]
    desk.now += 5 * DAY
    assert desk.wake(request, site, 1).done
    assert desk.services.requests.recovery.recover() == 0
    assert len(desk.subjects(owner)) == 2
    again = desk.services.requests.withdrawals.withdraw(request.id, "Arrest made", OFFICER)
    assert again == ended, "the same form once more, because no answer came"
    assert desk.tasks("withdraw") == [] and len(desk.subjects(owner)) == 2
    acts = desk.services.access.audit.of_subject(f"request.{request.id}")
    assert [act["action"] for act in acts].count(Action.WITHDREW.value) == 1
    with pytest.raises(Conflict, match="already ended"):
        desk.services.requests.withdrawals.withdraw(request.id, "again", OFFICER)
    with pytest.raises(RequestOver):
        desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.SAVED)
    assert not desk.services.requests.reply_links.open_link(desk.token(owner)).request.is_open


def test_a_withdrawal_says_nothing_to_those_who_were_not_asked_or_answered(desk: Desk) -> None:
    request, site, owner = desk.ask(deliver=False)
    desk.services.requests.withdrawals.withdraw(request.id, "Wrong window", OFFICER)
    desk.services.requests.send_tasks.send_requests(request.id, site.id)
    assert desk.recipient(request, site).state is RecipientState.WITHDRAWN
    answered, there, other = desk.ask()
    desk.services.requests.answers.take_answer(answered.id, there.id, RecipientState.NOTHING)
    desk.services.requests.withdrawals.withdraw(answered.id, "Arrest made", OFFICER)
    assert desk.recipient(answered, there).state is RecipientState.NOTHING
    desk.now += HOUR
    desk.services.requests.recovery.recover()
    assert desk.subjects(owner) == [] and len(desk.subjects(other)) == 1


def test_a_withdrawal_that_was_cut_short_is_finished_by_the_clock(desk: Desk) -> None:
    request, site, owner = desk.ask()
    store = desk.services.requests.store
    store.end_request(request.id, RequestState.WITHDRAWN, desk.now, "and then the power failed")
    desk.now = desk.recipient(request, site).planned[0]
    desk.queued()
    assert desk.wake(request, site, 1).done
    desk.now += HOUR
    assert desk.services.requests.recovery.recover() == 1
    assert desk.tasks("withdraw") == [{"request_id": request.id, "site_ids": site.id}]
    desk.services.requests.send_tasks.send_withdrawals(request.id, site.id)
    assert desk.subjects(owner)[1:] == ["You no longer need to look for footage"]


def test_the_sweep_sends_what_the_queue_lost(desk: Desk) -> None:
    request, site, _ = desk.ask(deliver=False)
    desk.queued()
    assert desk.services.requests.recovery.recover() == 0
    desk.now += GRACE + timedelta(seconds=30)
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(lambda _: desk.services.requests.recovery.recover(), range(3))) == 1
    assert desk.tasks("ask") == [{"request_id": request.id, "site_ids": site.id}]
    assert desk.services.requests.recovery.recover() == 0
    assert desk.recipient(request, site).state is RecipientState.PENDING


def test_the_sweep_starts_a_clock_that_stopped_under_a_new_run(desk: Desk) -> None:
    request, site, owner = desk.ask()
    first = desk.recipient(request, site).planned[0]
    desk.now = first + timedelta(minutes=1)
    assert desk.services.requests.recovery.recover() == 0  # it is alive, and only slow
    desk.workflow.lose()
    assert desk.services.requests.recovery.recover() == 1
    assert desk.workflow.started[-1][1:] == (2, desk.now)
    # The old clock was only slow: it finds itself replaced and says nothing.
    assert desk.wake(request, site, 1).done
    assert len(desk.subjects(owner)) == 1
    assert not desk.wake(request, site, 2).done
    assert len(desk.subjects(owner)) == 2
    assert desk.services.requests.recovery.recover() == 0


def test_the_sweep_revives_clocks_before_they_are_missed(desk: Desk) -> None:
    request, site, owner = desk.ask(left=HOUR)
    far, there, _ = desk.ask(left=5 * DAY)
    first = desk.recipient(request, site).planned[0]
    desk.now = first - timedelta(minutes=5)
    assert desk.services.requests.recovery.recover() == 0
    desk.workflow.lost = True
    assert desk.services.requests.recovery.recover() == 1
    desk.workflow.lost = False
    assert desk.workflow.started[-1][1:] == (2, first)
    assert desk.recipient(request, site).next_wake == first
    assert desk.recipient(far, there).run == 1
    assert desk.services.requests.recovery.recover() == 0
    desk.now = first
    assert not desk.wake(request, site, 2).done
    assert len(desk.subjects(owner)) == 2


def test_the_sweep_goes_back_over_days_that_nothing_ran(desk: Desk) -> None:
    requests = [desk.ask(left=days * DAY) for days in (2, 4, 6)]
    desk.services.requests.recovery.recover()
    desk.now += 5 * DAY
    desk.workflow.lose()
    assert desk.services.requests.recovery.recover() == 3
    for request, site, _ in requests:
        desk.wake(request, site)
    states = [desk.recipient(request, site).state for request, site, _ in requests]
    assert states == [RecipientState.EXPIRED, RecipientState.EXPIRED, RecipientState.NOTIFIED]
    # One reminder for the one that still has time, not the two that were missed at once.
    assert len(desk.subjects(requests[2][2])) == 2
    assert desk.services.requests.recovery.recover() == 0


def test_fifty_stopped_clocks_ring_once_each(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: desk.ask(), range(50)))
    desk.now = desk.recipient(*asked[0][:2]).planned[0] + timedelta(minutes=5)
    desk.workflow.lose()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: desk.services.requests.recovery.recover(), range(4))) == 50
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: [desk.wake(one[0], one[1]) for _ in range(3)], asked))
    for _, _, owner in asked:
        assert len(desk.subjects(owner)) == 2


def test_a_removed_or_paused_owner_is_left_in_peace(desk: Desk) -> None:
    request, site, owner = desk.ask()
    desk.services.registry.sites.remove_site(site)
    desk.now = desk.recipient(request, site).planned[0]
    assert desk.wake(request, site, 1).done
    gone = desk.recipient(request, site)
    assert (gone.state, gone.reason) == (RecipientState.UNDELIVERABLE, "not registered any more")
    with pytest.raises(Gone, match="not registered"):
        desk.services.requests.reply_links.open_link(desk.token(owner))
    other, there, paused = desk.ask(deliver=False)
    desk.services.requests.bounces.record_bounce(other.id, there.id, "bounce")
    assert desk.recipient(other, there).state is RecipientState.UNDELIVERABLE
    pending = desk.services.registry.sites.owner(paused.id)
    assert pending and pending.paused_until and pending.paused_until > desk.now
    with pytest.raises(Invalid, match="1 paused by the owner or unreachable"):
        desk.services.requests.requests.create_request(
            add_incident(desk.services), [there.id], "Look.", desk.now - HOUR, desk.now, OFFICER
        )
    assert desk.subjects(paused) == []


def test_a_bounce_does_not_undo_an_answer(desk: Desk) -> None:
    request, site, owner = desk.ask()
    desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.SAVED)
    desk.services.requests.bounces.record_bounce(request.id, site.id, "complaint")
    assert desk.recipient(request, site).state is RecipientState.SAVED
    paused = desk.services.registry.sites.owner(owner.id)
    assert paused and paused.paused_until


def test_a_message_that_could_not_be_put_together_keeps_nobody_from_being_asked_again(
    desk: Desk,
) -> None:
    request, site, owner = desk.ask()
    desk.services.requests.bounces.record_bounce(request.id, site.id, NOT_MADE)
    found = desk.recipient(request, site)
    assert (found.state, found.reason) == (RecipientState.UNDELIVERABLE, NOT_MADE)
    left = desk.services.registry.sites.owner(owner.id)
    assert left and left.paused_until is None


def test_every_link_that_was_sent_opens_the_request(desk: Desk) -> None:
    request, site, owner = desk.ask()
    first = desk.token(owner)
    desk.now = desk.recipient(request, site).planned[0]
    desk.wake(request, site, 1)
    second = desk.token(owner)
    assert first != second
    for token in (first, second):
        matter = desk.services.requests.reply_links.open_link(token)
        assert (matter.request.id, matter.site.id, matter.owner.id) == (
            request.id,
            site.id,
            owner.id,
        )
    stored = str(
        desk.stack.client("dynamodb").scan(TableName=desk.services.clients.registry_table.name)
    )
    assert first not in stored and second not in stored


@pytest.mark.parametrize(
    "token", [pytest.param(new_token(), id="of nobody"), "short", "", "x" * 43, "../" * 20]
)
def test_a_forged_or_mistyped_link_opens_nothing(desk: Desk, token: str) -> None:
    with pytest.raises(NotFound):
        desk.services.requests.reply_links.open_link(token)


def test_a_reference_tells_only_that_it_exists(desk: Desk) -> None:
    request, _, _ = desk.ask(deliver=False)
    replies = desk.services.requests.reply_links
    assert replies.reference_exists(request.reference.lower().replace("-", " "))
    assert not replies.reference_exists("0000-0000")
    assert not replies.reference_exists("")


def test_the_shortest_lived_camera_sets_the_deadline(desk: Desk) -> None:
    doorbell = Camera(1, CameraKind.DOORBELL), Camera(2, make="ring", plan="30-days")
    request, site, _ = desk.ask(doorbell, left=7 * DAY - HOUR, deliver=False)
    found: Recipient = desk.recipient(request, site)
    assert found.deadline == request.window_from + timedelta(hours=3) > desk.now


def test_an_overview_counts_and_sorts(desk: Desk) -> None:
    request, site, _ = desk.ask()
    desk.services.requests.answers.take_answer(
        request.id, site.id, RecipientState.NOTHING, note="Nobody came by."
    )
    overview = desk.services.requests.overviews.view_request(request.id, OFFICER)
    assert overview.counts["nothing"] == overview.counts["answered"] == 1
    assert overview.recipients[0].note == "Nobody came by."
    with pytest.raises(NotFound):
        desk.services.requests.overviews.view_request(new_id(), OFFICER)


def test_nobody_is_woken_for_footage_that_is_safe(desk: Desk) -> None:
    desk.now = desk.now.replace(hour=22, minute=30)
    request, site, owner = desk.ask()
    saved = desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.SAVED)
    for moment in saved.planned:
        assert 8 <= moment.hour < 21  # November: local time is UTC
        desk.now = moment
        desk.wake(request, site)
    assert saved.upload_by and saved.upload_by.hour == 22
    desk.now = saved.upload_by
    wake = desk.wake(request, site)
    assert wake.at and (wake.at.hour, wake.at.minute) == (8, 0)
    assert len(desk.subjects(owner)) == 3
    desk.now = wake.at
    assert desk.wake(request, site).done
    assert len(desk.subjects(owner)) == 4


@pytest.mark.parametrize("deadline, first", [(12, 8), (3, 0)])
def test_a_request_at_night_waits_for_the_morning_unless_it_cannot(
    desk: Desk, deadline: int, first: int
) -> None:
    desk.now = desk.now.replace(hour=22)
    morning = (desk.now + DAY).replace(hour=deadline)
    request, site, owner = desk.ask(left=morning - desk.now)
    recipient = desk.recipient(request, site)
    assert len(desk.subjects(owner)) == 1
    assert recipient.next_wake and recipient.next_wake.hour == first
