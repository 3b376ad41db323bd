"""A likely slip in an e-mail address is asked about, and never refused."""

from __future__ import annotations

from typing import Annotated

import pytest

from chalicelib.core.errors import Invalid, Refused
from chalicelib.web.fields.email_field_types import (
    AskedEmail,
    EmailChoice,
    EmailField,
    EmailQuestion,
    email_question,
)
from chalicelib.web.http.forms import SubmittedForm


class Example(AskedEmail):
    """A form that asks for an address."""

    email: Annotated[str, EmailField()]
    email_choice: EmailChoice


def read(email: str, choice: str = "") -> str:
    return SubmittedForm({"email": [email], "email_choice": [choice]}).read(Example).email


@pytest.mark.parametrize("choice", ["", "yes", "pat@hotmail.com", "pat@gmail.coM"])
def test_a_likely_slip_is_asked_about(choice: str) -> None:
    with pytest.raises(Refused) as asked:
        read(" Pat@gmail.con ", choice)
    assert asked.value.fields == [("email_choice", "Did you mean Pat@gmail.com?")]
    assert email_question("Pat@gmail.con") == EmailQuestion("Pat@gmail.con", "Pat@gmail.com")


def test_the_suggestion_is_taken_or_what_was_typed_is_kept() -> None:
    assert read("pat@gmail.con", "pat@gmail.com") == "pat@gmail.com"
    assert read("pat@gmail.con", "pat@gmail.con") == "pat@gmail.con"


def test_an_answer_counts_for_its_own_address_alone() -> None:
    with pytest.raises(Refused):
        read("pat@hotmial.com", "pat@gmail.con")
    assert read("pat@example.test", "pat@gmail.com") == "pat@example.test"


@pytest.mark.parametrize("choice", ["", "another", "pat@gmail,com"])
def test_an_address_without_its_dot_is_asked_about_too(choice: str) -> None:
    """Nothing can be sent to what was typed, so it is no answer."""
    with pytest.raises(Invalid) as asked:
        read("pat@gmail,com", choice)
    said = "Did you mean pat@gmail.com? Choose it, or type the email address again"
    assert asked.value.fields == [("email", said)]
    meant = EmailQuestion("pat@gmail,com", "pat@gmail.com", usable=False)
    assert email_question("pat@gmail,com") == meant
    assert read("pat@gmail,com", "pat@gmail.com") == "pat@gmail.com"
    assert read("sam@gmail.com", "another") == "sam@gmail.com"


@pytest.mark.parametrize("typed", ["pat@gmail.com", "pat@exämple.com", "nobody", ""])
def test_other_addresses_raise_no_question(typed: str) -> None:
    assert email_question(typed) is None
