"""Asking many owners: everybody once, nobody too often, whatever is lost, repeated or meets.

Our code runs in this process against the emulator, with a clock that the test moves; through the
API and the queue it is tested in test_asking_api.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.access.permissions import Officer, Role
from chalicelib.core.errors import DomainError, Forbidden, Invalid, Unavailable
from chalicelib.core.ids import new_id
from chalicelib.dynamodb.outbox import GRACE
from chalicelib.incidents.service import Incident
from chalicelib.notifications.channels import Message, Undeliverable
from chalicelib.registry.model import Owner, Site
from chalicelib.requests import emails
from chalicelib.requests.model import FootageRequest, RecipientState, SkipReason
from chalicelib.requests.recipients.recipient_batches import PARTS
from chalicelib.requests.sending.bulk_mailer import AHEAD
from tests.running import RunningStack
from tests.support.desk import OFFICER, Desk, add_incident, add_site, pause
from tests.support.places import new_site

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SUPERVISOR = Officer(new_id(), "sgt.moss", frozenset({Role.SUPERVISOR}))


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


def add_sites(desk: Desk, number: int) -> list[tuple[Site, Owner]]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: add_site(desk.services), range(number)))


def add_to(desk: Desk, owner: Owner, number: int) -> list[Site]:
    """More sites of one owner."""
    sites = desk.services.registry.sites
    made = []
    for n in range(number):
        site = replace(
            new_site(52_476_000, -1_905_300)[1], owner_id=owner.id, address_line_1=f"{n} Row"
        )
        sites.transact(*sites.new_site_writes(site))
        made.append(site)
    return made


def ask(
    desk: Desk, sites: Sequence[Site], incident: Incident | None = None, **more: Any
) -> FootageRequest:
    """A request that stands and is not written out yet; by default of an incident of its own."""
    officer = more.pop("officer", OFFICER)
    start = desk.now - more.pop("ago", HOUR)
    end = start + more.pop("length", HOUR)
    return desk.services.requests.requests.create_request(
        incident or add_incident(desk.services),
        [site.id for site in sites],
        "Look.",
        start,
        end,
        officer,
        **more,
    ).request


def states(desk: Desk, request: FootageRequest) -> Counter[str]:
    recipients = desk.services.requests.overviews.of_request(request.id).recipients
    return Counter(one.state.value for one in recipients)


def skipped(desk: Desk, request: FootageRequest) -> dict[str, SkipReason]:
    now = desk.services.requests.requests.get_request(request.id)
    return {one.site_id: one.why for one in now.skipped}


# everybody once


def test_a_hundred_and_twenty_owners_get_one_message_each(desk: Desk) -> None:
    pairs = add_sites(desk, 120)
    request = ask(desk, [site for site, _ in pairs])
    assert states(desk, request) == {"pending": 120}
    tasks = desk.tasks("fan_out")
    assert [task["part"] for task in tasks] == ["0", "1"]
    work = [*tasks, *tasks, *tasks[::-1]]
    with ThreadPoolExecutor(6) as pool:
        list(
            pool.map(
                lambda e: desk.services.requests.fan_out.write_and_send(
                    e["request_id"], int(e["part"])
                ),
                work,
            )
        )
    assert states(desk, request) == {"notified": 120}
    assert [len(desk.subjects(owner)) for _, owner in pairs] == [1] * 120
    started = " ".join(task["site_ids"] for task in desk.tasks("start_reminders")).split()
    assert sorted(started) == sorted(site.id for site, _ in pairs)
    assert desk.services.requests.requests.get_request(request.id).site_count == 120


def test_an_owner_of_several_sites_gets_one_message_with_a_link_for_each(desk: Desk) -> None:
    site, owner = add_site(desk.services)
    mine = [site, *add_to(desk, owner, 2)]
    request = ask(desk, mine)
    desk.fan_out(request)
    (mail,) = desk.stack.mails_to(owner.email)
    assert mail["Subject"].startswith("Please check your cameras")
    lines = mail["BodyText"].splitlines()
    links = [line for line in lines if "/reply/" in line and "?answer=" not in line]
    opened = {
        desk.services.requests.reply_links.open_link(link.rsplit("/", 1)[1]).site.id
        for link in links
    }
    assert opened == {one.id for one in mine} and len(links) == 3
    for one in mine:
        assert one.address_line_1 in mail["BodyText"]
        assert set(desk.recipient(request, one).beside) == opened - {one.id}
    desk.services.requests.withdrawals.withdraw(request.id, "Arrest made", OFFICER)
    (task,) = desk.tasks("withdraw")
    desk.services.requests.send_tasks.send_withdrawals(request.id, *task["site_ids"].split())
    assert desk.subjects(owner)[1:] == ["You no longer need to look for footage"]


def test_an_owner_of_very_many_sites_is_asked_for_all_of_them(desk: Desk) -> None:
    site, owner = add_site(desk.services)
    request = ask(desk, [site, *add_to(desk, owner, 54)])
    desk.fan_out(request)
    assert states(desk, request) == {"notified": 55}
    assert len(desk.subjects(owner)) == 2
    assert (
        len(desk.services.requests.contact_history.whole_owners({owner.id})[owner.id][1].contacts)
        == 1
    )


def test_a_message_that_was_refused_or_failed_holds_up_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = add_sites(desk, 8)
    request = ask(desk, [site for site, _ in pairs])
    send, failing = (
        desk.services.notifications.mailer.send_many,
        {owner.email for _, owner in pairs[:3]},
    )

    def some_fail(messages: Sequence[Message]) -> list[str | DomainError]:
        sent = iter(send([one for one in messages if one.to not in failing]))
        return [Unavailable("busy") if one.to in failing else next(sent) for one in messages]

    monkeypatch.setattr(desk.services.notifications.mailer, "send_many", some_fail)
    with pytest.raises(Unavailable):
        desk.services.requests.fan_out.write_and_send(request.id, 0)
    assert states(desk, request) == {"notified": 5, "pending": 3}
    monkeypatch.undo()
    desk.services.requests.fan_out.write_and_send(request.id, 0)
    assert states(desk, request) == {"notified": 8}
    assert [len(desk.subjects(owner)) for _, owner in pairs] == [1] * 8


def test_when_ses_does_not_answer_all_are_given_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = add_sites(desk, 12)
    request = ask(desk, [site for site, _ in pairs])

    def silence(_: object) -> list[str | DomainError]:
        raise ConnectionError("SES does not answer")

    monkeypatch.setattr(desk.services.notifications.mailer, "send_many", silence)
    with pytest.raises(Unavailable):
        desk.services.requests.fan_out.write_and_send(request.id, 0)
    assert states(desk, request) == {"pending": 12}
    assert all(desk.recipient(request, site).claimed_until is None for site, _ in pairs)
    monkeypatch.undo()
    desk.services.requests.fan_out.write_and_send(request.id, 0)
    assert [len(desk.subjects(owner)) for _, owner in pairs] == [1] * 12


def test_an_address_that_ses_refuses_is_noted_and_its_neighbours_are_written_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (refused, nobody), *others = add_sites(desk, 4)
    request = ask(desk, [refused, *(site for site, _ in others)])
    send, address = desk.services.notifications.mailer.send_many, nobody.email

    def one_refused(messages: Sequence[Message]) -> list[str | DomainError]:
        sent = iter(send([one for one in messages if one.to != address]))
        return [Undeliverable("no") if one.to == address else next(sent) for one in messages]

    monkeypatch.setattr(desk.services.notifications.mailer, "send_many", one_refused)
    desk.fan_out(request)
    assert states(desk, request) == {"undeliverable": 1, "notified": 3}
    assert desk.recipient(request, refused).state is RecipientState.UNDELIVERABLE
    assert [len(desk.subjects(owner)) for _, owner in others] == [1] * 3


def test_many_messages_in_one_call_arrive_as_they_were_written(desk: Desk) -> None:
    """Also with signs that mean something in HTML, in JSON, and in a template of SES."""
    words = 'Look for "red" <b>coats</b> & {{Text}} {{{Html}}} \\u0041 – naïve'
    pairs = add_sites(desk, 3)
    start = desk.now - HOUR
    request = desk.services.requests.requests.create_request(
        add_incident(desk.services), [site.id for site, _ in pairs], words, start, desk.now, OFFICER
    ).request
    desk.fan_out(request)
    for site, owner in pairs:
        (mail,) = desk.stack.mails_to(owner.email)
        token = desk.token(owner)
        matter = desk.services.requests.reply_links.open_link(token)
        assert matter.site.id == site.id
        written = emails.request_email(
            desk.services.notifications.sender, [matter], [token], desk.now
        )
        assert words in mail["BodyText"]
        assert "&lt;b&gt;coats&lt;/b&gt; &amp; {{Text}}" in written.html
        assert (mail["Subject"], mail["BodyText"], mail["BodyHtml"]) == (
            written.subject,
            written.text,
            written.html,
        )


def test_no_more_is_claimed_while_many_wait_to_go(desk: Desk) -> None:
    """An account that may send slowly must not let claims end in the queue."""
    pairs = add_sites(desk, 3)
    request = ask(desk, [site for site, _ in pairs])
    letters = desk.services.requests.bulk_mailer
    letters.ready(AHEAD + 1)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(desk.services.requests.fan_out.write_and_send, request.id, 0)
        with pytest.raises(TimeoutError):
            working.result(timeout=1)
        assert desk.services.requests.store.recipients(request.id) == []
        letters.ready(-1)
        working.result(timeout=60)
    assert states(desk, request) == {"notified": 3}


# what is lost


def test_a_lost_task_is_found_by_the_sweep_once(desk: Desk) -> None:
    ((site, owner),) = add_sites(desk, 1)
    request = ask(desk, [site])
    desk.queued()
    assert desk.recover(PARTS) == 0
    desk.now += GRACE + timedelta(seconds=1)
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(lambda _: desk.recover(PARTS), range(3))) == 1
    (task,) = desk.tasks("fan_out")
    desk.services.requests.fan_out.write_and_send(task["request_id"], int(task["part"]))
    assert len(desk.subjects(owner)) == 1
    desk.now += DAY
    assert desk.recover(PARTS) == 0
    assert states(desk, request) == {"notified": 1}


def test_one_who_died_after_writing_is_followed_by_another(desk: Desk) -> None:
    request, site, owner = desk.ask(deliver=False)
    recipient = desk.recipient(request, site)
    store = desk.services.requests.store
    store.claim_group([recipient], desk.now, desk.now + timedelta(seconds=60))
    desk.services.requests.fan_out.write_and_send(request.id, 0)
    assert desk.subjects(owner) == []
    desk.now += timedelta(seconds=61)
    desk.services.requests.fan_out.write_and_send(request.id, 0)
    assert len(desk.subjects(owner)) == 1


def test_without_time_for_a_chunk_nothing_is_begun(desk: Desk) -> None:
    ((site, owner),) = add_sites(desk, 1)
    request = ask(desk, [site])
    with pytest.raises(Unavailable):
        desk.services.requests.fan_out.write_and_send(request.id, 0, lambda: 10.0)
    assert desk.subjects(owner) == [] and states(desk, request) == {"pending": 1}


# what meets


def test_a_withdrawal_in_the_middle_reaches_everybody(desk: Desk) -> None:
    pairs = add_sites(desk, 110)
    request = ask(desk, [site for site, _ in pairs])
    desk.services.requests.fan_out.write_and_send(request.id, 0)
    before = states(desk, request)
    assert before == {"notified": 100, "pending": 10}
    desk.services.requests.withdrawals.withdraw(request.id, "Arrest made", OFFICER)
    assert states(desk, request) == {"withdrawn": 110}
    desk.services.requests.fan_out.write_and_send(request.id, 1)
    assert states(desk, request) == {"withdrawn": 110}
    for task in desk.tasks("withdraw"):
        desk.services.requests.send_tasks.send_withdrawals(request.id, *task["site_ids"].split())
    told = Counter(len(desk.subjects(owner)) for _, owner in pairs)
    assert told == {2: 100, 0: 10}
    stored = desk.services.requests.store.recipients(request.id)
    assert len(stored) == 110 and all(one.next_wake is None for one in stored)


def test_a_withdrawal_while_messages_go_out_leaves_nobody_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = add_sites(desk, 6)
    request = ask(desk, [site for site, _ in pairs])
    send = desk.services.notifications.mailer.send_many

    def and_withdraw(messages: Sequence[Message]) -> list[str | DomainError]:
        monkeypatch.undo()
        said = send(messages)
        desk.services.requests.withdrawals.withdraw(request.id, "Arrest made", OFFICER)
        return said

    monkeypatch.setattr(desk.services.notifications.mailer, "send_many", and_withdraw)
    desk.fan_out(request)
    assert states(desk, request) == {"withdrawn": 6}
    desk.now += timedelta(minutes=1)
    desk.services.requests.recovery.recover()
    for task in desk.tasks("withdraw"):
        desk.services.requests.send_tasks.send_withdrawals(request.id, *task["site_ids"].split())
    for site, owner in pairs:
        asked = desk.recipient(request, site).notified_at is not None
        assert len(desk.subjects(owner)) == (2 if asked else 0)


def test_what_happens_to_an_owner_before_the_fan_out_decides(desk: Desk) -> None:
    (kept, _), (gone, _), (paused, sleeper) = add_sites(desk, 3)
    request = ask(desk, [kept, gone, paused])
    desk.services.registry.sites.remove_site(gone)
    pause(desk, sleeper)
    assert states(desk, request) == {"pending": 3}
    desk.fan_out(request)
    assert states(desk, request) == {"notified": 1}
    assert skipped(desk, request) == {
        gone.id: SkipReason.NOT_REGISTERED,
        paused.id: SkipReason.PAUSED,
    }
    assert desk.services.requests.requests.get_request(request.id).site_count == 1
    assert desk.subjects(sleeper) == []


# nobody too often


def test_asked_four_times_this_month_is_enough(desk: Desk) -> None:
    (often, owner), (other, _) = add_sites(desk, 2)
    for _ in range(4):
        desk.fan_out(ask(desk, [often]))
    fifth = ask(desk, [often, other])
    assert skipped(desk, fifth) == {often.id: SkipReason.ASKED_OFTEN} and fifth.site_count == 1
    with pytest.raises(Invalid, match="1 asked as often as an owner may be in 30 days"):
        ask(desk, [often])
    assert len(desk.subjects(owner)) == 4
    desk.now += 31 * DAY
    assert ask(desk, [often]).site_count == 1


def test_the_last_place_is_taken_by_one_of_two_requests(desk: Desk) -> None:
    ((site, owner),) = add_sites(desk, 1)
    for _ in range(3):
        desk.fan_out(ask(desk, [site]))
    rivals = [ask(desk, [site]) for _ in range(4)]
    assert all(rival.site_count == 1 for rival in rivals)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(desk.fan_out, rivals))
    assert len(desk.subjects(owner)) == 4
    lost = [rival for rival in rivals if skipped(desk, rival)]
    assert len(lost) == 3
    for rival in lost:
        assert skipped(desk, rival) == {site.id: SkipReason.ASKED_OFTEN}
        overview = desk.services.requests.overviews.of_request(rival.id)
        assert overview.recipients == () and overview.request.site_count == 0


def test_a_supervisor_may_go_beyond_the_budget_and_it_is_on_record(desk: Desk) -> None:
    ((site, owner),) = add_sites(desk, 1)
    for _ in range(4):
        desk.fan_out(ask(desk, [site]))
    why: dict[str, Any] = {"override_reason": "A child is missing."}
    with pytest.raises(Forbidden, match="supervisor"):
        ask(desk, [site], **why)
    refused = [
        entry
        for entry in desk.services.access.audit.of_day(f"{desk.now:%Y-%m-%d}", limit=500)
        if entry["action"] == "was refused" and entry["actor"] == f"officer.{OFFICER.id}"
    ]
    assert refused and "go over the limits" in refused[0]["reason"]
    request = ask(desk, [site], officer=SUPERVISOR, **why)
    desk.fan_out(request)
    assert len(desk.subjects(owner)) == 5 and skipped(desk, request) == {}
    (entry,) = desk.services.access.audit.of_subject(f"request.{request.id}")
    assert entry["reason"] == "A child is missing." and '"beyond_limits": 1' in entry["details"]


def test_more_than_twelve_hours_need_a_supervisor(desk: Desk) -> None:
    ((site, _),) = add_sites(desk, 1)
    long: dict[str, Any] = {"ago": 2 * DAY, "length": DAY}
    with pytest.raises(Invalid) as refused:
        ask(desk, [site], **long)
    assert [name for name, _ in refused.value.fields] == ["to"]
    assert "12 hours" in refused.value.fields[0][1]
    agreed = ask(desk, [site], officer=SUPERVISOR, override_reason="No time is known.", **long)
    assert agreed.window_to - agreed.window_from == DAY


def test_the_same_minutes_are_asked_for_once(desk: Desk) -> None:
    incident = add_incident(desk.services)
    (site, _), (new, _) = add_sites(desk, 2)
    first = ask(desk, [site], incident)
    again = ask(desk, [site, new], incident, ago=HOUR / 2)
    assert skipped(desk, again) == {site.id: SkipReason.ALREADY_ASKED}
    with pytest.raises(Invalid, match="1 already asked for this incident"):
        ask(desk, [site], incident)
    # Another time, another incident, and after a withdrawal the same time.
    assert ask(desk, [site], incident, ago=5 * HOUR).site_count == 1
    assert ask(desk, [site]).site_count == 1
    desk.services.requests.withdrawals.withdraw(first.id, "Wrong time", OFFICER)
    assert ask(desk, [site], incident).site_count == 1


def test_two_forms_sent_at_once_reach_each_owner_once(desk: Desk) -> None:
    incident = add_incident(desk.services)
    pairs = add_sites(desk, 5)
    sites = [site for site, _ in pairs]
    with ThreadPoolExecutor(4) as pool:
        requests = [one for one in pool.map(lambda _: _try(desk, sites, incident), range(4)) if one]
        list(pool.map(desk.fan_out, requests))
    assert [len(desk.subjects(owner)) for _, owner in pairs] == [1] * 5
    asked = Counter[str]()
    for request in requests:
        there = {one.site_id for one in desk.services.requests.store.recipients(request.id)}
        passed = skipped(desk, request)
        assert there | set(passed) == {site.id for site in sites} and not there & set(passed)
        assert set(passed.values()) <= {SkipReason.ALREADY_ASKED}
        asked.update(there)
    assert set(asked.values()) == {1}


def _try(desk: Desk, sites: Sequence[Site], incident: Incident) -> FootageRequest | None:
    try:
        return ask(desk, sites, incident)
    except Invalid:
        return None  # it came last


def test_looking_first_says_what_sending_would_do(desk: Desk) -> None:
    incident = add_incident(desk.services)
    (often, _), (fresh, _), (resting, sleeper) = add_sites(desk, 3)
    for _ in range(4):
        desk.fan_out(ask(desk, [often]))
    pause(desk, sleeper)
    window = (desk.now - DAY, desk.now)
    found = desk.services.requests.requests.check_request(
        incident, [often.id, fresh.id, resting.id], *window, OFFICER
    )
    assert found.asked == (fresh.id,) and found.owners == 1
    assert {one.site_id: one.why for one in found.skipped} == {
        often.id: SkipReason.ASKED_OFTEN,
        resting.id: SkipReason.PAUSED,
    }
    assert found.too_long == ("to",) and found.over_budget == 1
    assert found.needs_reason and not found.may_override
    deadline = found.deadlines[fresh.id]
    assert deadline and deadline.at == window[0] + 7 * DAY
    assert desk.tasks("fan_out") == [] or not desk.services.requests.store.of_incident(incident.id)
    with pytest.raises(Invalid, match="not registered"):
        desk.services.requests.requests.check_request(incident, [new_id()], *window, SUPERVISOR)


def test_an_answer_as_soon_as_the_mail_is_there_stands(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = add_sites(desk, 4)
    request = ask(desk, [site for site, _ in pairs])
    send, quick = desk.services.notifications.mailer.send_many, pairs[0]

    def and_answer(messages: Sequence[Message]) -> list[str | DomainError]:
        said = send(messages)
        desk.services.requests.answers.take_answer(request.id, quick[0].id, RecipientState.NOTHING)
        return said

    monkeypatch.setattr(desk.services.notifications.mailer, "send_many", and_answer)
    desk.fan_out(request)
    found = desk.recipient(request, quick[0])
    assert found.state is RecipientState.NOTHING and found.notified_at and found.next_wake is None
    assert states(desk, request) == {"nothing": 1, "notified": 3}


def test_what_is_noted_as_soon_as_the_mail_is_there_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((site, _),) = add_sites(desk, 1)
    request = ask(desk, [site])
    send, store = desk.services.notifications.mailer.send, desk.services.requests.store

    def and_note(message: Any) -> str:
        said = send(message)
        store.change_recipient(
            desk.recipient(request, site), {"note": "Wait."}, states=[RecipientState.PENDING]
        )
        return said

    monkeypatch.setattr(desk.services.notifications.mailer, "send", and_note)
    desk.fan_out(request)
    found = desk.recipient(request, site)
    assert (found.state, found.note) == (RecipientState.NOTIFIED, "Wait.") and found.run == 1


def test_a_message_that_comes_back_was_about_all_of_an_owner_s_sites(desk: Desk) -> None:
    site, owner = add_site(desk.services)
    mine = [site, *add_to(desk, owner, 2)]
    request = ask(desk, mine)
    desk.fan_out(request)
    desk.services.requests.bounces.record_bounce(request.id, mine[1].id, "bounce")
    assert states(desk, request) == {"undeliverable": 3}
