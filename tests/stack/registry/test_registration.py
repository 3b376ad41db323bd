"""Registering through the outside door: right, wrong, twice, at once, with links of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from chalicelib.core.ids import new_token
from chalicelib.core.typed.typed_text import clean_text
from chalicelib.registry.map_counts import COUNTED, count_key
from chalicelib.registry.registration import MOST_A_DAY
from chalicelib.registry.site_index import index_entry
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack
from tests.stack.residents import (
    HOME,
    Resident,
    audit_of,
    filled,
    link_item,
    make_old,
    new_email,
    registry,
    send,
    store,
)

pytestmark = pytest.mark.usefixtures("area_data")


@pytest.fixture
def visitor(stack: RunningStack) -> Iterator[Visitor]:
    with stack.visitor() as somebody:
        yield somebody


@pytest.fixture
def pat(stack: RunningStack, visitor: Visitor) -> Resident:
    return Resident(stack, visitor)


def test_a_registration_is_on_the_map_once_it_is_confirmed(
    stack: RunningStack, pat: Resident
) -> None:
    page = send(pat.visitor, filled(pat.email))
    assert "Check your email" in page.text
    link = pat.link("/register/confirm")
    pending = link_item(stack, link)["subject"]
    assert store(stack).owner_id_of(pat.email) is None
    assert registry(stack).get(f"PENDING#{pending}", "REGISTRATION")

    done = pat.visitor.press_button(link)
    assert "Your cameras are registered" in done.text
    (site,) = pat.sites()
    owner = store(stack).owner(site.owner_id)
    assert owner is not None
    assert (owner.name, owner.email, owner.phone) == ("Pat Jones", pat.email, "+447700900982")
    assert owner.phrase in done.text
    assert len(owner.phrase.split()) == 3
    assert (site.postcode, len(site.cameras), site.position_source) == ("XQ1 1AA", 2, "postcode")
    assert abs(site.latitude_e6 / 1e6 - HOME[0]) < 0.0001
    assert abs(site.longitude_e6 / 1e6 - HOME[1]) < 0.0001

    entry = index_entry(site)
    # Other tests' owners live at the same postcode.
    neighbours = registry(stack).query(
        str(entry.attributes()["cell"]), between=(entry.h3, entry.h3), index=("Cell", "cell", "h3")
    )
    found = [item for item in neighbours if item["PK"] == f"SITE#{site.id}"]
    assert found == [{"PK": f"SITE#{site.id}", "SK": "SITE", **entry.attributes()}]
    assert all(registry(stack).get(*count_key(entry.h3, resolution)) for resolution in COUNTED)
    assert registry(stack).get(f"PENDING#{pending}", "REGISTRATION") is None
    assert audit_of(stack, f"site.{site.id}") == ["registered a site"]


def test_an_unconfirmed_registration_goes_by_itself(stack: RunningStack, pat: Resident) -> None:
    send(pat.visitor, filled(pat.email))
    pending = link_item(stack, pat.link("/register/confirm"))["subject"]
    item = registry(stack).get(f"PENDING#{pending}", "REGISTRATION")
    assert item is not None
    days = (item["expires_at"] - datetime.now(UTC).timestamp()) / 86400
    assert 6.9 < days <= 7


def test_opening_the_link_changes_nothing_because_mail_scanners_do(
    stack: RunningStack, pat: Resident
) -> None:
    send(pat.visitor, filled(pat.email))
    link = pat.link("/register/confirm")
    for _ in range(3):
        page = pat.visitor.open_page(link)
        assert "Confirm your registration" in page.text
        assert "Pat Jones" in page.text
    assert store(stack).owner_id_of(pat.email) is None
    assert "used_at" not in link_item(stack, link)


WRONG = [
    ("name", "", "Enter your name"),
    ("name", "x" * 101, "100 characters or fewer"),
    ("name", "<b>Pat</b>", "cannot contain < >"),
    ("name", "Pat\x07", "cannot be used"),
    ("name", "\u200b\ufeff", "Enter your name"),
    ("name", "Pat \u202eJones", "cannot be used"),
    ("email", "", "Enter your email address"),
    ("email", "pat.example.test", "correct format"),
    ("email", "a" * 300 + "@example.test", "254 characters or fewer"),
    ("email", "pat@example.test\r\nBcc: x@example.test", "Character 17 of your email address"),
    ("email", "pat@gmail.con", "Did you mean pat@gmail.com?"),
    ("email", "<script>@example.test", "correct format"),
    ("email", "😀@example.test", "correct format"),
    ("phone", "call me", "Enter a phone number"),
    ("phone", "1" * 100, "Enter a phone number"),
    ("phone", "07700 90012", "Enter a phone number"),
    ("property_type", "", "Select whether it is a home or a business"),
    ("property_type", "castle", "Select whether it is a home or a business"),
    ("address_line_1", "", "Enter the first line of the address"),
    ("address_line_1", "<img src=x onerror=alert(1)>", "cannot contain"),
    ("address_line_1", "1 High Street\nBirmingham", "cannot be used"),
    ("address_line_2", "x" * 101, "100 characters or fewer"),
    ("town", "", "Enter the town or city"),
    ("town", "---", "Enter the town or city"),
    ("postcode", "", "Enter your postcode"),
    ("postcode", "Birmingham", "Enter a full UK postcode"),
    ("postcode", "XQ1", "Enter a full UK postcode"),
    ("postcode", "B1 1A\u202eA", "Character 6 of your postcode cannot be used"),
    ("postcode", "EH1 1YZ", "EH1 1YZ is outside the area"),
    ("postcode", "XQ1 1XX", "We cannot find XQ1 1XX"),
    ("postcode", "XQ1 1ZZ", "We do not know where XQ1 1ZZ is"),
    ("postcode", "XQ9 9AA", "outside the area"),
    ("camera_count", "", "Enter the number of cameras"),
    ("camera_count", "0", "between 1 and 50"),
    ("camera_count", "51", "between 1 and 50"),
    ("camera_count", "-1", "whole number"),
    ("camera_count", "two", "whole number"),
    ("camera_count", "1.5", "whole number"),
    ("consent", "", "Tick the box"),
]


@pytest.mark.parametrize(("field", "typed", "said"), WRONG)
def test_a_wrong_field_is_told_and_everything_typed_is_kept(
    stack: RunningStack, visitor: Visitor, field: str, typed: str, said: str
) -> None:
    values = {**filled(new_email()), field: typed}
    page = send(visitor, values, ok=False)
    assert page.answer.status_code == 422
    messages = [one.get_text(" ", strip=True) for one in page.soup.select(".govuk-error-message")]
    assert any(said in message for message in messages), messages
    assert page.soup.select_one(".govuk-error-summary")
    assert "<script>@" not in page.answer.text
    assert "<img src=x" not in page.answer.text
    _, kept = page.form("/register")
    for name, value in values.items():
        shown = kept.get(name, "")
        # An HTML parser drops what no text field can hold.
        assert (
            shown.strip() == clean_text(value).replace("\x07", shown[3:4]).strip()
            or name == "consent"
            or (name == "property_type" and value not in ("home", "business"))
        )
    assert stack.mails_to(values["email"]) == []


@pytest.mark.parametrize(
    ("latitude", "longitude", "said"),
    [
        ("north", "-1.9", "Latitude must be a number of degrees"),
        ("52.4759", "west", "Longitude must be a number of degrees"),
        ("nan", "-1.9", "Latitude must be a number of degrees"),
        ("1e2", "-1.9", "Latitude must be a number of degrees"),
        ("152", "-1.9", "Latitude must be between -90 and 90"),
        ("52.4759", "", "Enter the longitude too"),
        ("", "-1.9", "Enter the latitude too"),
        ("-1.905387", "52.475939", "the wrong way round"),
        ("40.7", "-74.0", "This place is outside the area"),
        ("0", "0", "This place is outside the area"),
        ("52.5759", "-1.905387", "Check both"),
    ],
)
def test_a_wrong_position_is_told(
    visitor: Visitor, latitude: str, longitude: str, said: str
) -> None:
    values = filled(new_email(), latitude=latitude, longitude=longitude)
    page = send(visitor, values, ok=False)
    assert page.answer.status_code == 422
    assert said in page.text
    _, kept = page.form("/register")
    assert (kept["latitude"], kept["longitude"]) == (latitude, longitude)


def test_a_pin_far_from_its_postcode_is_taken_when_the_person_says_so(
    stack: RunningStack, pat: Resident
) -> None:
    values = filled(pat.email, latitude="52.490000", longitude="-1.905387")
    page = send(pat.visitor, values, ok=False)
    box = page.soup.find("input", {"name": "far_pin"})
    assert box is not None
    agreed = {**values, "far_pin": str(box["value"])}
    moved = send(pat.visitor, {**agreed, "latitude": "52.500000"}, ok=False)
    assert moved.answer.status_code == 422, "the agreement is for one pin only"
    assert "Check your email" in send(pat.visitor, agreed).text
    pat.visitor.press_button(pat.link("/register/confirm"))
    (site,) = pat.sites()
    assert (site.latitude_e6, site.position_source) == (52_490_000, "pin")


@pytest.mark.parametrize("postcode", ["XQ1 1XX", "XQ1 1ZZ"])
def test_where_the_postcode_is_not_known_the_pin_decides(pat: Resident, postcode: str) -> None:
    pat.register(postcode=postcode, latitude="52.476", longitude="-1.9")
    (site,) = pat.sites()
    assert (site.postcode, site.latitude_e6, site.longitude_e6) == (
        postcode,
        52_476_000,
        -1_900_000,
    )


def test_a_place_outside_the_area_is_told_where_to_go(visitor: Visitor) -> None:
    page = send(visitor, filled(new_email(), postcode="XQ9 9AA"), ok=False)
    link = page.soup.find("a", href="https://www.police.uk/pu/your-area/")
    assert link is not None
    pinned = filled(new_email(), postcode="XQ1 1XX", latitude="51.5", longitude="-0.12")
    assert "outside the area" in send(visitor, pinned, ok=False).text


def test_the_largest_site_fits_into_one_transaction(pat: Resident) -> None:
    pat.register(camera_count="50", property_type="business")
    (site,) = pat.sites()
    assert len(site.cameras) == 50


def test_names_and_addresses_of_every_script_are_kept(stack: RunningStack, pat: Resident) -> None:
    pat.register(name="Zoë O’Neill", address_line_2="شارع السلام", town="Ynys Môn")
    (site,) = pat.sites()
    owner = store(stack).owner(site.owner_id)
    assert owner is not None
    assert (owner.name, site.address_line_2, site.town) == (
        "Zoë O’Neill",
        "شارع السلام",
        "Ynys Môn",
    )


def without_address(page_text: str, email: str) -> str:
    return page_text.replace(email, "…")


def test_the_page_is_the_same_whether_an_address_is_known_or_not(
    stack: RunningStack, pat: Resident
) -> None:
    pat.register()
    stranger = new_email()
    new = send(pat.visitor, filled(stranger))
    same_place = send(pat.visitor, filled(pat.email))
    other_place = send(pat.visitor, filled(pat.email, address_line_1="2 Other Road"))
    pages = {
        without_address(new.text, stranger),
        without_address(same_place.text, pat.email),
        without_address(other_place.text, pat.email),
    }
    assert len(pages) == 1
    assert {page.answer.status_code for page in (new, same_place, other_place)} == {200}
    assert pat.mails == [
        "Confirm your camera registration",
        "Your cameras are already registered",
        "Confirm your camera registration",
    ]
    phrase = store(stack).owner(pat.owner_id)
    assert phrase is not None
    later = stack.mails_to(pat.email)[1:]
    assert all(phrase.phrase in mail["BodyText"] for mail in later)


def test_a_known_owner_adds_a_second_address(stack: RunningStack, pat: Resident) -> None:
    pat.register()
    pat.register(address_line_1="2 Other Road", postcode="XQ1 1AB", name="Somebody Else")
    assert sorted(site.postcode for site in pat.sites()) == ["XQ1 1AA", "XQ1 1AB"]
    owner = store(stack).owner(pat.owner_id)
    assert owner is not None
    assert owner.name == "Pat Jones", "a form that anybody can send changes no name"


def test_the_case_of_the_address_makes_no_second_owner(
    stack: RunningStack, visitor: Visitor, pat: Resident
) -> None:
    pat.register()
    shouted = Resident(stack, visitor, pat.email.upper())
    send(visitor, filled(shouted.email, address_line_1=f"{pat.email[:8]} HIGH  STREET"))
    assert pat.mails[-1] == "Your cameras are already registered"
    assert len(pat.sites()) == 1


def test_one_address_gets_only_so_many_links_a_day(
    stack: RunningStack, visitor: Visitor, pat: Resident
) -> None:
    pages = [send(visitor, filled(pat.email)) for _ in range(MOST_A_DAY + 2)]
    assert len({page.text for page in pages}) == 1
    assert len(pat.mails) == MOST_A_DAY


def test_reloading_the_page_after_a_registration_sends_nothing_more(pat: Resident) -> None:
    page = send(pat.visitor, filled(pat.email))
    assert page.url.endswith("/register/sent") and pat.email in page.text
    assert pat.email not in page.url, "an address of ours never has one of theirs in it"
    for _ in range(7):
        again = pat.visitor.open_page(page.url)
        assert again.text == page.text
    assert pat.mails == ["Confirm your camera registration"]
    with pat.stack.visitor() as somebody:
        forwarded = somebody.open_page(page.url)
    assert "Check your email" in forwarded.text and pat.email not in forwarded.text


def test_the_same_form_sent_again_sends_one_message(pat: Resident) -> None:
    """Somebody pressed twice, or tried again because no answer came."""
    page = pat.visitor.open_page("/register")
    typed = filled(pat.email)
    for _ in range(3):
        sent = pat.visitor.submit(page, typed, action="/register")
        assert sent.url.endswith("/register/sent")
    assert len(pat.mails) == 1
    pat.visitor.submit(page, {**typed, "town": "Solihull"}, action="/register")
    assert len(pat.mails) == 2, "what was corrected is sent again"


def test_confirming_signs_the_owner_in_and_leads_through_their_cameras(pat: Resident) -> None:
    """Describing the cameras costs no second e-mail."""
    first = pat.register()
    (site,) = pat.sites()
    assert first.url.endswith(f"/account/sites/{site.id}/cameras/1?walk=registered")
    assert "2 cameras at XQ1 1AA" in first.text and "Describe camera 1 of 2" in first.text
    bell = {"kind": "doorbell", "model": "ring/30-days"}
    second = pat.visitor.submit(first, bell, action="/cameras/1")
    assert second.url.endswith("/cameras/2?walk=next")
    assert "Describe camera 2 of 2" in second.text
    assert "Your cameras are registered" not in second.text
    wrong = pat.visitor.submit(second, {"keeps": "many"}, action="/cameras/2", ok=False)
    assert "Describe camera 2 of 2" in wrong.text, "a mistake does not end the walk"
    done = pat.visitor.submit(wrong, {"kind": "fixed", "keeps": ""}, action="/cameras/2")
    assert done.url.endswith("/account?done=camera")
    assert [camera.kind for camera in pat.sites()[0].cameras] == ["doorbell", "fixed"]
    assert pat.mails == ["Confirm your camera registration"]
    assert audit_of(pat.stack, f"owner.{pat.owner_id}") == ["signed in"]


def test_a_used_link_signs_nobody_in_later(stack: RunningStack, pat: Resident) -> None:
    """Somebody may find the link in the history of a shared computer."""
    send(pat.visitor, filled(pat.email))
    link = pat.link("/register/confirm")
    shown = pat.visitor.open_page(link)
    pat.visitor.submit(shown, {})
    with stack.visitor() as quick:  # the second of two clicks, whose answer the browser shows
        assert "Your cameras are registered" in quick.submit(shown, {}).text
    item = link_item(stack, link)
    registry(stack).update(item["PK"], "LINK", assign={"used_at": "2026-11-01T00:00:00Z"})
    with stack.visitor() as late:
        page = late.submit(shown, {})
        assert "already confirmed" in page.text
        assert late.open_page("/account").url.endswith("/sign-in")


@pytest.mark.parametrize(
    ("phone", "said"),
    [("", "Enter your mobile number"), ("0121 496 0101", "mobile phone number")],
)
def test_text_messages_need_a_mobile_number(pat: Resident, phone: str, said: str) -> None:
    page = send(pat.visitor, filled(pat.email, phone=phone, texts="yes"), ok=False)
    assert page.answer.status_code == 422
    assert said in page.text and page.form("/register")[1]["texts"] == "yes"
    assert pat.mails == []


def test_confirming_twice_finds_it_done(pat: Resident) -> None:
    pat.register()
    link = pat.link("/register/confirm")
    again = pat.visitor.open_page(link)
    assert "already confirmed" in again.text and "Go to your account" in again.text
    assert len(pat.sites()) == 1


def test_two_clicks_at_once_make_one_site(stack: RunningStack, pat: Resident) -> None:
    send(pat.visitor, filled(pat.email))
    link = pat.link("/register/confirm")
    shown = pat.visitor.open_page(link)
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _: pat.visitor.submit(shown, {}), range(4)))
    assert {page.answer.status_code for page in pages} == {200}
    assert all("Your cameras are registered" in page.text for page in pages)
    (site,) = pat.sites()
    assert audit_of(stack, f"site.{site.id}") == ["registered a site"]


def test_two_registrations_confirmed_at_once_have_one_owner(pat: Resident) -> None:
    shown: list[VisitedPage] = []
    for road in ("1 First Road", "2 Second Road"):
        send(pat.visitor, filled(pat.email, address_line_1=road))
        shown.append(pat.visitor.open_page(pat.link("/register/confirm")))
    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda page: pat.visitor.submit(page, {}), shown))
    assert all("Your cameras are registered" in page.text for page in pages)
    assert {site.address_line_1 for site in pat.sites()} == {"1 First Road", "2 Second Road"}


def test_the_same_form_sent_twice_at_once_makes_one_site(pat: Resident) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: send(pat.visitor, filled(pat.email)), range(2)))
    links = {
        line
        for mail in pat.stack.mails_to(pat.email)
        for line in mail["BodyText"].splitlines()
        if "/register/confirm?" in line
    }
    assert len(links) == 2
    for link in links:
        assert pat.visitor.press_button(link).answer.status_code == 200
    assert len(pat.sites()) == 1


def test_forged_mistyped_and_foreign_links_are_refused(stack: RunningStack, pat: Resident) -> None:
    pat.register()
    pat.sign_in()
    foreign = pat.link("/sign-in/confirm").partition("token=")[2]
    for token in ("", "x", new_token(), foreign, "../../account", "%00", new_token() + "x"):
        page = pat.visitor.open_page(f"/register/confirm?token={token}", ok=False)
        assert page.answer.status_code == 404, token
        assert "This link cannot be used" in page.text
    page = pat.visitor.open_page("/register/confirm", ok=False)
    assert page.answer.status_code == 404
    assert "Register your cameras" in page.text


def test_a_link_after_seven_days_says_so(stack: RunningStack, pat: Resident) -> None:
    send(pat.visitor, filled(pat.email))
    link = pat.link("/register/confirm")
    shown = pat.visitor.open_page(link)
    make_old(stack, link)
    for page in (
        pat.visitor.open_page(link, ok=False),
        pat.visitor.submit(shown, {}, ok=False),
    ):
        assert page.answer.status_code == 410
        assert "not confirmed within 7 days" in page.text
    assert store(stack).owner_id_of(pat.email) is None


def test_a_registration_that_ttl_left_lying_is_not_confirmed(
    stack: RunningStack, pat: Resident
) -> None:
    """DynamoDB removes expired items late, so the time is compared as well."""
    send(pat.visitor, filled(pat.email))
    link = pat.link("/register/confirm")
    pending = link_item(stack, link)["subject"]
    registry(stack).update(
        f"PENDING#{pending}", "REGISTRATION", assign={"created_at": "2020-01-01T00:00:00Z"}
    )
    assert pat.visitor.open_page(link, ok=False).answer.status_code == 410


def test_a_form_from_elsewhere_is_refused(stack: RunningStack) -> None:
    values = filled(new_email())
    with stack.http() as http:
        assert http.post("/register", data=values).status_code == 403
        assert http.post("/register", json=values).status_code == 415
        assert http.post("/register", data={"name": "x" * 200_000}).status_code == 413
        forged = {**values, "csrf_token": "9999999999.00"}
        assert http.post("/register", data=forged).status_code == 403


@pytest.mark.parametrize(
    ("typed", "status"),
    [("xq11aa", 200), ("XQ1%201AA", 200), ("XQ11XX", 404), ("XQ11ZZ", 404), ("", 422), ("😀", 422)],
)
def test_the_map_asks_where_a_postcode_is(stack: RunningStack, typed: str, status: int) -> None:
    with stack.http() as http:
        answer = http.get(f"/postcode?postcode={typed}")
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    if status == 200:
        assert body["postcode"] == "XQ1 1AA"
        assert abs(body["latitude"] - HOME[0]) < 0.0001
        assert abs(body["longitude"] - HOME[1]) < 0.0001
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert body["detail"]
