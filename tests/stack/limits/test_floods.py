"""Floods: strangers are slowed down, the people they mean to shut out are not.

Our code runs in this process against the emulator's table, with a clock that the test moves and
mails that are noted, not sent; and through the edge as browsers and programs do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.container import Container
from chalicelib.core.errors import TooMany
from chalicelib.core.ids import new_id
from chalicelib.limits.acts import BUDGETS, Act
from chalicelib.limits.address_mail import GAP, MORE
from chalicelib.limits.asker import Asker
from chalicelib.limits.client_budgets import Proof
from chalicelib.limits.proof_of_work import LIFE
from chalicelib.limits.refusals import Flooded, ProofNeeded
from chalicelib.notifications.channels import Mailer, Message
from chalicelib.registry.model import Owner
from chalicelib.registry.owner_sign_in import LINK_LIFE, MOST_A_DAY
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.residents import Resident, filled, new_email
from tests.support.busy_network import used_up
from tests.support.desk import Desk, Session, add_site
from tests.support.proofs import proven

Ask = Callable[[Asker], bool]

STRANGER = Asker("203.0.113.7")
HOME = Asker("198.51.100.1")


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


class Post:
    """The mails that would have gone out, oldest first."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def to(self, address: str) -> list[Message]:
        return [one for one in self.sent if one.to == address]

    def newest(self, owner: Owner) -> str:
        """The token of the newest link to sign in."""
        (token,) = re.findall(r"/sign-in/confirm[?]token=([\w-]+)", self.to(owner.email)[-1].text)
        return str(token)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    post = Post()

    def send(_: Mailer, message: Message) -> str:
        post.sent.append(message)
        return "noted"

    monkeypatch.setattr(Mailer, "send", send)
    return post


@pytest.fixture
def owner(desk: Desk) -> Owner:
    return add_site(desk.services)[1]


@pytest.fixture
def ask(desk: Desk, post: Post, owner: Owner) -> Ask:
    """Asks for a link for the owner to sign in; True when a mail went out."""

    def once(asker: Asker) -> bool:
        before = len(post.sent)
        desk.services.registry.owner_sign_in.send_link(owner.email, asker)
        return len(post.sent) > before

    return once


# one mailbox


def test_twenty_five_requests_by_a_stranger_leave_the_owner_a_link(
    desk: Desk, post: Post, owner: Owner, ask: Ask
) -> None:
    sent = sum(ask(STRANGER) for _ in range(25))
    assert sent == MOST_A_DAY
    assert ask(HOME), "another network has not asked today"
    owner_id, session = desk.services.registry.owner_sign_in.sign_in(post.newest(owner))
    assert owner_id == owner.id and session


def test_after_the_stranger_the_newest_link_works_also_in_the_same_network(
    desk: Desk, post: Post, owner: Owner, ask: Ask
) -> None:
    for _ in range(25):
        ask(STRANGER)
    assert not ask(STRANGER), "somebody in the same network, without a cookie"
    assert desk.services.registry.owner_sign_in.sign_in(post.newest(owner))[0] == owner.id
    assert ask(STRANGER), "the newest was used, so its reader may have another"


def test_three_hundred_requests_from_as_many_networks(
    desk: Desk, post: Post, owner: Owner, ask: Ask
) -> None:
    sent = sum(ask(Asker(f"203.0.{n // 200}.{n % 200}")) for n in range(300))
    assert sent == MOST_A_DAY + MORE
    assert desk.services.registry.owner_sign_in.sign_in(post.newest(owner))[0] == owner.id


def test_under_a_long_attack_the_newest_link_always_works(
    desk: Desk, post: Post, owner: Owner, ask: Ask
) -> None:
    sent = 0
    for n in range(60):  # two hours of a request every two minutes
        sent += ask(Asker(f"203.0.{n}.1"))
        desk.services.registry.owner_sign_in.check_link(post.newest(owner))
        desk.now += timedelta(minutes=2)
    assert sent <= MOST_A_DAY + MORE + 1 + timedelta(hours=2) // GAP
    assert timedelta(minutes=10) <= LINK_LIFE - GAP, "time to find the mail and open it"


def test_a_browser_that_signed_in_before_has_links_of_its_own(owner: Owner, ask: Ask) -> None:
    for n in range(60):
        ask(Asker(f"203.0.113.{n}"))
    known = Asker(STRANGER.network, owner.id)
    assert sum(ask(known) for _ in range(MOST_A_DAY + 3)) == MOST_A_DAY
    other = Asker(STRANGER.network, "f" * 16)
    assert not ask(other), "another owner's browser is a stranger's here"


def test_an_unknown_address_is_counted_in_the_same_way(desk: Desk, post: Post) -> None:
    email = new_email()
    send = desk.services.registry.owner_sign_in.send_link
    for _ in range(25):
        send(email, STRANGER)
    assert len(post.to(email)) == MOST_A_DAY
    send(email, HOME)
    assert len(post.to(email)) == MOST_A_DAY + 1


# one network


def test_near_the_limit_of_a_network_a_proof_of_work_is_asked(desk: Desk) -> None:
    budgets, budget = desk.services.limits.client_budgets, BUDGETS[Act.SIGN_IN]
    for _ in range(budget.free):
        assert not budgets.spend(Act.SIGN_IN, STRANGER)
    for _ in range(3):
        with pytest.raises(ProofNeeded) as asked:
            budgets.spend(Act.SIGN_IN, STRANGER)
    assert 0 < asked.value.retry_after <= 3600
    budgets.spend(Act.SIGN_IN, HOME)
    budgets.spend(Act.REGISTER, STRANGER)
    proof = Proof(new_id() * 2, desk.now + LIFE)
    assert budgets.spend(Act.SIGN_IN, STRANGER, proof)
    with pytest.raises(ProofNeeded):
        budgets.spend(Act.SIGN_IN, STRANGER, proof)
    for _ in range(budget.most - budget.free - 1):
        budgets.spend(Act.SIGN_IN, STRANGER, Proof(new_id() * 2, desk.now + LIFE))
    with pytest.raises(Flooded) as over:
        budgets.spend(Act.SIGN_IN, STRANGER, Proof(new_id() * 2, desk.now + LIFE))
    assert not isinstance(over.value, ProofNeeded)
    budgets.spend(Act.SIGN_IN, Asker(STRANGER.network, "f" * 16))
    desk.now += timedelta(hours=1)
    assert not budgets.spend(Act.SIGN_IN, STRANGER)


# the mail of strangers


@pytest.fixture
def narrow(desk: Desk) -> Container:
    """The desk's services at an account that may send five mails a second."""
    own = replace(desk.services.settings, mail_rate="5", mail_a_day="1000")
    return Container(own, lambda: desk.now, Session(desk.stack))


def flood(services: Container, times: int, *, proven: bool = False) -> tuple[list[str], int]:
    """So many strangers, each in a network of their own, ask for links to addresses of their own.
    Gives the addresses that were sent a mail, and how many were asked to prove some work."""
    sent, asked = list[str](), 0
    for n in range(times):
        email = new_email()
        try:
            asker = Asker(f"203.0.{n}.9", proven=proven)
            services.registry.owner_sign_in.send_link(email, asker)
            sent.append(email)
        except ProofNeeded:
            asked += 1
        except Flooded:
            continue
    return sent, asked


def test_a_flood_of_strangers_leaves_the_rate_to_requests(
    desk: Desk, narrow: Container, post: Post
) -> None:
    a_minute = narrow.limits.stranger_mail.a_minute
    assert a_minute == 30, "a tenth of 300"
    sent, asked = flood(narrow, 60)
    assert (len(sent), asked) == (a_minute // 2, 60 - a_minute // 2)
    more, asked = flood(narrow, 40, proven=True)
    assert (len(sent + more), asked) == (a_minute, 0)
    assert all(len(post.to(email)) == 1 for email in (sent[0], more[-1]))

    # What requests may send has not become less: nothing of it is counted with strangers' mail.
    owner = desk.ask()[2]
    assert len(post.to(owner.email)) == 1
    assert narrow.notifications.rate_limiter.per_second == pytest.approx(2.0)
    assert a_minute / 60 + 2 * narrow.notifications.rate_limiter.per_second < 5

    # Nor is an owner shut out who signed in with this browser before.
    narrow.registry.owner_sign_in.send_link(owner.email, Asker(STRANGER.network, owner.id))
    assert len(post.to(owner.email)) == 2

    desk.now += timedelta(minutes=1)
    assert len(flood(narrow, 5)[0]) == 5


def test_the_day_has_an_end_too(desk: Desk, narrow: Container) -> None:
    mail = narrow.limits.stranger_mail
    mail.a_day = 3
    for _ in range(3):
        mail.count_mail(STRANGER)
    with pytest.raises(TooMany, match="tomorrow"):
        mail.count_mail(STRANGER)
    desk.now += timedelta(days=1)
    mail.count_mail(STRANGER)


# through the edge


@pytest.fixture
def visitor(stack: RunningStack) -> Iterator[Visitor]:
    with stack.visitor() as visitor:
        yield visitor


@pytest.fixture
def busy_network(stack: RunningStack) -> Iterator[None]:
    """Everybody on this machine has signed in as often as is free; registrations are over."""
    used = {Act.SIGN_IN: BUDGETS[Act.SIGN_IN].free, Act.REGISTER: BUDGETS[Act.REGISTER].most}
    with used_up(stack, used):
        yield


@pytest.mark.usefixtures("busy_network")
def test_a_form_near_the_limit_is_kept_and_sent_again_with_a_proof(
    stack: RunningStack, visitor: Visitor
) -> None:
    email = new_email()
    asked = visitor.submit(
        visitor.open_page("/sign-in"), {"email": email}, action="/sign-in", ok=False
    )
    assert asked.answer.status_code == 429
    assert 0 < int(asked.answer.headers["retry-after"]) <= 3600
    assert asked.form()[1]["email"] == email, "nothing is typed twice"
    assert "JavaScript is off" in asked.text and stack.mails_to(email) == []
    again = visitor.submit(asked, {}, ok=False)
    assert again.answer.status_code == 429, "without a proof it is as before"
    proof = {"altcha": proven(asked)}
    assert "Check your email" in visitor.submit(asked, proof).text
    assert len(stack.mails_to(email)) == 1
    twice = visitor.submit(asked, proof, ok=False)
    assert twice.answer.status_code == 429, "a proof counts once"
    assert len(stack.mails_to(email)) == 1


@pytest.mark.usefixtures("busy_network")
def test_beyond_the_limit_the_form_says_when_to_come_back(
    stack: RunningStack, visitor: Visitor
) -> None:
    email = new_email()
    refused = visitor.submit(
        visitor.open_page("/register"), filled(email), action="/register", ok=False
    )
    assert refused.answer.status_code == 429 and int(refused.answer.headers["retry-after"]) > 0
    assert "Try again later" in refused.text
    assert refused.form("/register")[1]["email"] == email
    assert stack.mails_to(email) == []


@pytest.mark.usefixtures("area_data")
def test_an_owner_who_signed_in_before_is_not_asked(
    stack: RunningStack, pat: Resident, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("busy_network")
    before = len(pat.mails)
    assert "Your cameras" in pat.sign_in().text
    assert len(pat.mails) == before + 1


def test_reading_pages_is_not_counted(stack: RunningStack, visitor: Visitor) -> None:
    def counts() -> int:
        pages = (
            stack.client("dynamodb")
            .get_paginator("scan")
            .paginate(
                TableName=stack.described["registry_table"],
                FilterExpression="begins_with(PK, :client)",
                ExpressionAttributeValues={":client": {"S": "CLIENT#"}},
            )
        )
        return sum(int(item["times"]["N"]) for page in pages for item in page["Items"])

    before = counts()
    for path in ("/", "/register", "/sign-in", "/check", "/privacy", "/console/signed-out"):
        visitor.open_page(path)
    assert counts() == before
    visitor.open_page("/check?reference=7K3M-9QXA")
    assert counts() == before + 1


def test_no_address_is_kept(stack: RunningStack) -> None:
    pages = (
        stack.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=stack.described["registry_table"])
    )
    for page in pages:
        assert "127.0.0.1" not in json.dumps(page["Items"], default=repr)
