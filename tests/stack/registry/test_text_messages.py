"""Owners choose text messages: a code shows that the telephone is theirs, and nothing else does."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.errors import Gone, Invalid, TooMany
from chalicelib.registry.model import Owner
from chalicelib.registry.text_message_opt_in import CODE_LIFE, MOST_A_DAY, TRIES
from infra.localstack.visitor import VisitedPage
from tests.running import RunningStack
from tests.stack.residents import Resident, audit_of, registry, store
from tests.support.desk import Desk, add_site

HOUR = timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("area_data")


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


@pytest.fixture
def sam(stack: RunningStack) -> Iterator[Resident]:
    """Somebody who is about to register."""
    with stack.visitor() as visitor:
        yield Resident(stack, visitor)


@pytest.fixture
def phone() -> str:
    """A mobile that no other test uses."""
    return f"+447400{secrets.randbelow(10**6):06}"


def ask(pat: Resident, phone: str, *, ok: bool = True) -> VisitedPage:
    form = pat.visitor.open_page("/account/texts")
    action, _ = form.form("/account/texts")
    assert not action.endswith("/stop")
    return pat.visitor.submit(form, {"phone": phone}, action="/account/texts", ok=ok)


def give(pat: Resident, page: VisitedPage, code: str, *, ok: bool = True) -> VisitedPage:
    return pat.visitor.submit(page, {"code": code}, action="/account/texts/code", ok=ok)


def code_sent(stack: RunningStack, phone: str) -> str:
    found = re.match(r"\d{6}", stack.texts_to(phone)[-1])
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def owner_of(stack: RunningStack, pat: Resident) -> Owner:
    owner = store(stack).owner(pat.owner_id)
    assert owner
    return owner


def test_text_messages_are_chosen_on_the_account_page(
    stack: RunningStack, pat: Resident, phone: str
) -> None:
    assert "Off: we only email you" in pat.visitor.open_page("/account").text
    page = ask(pat, f"0{phone[3:7]} {phone[7:]}")
    assert "Enter the code" in page.text and phone[7:] in page.text
    code = code_sent(stack, phone)
    stored = registry(stack).get(f"OWNER#{pat.owner_id}", "TEXTCODE")
    assert stored and code not in str(stored)
    refused = give(pat, page, wrong(code), ok=False)
    assert refused.answer.status_code == 422 and "4 more tries" in refused.text
    assert owner_of(stack, pat).texts_to == ""
    done = give(pat, refused, f" {code[:3]} {code[3:]} ")
    assert "We will now text you" in done.text and "We text 0" in done.text
    assert owner_of(stack, pat).texts_to == phone
    # The second of two clicks finds it done; the code itself works no more.
    again = give(pat, refused, code)
    assert "We will now text you" in again.text
    assert registry(stack).get(f"OWNER#{pat.owner_id}", "TEXTCODE") is None
    assert "changed their details" in audit_of(stack, f"owner.{pat.owner_id}")
    off = pat.visitor.submit(
        pat.visitor.open_page("/account/texts"), {}, action="/account/texts/stop"
    )
    assert "We will no longer text you" in off.text
    assert owner_of(stack, pat).texts_to == ""


@pytest.mark.parametrize("typed", ["", "0121 496 0101", "+33612345678", "call me", "07012345678"])
def test_a_number_that_takes_no_texts_is_refused_beside_its_field(
    stack: RunningStack, pat: Resident, typed: str
) -> None:
    page = ask(pat, typed, ok=False)
    assert page.answer.status_code == 422 and "mobile phone number" in page.text
    assert page.form("/account/texts")[1]["phone"] == typed


def test_text_messages_are_chosen_when_registering(
    stack: RunningStack, sam: Resident, phone: str
) -> None:
    asked = sam.register(phone=phone, texts="yes")
    assert "Your cameras are registered" in asked.text and "Enter the code" in asked.text
    assert owner_of(stack, sam).texts_to == "", "not before the code has come back"
    code = code_sent(stack, phone)
    refused = give(sam, asked, wrong(code), ok=False)
    done = give(sam, refused, code)
    (site,) = sam.sites()
    assert done.url.endswith(f"/account/sites/{site.id}/cameras/1?walk=texts")
    assert "Text messages are on" in done.text and "Describe camera 1 of 2" in done.text
    assert owner_of(stack, sam).texts_to == phone
    assert len(sam.mails) == 1


def test_the_code_can_wait_until_the_cameras_are_described(
    stack: RunningStack, sam: Resident, phone: str
) -> None:
    later = sam.register(phone=phone, texts="yes").soup.find("a", string="Do this later")
    assert later is not None
    assert "Your cameras are registered" in sam.visitor.open_page(str(later["href"])).text
    assert owner_of(stack, sam).texts_to == ""


def test_a_code_page_without_a_code_leads_back(pat: Resident) -> None:
    assert "UK mobile number" in pat.visitor.open_page("/account/texts/code").text


def test_nobody_signed_in_sees_none_of_it(stack: RunningStack) -> None:
    with stack.http() as http:
        for path in ("/account/texts", "/account/texts/code"):
            assert http.get(path).status_code in (302, 303, 401)


def test_a_code_is_tried_five_times_also_at_once(desk: Desk, phone: str) -> None:
    _, owner = add_site(desk.services)
    texts = desk.services.registry.text_message_opt_in
    texts.send_code(owner, phone)
    code = code_sent(desk.stack, phone)

    def guess(_: int) -> type[Exception]:
        try:
            texts.confirm_code(owner, wrong(code))
        except (Invalid, Gone) as error:
            return type(error)
        raise AssertionError("a wrong code was taken")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(TRIES + 4)))
    assert answers.count(Invalid) == TRIES and answers.count(Gone) == 4
    with pytest.raises(Gone):
        texts.confirm_code(owner, code)
    assert texts.waiting_number(owner.id) == ""


def test_a_code_ends_after_a_quarter_of_an_hour_and_is_one_owners_alone(
    desk: Desk, phone: str
) -> None:
    _, owner = add_site(desk.services)
    _, other = add_site(desk.services)
    texts = desk.services.registry.text_message_opt_in
    texts.send_code(owner, phone)
    code = code_sent(desk.stack, phone)
    with pytest.raises(Gone):
        texts.confirm_code(other, code)
    texts.send_code(other, phone)
    theirs = code_sent(desk.stack, phone)
    if theirs != code:
        with pytest.raises(Invalid):
            texts.confirm_code(other, code)
    desk.now += CODE_LIFE
    with pytest.raises(Gone):
        texts.confirm_code(owner, code)


def test_a_new_code_replaces_the_old_one(desk: Desk, phone: str) -> None:
    _, owner = add_site(desk.services)
    texts = desk.services.registry.text_message_opt_in
    texts.send_code(owner, phone)
    first = code_sent(desk.stack, phone)
    texts.send_code(owner, phone)
    second = code_sent(desk.stack, phone)
    if first != second:
        with pytest.raises(Invalid):
            texts.confirm_code(owner, first)
    texts.confirm_code(owner, second)
    found = desk.services.registry.sites.owner(owner.id)
    assert found and found.texts_to == phone


def test_the_form_cannot_flood_a_telephone(desk: Desk, phone: str) -> None:
    texts = desk.services.registry.text_message_opt_in
    owners = [add_site(desk.services)[1] for _ in range(2)]
    for number in range(MOST_A_DAY):
        texts.send_code(owners[number % 2], phone)
    for owner in owners:
        with pytest.raises(TooMany):
            texts.send_code(owner, phone)
    assert len(desk.stack.texts_to(phone)) == MOST_A_DAY
    desk.now += timedelta(days=1)
    texts.send_code(owners[0], phone)


def chosen(desk: Desk, owner: Owner, phone: str) -> None:
    desk.services.registry.text_message_opt_in.send_code(owner, phone)
    desk.services.registry.text_message_opt_in.confirm_code(owner, code_sent(desk.stack, phone))


def test_leaving_takes_the_number_along(desk: Desk, phone: str) -> None:
    site, owner = add_site(desk.services)
    chosen(desk, owner, phone)
    asked = desk.services.registry.sites.owner(owner.id)
    assert asked
    desk.services.registry.text_message_opt_in.send_code(asked, phone)
    desk.services.registry.owner_changes.remove_everything(asked)
    stored = str(
        desk.stack.client("dynamodb").scan(TableName=desk.services.clients.registry_table.name)
    )
    assert phone not in stored and site.id not in stored


def test_changing_other_details_keeps_the_choice(desk: Desk, phone: str) -> None:
    _, owner = add_site(desk.services)
    chosen(desk, owner, phone)
    now = desk.services.registry.sites.owner(owner.id)
    assert now
    changed = desk.services.registry.owner_changes.change_details(now, "Somebody Else", "")
    assert replace(changed, version=0) == replace(now, name="Somebody Else", version=0, phone="")
    assert changed.texts_to == phone
