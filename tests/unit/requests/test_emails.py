"""What messages say, in text and in HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera
from chalicelib.incidents.records import TeamMember
from chalicelib.incidents.service import Incident
from chalicelib.notifications.channels import Message
from chalicelib.notifications.rendering import MessageSender, sign_off
from chalicelib.registry.model import Owner
from chalicelib.requests import emails
from chalicelib.requests.model import (
    AskedCamera,
    Deadline,
    FootageRequest,
    FootageWindow,
    Recipient,
)
from chalicelib.requests.recipient_states import offered_answers
from chalicelib.requests.recipients.recipient_context import RecipientContext
from tests.support.places import a_site

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SENDER = MessageSender(
    "West Midlands Police", "101", "https://sightline.example", "Europe/London", "GB"
)
TOKEN = "t" * 43
LINK = f"https://sightline.example/reply/{TOKEN}"

MATTER = RecipientContext(
    FootageRequest(
        id="7k3m9qxa00000000",
        incident_id="1" * 16,
        reference="7K3M-9QXA",
        message="Please look for a person in a red coat.",
        window_from=NOW - timedelta(hours=8),
        window_to=NOW - timedelta(hours=7),
        created_by="2" * 16,
        officer_name="PC Lane",
        created_at=NOW,
        site_count=1,
    ),
    Recipient(
        "7k3m9qxa00000000",
        "3" * 16,
        "4" * 16,
        NOW,
        deadline=NOW + timedelta(days=2),
        saved_at=NOW,
    ),
    Incident(
        id="1" * 16,
        crime_reference="20/1/26",
        offence="Burglary",
        latitude_e6=52_000_000,
        longitude_e6=-1_900_000,
        occurred_from=NOW,
        occurred_to=NOW,
        public_description="A house on Test Street was broken into.",
        created_by="PC Lane",
        created_by_id="2" * 16,
        in_charge=TeamMember("2" * 16, "pc.lane"),
        created_at=NOW,
    ),
    a_site(Camera(1, make="ring"), id="3" * 16, owner_id="4" * 16),
    Owner("4" * 16, "Alex O'Neill", "alex@example.test", "", "amber kettle harbour", NOW),
)


def due(deadline: datetime | None, *later: datetime, site_id: str = "3" * 16) -> Recipient:
    """The recipient of a camera whose footage starts to be deleted at a deadline, and of others."""
    start = MATTER.request.window_from
    kept = [int((at - start) / timedelta(minutes=1)) if at else 0 for at in (deadline, *later)]
    return replace(
        MATTER.recipient,
        site_id=site_id,
        deadline=deadline,
        later=tuple(Deadline(at, certain=True) for at in later),
        asked=(AskedCamera(1, max(kept), certain=True),),
    )


KINDS: dict[str, Callable[[RecipientContext], Message]] = {
    "ask": lambda m: emails.request_email(SENDER, [m], [TOKEN], NOW),
    "remind": lambda m: emails.reminder_email(SENDER, [m], [TOKEN], last=False),
    "last": lambda m: emails.reminder_email(SENDER, [m], [TOKEN], last=True),
    "some_lost": lambda m: emails.reminder_email(SENDER, [m], [TOKEN], last=False, some_lost=True),
    "remind_upload": lambda m: emails.upload_reminder_email(SENDER, m, TOKEN),
    "time_over": lambda m: emails.deadline_passed_email(SENDER, [m], [TOKEN]),
    "upload_over": lambda m: emails.upload_time_over_email(SENDER, m, TOKEN),
    "withdrawn": lambda m: emails.withdrawal_email(SENDER, [m]),
}
each_kind = pytest.mark.parametrize("kind", KINDS)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", BeautifulSoup(html, "html.parser").get_text(" "))


@each_kind
def test_each_message_proves_that_it_is_genuine(kind: str) -> None:
    message = KINDS[kind](MATTER)
    for said in (message.text, words(message.html)):
        for proof in ("amber kettle harbour", "7K3M-9QXA", "West Midlands Police", "101"):
            assert proof in said
    assert message.text.endswith(
        sign_off(SENDER, "amber kettle harbour", "7K3M-9QXA").strip() + "\n"
    )
    assert message.reference == "7K3M-9QXA"


@each_kind
def test_links_lead_to_our_own_site_and_stand_alone_on_their_line(kind: str) -> None:
    message = KINDS[kind](MATTER)
    soup = BeautifulSoup(message.html, "html.parser")
    assert not soup.find_all(["img", "script", "link", "iframe", "form", "style"])
    for anchor in soup.find_all("a"):
        assert str(anchor["href"]).startswith("https://sightline.example/")
    assert all(
        address.startswith("https://sightline.example/")
        for address in re.findall(r"https?://\S+", message.text + message.html)
    )
    assert ("\n\n" + LINK + "\n\n" in message.text) == (kind != "withdrawn")


@each_kind
def test_bounces_lead_back_to_the_recipient_without_personal_data(kind: str) -> None:
    assert KINDS[kind](MATTER).tags == {"request": "7k3m9qxa00000000", "site": "3" * 16}


@given(st.text(min_size=1), st.text(min_size=1))
def test_what_people_typed_stays_text(name: str, said: str) -> None:
    mark = "<b onclick='x'>&\"{{ 7 * 7 }}"
    matter = MATTER._replace(
        owner=replace(MATTER.owner, name=name + mark),
        request=replace(MATTER.request, message=said + mark),
    )
    message = emails.request_email(SENDER, [matter], [TOKEN], NOW)
    assert not BeautifulSoup(message.html, "html.parser").find("b")
    assert mark in message.text
    assert "\n" not in message.subject and "\r" not in message.subject


def test_how_long_is_left_is_said_honestly() -> None:
    def said(deadline: datetime | None, certain: bool) -> str:
        recipient = replace(due(deadline), deadline_certain=certain)
        return emails.request_email(
            SENDER, [MATTER._replace(recipient=recipient)], [TOKEN], NOW
        ).text

    later = NOW + timedelta(days=2)
    assert "It may be deleted after Sunday 22 November 2026, 10:00am." in said(later, True)
    assert "it may be sooner" in said(later, False)
    assert "was probably deleted" in said(NOW - timedelta(hours=1), True)
    assert "We will not remind you" in said(NOW - timedelta(hours=1), True)
    assert "We do not know" in said(None, False)


def test_the_window_is_said_in_local_time_and_the_day_once() -> None:
    assert "Friday 20 November 2026, from 2:00am to 3:00am" in KINDS["ask"](MATTER).text
    summer = replace(
        MATTER.request,
        window_from=datetime(2026, 7, 1, 22, 50, tzinfo=UTC),
        window_to=datetime(2026, 7, 1, 23, 10, tzinfo=UTC),
    )
    said = KINDS["ask"](MATTER._replace(request=summer)).text
    assert "from Wednesday 1 July 2026, 11:50pm to Thursday 2 July 2026, 12:10am" in said


def test_the_steps_are_those_of_the_owners_make() -> None:
    one = KINDS["ask"](MATTER)
    assert "Ring app" in one.text and "Ring app" in words(one.html)
    two = replace(MATTER.site, cameras=(Camera(1, make="ring"), Camera(2, make="nest")))
    for kind in ("ask", "remind"):
        both = KINDS[kind](MATTER._replace(site=two))
        for said in (both.text, words(both.html)):
            assert said.index("Camera 1 (Ring)") < said.index("Ring app")
            assert said.index("Camera 2 (Google Nest)") > said.index("Ring app")
    assert "your 2 cameras" in KINDS["ask"](MATTER._replace(site=two)).text
    unknown = replace(MATTER.site, cameras=(Camera(1, make="ring"), Camera(2)))
    assert (
        "Camera 2:\n1. Open your camera’s app" in KINDS["ask"](MATTER._replace(site=unknown)).text
    )


def test_the_steps_of_several_sites_are_said_once_for_each_make() -> None:
    """Both sites have a camera 1, so that its number would say nothing."""
    nest = MATTER._replace(site=replace(MATTER.site, cameras=(Camera(1, make="nest"),)))
    said = emails.request_email(SENDER, [MATTER, nest, MATTER], [TOKEN] * 3, NOW).text
    assert said.count("Ring:\n1. ") == said.count("Google Nest:\n1. ") == 1
    assert "Camera 1 (" not in said


@pytest.mark.parametrize("kind", ["ask", "remind", "last"])
def test_each_answer_is_a_button_that_leads_to_the_page_that_confirms_it(kind: str) -> None:
    two = replace(MATTER.site, cameras=(Camera(1), Camera(2)))
    for site in (MATTER.site, two):
        several = len(site.cameras) > 1
        message = KINDS[kind](MATTER._replace(site=site))
        soup = BeautifulSoup(message.html, "html.parser")
        for answer, said in offered_answers(several):
            assert f"\n{said}:\n{LINK}?answer={answer}\n" in message.text
            (button,) = soup.find_all("a", href=f"{LINK}?answer={answer}")
            assert button.get_text() == said
        assert bool(soup.find("a", href=f"{LINK}/cameras")) is several
        assert (f"{LINK}/cameras" in message.text) is several
        # Programs and people alike take the first link of a message.
        assert re.findall(r"https://\S+/reply/\S+", message.text)[0] == LINK


def test_subjects_name_the_day_and_until_when() -> None:
    from_, until = "20 Nov, 2:00am", "22 Nov, 10:00am"
    subjects = {kind: made(MATTER).subject for kind, made in KINDS.items()}
    assert subjects["ask"] == (
        f"Please check your camera by {until}: footage from {from_} (West Midlands Police)"
    )
    assert subjects["remind"] == f"Reminder: footage from {from_} may be deleted after {until}"
    assert subjects["last"] == f"Last reminder: footage from {from_} may be deleted after {until}"
    assert subjects["some_lost"] == (
        f"Reminder: footage from {from_} may still be on one of your cameras until {until}"
    )
    assert from_ in subjects["time_over"] and from_ in subjects["remind_upload"]
    late = replace(MATTER.recipient, deadline=NOW)
    unknown = replace(MATTER.recipient, deadline=None)
    for recipient in (late, unknown):
        asked = KINDS["ask"](MATTER._replace(recipient=recipient)).subject
        assert asked == f"Please check your camera: footage from {from_} (West Midlands Police)"


@pytest.mark.parametrize("kind", ["ask", "remind", "time_over"])
def test_one_message_for_all_the_sites_of_an_owner(kind: str) -> None:
    later = replace(MATTER.recipient, site_id="5" * 16, deadline=NOW + timedelta(days=5))
    other = MATTER._replace(
        site=replace(MATTER.site, id="5" * 16, address_line_1="3 Shop Row"), recipient=later
    )
    texted = replace(MATTER.owner, texts_to="+447700900982")
    matters = [one._replace(owner=texted) for one in (other, MATTER)]
    tokens = ["o" * 43, TOKEN]
    message = {
        "ask": lambda: emails.request_email(SENDER, matters, tokens, NOW),
        "remind": lambda: emails.reminder_email(SENDER, matters, tokens, last=False),
        "time_over": lambda: emails.deadline_passed_email(SENDER, matters, tokens),
    }[kind]()
    for said in (message.text, words(message.html)):
        assert "12 Test Street" in said and "3 Shop Row" in said
    for link in (LINK, LINK.replace(TOKEN, "o" * 43)):
        assert f"\n\n{link}\n\n" in message.text
        assert BeautifulSoup(message.html, "html.parser").find("a", href=link)
    # What is said once, and the text message, are about the site where it is lost first.
    assert message.tags["site"] == "3" * 16
    if kind != "time_over":
        assert "may be deleted after Sunday 22 November 2026" in message.text
        assert LINK in message.short


def test_a_reminder_says_what_the_recorders_own_clock_showed() -> None:
    checked = replace(
        MATTER.recipient, clock_offset_seconds=600, clock_checked_at=NOW, clock_how="typed"
    )
    message = emails.reminder_email(
        SENDER, [MATTER._replace(recipient=checked)], [TOKEN], last=False
    )
    assert "On the clock of your recorder" in message.text
    assert "2:10am" in message.text and "2:10am" in words(message.html)
    assert "On the clock of your recorder" not in KINDS["remind"](MATTER).text


def test_both_places_to_look_are_told_where_the_clocks_have_changed_since() -> None:
    """The footage is of 24 October, before the clocks went back, and the check of November."""
    before = datetime(2026, 10, 24, 13, tzinfo=UTC)
    window = FootageWindow(before, before + timedelta(minutes=30))
    checked = replace(
        MATTER.recipient, window=window, clock_offset_seconds=600, clock_checked_at=NOW
    )
    message = emails.reminder_email(
        SENDER, [MATTER._replace(recipient=checked)], [TOKEN], last=False
    )
    told = (
        "On the clock of your recorder: Saturday 24 October 2026, from 2:10pm to 2:40pm. If there "
        "is nothing, also look for Saturday 24 October 2026, from 1:10pm to 1:40pm"
    )
    assert told in message.text
    assert told.partition(": ")[2] in words(message.html)


def test_it_is_late_from_the_moment_of_the_deadline() -> None:
    def late(*deadlines: datetime | None) -> bool:
        matters = [
            MATTER._replace(recipient=due(deadline, site_id=f"{n}"))
            for n, deadline in enumerate(deadlines)
        ]
        message = emails.request_email(SENDER, matters, [TOKEN] * len(matters), NOW)
        return "We will not remind you" in message.text

    second = timedelta(seconds=1)
    assert late(NOW) and late(NOW - second) and not late(NOW + second)
    assert not late(None) and late(NOW - second, NOW)
    # While one of several sites may still have it, or nobody knows, it is not too late.
    assert not late(None, NOW) and not late(NOW + second, NOW)


def test_what_is_most_urgent_is_what_has_a_deadline_and_the_first() -> None:
    def first(*deadlines: datetime | None) -> str:
        matters = [
            MATTER._replace(recipient=due(deadline, site_id=f"{n}"))
            for n, deadline in enumerate(deadlines)
        ]
        return str(
            emails.deadline_passed_email(SENDER, matters, [TOKEN] * len(matters)).tags["site"]
        )

    day = timedelta(days=1)
    assert first(None, NOW) == "1" and first(NOW + day, NOW) == "1" and first(NOW, NOW) == "0"
    assert first(None, None) == "0" and first(None, NOW + 9 * day, NOW + day) == "2"


def test_what_can_still_be_saved_is_named_before_what_is_lost() -> None:
    """Of sites and of cameras: the deadline that is said is the next, and its site comes first."""
    day = timedelta(days=1)

    def place(number: int, deadline: datetime | None, *later: datetime) -> RecipientContext:
        one = due(deadline, *later, site_id=f"{number}")
        site = replace(MATTER.site, id=f"{number}", address_line_1=f"{number} Test Street")
        return MATTER._replace(recipient=one, site=site)

    matters = [
        place(1, NOW - day),
        place(2, None),
        place(3, NOW + 5 * day),
        place(4, NOW - day, NOW + day),
    ]
    message = emails.request_email(SENDER, matters, ["a", "b", "c", "d"], NOW)
    assert re.findall(r"^[0-9]\. ([0-9]) Test Street:\n", message.text, re.MULTILINE) == [
        "4",
        "3",
        "2",
        "1",
    ]
    assert "deleted after Saturday 21 November 2026, 10:00am" in " ".join(message.text.split())
    assert "probably deleted" not in message.text and message.tags["site"] == "4"


def test_what_is_being_deleted_is_not_called_deleted() -> None:
    """The first minutes are gone, and the last are there: as the reply page says it too."""
    texted = MATTER._replace(
        owner=replace(MATTER.owner, texts_to="+447700900982"),
        recipient=due(NOW - timedelta(minutes=30)),
    )
    message = emails.request_email(SENDER, [texted], [TOKEN], NOW)
    for said in (message.text, words(message.html)):
        assert "started to delete the footage on Friday 20 November 2026, 9:30am" in said
        assert "may be deleted after Friday 20 November 2026, 10:30am: please check now" in said
    assert "It is probably being deleted now." in message.short


def test_a_text_goes_alone_in_the_morning_and_to_who_wants_texts() -> None:
    texted = MATTER._replace(owner=replace(MATTER.owner, texts_to="+447700900982"))
    alone = emails.request_text_message(SENDER, [texted], [TOKEN])
    assert alone.to == "" and alone.phone == "+447700900982" and LINK in alone.short
    assert emails.request_email(SENDER, [texted], [TOKEN], NOW).to == "alex@example.test"
    assert KINDS["ask"](MATTER).short == "" and KINDS["ask"](MATTER).phone == ""
    assert "last reminder" in emails.reminder_email(SENDER, [texted], [TOKEN], last=True).short
    assert "last" not in emails.reminder_email(SENDER, [texted], [TOKEN], last=False).short
    late = texted._replace(recipient=due(NOW - timedelta(hours=2)))
    assert "It was probably deleted" in emails.request_email(SENDER, [late], [TOKEN], NOW).short
    over = emails.withdrawal_email(SENDER, [texted])
    assert over.text_by is None and "no longer need" in over.short
    assert emails.request_email(SENDER, [texted], [TOKEN], NOW).text_by == texted.recipient.deadline


def test_whom_to_ask_is_the_officer_and_the_switchboard_unless_said_otherwise() -> None:
    said = KINDS["ask"](MATTER).text
    assert "PC Lane" in said and "101" in said
    desk = replace(MATTER.request, contact_name="The front desk", contact_phone="+441214960101")
    other = KINDS["ask"](MATTER._replace(request=desk)).text
    assert "The front desk" in other and "0121 496 0101" in other
    unsaid = replace(MATTER.incident, public_description="")
    assert "Burglary" in KINDS["ask"](MATTER._replace(incident=unsaid)).text
    assert "A house on Test Street" in said and "Burglary" not in said


def at_two_places(*minutes: int) -> list[RecipientContext]:
    """An owner of two sites who takes texts, each asked for an hour from so many minutes after
    eight hours ago, the second less urgent."""
    owner = replace(MATTER.owner, texts_to="+447700900982")
    found = []
    for number, after in enumerate(minutes):
        start = MATTER.request.window_from + timedelta(minutes=after)
        window = FootageWindow(start, start + timedelta(minutes=60))
        site = replace(MATTER.site, id=str(5 + number) * 16, address_line_1=f"{number} Test Street")
        recipient = due(NOW + timedelta(days=2 + number), site_id=site.id)
        found.append(
            MATTER._replace(owner=owner, site=site, recipient=replace(recipient, window=window))
        )
    return found


def test_a_text_names_no_time_for_an_address_that_is_asked_for_another() -> None:
    apart, together = at_two_places(0, 30), at_two_places(0, 0)
    tokens = [TOKEN, "u" * 43]
    asked = emails.request_email(SENDER, apart, tokens, NOW).short
    assert "please check your camera for 20 Nov, 2:00am to 3:00am." in asked
    assert "See our email for your other address." in asked
    reminded = emails.reminder_email(SENDER, apart, tokens, last=False).short
    assert "footage of 20 Nov, 2:00am to 3:00am." in reminded
    assert "See our email for your other address." in reminded
    over = emails.withdrawal_email(SENDER, apart).short
    assert "no longer need your footage of 20 Nov, 2:00am to 3:30am." in over
    assert "other address" not in over
    same = emails.request_email(SENDER, together, tokens, NOW).short
    assert "please check your cameras for 20 Nov, 2:00am to 3:00am." in same
    assert "other address" not in same
