"""Models of requests for footage and of their recipients."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from chalicelib.notifications.mail_refusals import MailTrouble
from chalicelib.notifications.mail_standing import MailStanding
from chalicelib.requests import model as domain
from chalicelib.requests.model import (
    ANSWERED,
    ANSWERS,
    MOST_SITES,
    RecipientState,
    RequestState,
    SkipReason,
)
from chalicelib.requests.overviews.request_overviews import RequestOverview
from chalicelib.requests.recipients.eligibility import SENTENCES
from chalicelib.requests.request_service import LONGEST_MESSAGE
from chalicelib.web.compose.fields import CONTACT_NAME, CONTACT_PHONE, OVERRIDE_REASON
from chalicelib.web.fields.case_field_types import IdField, ReasonField, SiteIdsField
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.time_field_types import MomentField
from chalicelib.web.http.validation import Input
from chalicelib.web.models.response_models import (
    Id,
    Instant,
    OrNull,
    ResponseModel,
    Second,
    WindowModel,
    Words,
    describe_options,
)


def _given(state: RecipientState) -> RecipientState:
    if state not in ANSWERED:
        raise ValueError(f"{state} is no answer")
    return state


GivenAnswer = Annotated[
    RecipientState, AfterValidator(_given), describe_options((*ANSWERS, RecipientState.UPLOADED))
]


class NewWindow(Input):
    """From when to when footage of one site is wanted."""

    from_: Annotated[datetime, MomentField("when the footage begins"), Field(alias="from")]
    to: Annotated[datetime, MomentField("when the footage ends")]


def _only_ids(schema: dict[str, Any]) -> None:
    schema.pop("propertyNames", None)
    schema["additionalProperties"] = False


class NewCheck(Input):
    """A request that is checked before it is sent. windows: by site id, for sites that are
    asked for a time of their own instead of `from` to `to`; at most 12 hours each."""

    site_ids: Annotated[tuple[str, ...], SiteIdsField()]
    from_: Annotated[datetime, MomentField("when the footage begins"), Field(alias="from")]
    to: Annotated[datetime, MomentField("when the footage ends")]
    windows: (
        Annotated[
            dict[Annotated[str, IdField("site ids as names")], NewWindow],
            Field(max_length=MOST_SITES, json_schema_extra=_only_ids),
        ]
        | None
    ) = None

    @property
    def own_windows(self) -> Mapping[str, domain.FootageWindow]:
        return {
            site_id: domain.FootageWindow(own.from_, own.to)
            for site_id, own in (self.windows or {}).items()
        }


class NewRequest(NewCheck):
    """A call for footage. An `Idempotency-Key` header makes sending it twice harmless. windows:
    by site id, for sites that are asked for a time of their own instead of `from` to `to`; at most
    12 hours each. contact_name, contact_phone: whom owners may ring, when that is not the
    officer. override_reason: a supervisor's reason for exceeding the contact budget or 12 hours."""

    message: Annotated[str, TextField("the message", LONGEST_MESSAGE, lines=True)]
    contact_name: Annotated[str, CONTACT_NAME] = ""
    contact_phone: Annotated[str, CONTACT_PHONE] = ""
    override_reason: Annotated[str, OVERRIDE_REASON] = ""

    @property
    def names_contact(self) -> bool:
        """True when the caller stated whom owners may ring, even if both fields are empty."""
        return bool({"contact_name", "contact_phone"} & self.model_fields_set)


class NewWithdrawal(Input):
    """Why a request is withdrawn."""

    reason: Annotated[str, ReasonField()]


class SkippedSiteModel(ResponseModel):
    """A site that was chosen and is not asked. sentence: the reason in words for people."""

    site_id: Id
    why: Annotated[SkipReason, describe_options(SkipReason)]
    sentence: str

    @classmethod
    def from_domain(cls, skipped: domain.SkippedSite) -> SkippedSiteModel:
        return cls.from_source(skipped, sentence=SENTENCES[skipped.why])


class CreatedRequestModel(ResponseModel):
    """A request that was created. recipients: how many sites are asked."""

    id: Id
    recipients: int
    reference: str
    skipped: list[SkippedSiteModel]


class RequestCheckModel(ResponseModel):
    """What sending a request would do. recipients: how many sites would be asked; owners: in how
    many messages. too_long: the fields of times over 12 hours. needs_reason: with a supervisor's
    reason more of the request would go out; may_override: the caller may give that reason."""

    recipients: int
    owners: int
    skipped: list[SkippedSiteModel]
    too_long: list[str]
    needs_reason: bool
    may_override: bool


class RequestModel(ResponseModel):
    """A request without its recipients."""

    id: Id
    reference: str
    incident_id: Id
    state: Annotated[RequestState, describe_options(RequestState)]
    message: str
    from_: Annotated[Instant, Field(alias="from")]
    to: Instant
    created_at: Second
    created_by: str
    ended_at: Second | None
    end_reason: Words
    contact_name: Words
    contact_phone: Words
    override_reason: Words
    skipped: list[SkippedSiteModel]

    @classmethod
    def from_domain(cls, request: domain.FootageRequest, **more: Any) -> RequestModel:
        """Make the answer for a request."""
        return cls.from_source(
            request,
            **{"from": request.window_from},
            to=request.window_to,
            created_by=request.officer_name,
            skipped=[SkippedSiteModel.from_domain(one) for one in request.skipped],
            **more,
        )


def _in_order(schema: dict[str, Any]) -> None:
    first, *others = ANSWERS
    schema["description"] = schema["description"].format(first=first, others=", else ".join(others))


class CameraAnswerModel(ResponseModel):
    """The owner's answer for one camera. number: of the camera at its site. With no cameras
    listed, a recipient's answer is for all of its cameras at once. Cameras missing from a list
    have no answer yet, and `answer` follows from the list: {first} if any is, else {others}."""

    model_config = ConfigDict(json_schema_extra=_in_order)

    number: int
    answer: GivenAnswer
    reason: Words


class RecipientModel(ResponseModel):
    """One site that was asked. window: the time that it is asked for. deadline_certain: false when
    the deadline rests on an assumption. later_deadlines: those of other cameras of the site; the
    next of them counts when `deadline` has passed. clock_offset_seconds: by how much the
    recorder's clock was ahead when checked, null if it was not; clock_check: how that was done."""

    site_id: Id
    state: Annotated[RecipientState, describe_options(RecipientState)]
    window: WindowModel
    deadline: Second | None
    deadline_certain: bool
    later_deadlines: list[Instant]
    notified_at: Second | None
    viewed_at: Second | None
    asked_too_late: bool
    reminders_sent: int
    reminded_at: list[Second]
    reminders_planned: list[Second]
    next_wake: Second | None
    answer: GivenAnswer | None
    reason: Words
    cameras: list[CameraAnswerModel]
    note: Words
    answered_at: Second | None
    upload_by: Second | None
    ended_at: Second | None
    clock_offset_seconds: int | None
    clock_checked_at: Second | None
    clock_check: Annotated[Literal["typed", "timed", "picture"] | None, OrNull]

    @classmethod
    def from_domain(cls, one: domain.Recipient, request: domain.FootageRequest) -> RecipientModel:
        """Make the answer for a recipient. It does not say who the owner is."""
        window = one.window or request.window
        return cls.from_source(
            one,
            window={"from": window.start, "to": window.end},
            later_deadlines=[later.at for later in one.later],
            reminded_at=one.reminded,
            reminders_planned=one.planned,
            cameras=one.by_camera,
            clock_check=one.clock_how,
        )


class RequestOverviewModel(RequestModel):
    """A request with its recipients. counts: recipients by state, and `answered` and `total`.
    mail_waits: why messages to `pending` recipients do not go out now."""

    counts: dict[str, int]
    mail_waits: MailTrouble | None
    recipients: list[RecipientModel]

    @classmethod
    def from_overview(cls, overview: RequestOverview, mail: MailStanding | None) -> RequestModel:
        """Make the answer for a request and its recipients. mail: what holds up e-mail now."""
        waits = mail.trouble if mail and overview.counts[RecipientState.PENDING.value] else None
        return cls.from_domain(
            overview.request,
            counts=overview.counts,
            mail_waits=waits,
            recipients=[
                RecipientModel.from_domain(one, overview.request) for one in overview.recipients
            ],
        )
