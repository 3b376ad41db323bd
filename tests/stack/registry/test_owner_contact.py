"""Owners pause requests and move to another e-mail address, by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.ids import new_token, token_hash
from chalicelib.registry.email_change import MOST_A_DAY
from chalicelib.registry.model import Owner, Pause
from chalicelib.registry.owner_changes import UNTIL_RESUMED
from infra.localstack.visitor import VisitedPage
from tests.running import RunningStack
from tests.stack.asking import asked
from tests.stack.residents import (
    Resident,
    audit_of,
    make_old,
    new_email,
    registry,
    store,
)

pytestmark = pytest.mark.usefixtures("area_data")


def owner(pat: Resident) -> Owner:
    found = store(pat.stack).owner(pat.owner_id)
    assert found
    return found


def pause(pat: Resident, how_long: str, *, ok: bool = True) -> VisitedPage:
    page = pat.visitor.open_page("/account/pause")
    return pat.visitor.submit(page, {"pause_for": how_long}, action="/account/pause", ok=ok)


# pausing


def test_an_owner_pauses_and_goes_on(pat: Resident) -> None:
    page = pause(pat, "3")
    assert "You have paused requests" in page.text
    paused = owner(pat)
    assert paused.paused_why is Pause.OWN and paused.paused_until
    away = paused.paused_until - datetime.now(UTC)
    assert timedelta(days=88) < away < timedelta(days=93)
    pat.last_told("We will not ask you for footage for now")
    page = pat.visitor.submit(page, {}, action="/account/resume")
    assert "We may ask you for footage again" in page.text
    assert (owner(pat).paused_until, owner(pat).paused_why) == (None, None)
    pat.last_told("We may ask you for footage again")
    assert audit_of(pat.stack, f"owner.{pat.owner_id}")[-2:] == [
        "paused requests",
        "resumed requests",
    ]


def test_a_pause_can_have_no_end_and_can_be_changed(pat: Resident) -> None:
    assert "until you restart them" in pause(pat, "open").text
    assert owner(pat).paused_until == UNTIL_RESUMED
    assert "until you restart them" in pat.last_told("We will not ask you for footage for now")
    pause(pat, "1")
    until = owner(pat).paused_until
    assert until and until < datetime.now(UTC) + timedelta(days=32)


def test_a_pause_needs_a_length_and_the_page_as_it_is(pat: Resident) -> None:
    refused = pause(pat, "7", ok=False)
    assert refused.answer.status_code == 422 and "Select for how long" in refused.text
    page = pat.visitor.open_page("/account/pause")
    pause(pat, "1")
    stale = pat.visitor.submit(page, {"pause_for": "6"}, action="/account/pause", ok=False)
    assert stale.answer.status_code == 409


def test_who_is_paused_because_mail_came_back_reads_why_and_can_go_on(pat: Resident) -> None:
    table = registry(pat.stack)
    until = (datetime.now(UTC) + timedelta(days=100)).strftime("%Y-%m-%dT%H:%M:%SZ")
    table.update(
        f"OWNER#{pat.owner_id}",
        "OWNER",
        assign={"paused_until": until, "paused_why": "returned"},
    )
    page = pat.visitor.open_page("/account")
    assert f"An email to {pat.email} was returned to us" in page.text
    pat.visitor.submit(page, {}, action="/account/resume")
    assert owner(pat).paused_until is None
    assert "came back" not in pat.visitor.open_page("/account").text


# another e-mail address


def ask(pat: Resident, email: str, *, ok: bool = True) -> VisitedPage:
    page = pat.visitor.open_page("/account/email")
    return pat.visitor.submit(page, {"email": email}, action="/account/email", ok=ok)


def test_an_owner_moves_to_another_address(pat: Resident) -> None:
    old, new, stack = pat.email, new_email(), pat.stack
    before = owner(pat)
    assert new in ask(pat, new).text
    link = stack.link_in_mail(new, "/email/confirm")
    body = stack.mails_to(new)[0]["BodyText"]
    assert before.phrase not in body and before.name not in body and old not in body
    with stack.visitor() as scanner:
        scanner.send_request("HEAD", link)
        assert new in scanner.open_page(link).text
        assert owner(pat).email == old, "opening a link changes nothing"
        assert "has been changed" in scanner.press_button(link).text
        assert "has been changed" in scanner.open_page(link).text
    pat.email = new
    after = owner(pat)
    assert (after.id, after.email, after.phrase) == (before.id, new, before.phrase)
    assert store(stack).owner_id_of(old) is None
    assert new not in pat.last_told("Your email address has been changed", old)
    assert audit_of(stack, f"owner.{after.id}")[-1] == "changed their email address"
    assert "/sign-in" in pat.visitor.open_page("/account").url, "sign you out everywhere"
    assert "Your cameras" in pat.sign_in().text
    with stack.visitor() as somebody:
        somebody.submit(somebody.open_page("/sign-in"), {"email": old}, action="/sign-in")
    assert stack.mails_to(old)[-1]["Subject"] != "Your sign-in link"


def test_links_in_the_old_mailbox_end(pat: Resident) -> None:
    """Threat: somebody else reads it now."""
    stack, new = pat.stack, new_email()
    with stack.visitor() as other, asked(stack) as made:
        other.submit(other.open_page("/sign-in"), {"email": pat.email}, action="/sign-in")
        sign_in = stack.link_in_mail(pat.email, "/sign-in/confirm")
        mover = Resident(stack, other, made.emails[0])
        mover.sign_in()
        reply = made.replies[0]
        assert other.open_page(reply).answer.status_code == 200
        _age(stack, sign_in.partition("token=")[2], reply.rsplit("/", 1)[1])
        ask(pat, new)
        other.press_button(stack.link_in_mail(new, "/email/confirm"))
        refused = other.submit(other.open_page(sign_in), {}, ok=False)
        assert refused.answer.status_code == 410 and "no longer use" in refused.text
        newer = new_email()
        ask(mover, newer)
        other.press_button(stack.link_in_mail(newer, "/email/confirm"))
        over = other.open_page(reply, ok=False)
        assert over.answer.status_code == 410 and "no longer use" in over.text
        mover.email = newer
        page = mover.sign_in()
        assert "Waiting for your answer" in page.text
        opened = other.submit(page, {}, action="/account/requests/")
        assert opened.answer.status_code == 200


def _age(stack: RunningStack, *tokens: str) -> None:
    """As if these links had been sent a minute ago."""
    sent = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for token in tokens:
        registry(stack).update(f"LINK#{token_hash(token)}", "LINK", assign={"created_at": sent})


def test_an_address_that_is_registered_is_not_told_apart_and_not_taken(pat: Resident) -> None:
    stack = pat.stack
    with stack.visitor() as visitor:
        other = Resident(stack, visitor)
        other.register()
        free = new_email()
        same = [ask(pat, email).text.replace(email, "…") for email in (other.email, free)]
        assert same[0] == same[1]
        assert other.mails[-1] == "Your email address is already registered"
        assert "/email/confirm" not in stack.mails_to(other.email)[-1]["BodyText"]


def test_an_address_that_was_registered_in_the_meantime_is_not_taken(pat: Resident) -> None:
    stack, new = pat.stack, new_email()
    ask(pat, new)
    link = stack.link_in_mail(new, "/email/confirm")
    with stack.visitor() as visitor:
        quicker = Resident(stack, visitor, new)
        quicker.register()
        refused = visitor.submit(visitor.open_page(link), {}, ok=False)
        assert refused.answer.status_code == 410 and "Another registration" in refused.text
        assert quicker.owner_id != pat.owner_id


def test_only_the_newest_link_works_and_not_for_ever(pat: Resident) -> None:
    stack, first, second = pat.stack, new_email(), new_email()
    ask(pat, first)
    ask(pat, second)
    old = pat.visitor.open_page(stack.link_in_mail(first, "/email/confirm"), ok=False)
    assert old.answer.status_code == 410 and "newest link" in old.text
    link = stack.link_in_mail(second, "/email/confirm")
    make_old(stack, link)
    late = pat.visitor.open_page(link, ok=False)
    assert late.answer.status_code == 410 and "24 hours" in late.text
    for token in (new_token(), "nonsense"):
        wrong = pat.visitor.open_page(f"/email/confirm?token={token}", ok=False)
        assert wrong.answer.status_code == 404
    assert owner(pat).email == pat.email


def test_a_stranger_cannot_be_flooded_through_it(pat: Resident) -> None:
    stranger = new_email()
    for _ in range(MOST_A_DAY + 2):
        assert "Check your new email inbox" in ask(pat, stranger).text
    assert len(pat.stack.mails_to(stranger)) == MOST_A_DAY
    another = new_email()
    ask(pat, another)
    assert pat.stack.mails_to(another) == [], "nor strangers in a row"


def test_what_is_no_address_or_the_same_is_said(pat: Resident) -> None:
    for typed, said in (("nobody", "correct format"), (pat.email.upper(), "use already")):
        refused = ask(pat, typed, ok=False)
        assert refused.answer.status_code == 422 and said in refused.text


def test_leaving_forgets_an_address_that_waits(pat: Resident) -> None:
    ask(pat, new_email())
    owner_id = pat.owner_id
    page = pat.visitor.open_page("/account/remove")
    pat.visitor.submit(page, {}, action="/account/remove")
    assert registry(pat.stack).get(f"OWNER#{owner_id}", "NEWEMAIL") is None
