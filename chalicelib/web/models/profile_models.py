"""The console's form of an officer's own profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic_core import PydanticCustomError

from chalicelib.access.officer_profiles import NotificationTopic
from chalicelib.web.fields.case_field_types import WorkPhoneField
from chalicelib.web.fields.contact_field_types import PhoneField, WordsField
from chalicelib.web.fields.email_field_types import AskedEmail, EmailChoice, EmailField
from chalicelib.web.fields.plain_field_types import VersionForm

LONGEST_NAME = 100


@dataclass(frozen=True)
class DeskPhoneField(WorkPhoneField):
    """An officer's telephone number: in the form of owners' numbers where it can be put so, else as
    typed, since desks also have short numbers and extensions."""

    def read_in(self, sent: Any, context: Mapping[str, Any]) -> str:
        try:
            return str(PhoneField().read_in(sent, context))
        except PydanticCustomError:
            return str(super().read_in(sent, context))


class ProfileForm(VersionForm):
    """An officer's name, telephone and notifications. news: the topics that were ticked."""

    name: Annotated[str, WordsField("your name", LONGEST_NAME, needed=False)]
    phone: Annotated[str, DeskPhoneField()]
    news: list[str]

    @property
    def unwanted(self) -> frozenset[NotificationTopic]:
        """The notification topics that were not ticked."""
        return frozenset(news for news in NotificationTopic if news.value not in self.news)


class OwnProfileForm(ProfileForm, AskedEmail):
    """The profile form of an officer whose e-mail address the force's directory does not know."""

    email: Annotated[str, EmailField(needed=False)]
    email_choice: EmailChoice
