"""Closing an incident: who hears what, once, and that every clock stops.

With a clock that the test moves, as in test_requests.py; through the API and the console at the
end of the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.access.audit import Action
from chalicelib.core.errors import Conflict, Invalid, Unavailable
from chalicelib.core.ids import new_id
from chalicelib.notifications.channels import Mailer
from chalicelib.notifications.send_queue import SendTask
from chalicelib.registry.model import Owner, Pause, Site
from chalicelib.requests.closing.closing_notices import FAREWELLS
from chalicelib.requests.closing.service import CLOSINGS, ClosingEffect
from chalicelib.requests.closing.termination import CLOSED_REASON
from chalicelib.requests.model import FootageRequest, RecipientState, RequestState
from chalicelib.requests.replies.answers import RequestOver
from tests.running import RunningStack
from tests.stack.asking import Asked, asked, signed_in
from tests.support.desk import OFFICER, Desk

DAY = timedelta(days=1)
THANKS, NOT_NEEDED = "Thank you for your help", "You no longer need to look for footage"

Made = tuple[FootageRequest, Site, Owner]


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


def close(desk: Desk, words: str = "") -> None:
    """Everything that closing brings about, as the queue would."""
    desk.services.requests.closings.close_incident(desk.incident.id, "", words, OFFICER)
    work(desk)


def work(desk: Desk) -> None:
    """Runs what is queued until nothing is left."""
    own = desk.services
    while bodies := desk.queued():
        for task in map(json.loads, bodies):
            match task["task"]:
                case SendTask.CLOSE:
                    own.requests.closings.carry_out(task["incident_id"], int(task["closing"]))
                case SendTask.THANK:
                    closing = int(task["closing"])
                    own.requests.closing_notices.send_notice(
                        task["incident_id"], closing, task["owner_id"]
                    )
                case SendTask.WITHDRAW:
                    own.requests.send_tasks.send_withdrawals(
                        task["request_id"], *task["site_ids"].split()
                    )


def say(desk: Desk, made: Made, answer: RecipientState) -> None:
    request, site, _ = made
    if answer is RecipientState.UPLOADED:
        desk.services.requests.answers.mark_uploaded(request.id, site.id)
    else:
        desk.services.requests.answers.take_answer(request.id, site.id, answer)


def last(desk: Desk, made: Made) -> str:
    """The subject of the newest message to this owner."""
    subjects = desk.subjects(made[2])
    return subjects[-1] if subjects else ""


def test_each_owner_hears_what_fits_and_every_clock_stops(desk: Desk) -> None:
    answered = {
        state: desk.ask()
        for state in (
            RecipientState.SAVED,
            RecipientState.UPLOADED,
            RecipientState.NOTHING,
            RecipientState.UNAVAILABLE,
            RecipientState.DECLINED,
        )
    }
    for state, made in answered.items():
        say(desk, made, state)
    waiting, viewed, unsent = desk.ask(), desk.ask(), desk.ask(deliver=False)
    desk.services.requests.answers.mark_viewed(viewed[0].id, viewed[1].id)
    unreached, expired = desk.ask(), desk.ask(left=DAY)
    desk.services.requests.bounces.record_bounce(unreached[0].id, unreached[1].id, "bounce")
    desk.now += 2 * DAY
    assert desk.wake(*expired[:2]).done
    desk.queued()
    effect = desk.services.requests.closings.preview_effect(desk.incident.id)
    assert effect == ClosingEffect(requests=10, thanked=5, not_needed=2, unsent=1, silent=3)

    close(desk, "He was found. Thank you.")

    for made in answered.values():
        assert last(desk, made) == THANKS
        assert desk.subjects(made[2]).count(THANKS) == 1
        text = desk.stack.mails_to(made[2].email)[-1]["BodyText"]
        assert "He was found. Thank you." in text
        assert made[2].phrase in text and made[0].reference in text
    for made in (waiting, viewed):
        assert last(desk, made) == NOT_NEEDED
    assert desk.subjects(unsent[2]) == []
    for made in (unreached, expired):
        assert not {THANKS, NOT_NEEDED} & set(desk.subjects(made[2]))

    states = {**{s: s for s in answered}, RecipientState.EXPIRED: RecipientState.EXPIRED}
    for state, made in {**answered, RecipientState.EXPIRED: expired}.items():
        recipient = desk.recipient(*made[:2])
        assert recipient.state is states[state]
        assert recipient.next_wake is None and recipient.planned == ()
    for made in (waiting, viewed, unsent):
        recipient = desk.recipient(*made[:2])
        assert (recipient.state, recipient.reason) == (RecipientState.WITHDRAWN, CLOSED_REASON)
        assert recipient.next_wake is None
    for request, *_ in (waiting, *answered.values()):
        stored = desk.services.requests.store.request(request.id)
        assert stored and stored.state is RequestState.CLOSED
        assert stored.closing_words == "He was found. Thank you."


def test_words_are_signed_by_who_closed_the_incident(desk: Desk) -> None:
    """Who may be called stays the officer who asked; also when the owner's newest request had
    ended before, which the closing adds no words to."""
    made = desk.ask()
    say(desk, made, RecipientState.NOTHING)
    ward = replace(OFFICER, id=new_id(), username="r.ward")
    desk.services.requests.closings.close_incident(desk.incident.id, "", "He was found.", ward)
    work(desk)
    assert last(desk, made) == THANKS
    text = desk.stack.mails_to(made[2].email)[-1]["BodyText"]
    assert "Message from r.ward:\n\nHe was found." in text
    assert text.count("Message from") == 1 and "r.ward on" not in text
    stored = desk.services.requests.store.request(made[0].id)
    assert stored and stored.closing_words_by == "r.ward"


def test_who_could_not_help_is_not_thanked_for_knowing_where_nothing_was(desk: Desk) -> None:
    made = desk.ask()
    say(desk, made, RecipientState.UNAVAILABLE)
    close(desk)
    text = desk.stack.mails_to(made[2].email)[-1]["BodyText"]
    assert "could not help this time" in text and "nothing to see" not in text


def test_clocks_that_wake_after_a_closing_end_without_a_message(desk: Desk) -> None:
    saved, waiting = desk.ask(), desk.ask()
    say(desk, saved, RecipientState.SAVED)
    desk.services.requests.closings.close_incident(desk.incident.id, "", "", OFFICER)
    desk.now += 30 * DAY  # the rest of the closing has not run
    for made in (saved, waiting):
        before = desk.subjects(made[2])
        assert desk.wake(*made[:2]).done
        assert desk.subjects(made[2]) == before
    work(desk)
    desk.now += timedelta(minutes=2)
    desk.services.requests.recovery.recover()
    work(desk)
    assert (last(desk, saved), last(desk, waiting)) == (THANKS, NOT_NEEDED)
    for made in (saved, waiting):
        assert len(desk.subjects(made[2])) == 2
        assert desk.recipient(*made[:2]).next_wake is None


def test_an_owner_of_several_sites_and_requests_hears_once(desk: Desk) -> None:
    first, site, owner = desk.ask()
    own = desk.services
    start = desk.now - 2 * DAY
    second = own.requests.requests.create_request(
        desk.incident, [site.id], "And this?", start, start + timedelta(hours=1), OFFICER
    ).request
    desk.fan_out(second)
    own.requests.answers.take_answer(first.id, site.id, RecipientState.NOTHING)
    close(desk)
    assert desk.subjects(owner).count(THANKS) == 1
    assert NOT_NEEDED not in desk.subjects(owner)


def test_everything_may_run_twice_and_at_once(desk: Desk) -> None:
    made, waiting = desk.ask(), desk.ask()
    say(desk, made, RecipientState.NOTHING)
    own = desk.services
    own.requests.closings.close_incident(desk.incident.id, "", "", OFFICER)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: own.requests.closings.carry_out(desk.incident.id, 1), range(4)))
    owners = [made[2].id, waiting[2].id] * 4
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda one: own.requests.closing_notices.send_notice(desk.incident.id, 1, one),
                owners,
            )
        )
    work(desk)
    assert desk.subjects(made[2]).count(THANKS) == 1
    assert desk.subjects(waiting[2]).count(NOT_NEEDED) == 1


def test_what_the_queue_loses_the_sweep_finds(desk: Desk) -> None:
    made = desk.ask()
    say(desk, made, RecipientState.NOTHING)
    own = desk.services
    own.requests.closings.close_incident(desk.incident.id, "", "", OFFICER)
    desk.queued()  # the closing is lost
    assert desk.recover(CLOSINGS) == desk.recover(FAREWELLS) == 0
    desk.now += timedelta(minutes=2)
    assert desk.recover(CLOSINGS) == 1
    own.requests.closings.carry_out(desk.incident.id, 1)
    desk.queued()  # so is the thanks
    desk.now += timedelta(minutes=2)
    assert (desk.recover(CLOSINGS), desk.recover(FAREWELLS)) == (0, 1)
    work(desk)
    assert last(desk, made) == THANKS
    desk.now += DAY
    assert desk.recover(CLOSINGS) == desk.recover(FAREWELLS) == 0


def test_a_message_that_cannot_go_out_now_goes_out_later_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.ask()
    say(desk, made, RecipientState.NOTHING)
    own = desk.services
    own.requests.closings.close_incident(desk.incident.id, "", "", OFFICER)
    own.requests.closings.carry_out(desk.incident.id, 1)

    def busy(*_: object) -> str:
        raise Unavailable("Messages cannot be sent at the moment.")

    with monkeypatch.context() as patched:
        patched.setattr(Mailer, "send", busy)
        with pytest.raises(Unavailable):
            own.requests.closing_notices.send_notice(desk.incident.id, 1, made[2].id)
    own.requests.closing_notices.send_notice(desk.incident.id, 1, made[2].id)
    own.requests.closing_notices.send_notice(desk.incident.id, 1, made[2].id)
    assert desk.subjects(made[2]).count(THANKS) == 1


def test_a_second_click_is_the_same_closing_and_another_officers_is_told(desk: Desk) -> None:
    own = desk.services
    first = own.requests.closings.close_incident(desk.incident.id, "done", "Thanks.", OFFICER)
    assert (
        own.requests.closings.close_incident(desk.incident.id, "done", "Thanks.", OFFICER) == first
    )
    assert first.closings == 1
    with pytest.raises(Conflict, match="already closed"):
        own.requests.closings.close_incident(desk.incident.id, "done", "Other words.", OFFICER)
    assert len(desk.queued()) == 1


def test_nothing_can_be_asked_or_answered_after_a_closing(desk: Desk) -> None:
    request, site, _ = desk.ask()
    close(desk)
    with pytest.raises(RequestOver):
        desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.NOTHING)
    with pytest.raises((Conflict, Invalid)):
        desk.ask()


def test_footage_on_its_way_still_arrives(desk: Desk) -> None:
    request, site, _ = desk.ask()
    close(desk)
    assert (
        desk.services.requests.answers.mark_uploaded(request.id, site.id).state
        is RecipientState.UPLOADED
    )


def test_closing_in_the_moment_a_first_message_goes_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is out when its note finds the recipient ended: the owner hears that too."""
    request, site, owner = made = desk.ask(deliver=False)
    send = Mailer.send

    def close_first(mailer: Mailer, message: Any) -> str:
        monkeypatch.setattr(Mailer, "send", send)
        desk.services.requests.closings.close_incident(desk.incident.id, "", "", OFFICER)
        desk.services.requests.closings.carry_out(desk.incident.id, 1)
        return send(mailer, message)

    monkeypatch.setattr(Mailer, "send", close_first)
    desk.services.requests.send_tasks.send_requests(request.id, site.id)
    monkeypatch.setattr(Mailer, "send", send)
    assert desk.recipient(request, site).state is RecipientState.WITHDRAWN
    desk.now += timedelta(minutes=2)
    desk.services.requests.recovery.recover()
    work(desk)
    assert [s for s in desk.subjects(owner) if s == NOT_NEEDED] == [NOT_NEEDED]
    assert len(desk.subjects(owner)) == 2
    assert desk.recipient(*made[:2]).next_wake is None


def test_mail_that_came_back_is_not_sent_again(desk: Desk) -> None:
    made = desk.ask()
    say(desk, made, RecipientState.NOTHING)
    desk.services.requests.bounces.record_bounce(made[0].id, made[1].id, "complaint")
    owner = desk.services.registry.sites.owner(made[2].id)
    assert owner and owner.paused_why is Pause.RETURNED
    close(desk)
    assert THANKS not in desk.subjects(made[2])


def test_a_reopened_incident_begins_anew_and_thanks_nobody_twice(desk: Desk) -> None:
    first = desk.ask()
    say(desk, first, RecipientState.NOTHING)
    close(desk)
    desk.now += timedelta(hours=1)
    opened = desk.services.requests.closings.reopen_incident(
        desk.incident.id, "A new lead", OFFICER
    )
    assert opened.is_open and opened.closed_at is None
    stored = desk.services.requests.store.request(first[0].id)
    assert stored and stored.state is RequestState.CLOSED
    again = desk.services.requests.closings.reopen_incident(desk.incident.id, "A new lead", OFFICER)
    assert again == opened, "the same form once more, because no answer came"
    acts = desk.services.access.audit.of_subject(f"incident.{desk.incident.id}")
    assert [act["action"] for act in acts].count(Action.REOPENED_INCIDENT.value) == 1
    with pytest.raises(Conflict, match="is open"):
        desk.services.requests.closings.reopen_incident(desk.incident.id, "Another", OFFICER)
    desk.now += timedelta(hours=1)
    second = desk.ask()
    say(desk, second, RecipientState.NOTHING)
    desk.now += timedelta(hours=1)
    assert desk.services.requests.closings.preview_effect(desk.incident.id).thanked == 1
    close(desk)
    assert desk.subjects(first[2]).count(THANKS) == 1
    assert desk.subjects(second[2]).count(THANKS) == 1


# from outside


@pytest.fixture(scope="module")
def two_asked(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        yield made


def test_an_incident_is_closed_over_the_api_and_owners_are_thanked(two_asked: Asked) -> None:
    stack, first, second = two_asked.stack, *two_asked.emails
    reply = two_asked.somebody.open_page(two_asked.replies[0])
    two_asked.somebody.submit(reply, {"answer": "nothing"})
    closing = f"/api/v1/incidents/{two_asked.incident_id}/closing"
    body = {"words": "We have found the car.", "reason": "Charged"}
    closed = two_asked.officer.json("POST", closing, body, token=two_asked.token)
    assert closed["state"] == "closed" and closed["closed_by"] == "investigator"
    assert two_asked.officer.json("POST", closing, body, token=two_asked.token) == closed

    def told(email: str, subject: str) -> bool:
        return any(mail["Subject"] == subject for mail in stack.mails_to(email))

    stack.wait_for(lambda: told(first, THANKS), "the thanks")
    stack.wait_for(lambda: told(second, NOT_NEEDED), "that it is over")
    thanks = [m for m in stack.mails_to(first) if m["Subject"] == THANKS]
    assert len(thanks) == 1
    assert "We have found the car." in thanks[0]["BodyText"]
    assert "PC Alex Lane on 0121 496 0101" in thanks[0]["BodyText"]
    assert "PC Alex Lane, call 0121 496 0101" in stack.mails_to(first)[1]["BodyText"]
    for link, said in zip(two_asked.replies, ("your answer", "being willing"), strict=True):
        over = two_asked.somebody.open_page(link, ok=False)
        assert f"Thank you for {said}" in over.text and "closed" in over.text
    request = two_asked.api(f"requests/{two_asked.request_id}")
    assert request["state"] == "closed" and request["end_reason"] == "Charged"
    found = two_asked.officer.send_request(
        "POST",
        f"/api/v1/incidents/{two_asked.incident_id}/searches",
        json={
            "area": {"type": "circle", "centre": [-1.9, 52.4], "radius_m": 10},
            "reason": "Once more",
        },
        headers={"Authorization": f"Bearer {two_asked.token}"},
    )
    assert found.status_code == 409


def test_the_console_says_first_what_closing_does(stack: RunningStack) -> None:
    with asked(stack) as made, signed_in(stack, "supervisor") as supervisor:
        page = made.officer.open_page(f"/console/incidents/{made.incident_id}")
        assert "Closing ends 1 open request" in page.text
        address = f"/console/incidents/{made.incident_id}/closing"
        page = made.officer.open_page(address)
        assert "with time left are told" in page.text
        words = {"words": "Found near New Street.", "reason": "", "act": "preview"}
        page = made.officer.submit(page, words, action="/closing")
        assert "Found near New Street." in page.soup.select(".letters__text")[0].text
        assert made.api(f"incidents/{made.incident_id}")["state"] == "open"
        page = made.officer.submit(page, {**words, "act": "close"}, action="/closing")
        assert "Search for cameras" not in page.text
        assert made.api(f"incidents/{made.incident_id}")["state"] == "closed"
        page = supervisor.open_page(address)
        page = supervisor.submit(page, {"reason": "A new lead"}, action="/reopening")
        assert made.api(f"incidents/{made.incident_id}")["state"] == "open"
        audit = supervisor.json(
            "GET",
            f"/api/v1/audit?subject=incident.{made.incident_id}",
            token=supervisor.bearer(),
        )["entries"]
        assert [e["action"] for e in audit if "open" in e["action"] or "close" in e["action"]] == [
            "reopened an incident",
            "closed an incident",
        ]
