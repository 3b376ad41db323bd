"""Officers and owners write to each other: both ways, by mail, at once, until the request ends.

The first half moves a clock of its own (tests/support/desk.py), the second goes through pages,
API, queue and mail as deployed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.access.id_tokens import Identity
from chalicelib.access.permissions import Officer, Role
from chalicelib.core.errors import TooMany, Unavailable
from chalicelib.core.ids import new_id
from chalicelib.dynamodb.outbox import GRACE
from chalicelib.incidents.teams.team_rules import WantedTeam
from chalicelib.notifications.channels import Message as Mail
from chalicelib.registry.model import Owner, Site
from chalicelib.requests.model import FootageRequest
from chalicelib.requests.replies.answers import RequestOver
from chalicelib.requests.threads.model import GAP, MOST, Side, ThreadMessage
from chalicelib.requests.threads.store import THREADS, RequestEnded
from infra.localstack.visitor import PageRefused, Visitor
from tests.running import RunningStack
from tests.stack.asking import Asked, asked, signed_in
from tests.support.desk import OFFICER, Desk


@pytest.fixture(scope="module")
def desk(stack: RunningStack) -> Desk:
    made = Desk(stack)
    for officer, email in ((OFFICER, mail_of(OFFICER)), (COLLEAGUE, mail_of(COLLEAGUE))):
        made.services.access.officer_profiles.record_sign_in(
            Identity(officer, NEVER, name="PC Lane", email=email)
        )
    return made


NEVER = datetime(2030, 1, 1, tzinfo=UTC)
COLLEAGUE = Officer(new_id(), "pc.marsh", frozenset({Role.INVESTIGATOR}))


def mail_of(officer: Officer) -> str:
    return f"{officer.id}@police.example.test"


class Talk:
    """One request to one site, and both ends of its thread."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.own = desk, desk.services
        asked: tuple[FootageRequest, Site, Owner] = desk.ask()
        self.request, self.site, self.owner = asked
        desk.queued()
        self.officers_had = {one.id: self.officer_mails(one) for one in (OFFICER, COLLEAGUE)}
        self.owner_had = len(desk.subjects(self.owner))

    def owner_writes(self, text: str, form: str = "") -> None:
        recipient = self.desk.recipient(self.request, self.site)
        self.own.requests.threads.from_owner(recipient, text, form)

    def officer_writes(self, text: str, officer: Officer = OFFICER, form: str = "") -> None:
        self.own.requests.threads.from_officer(self.request.id, self.site.id, text, officer, form)

    def texts(self) -> list[str]:
        found = self.own.requests.threads.for_owner(self.desk.recipient(self.request, self.site))
        return [message.text for message in found.messages]

    def tell(self, side: Side) -> None:
        self.own.requests.thread_notices.send_notice(side, self.request.id, self.site.id)

    def owner_mails(self) -> list[dict[str, Any]]:
        return self.desk.stack.mails_to(self.owner.email)[self.owner_had :]

    def officer_mails(self, officer: Officer) -> int:
        return len(self.desk.stack.mails_to(mail_of(officer)))

    def news_of(self, officer: Officer) -> int:
        return self.officer_mails(officer) - self.officers_had[officer.id]


@pytest.fixture
def talk(desk: Desk) -> Talk:
    return Talk(desk)


def test_each_message_is_queued_for_the_other_side(talk: Talk) -> None:
    talk.owner_writes("Which door?")
    talk.officer_writes("The front one.")
    tasks = [json.loads(body) for body in talk.desk.queued()]
    assert sorted(task["task"] for task in tasks) == ["tell_officer", "tell_owner"]
    assert {task["site_id"] for task in tasks} == {talk.site.id}


def test_the_owner_reads_the_officers_words_in_a_mail_that_is_genuine(talk: Talk) -> None:
    talk.officer_writes("Is it the <b>front</b> door?\nOr the back?")
    talk.tell(Side.OWNER)
    (mail,) = talk.owner_mails()
    text = mail["BodyText"]
    assert "PC Lane writes:" in text
    assert "Is it the <b>front</b> door?\nOr the back?" in text
    assert talk.owner.phrase in text
    assert talk.request.reference in text
    assert "&lt;b&gt;front&lt;/b&gt;" in mail["BodyHtml"]
    matter = talk.own.requests.reply_links.open_link(talk.desk.token(talk.owner))
    assert matter.recipient.key == f"{talk.request.id}.{talk.site.id}"


def test_the_officers_mail_says_that_there_is_a_message_and_nothing_of_it(talk: Talk) -> None:
    talk.owner_writes("I am Sam Secret and the boy next door did it.")
    talk.tell(Side.OFFICER)
    assert talk.news_of(OFFICER) == 1
    mail = talk.desk.stack.mails_to(mail_of(OFFICER))[-1]
    said = mail["Subject"] + mail["BodyText"] + mail["BodyHtml"]
    address = f"/console/requests/{talk.request.id}/recipients/{talk.site.id}"
    assert address in mail["BodyText"]
    for word in ("Secret", "next door", talk.owner.name, talk.owner.email, "12 Test Street"):
        assert word not in said


def test_whoever_wrote_is_told_as_well_while_they_see_the_incident(talk: Talk) -> None:
    services, incident = talk.desk.services.incidents, talk.desk.incident
    teams = services.teams
    shared = teams.change_team(incident, WantedTeam(("pc.marsh",), (), False), OFFICER)
    talk.officer_writes("May I take over?", COLLEAGUE)
    talk.owner_writes("Of course.")
    talk.tell(Side.OFFICER)
    assert (talk.news_of(OFFICER), talk.news_of(COLLEAGUE)) == (1, 1)
    teams.leave(shared, COLLEAGUE)
    talk.desk.now += GAP
    talk.owner_writes("It is by the gate.")
    talk.tell(Side.OFFICER)
    assert (talk.news_of(OFFICER), talk.news_of(COLLEAGUE)) == (2, 1)


def test_several_messages_in_a_row_are_two_mails_and_none_is_lost(talk: Talk) -> None:
    desk = talk.desk
    talk.officer_writes("One")
    talk.tell(Side.OWNER)
    for text in ("Two", "Three"):
        talk.officer_writes(text)
        talk.tell(Side.OWNER)  # too soon: comes back later
    assert len(talk.owner_mails()) == 1
    desk.now += GAP
    talk.tell(Side.OWNER)
    talk.tell(Side.OWNER)
    first, second = (mail["BodyText"] for mail in talk.owner_mails())
    assert "One" in first
    assert "Two" in second and "Three" in second and "One" not in second


def test_told_twice_at_once_sends_one_mail(talk: Talk) -> None:
    talk.officer_writes("Only once, please.")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: talk.tell(Side.OWNER), range(4)))
    assert len(talk.owner_mails()) == 1


def test_a_form_that_was_sent_twice_is_one_message(talk: Talk) -> None:
    form = new_id()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: talk.owner_writes("Just this.", form), range(4)))
    talk.owner_writes("And this.", form)
    assert talk.texts() == ["Just this.", "And this."]


def test_two_who_write_at_once_are_both_heard(talk: Talk) -> None:
    def write(number: int) -> None:
        if number % 2:
            talk.owner_writes(f"owner {number}")
        else:
            talk.officer_writes(f"officer {number}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(6)))
    thread = talk.own.requests.threads.for_owner(talk.desk.recipient(talk.request, talk.site))
    assert [message.number for message in thread.messages] == [1, 2, 3, 4, 5, 6]
    assert thread.head.messages == 6


def test_a_mail_that_cannot_go_out_is_tried_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_: Mail) -> str:
        raise Unavailable("Messages cannot be sent at the moment.")

    talk.officer_writes("Try again.")
    with monkeypatch.context() as patched:
        patched.setattr(talk.own.notifications.messenger, "send", down)
        with pytest.raises(Unavailable):
            talk.tell(Side.OWNER)
    talk.tell(Side.OWNER)
    assert len(talk.owner_mails()) == 1


def test_the_sweep_finds_what_the_queue_lost(talk: Talk) -> None:
    desk = talk.desk
    desk.recover(THREADS)  # what other tests left
    talk.owner_writes("Is anybody there?")
    desk.queued()  # lost
    assert desk.recover(THREADS) == 0
    desk.now += GRACE
    assert desk.recover(THREADS) >= 1
    bodies = [json.loads(body) for body in desk.queued()]
    request_id = talk.request.id
    task = {"task": "tell_officer", "request_id": request_id, "site_id": talk.site.id}
    # Also what the sweep finds is found in the log under its request.
    assert {**task, "correlation_id": request_id} in bodies
    talk.tell(Side.OFFICER)
    assert talk.own.requests.thread_store.head(request_id, talk.site.id).due_at is None
    desk.now += GRACE
    desk.recover(THREADS)
    assert {**task, "correlation_id": request_id} not in map(json.loads, desk.queued())


def test_nobody_writes_once_the_request_has_ended(talk: Talk) -> None:
    talk.owner_writes("Still here.")
    talk.own.requests.withdrawals.withdraw(talk.request.id, "Found", OFFICER)
    with pytest.raises(RequestOver, match=talk.request.reference):
        talk.owner_writes("Too late.")
    with pytest.raises(RequestOver):
        talk.officer_writes("Too late.")
    assert talk.texts() == ["Still here."]
    found = talk.own.requests.threads.for_officer(
        talk.request.id, talk.site.id, OFFICER, talk.request.incident_id
    )
    assert len(found.messages) == 1


def test_a_message_that_meets_the_end_of_the_request_is_refused_by_the_table(talk: Talk) -> None:
    """Whoever looked a moment before the withdrawal and writes a moment after it."""
    talk.own.requests.withdrawals.withdraw(talk.request.id, "Found", OFFICER)
    late = ThreadMessage(
        talk.request.id, talk.site.id, new_id(), 0, Side.OWNER, "x", "", talk.desk.now, "Late"
    )
    with pytest.raises(RequestEnded):
        talk.own.requests.thread_store.add_message(late)
    assert talk.texts() == []


def test_an_owner_whose_mail_came_back_is_not_written_to(talk: Talk) -> None:
    talk.own.requests.bounces.record_bounce(talk.request.id, talk.site.id, "bounce")
    talk.officer_writes("Hello?")
    talk.tell(Side.OWNER)
    assert talk.owner_mails() == []
    head = talk.own.requests.thread_store.head(talk.request.id, talk.site.id)
    assert head.unreachable
    assert not head.is_unnotified(Side.OWNER)


def test_a_thread_takes_only_so_much(talk: Talk) -> None:
    key = (f"REQUEST#{talk.request.id}", f"THREAD#{talk.site.id}")
    talk.owner_writes("First")
    talk.own.clients.registry_table.update(*key, assign={"messages": MOST})
    with pytest.raises(TooMany, match=talk.request.reference):
        talk.owner_writes("One more")


def test_reading_is_on_record_and_takes_the_mark_away(talk: Talk) -> None:
    auditor = Officer(new_id(), "aud", frozenset({Role.AUDITOR}))
    talk.owner_writes("Please read this.")
    own, ids, case = talk.own, (talk.request.id, talk.site.id), talk.request.incident_id

    def unread() -> set[str]:
        head = own.requests.threads.heads(talk.request.id)[talk.site.id]
        return {one.username for one in (auditor, COLLEAGUE, OFFICER) if head.is_unread_by(one.id)}

    everybody = {auditor.username, COLLEAGUE.username, OFFICER.username}
    assert unread() == everybody
    own.requests.threads.for_officer(*ids, auditor, case)
    assert unread() == everybody
    # A colleague who looks has not read it for the officer who asked.
    own.requests.threads.for_officer(*ids, COLLEAGUE, case)
    assert unread() == everybody - {COLLEAGUE.username}
    own.requests.threads.for_officer(*ids, OFFICER, case)
    assert unread() == {auditor.username}
    acts = [
        (entry["action"], entry["actor_name"])
        for entry in own.access.audit.of_subject(f"request.{talk.request.id}")
    ]
    assert ("read messages with an owner", "aud") in acts
    assert ("read messages with an owner", "pc.marsh") in acts
    assert ("wrote a message", "") in acts
    assert not any(
        "Please read" in json.dumps(e)
        for e in own.access.audit.of_subject(f"request.{talk.request.id}")
    )


def test_threads_and_recipients_do_not_get_in_each_others_way(talk: Talk) -> None:
    talk.owner_writes("Hello")
    recipients = talk.own.requests.store.recipients(talk.request.id)
    assert [one.site_id for one in recipients] == [talk.site.id]


# Through the front door


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        yield made


def site_of(world: Asked, number: int) -> str:
    """The site of one of the two owners, by what the console's pages say of who was asked."""
    reply = world.somebody.open_page(world.replies[number])
    said = f"Only from owner {number} {new_id()}"
    world.somebody.submit(reply, {"text": said}, action="/messages")
    for one in world.api(f"requests/{world.request_id}")["recipients"]:
        found = world.api(f"requests/{world.request_id}/recipients/{one['site_id']}/messages")
        if any(message["text"] == said for message in found["messages"]):
            return str(one["site_id"])
    raise AssertionError("the message is in no thread")


def test_a_question_and_its_answer_from_page_to_console_and_back(world: Asked) -> None:
    site = site_of(world, 0)
    officer, stack = world.officer, world.stack
    address = f"/console/requests/{world.request_id}/recipients/{site}"
    profile = str(stack.officer("investigator")["username"])

    def told() -> list[dict[str, Any]]:
        return [m for m in stack.mails_to(f"{profile}@example.test") if address in m["BodyText"]]

    stack.wait_for(told, "a mail to the officer")
    seen = officer.open_page(address)
    assert "Only from owner 0" in seen.text
    done = officer.submit(seen, {"text": "Thank you.\nWhich <door>?"}, action="/messages")
    assert "Which <door>?" in done.text
    assert "Which &lt;door&gt;?" in done.answer.text

    def answered() -> list[dict[str, Any]]:
        return [m for m in stack.mails_to(world.emails[0]) if "Which <door>?" in m["BodyText"]]

    stack.wait_for(answered, "the officer's words in the owner's mail")
    page = world.somebody.open_page(f"{world.replies[0]}/messages")
    assert "Which <door>?" in page.text
    assert world.emails[0] not in done.answer.text


def test_the_api_writes_and_reads_the_same_thread(world: Asked) -> None:
    site = site_of(world, 1)
    path = f"/api/v1/requests/{world.request_id}/recipients/{site}/messages"
    bearer = {"Authorization": f"Bearer {world.token}", "Idempotency-Key": new_id()}
    bodies = [
        world.officer.send_request("POST", path, headers=bearer, json={"text": "From a program"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in bodies] == [201, 201]
    assert bodies[0].json() == bodies[1].json()
    thread = world.officer.json("GET", path, token=world.token)
    texts = [message["text"] for message in thread["messages"]]
    assert texts.count("From a program") == 1
    assert {message["by"] for message in thread["messages"]} == {"owner", "officer"}
    assert "From a program" in world.somebody.open_page(f"{world.replies[1]}/messages").text
    assert "From a program" not in world.somebody.open_page(f"{world.replies[0]}/messages").text
    for body in ({}, {"text": ""}, {"text": "x" * 2001}, {"text": "\u202ehidden"}, {"words": "x"}):
        with pytest.raises(PageRefused) as refused:
            world.officer.json("POST", path, body or {"text": None}, token=world.token)
        assert refused.value.status == 422


def test_only_the_link_opens_a_thread(world: Asked, stack: RunningStack) -> None:
    token = world.replies[0].rsplit("/", 1)[1]
    wrong = world.replies[0].replace(token, token[::-1])
    assert world.somebody.open_page(f"{wrong}/messages", ok=False).answer.status_code == 404
    page = world.somebody.open_page(world.replies[0])
    _, fields = page.form("/messages")
    sent = world.somebody.send_request("POST", f"{wrong}/messages", data={**fields, "text": "x"})
    assert sent.status_code == 404
    without = {name: value for name, value in fields.items() if name != "csrf_token"}
    sent = world.somebody.send_request(
        "POST", f"{world.replies[0]}/messages", data={**without, "text": "x"}
    )
    assert sent.status_code == 403


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001, "a\u0000b", "\u202eevil"])
def test_what_cannot_be_sent_is_said_and_kept(world: Asked, text: str) -> None:
    page = world.somebody.open_page(world.replies[0])
    refused = world.somebody.submit(page, {"text": text}, action="/messages", ok=False)
    assert refused.answer.status_code == 422
    assert "There is a problem" in refused.text


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("supervisor", True, True),
        ("auditor", True, False),
        ("analyst", False, False),
        ("administrator", None, False),
    ],
)
def test_each_role_reads_and_writes_what_it_may(
    world: Asked, role: str, reads: bool | None, writes: bool
) -> None:
    site = site_of(world, 0)
    path = f"/console/requests/{world.request_id}/recipients/{site}"
    with signed_in(world.stack, role) as visitor:
        page = visitor.open_page(path, ok=False)
        if reads is None:
            assert page.answer.status_code == 403
            return
        assert page.answer.status_code == 200
        assert ("Only from owner 0" in page.text) is reads
        assert ('action="' + path + '/messages"' in page.answer.text) is writes
        answer = _api(visitor, f"/api/v1/requests/{world.request_id}/recipients/{site}/messages")
        assert (answer == 200) is reads


def _api(visitor: Visitor, path: str) -> int:
    bearer = {"Authorization": f"Bearer {visitor.bearer()}"}
    return visitor.send_request("GET", path, headers=bearer).status_code


def test_a_file_of_the_owner_stands_in_the_thread(world: Asked) -> None:
    site = site_of(world, 1)
    receipt = world.somebody.upload(
        world.replies[1], "Back gate.mp4", b"\x00\x00\x00\x20ftypisom!!"
    )
    page = world.somebody.open_page(f"{world.replies[1]}/messages")
    assert "You sent Back gate.mp4" in page.text
    console = world.officer.open_page(f"/console/requests/{world.request_id}/recipients/{site}")
    assert f"/console/evidence/{receipt['evidence_id']}" in console.answer.text


def test_after_the_end_the_thread_is_read_and_not_written(stack: RunningStack) -> None:
    with asked(stack) as world:
        site = site_of(world, 0)
        page = world.somebody.open_page(world.replies[0])
        world.officer.json(
            "POST",
            f"/api/v1/requests/{world.request_id}/withdrawal",
            {"reason": "An arrest was made"},
            token=world.token,
        )
        refused = world.somebody.submit(page, {"text": "And?"}, action="/messages", ok=False)
        assert refused.answer.status_code == 409
        assert "give the reference" in refused.text
        kept = world.somebody.open_page(f"{world.replies[0]}/messages")
        assert "Only from owner 0" in kept.text
        with pytest.raises(LookupError):
            kept.form("/messages")
        console = world.officer.open_page(f"/console/requests/{world.request_id}/recipients/{site}")
        assert "Only from owner 0" in console.text
        with pytest.raises(LookupError):
            console.form("/messages")
