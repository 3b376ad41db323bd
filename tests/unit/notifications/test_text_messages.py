"""Text messages: two segments at most, whatever people are called, and all that must be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Unavailable
from chalicelib.notifications import text_messages
from chalicelib.notifications.channels import Message, Undeliverable
from chalicelib.notifications.messenger import Messenger
from chalicelib.notifications.rendering import MessageSender
from chalicelib.notifications.text_messages import (
    code_text,
    fit_parts,
    gsm_name,
    gsm_text,
    message_text,
    request_text,
    segment_count,
)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 23, tzinfo=UTC)
SENDER = MessageSender(
    "West Midlands Police", "101", "https://footage.example.police.uk", "Europe/London", "GB"
)
LINK = f"{SENDER.base_url}/reply/{'t' * 43}"
MESSAGE = Message("a@example.test", "s", "t", "h", phone="+447700900123", short="Look.")


def said(kind: str, sender: MessageSender = SENDER, **change: Any) -> str:
    given: dict[str, Any] = {
        "phrase": "amber kettle harbour",
        "reference": "7K3M-9QXA",
        "officer": "PC Alex Lane",
        "window": (NOW - timedelta(hours=8), NOW - timedelta(hours=7)),
        "deadline": NOW + timedelta(days=2),
        "link": LINK,
    }
    return request_text(sender, kind, **{**given, **change})


def test_the_first_text_says_who_asks_for_what_until_when_and_that_it_is_genuine() -> None:
    assert said("ask") == (
        "West Midlands Police: please check your camera for 20 Nov, 2:00am to 3:00am. "
        "May be deleted after 22 Nov, 10:00am. Officer PC Alex Lane, tel 101. "
        f"Your security words: amber kettle harbour. Ref 7K3M-9QXA {LINK}"
    )


def test_reminders_and_withdrawals_are_said_as_what_they_are() -> None:
    assert "reminder: footage of 20 Nov" in said("remind")
    assert "last reminder" in said("remind", last=True)
    assert "no longer need" in said("withdrawn", link="")
    assert "Overwritten" not in said("withdrawn", link="")
    assert "may still be there" in said("ask", late=True)
    assert said("time_over") == said("upload_over") == said("remind_upload") == ""


@given(st.text(max_size=200), st.text(min_size=1, max_size=200), st.sampled_from(["ask", "remind"]))
def test_it_fits_into_two_segments_whatever_people_are_called(
    officer: str, force: str, kind: str
) -> None:
    text = said(kind, replace(SENDER, force_name=force), officer=officer)
    assert segment_count(text) <= 2
    for needed in ("amber kettle harbour", "7K3M-9QXA", LINK, "May be deleted after 22 Nov"):
        assert needed in text
    assert text == gsm_text(text)


def test_a_window_over_midnight_names_both_days() -> None:
    late = datetime(2026, 7, 1, 22, 50, tzinfo=UTC)
    text = said("ask", window=(late, late + timedelta(minutes=20)))
    assert "1 Jul, 11:50pm to 2 Jul, 12:10am" in text


def test_the_basic_alphabet_is_whole() -> None:
    """127 letters without the escape (3GPP TS 23.038 §6.2.1); one that was missing would double
    what a text costs."""
    assert len(text_messages._BASIC) == 127
    assert segment_count("§" * 160) == 1


@pytest.mark.parametrize(
    "text, count",
    [
        *(("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3)),
        *(("€" * 80, 1), ("€" * 81, 2), ("€" * 152, 2), ("€" * 153, 3)),
    ],
)
def test_segments_are_counted_as_networks_count(text: str, count: int) -> None:
    assert segment_count(text) == count


def test_letters_that_the_alphabet_lacks_are_written_with_those_it_has() -> None:
    assert gsm_text("Łukasz Żółć’s “café” – 5 €…") == 'Lukasz Zolc\'s "café" - 5 €...'
    assert gsm_text("שלום") == "????"


def test_symbols_are_written_out_or_left_out() -> None:
    assert gsm_text("£1 Shop™ № Ø & ½") == "£1 ShopTM No Ø & 1/2"
    assert gsm_text("Café ☕\ufe0f 👩🏽\u200d🍳!") == "Café  !"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("PC Łucja Ørsted ☕", "PC Lucja Ørsted"),
        ("Why?", "Why?"),
        ("Ольга", ""),
        ("PC 李", ""),
        ("🎥", ""),
    ],
)
def test_a_name_that_cannot_be_written_is_left_out(name: str, written: str) -> None:
    assert gsm_name(name) == written
    text = said("ask", officer=name, link="")
    assert (f"Officer {written}, tel 101." if written else "Police, tel 101.") in text
    assert "??" not in text and segment_count(text) <= 2


def test_the_code_is_one_segment() -> None:
    text = code_text(SENDER, "042137", 15)
    assert segment_count(text) == 1 and text.startswith("042137 is your code")


class Way:
    """A mailer or texter that notes what it was given, or refuses."""

    def __init__(self, refuses: Exception | None = None) -> None:
        self.sent: list[Any] = []
        self.refuses = refuses

    def send(self, *what: Any) -> str:
        if self.refuses:
            raise self.refuses
        self.sent.append(what)
        return "id"


def messenger(mail: Way, text: Way, now: datetime = NOW) -> Messenger:
    return Messenger(mail, text, lambda: now, "Europe/London")  # type: ignore[arg-type]


def test_both_go_to_who_chose_both_and_one_to_the_others() -> None:
    mail, text = Way(), Way()
    messenger(mail, text).send(MESSAGE)
    messenger(mail, text).send(replace(MESSAGE, phone=""))
    messenger(mail, text).send(replace(MESSAGE, short=""))
    assert len(mail.sent) == 3 and text.sent == [("+447700900123", "Look.")]


def test_a_text_that_fails_is_no_error_because_the_email_went() -> None:
    for error in (Undeliverable("refused"), Unavailable("busy")):
        mail = Way()
        assert messenger(mail, Way(error)).send(MESSAGE) == "id"
        assert len(mail.sent) == 1


def test_an_email_that_fails_for_now_is_tried_again_before_any_text_goes() -> None:
    text = Way()
    with pytest.raises(Unavailable):
        messenger(Way(Unavailable("busy")), text).send(MESSAGE)
    assert text.sent == []


def test_a_text_reaches_who_cannot_be_reached_by_email() -> None:
    refused = Undeliverable("no such address")
    text = Way()
    assert messenger(Way(refused), text).send(MESSAGE) == "" and len(text.sent) == 1
    with pytest.raises(Undeliverable):
        messenger(Way(refused), Way(refused)).send(MESSAGE)
    with pytest.raises(Undeliverable):
        messenger(Way(refused), text).send(replace(MESSAGE, phone=""))


def test_nobody_is_woken_by_a_text_that_could_wait() -> None:
    tonight, tomorrow = NIGHT + timedelta(hours=4), NIGHT + timedelta(hours=13)
    for by, count in ((None, 0), (tomorrow, 0), (tonight, 1)):
        mail, text = Way(), Way()
        messenger(mail, text, NIGHT).send(replace(MESSAGE, text_by=by))
        assert (len(mail.sent), len(text.sent)) == (1, count)


def test_a_text_can_go_alone() -> None:
    mail, text = Way(), Way()
    messenger(mail, text).send(replace(MESSAGE, to=""))
    assert (len(mail.sent), len(text.sent)) == (0, 1)


def test_what_is_left_out_first_has_the_highest_rank() -> None:
    long = "x" * 150
    assert fit_parts([("a", 0), ("b", 2), ("", 1), ("c", 1)]) == "a b c"
    assert fit_parts([(long, 0), (long, 0), ("b" * 9, 2), ("c", 1)]) == f"{long} {long} c"
    assert fit_parts([(long, 0), (long, 0), ("b" * 9, 2), ("c" * 9, 1)]) == f"{long} {long}"
    # What must be said is said, also when that takes a third segment.
    assert fit_parts([(long, 0), (long, 0), ("d" * 99, 0)]) == f"{long} {long} {'d' * 99}"
    assert segment_count(fit_parts([("x" * 300, 0), ("y" * 5, 1)])) == 2
    assert fit_parts([("x" * 300, 0), ("y" * 6, 1)]) == "x" * 300


def test_a_letter_of_two_is_not_torn_apart_between_segments() -> None:
    assert segment_count("a" * 152 + "€" + "a" * 6) == 1
    assert segment_count("a" * 152 + "€" + "a" * 151) == 2
    assert segment_count("a" * 152 + "€" + "a" * 152) == 3
    assert segment_count("a" * 158 + "€") == 1 and segment_count("a" * 159 + "€") == 2


def test_a_message_names_its_officer_when_there_is_one() -> None:
    def said(officer: str) -> str:
        return message_text(
            SENDER, officer=officer, phrase="amber kettle harbour", reference="7K3M-9QXA", link=LINK
        )

    tail = f"Your security words: amber kettle harbour. Ref 7K3M-9QXA {LINK}"
    head = "West Midlands Police: you have a message about your camera."
    assert said("PC Lane") == f"{head} From PC Lane. {tail}"
    assert said("") == f"{head} {tail}"


def test_the_code_is_said_with_the_force_and_its_time() -> None:
    assert code_text(SENDER, "042137", 15) == (
        "042137 is your code for text messages from West Midlands Police. It works for 15 minutes. "
        "If you did not ask for it, ignore it."
    )


def test_what_a_text_says_follows_from_what_is_known() -> None:
    assert "please check your cameras for" in said("ask", cameras=2)
    assert said("ask", deadline=None).count("Overwritten") == 0
    assert "probably deleted" in said("remind", late=True)
    assert said("remind").split(": ")[1].startswith("reminder")
    force = "The Police Service of a County With a Very Long Name Indeed"
    text = said("ask", replace(SENDER, force_name=force))
    assert text.startswith("The Police Service of a County With a Ve: please")


def test_many_messages_are_answered_for_one_by_one() -> None:
    class Mailer(Way):
        def send_many(self, messages: list[Message]) -> list[Any]:
            return [Undeliverable("x") if one.to == "bad" else "id" for one in messages]

    text = Way()
    made = messenger(Mailer(), text)
    bad = replace(MESSAGE, to="bad")
    found = made.send_many([MESSAGE, bad, replace(bad, phone=""), replace(bad, short="")])
    assert found[:2] == ["id", ""] and len(text.sent) == 2
    assert all(isinstance(one, Undeliverable) for one in found[2:])


def test_a_text_without_a_time_waits_for_the_day() -> None:
    evening = datetime(2026, 11, 20, 21, tzinfo=UTC)
    for now, count in ((evening - timedelta(seconds=1), 1), (evening, 0)):
        mail, text = Way(), Way()
        messenger(mail, text, now).send(MESSAGE)
        assert len(text.sent) == count
