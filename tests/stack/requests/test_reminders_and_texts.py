"""A recipient's clock with text messages, with several sites of one owner, and at its end; the
time stands where the test puts it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.access.officer_profiles import NotificationTopic
from chalicelib.cameras.model import Camera
from chalicelib.core.ids import new_id
from chalicelib.registry.model import Owner, Site
from chalicelib.requests.model import FootageRequest, RecipientState, RequestState
from chalicelib.requests.reminders.reminders import LATER
from tests.running import RunningStack
from tests.support.desk import OFFICER, Desk, add_site

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


def request_to(desk: Desk, sites: list[Site], left: timedelta) -> FootageRequest:
    """Asks these sites, whose recorders keep a week, for what they lose after `left`."""
    start = desk.now - timedelta(days=7) + left
    made = desk.services.requests.requests.create_request(
        desk.incident, [site.id for site in sites], "Please look for a red coat.", start,
        start + timedelta(minutes=30), OFFICER,
    )  # fmt: skip
    desk.fan_out(made.request)
    return made.request


def with_texts(desk: Desk) -> tuple[Site, Owner, str]:
    """Somebody who chose text messages."""
    site, owner = add_site(desk.services)
    phone = f"+447400{int(new_id().encode().hex(), 16) % 10**6:06}"
    chosen = desk.services.registry.sites.change_owner(owner, replace(owner, texts_to=phone))
    return site, chosen, phone


def two_sites(desk: Desk) -> tuple[list[Site], Owner]:
    """Two sites of one owner, with recorders alike."""
    first, owner = add_site(desk.services, (Camera(1),))
    second = replace(first, id=new_id(), address_line_1="3 Shop Row")
    desk.services.registry.sites.transact(*desk.services.registry.sites.new_site_writes(second))
    return [first, second], owner


def at(desk: Desk, hour: int, minute: int = 0) -> datetime:
    return desk.now.replace(hour=hour, minute=minute)  # November: local time is UTC


# Text messages


def test_who_chose_texts_gets_them_beside_every_email_but_the_last(desk: Desk) -> None:
    site, owner, phone = with_texts(desk)
    request = request_to(desk, [site], 10 * HOUR)
    planned = desk.recipient(request, site).planned
    for moment in (*planned, desk.recipient(request, site).deadline):
        assert moment
        desk.now = moment
        desk.wake(request, site, 1)
    assert len(desk.subjects(owner)) == 5
    texts = desk.stack.texts_to(phone)
    assert len(texts) == 4
    for text, said in zip(texts, ("please check", "reminder", "reminder", "last"), strict=True):
        assert said in text and owner.phrase in text and request.reference in text
    reply = texts[0].rsplit(" ", 1)[1]
    assert desk.services.requests.reply_links.open_link(reply.rsplit("/", 1)[1]).site.id == site.id


def test_nobody_is_texted_at_night_for_what_can_wait(desk: Desk) -> None:
    site, owner, phone = with_texts(desk)
    desk.now = at(desk, 22, 30)
    request = request_to(desk, [site], 6 * DAY)
    recipient = desk.recipient(request, site)
    morning = at(desk, 8) + DAY
    assert len(desk.subjects(owner)) == 1 and desk.stack.texts_to(phone) == []
    assert recipient.text_at == recipient.next_wake == morning
    desk.now = morning
    with ThreadPoolExecutor(4) as pool:
        wakes = list(pool.map(lambda _: desk.wake(request, site, 1), range(4)))
    assert {wake.at for wake in wakes} == {recipient.planned[0]}
    assert len(desk.stack.texts_to(phone)) == 1 and len(desk.subjects(owner)) == 1
    assert desk.recipient(request, site).text_at is None


def test_an_answer_before_the_morning_needs_no_text(desk: Desk) -> None:
    site, _, phone = with_texts(desk)
    desk.now = at(desk, 22, 30)
    request = request_to(desk, [site], 6 * DAY)
    desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.SAVED)
    desk.now = at(desk, 8) + DAY
    desk.wake(request, site, 1)
    assert desk.stack.texts_to(phone) == []


@pytest.mark.parametrize("deadline, texts", [(3, 1), (12, 0)])
def test_a_request_at_night_wakes_only_whose_footage_dies_that_night(
    desk: Desk, deadline: int, texts: int
) -> None:
    site, owner, phone = with_texts(desk)
    desk.now = at(desk, 22)
    request = request_to(desk, [site], at(desk, deadline) + DAY - desk.now)
    assert len(desk.subjects(owner)) == 1 and len(desk.stack.texts_to(phone)) == texts
    desk.now = desk.recipient(request, site).planned[0]
    assert desk.now.hour == (0 if texts else 8)
    desk.wake(request, site, 1)
    assert len(desk.stack.texts_to(phone)) == texts + 1


@pytest.mark.parametrize("hour, texts", [(14, 2), (23, 1)])
def test_a_withdrawal_is_texted_by_day(desk: Desk, hour: int, texts: int) -> None:
    site, owner, phone = with_texts(desk)
    request = request_to(desk, [site], 5 * DAY)
    desk.now = at(desk, hour)
    desk.services.requests.withdrawals.withdraw(request.id, "Arrest made", OFFICER)
    desk.services.requests.send_tasks.send_withdrawals(request.id, site.id)
    assert len(desk.subjects(owner)) == 2
    assert len(desk.stack.texts_to(phone)) == texts


# Several sites


def test_reminders_of_two_sites_that_are_due_together_are_one_message(desk: Desk) -> None:
    sites, owner = two_sites(desk)
    request = request_to(desk, sites, 10 * HOUR)
    assert len(desk.subjects(owner)) == 1
    planned = desk.recipient(request, sites[0]).planned
    assert planned == desk.recipient(request, sites[1]).planned
    for number, moment in enumerate(planned, start=2):
        desk.now = moment
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: desk.wake(request, sites[n % 2], 1), range(4)))
        assert len(desk.subjects(owner)) == number
    for site in sites:
        assert desk.recipient(request, site).reminded == planned
    deadline = desk.recipient(request, sites[0]).deadline
    assert deadline
    desk.now = deadline
    assert all(desk.wake(request, site, 1).done for site in sites)
    assert [desk.recipient(request, site).state for site in sites] == 2 * [RecipientState.EXPIRED]
    assert len(desk.subjects(owner)) == 5


def test_a_site_that_has_answered_is_not_spoken_of_again(desk: Desk) -> None:
    sites, owner = two_sites(desk)
    request = request_to(desk, sites, 10 * HOUR)
    desk.services.requests.answers.take_answer(request.id, sites[1].id, RecipientState.NOTHING)
    desk.now = desk.recipient(request, sites[0]).planned[0]
    assert desk.wake(request, sites[1], 1).done
    assert not desk.wake(request, sites[0], 1).done
    said = desk.stack.mails_to(owner.email)[-1]["BodyText"]
    assert sites[0].address_line_1 in said and "3 Shop Row" not in said


def test_a_site_that_was_taken_off_does_not_silence_the_other(desk: Desk) -> None:
    sites, owner = two_sites(desk)
    request = request_to(desk, sites, 10 * HOUR)
    desk.services.registry.sites.remove_site(sites[1])
    desk.now = desk.recipient(request, sites[0]).planned[0]
    desk.wake(request, sites[0], 1)
    assert len(desk.subjects(owner)) == 2
    assert desk.wake(request, sites[1], 1).done
    assert desk.recipient(request, sites[1]).state is RecipientState.UNDELIVERABLE


# The end


def test_the_last_wait_is_the_one_before_the_deadline(desk: Desk) -> None:
    request, site, _ = desk.ask(left=10 * HOUR)
    recipient = desk.recipient(request, site)
    assert recipient.deadline
    said = []
    for moment in recipient.planned:
        said.append(desk.wake(request, site, 1))
        desk.now = moment
    said.append(desk.wake(request, site, 1))
    assert [wake.last for wake in said] == [False, False, False, True]
    assert said[-1].at == recipient.deadline + LATER
    # The owner saves it after all: the last wake-up finds another clock, and the sweep keeps it.
    desk.now = recipient.deadline - timedelta(minutes=1)
    saved = desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.SAVED)
    desk.now = recipient.deadline + LATER
    wake = desk.wake(request, site, 1)
    assert not wake.done and not wake.last
    assert saved.next_wake
    desk.now = saved.next_wake + timedelta(minutes=1)
    assert desk.services.requests.recovery.recover() == 1
    assert desk.workflow.started[-1][1] == 2


def test_a_last_wake_up_that_meets_somebody_who_died_leaves_it_to_the_sweep(desk: Desk) -> None:
    request, site, owner = desk.ask(left=HOUR)
    recipient = desk.recipient(request, site)
    assert recipient.deadline
    store = desk.services.requests.store
    store.change_recipient(recipient, {"planned": ()}, states=[RecipientState.NOTIFIED])
    desk.set_due(recipient, recipient.deadline)
    desk.now = recipient.deadline + LATER
    waiting = desk.recipient(request, site)
    store.claim_group([waiting], desk.now, desk.now + timedelta(seconds=60))
    assert not desk.wake(request, site, 1).done
    desk.now += timedelta(seconds=90)
    desk.workflow.lose()  # its execution ended with the last wake-up
    assert desk.services.requests.recovery.recover() == 1
    assert desk.wake(request, site, 2).done
    assert desk.recipient(request, site).state is RecipientState.EXPIRED
    assert len(desk.subjects(owner)) == 2


def test_a_deadline_that_passes_is_news_for_the_officer(desk: Desk) -> None:
    request, site, _ = desk.ask(left=HOUR)
    deadline = desk.recipient(request, site).deadline
    assert deadline
    desk.now = deadline
    desk.wake(request, site, 1)
    noted = desk.services.clients.registry_table.get(f"REQUEST#{request.id}", "NEWS")
    assert noted and noted[NotificationTopic.DEADLINE.value] == 1


def test_a_closed_request_ends_its_clock_without_another_message(desk: Desk) -> None:
    request, site, owner = desk.ask()
    store = desk.services.requests.store
    store.end_request(request.id, RequestState.CLOSED, desk.now, "and then the power failed")
    desk.now = desk.recipient(request, site).planned[0]
    assert desk.wake(request, site, 1).done
    assert desk.recipient(request, site).state is RecipientState.WITHDRAWN
    assert len(desk.subjects(owner)) == 1
    assert desk.wake(request, site, 1).done
