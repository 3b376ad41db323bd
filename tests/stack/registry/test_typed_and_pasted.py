"""What people type and paste, through pages: what nobody sees goes, slips are asked about."""

from __future__ import annotations

import unicodedata

import pytest

from chalicelib.web.http.headers import OWNER_COOKIE
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.registry.test_registration import pat as pat
from tests.stack.registry.test_registration import visitor as visitor
from tests.stack.registry.test_text_messages import ask, code_sent, give, owner_of
from tests.stack.registry.test_text_messages import phone as phone
from tests.stack.residents import Resident, filled, new_email, send, store

pytestmark = pytest.mark.usefixtures("area_data")

NAME = "£1 Shop™ & Søn № 3 – Café ☕ بقالة"


def pasted(text: str) -> str:
    """A text as it comes from a web page or from a telephone's contacts."""
    return f"\ufeff\u202a\u200b{text[:2]}\u00ad\u2060{text[2:]}\u200e\u202c\u00a0"


def unseen(text: str) -> list[str]:
    return [f"U+{ord(one):04X}" for one in text if unicodedata.category(one) == "Cf"]


def question(page: VisitedPage) -> list[str]:
    return [str(one["value"]) for one in page.soup.find_all("input", {"name": "email_choice"})]


def test_a_registration_that_was_pasted_is_kept_clean(stack: RunningStack, pat: Resident) -> None:
    values = {**filled(pat.email), "name": NAME, "phone": "07700/900982"}
    taken = ("name", "email", "phone", "postcode", "town", "camera_count", "address_line_1")
    send(pat.visitor, {**values, **{name: pasted(values[name]) for name in taken}})
    mail = stack.mails_to(pat.email)[-1]
    assert unseen(mail["BodyText"] + mail["Subject"]) == []
    pat.visitor.press_button(pat.link("/register/confirm"))
    owner = store(stack).owner(pat.owner_id)
    assert owner is not None
    assert (owner.name, owner.email, owner.phone) == (NAME, pat.email, "+447700900982")
    (site,) = pat.sites()
    assert (site.postcode, site.town, len(site.cameras)) == ("XQ1 1AA", "Birmingham", 2)
    pat.visitor.set_cookie(OWNER_COOKIE, "")  # confirming signed them in
    asked = pat.visitor.open_page("/sign-in")
    pat.visitor.submit(asked, {"email": pasted(pat.email)}, action="/sign-in")
    account = pat.visitor.press_button(pat.link("/sign-in/confirm"))
    assert NAME in account.text and unseen(account.text) == []


def test_a_code_is_taken_as_it_is_pasted(stack: RunningStack, pat: Resident, phone: str) -> None:
    pat.register()
    pat.sign_in()
    page = ask(pat, f"\u202d{phone[1:3]} (0){phone[3:7]}/{phone[7:]}\u202c")
    code = code_sent(stack, phone)
    assert "We will now text you" in give(pat, page, pasted(code)).text
    assert owner_of(stack, pat).texts_to == phone


def test_a_phone_with_an_extension_is_shown_as_people_write_it(
    stack: RunningStack, pat: Resident
) -> None:
    pat.register(phone="0121 496 0101 #12")
    owner = store(stack).owner(pat.owner_id)
    assert owner is not None and owner.phone == "+441214960101;ext=12"
    assert "0121 496 0101 ext 12" in pat.sign_in().text
    details = pat.visitor.open_page("/account/details")
    assert details.form("/account/details")[1]["phone"] == "0121 496 0101 ext 12"


def test_a_likely_slip_is_asked_about_and_the_suggestion_can_be_taken(
    stack: RunningStack, visitor: Visitor
) -> None:
    local = new_email().partition("@")[0]
    values = {**filled(f"{local}@gmail.con"), "name": NAME}
    page = send(visitor, values, ok=False)
    assert page.answer.status_code == 422
    assert f"Did you mean {local}@gmail.com?" in page.text
    assert question(page) == [f"{local}@gmail.com", f"{local}@gmail.con"]
    _, kept = page.form("/register")
    assert (kept["name"], kept["email"]) == (NAME, f"{local}@gmail.con")
    chosen = {**kept, "property_type": "home", "consent": "yes"}
    sent = visitor.submit(
        page, {**chosen, "email_choice": f"{local}@gmail.com"}, action="/register"
    )
    assert f"{local}@gmail.com" in sent.text
    assert stack.mails_to(f"{local}@gmail.com") and not stack.mails_to(f"{local}@gmail.con")


def test_what_was_typed_is_kept_when_it_is_right(stack: RunningStack, visitor: Visitor) -> None:
    typed = f"{new_email().partition('@')[0]}@hotmial.com"
    page = visitor.submit(
        visitor.open_page("/sign-in"), {"email": typed}, action="/sign-in", ok=False
    )
    assert page.answer.status_code == 422 and question(page)[1] == typed
    sent = visitor.submit(page, {"email": typed, "email_choice": typed}, action="/sign-in")
    assert typed in sent.text
    assert stack.mails_to(typed)


def test_an_international_address_is_shown_as_it_was_typed(
    stack: RunningStack, visitor: Visitor
) -> None:
    local = new_email().partition("@")[0]
    sent = send(visitor, filled(f"{local}@exämple.com"))
    assert f"{local}@exämple.com" in sent.text and "xn--" not in sent.text
    assert stack.mails_to(f"{local}@xn--exmple-cua.com")


def test_a_corrected_postcode_is_shown_as_corrected(stack: RunningStack, pat: Resident) -> None:
    values = filled(pat.email, postcode="xqI-IAA")
    again = send(pat.visitor, {**values, "town": ""}, ok=False)
    assert again.form("/register")[1]["postcode"] == "XQ1 1AA"
    assert "We changed what you typed to this" in again.text
    sent = send(pat.visitor, values)
    assert "you typed to XQ1 1AA" in sent.text
    assert "you typed to" not in send(pat.visitor, filled(pat.email)).text
    pat.visitor.press_button(pat.link("/register/confirm"))
    assert [site.postcode for site in pat.sites()] == ["XQ1 1AA"]


@pytest.mark.parametrize("postcode", ["EH1 1YZ", "BT7 1NN", "eh1 lyz"])
def test_a_real_postcode_elsewhere_is_told_whose_area_it_is(
    visitor: Visitor, postcode: str
) -> None:
    page = send(visitor, filled(new_email(), postcode=postcode), ok=False)
    assert "is outside the area" in page.text and "We cannot find" not in page.text
    assert page.soup.find("a", href="https://www.police.uk/pu/your-area/")
    found = visitor.send_request("GET", "/postcode", params={"postcode": postcode})
    assert found.status_code == 404 and "is outside the area" in found.json()["detail"]


def test_a_postcode_that_nobody_has_is_to_be_checked(visitor: Visitor) -> None:
    page = send(visitor, filled(new_email(), postcode="XQ1 1XX"), ok=False)
    assert "We cannot find XQ1 1XX. Check it" in page.text


def test_the_console_takes_what_is_pasted_too(stack: RunningStack) -> None:
    with signed_in(stack, "investigator") as officer:
        for typed in (pasted("20/123456/26"), "20–123456–26"):
            page = officer.send_request("GET", "/console", params={"q": typed})
            assert page.status_code == 200, page.text
        found = officer.send_request("GET", "/check", params={"reference": pasted("7K3M-9QXA")})
        assert "Enter the reference" not in found.text
        refused = officer.send_request("GET", "/console", params={"q": "20/12\u202e34"})
        assert "Character 6 of the crime reference cannot be used" in refused.text
