"""Registering a site: the registration form, the e-mail, and the link that confirms it."""

from __future__ import annotations

from typing import Annotated, Any

from chalice import Response
from pydantic import ValidationInfo, field_validator

from chalicelib.cameras.model import PropertyType
from chalicelib.core.errors import DomainError, Invalid, TooMany, Unavailable
from chalicelib.core.ids import id_from, new_id
from chalicelib.limits.acts import Act
from chalicelib.notifications.channels import Undeliverable
from chalicelib.registry.model import MOST_CAMERAS, Doubt, Owner, Registration
from chalicelib.registry.registration import MOST_A_DAY
from chalicelib.web.fields.contact_field_types import (
    ConsentField,
    PhoneField,
    WordsField,
)
from chalicelib.web.fields.email_field_types import AskedEmail, EmailChoice, EmailField
from chalicelib.web.fields.place_field_types import (
    Latitude,
    Longitude,
    PostcodeField,
    TypedPosition,
)
from chalicelib.web.fields.plain_field_types import (
    ChoiceField,
    OwnIdField,
    TickField,
    WholeNumberField,
)
from chalicelib.web.http import headers
from chalicelib.web.http.plausible import map_centre
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FORM_SENTENCE, schema_error
from chalicelib.web.limits.act_limits import asker_of, signed_in_cookies
from chalicelib.web.resident.account import LONGEST_NAME, owner_values
from chalicelib.web.resident.links import link_view, message_sent, send_link, told_of_message
from chalicelib.web.resident.place import FoundPlace, find_place
from chalicelib.web.resident.sites import describing_address

routes = Routes("resident.register", "resident")


class RegistrationForm(TypedPosition, AskedEmail):
    """The form of the registration page, its fields in the order of the page. form: an id that the
    page made up."""

    name: Annotated[str, WordsField("your name", LONGEST_NAME)]
    email: Annotated[str, EmailField()]
    email_choice: EmailChoice
    phone: Annotated[str, PhoneField()]
    texts: Annotated[bool, TickField()]
    property_type: Annotated[
        PropertyType, ChoiceField("whether it is a home or a business", tuple(PropertyType))
    ]
    address_line_1: Annotated[str, WordsField("the first line of the address", 100)]
    address_line_2: Annotated[str, WordsField("the second line of the address", 100, needed=False)]
    town: Annotated[str, WordsField("the town or city", 60)]
    postcode: Annotated[str, PostcodeField()]
    latitude: Latitude
    longitude: Longitude
    camera_count: Annotated[int, WholeNumberField("the number of cameras", 1, MOST_CAMERAS)]
    consent: Annotated[bool, ConsentField()]
    form: Annotated[str, OwnIdField()]

    @field_validator("texts")
    @classmethod
    def _to_a_mobile(cls, wanted: bool, info: ValidationInfo) -> bool:
        """Text messages need a number that takes them; a wrong number is a problem of its own."""
        phone, country = info.data.get("phone"), (info.context or {})["country"]
        if wanted and phone == "":
            raise schema_error("Enter your mobile number, or untick text messages", "phone")
        if wanted and phone and not country.takes_texts(phone):
            raise schema_error(country.mobile_wanted, "phone")
        return wanted


@routes.page("/register", Audience.PUBLIC)
def registration_page(call: RequestContext) -> Response:
    """Shows the registration form; signed-in owners need not type again who they are."""
    session = call.services.access.sessions.owner(call.cookie(headers.OWNER_COOKIE))
    owner = call.services.registry.sites.owner(session.owner_id) if session else None
    known = owner_values(call, owner) if owner else {}
    return _form(call, values=known)


@routes.form(
    "/register",
    Audience.PUBLIC,
    act=Act.REGISTER,
    again=lambda call, error: _form(call, error),
)
def submit_registration(call: RequestContext) -> Response:
    """Takes the registration and sends the confirming link.

    The answer is the same for every email address, known or not.
    """
    place = find_place(call, call.form.fields)
    corrected = call.services.clients.country.corrected_postcode(call.form.typed("postcode"))
    try:
        registration = _registration(call, place)
        send_link(
            lambda: call.services.registry.registrations.begin_registration(
                registration, asker_of(call)
            ),
            "Nothing is lost: send this again in a minute",
        )
    except (Invalid, Unavailable) as error:
        seen: dict[str, Any] = {"far": place.far, "outside": place.outside, "corrected": corrected}
        if corrected:
            seen["values"] = {**call.form.values(), "postcode": corrected}
        return _form(call, error, **seen)
    return message_sent(registration.email, "/register/sent", corrected)


@routes.page("/register/sent", Audience.PUBLIC)
def registration_sent_page(call: RequestContext) -> Response:
    """Says that the confirming link is on its way, and what to do when none comes."""
    email, corrected = told_of_message(call)
    return page(
        call, "resident/register_sent.html", email=email, most=MOST_A_DAY, corrected=corrected
    )


def _form(call: RequestContext, error: DomainError | None = None, **context: Any) -> Response:
    centre = map_centre(call.services.registry.force_area.bounds())
    form = call.form.typed("form") or new_id()
    return page(call, "resident/register.html", error, centre=centre, form=form, **context)


def _registration(call: RequestContext, place: FoundPlace) -> Registration:
    """The registration as typed, at the place that was found. Raises Invalid with every problem of
    the form and of the place, in the order of the page."""
    problems = list(place.problems)
    try:
        sent = call.read_form(RegistrationForm)
    except Invalid as error:
        problems += error.fields
    if problems:
        order = list(RegistrationForm.model_fields)
        raise Invalid(FORM_SENTENCE, sorted(problems, key=lambda one: order.index(one[0])))
    said = sent.model_dump(exclude={"email_choice", "latitude", "longitude", "consent", "form"})
    busy = (Doubt.BUSY_NETWORK,) if _from_busy_network(call) else ()
    where = (place.latitude_e6, place.longitude_e6)
    return Registration(
        # The same form sent twice, because no answer came, is one registration and one message.
        id=id_from(sent.form, *map(str, (*said.values(), *where))) if sent.form else new_id(),
        **said,
        latitude_e6=place.latitude_e6,
        longitude_e6=place.longitude_e6,
        position_source=place.source,
        created_at=call.now,
        doubts=(*place.doubts, *busy),
    )


def _from_busy_network(call: RequestContext) -> bool:
    """Tell whether very many registrations came from the same network in this hour."""
    asker = asker_of(call)
    # Proofs are also asked of everybody while very many people want mails (`limits.stranger_mail`).
    return asker.proven and call.services.limits.client_budgets.is_near_limit(Act.REGISTER, asker)


confirming = link_view("Register your cameras", "/register")


@routes.page("/register/confirm", Audience.PUBLIC)
@confirming
def registration_link_page(call: RequestContext, token: str) -> Response:
    """Shows the registration that a link confirms, and asks for confirmation. Opening the link
    changes nothing, because mail scanners follow links."""
    registration = call.services.registry.registrations.preview_registration(token)
    if registration is None:
        session = call.services.access.sessions.owner(call.cookie(headers.OWNER_COOKIE))
        return page(call, "resident/confirmed.html", signed_in=session is not None)
    return page(
        call,
        "resident/confirm.html",
        registration=registration,
        address=registration.address_lines,
        token=token,
    )


@routes.form("/register/confirm", Audience.PUBLIC, act=Act.USE_LINK)
@confirming
def submit_confirmation(call: RequestContext, token: str) -> Response:
    """Puts the site on the register, signs its owner in, who has just shown that the mailbox is
    theirs, and goes on to describing the cameras; first to the code, for an owner who wants text
    messages. A second click finds the registration done."""
    confirmed = call.services.registry.registrations.confirm_registration(token)
    owner, site = confirmed.owner, confirmed.site
    if owner is None or site is None:
        return redirect(f"/register/confirm?token={token}")
    # Always a new session, as at every sign-in.
    session = call.services.registry.owner_sign_in.begin_session(owner.id)
    sent = not confirmed.texts_to or _send_code(call, owner, confirmed.texts_to)
    if call.services.registry.text_message_opt_in.waiting_number(owner.id):
        onward = f"/account/texts/code?site={site.id}"
    else:
        onward = describing_address(site.id, "registered" if sent else "no-code")
    return redirect(onward, signed_in_cookies(call, owner.id, session))


def _send_code(call: RequestContext, owner: Owner, phone: str) -> bool:
    """Texts the owner the code that turns text messages on. False when that could not be done: the
    registration stands all the same."""
    try:
        call.services.registry.text_message_opt_in.send_code(owner, phone)
    except (Undeliverable, Invalid, TooMany, Unavailable):
        return False
    return True
