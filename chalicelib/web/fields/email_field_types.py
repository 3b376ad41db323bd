"""E-mail addresses in forms, and the question whether a likely slip is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationInfo, model_validator

from chalicelib.core.typed.email_addresses import (
    LONGEST_EMAIL,
    meant_email,
    near_email,
    read_email,
    shown_email,
)
from chalicelib.web.fields.plain_field_types import TypedField
from chalicelib.web.http.validation import FormInput, rule_error, schema_error

_EMAIL_FORM = "Enter an email address in the correct format, like name@example.com"


@dataclass(frozen=True)
class EmailField(TypedField):
    """An address that SES can send to, with its domain in lower case and ASCII. Whether anybody
    reads mail there, only the link that we send can tell. needed: an empty box is a problem;
    otherwise it gives ""."""

    what: str = "your email address"
    needed: bool = True

    def clean(self, typed: str) -> str:
        """Return the address as it is kept."""
        value = typed.strip()
        if not value:
            if self.needed:
                raise schema_error(f"Enter {self.what}")
            return ""
        if len(value) > LONGEST_EMAIL:
            raise schema_error(f"{self.name} must be {LONGEST_EMAIL} characters or fewer")
        try:
            return read_email(value)
        except ValueError:
            said = _EMAIL_FORM
            if asked := email_question(value):
                said = f"Did you mean {asked.meant}? Choose it, or type the email address again"
            raise schema_error(said) from None


@dataclass(frozen=True)
class EmailQuestion:
    """The question whether `typed` was meant or rather `meant`, both as people are shown them.
    usable: False when nothing can be sent to `typed`, so that it is no answer."""

    typed: str
    meant: str
    usable: bool = True


def email_question(typed: str) -> EmailQuestion | None:
    """Return the question that a typed address raises, None when it raises none."""
    try:
        kept = read_email(typed)
    except ValueError:
        near = near_email(typed)
        return EmailQuestion(typed.strip(), shown_email(near), usable=False) if near else None
    meant = meant_email(kept)
    return EmailQuestion(shown_email(kept), shown_email(meant)) if meant else None


class AskedEmail(FormInput):
    """A form with the field `email` and, after it, `email_choice`. When the domain of the address
    is a likely slip (`gmail.con`, `gmail,com`), the form comes back with the question which address
    is meant, and `email_choice` is the answer: one of the two. It counts for these two alone, so
    that another address is asked about anew."""

    @model_validator(mode="before")
    @classmethod
    def _chosen(cls, sent: Any) -> Any:
        asked = email_question(str(sent.get("email") or ""))
        if asked and sent.get("email_choice") == asked.meant:
            return {**sent, "email": asked.meant}
        return sent


def _was_asked(choice: str, info: ValidationInfo) -> str:
    asked = email_question(info.data.get("email", ""))
    if asked and choice != asked.typed:
        raise rule_error(f"Did you mean {asked.meant}?")
    return choice


EmailChoice = Annotated[str, AfterValidator(_was_asked)]
"""Must be declared after a field `email`, in a form that is an AskedEmail."""
