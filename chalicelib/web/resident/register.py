"""Registering: the page, the message, the confirming link."""

from __future__ import annotations

from typing import Annotated, Any

from chalice import Response

from chalicelib.cameras.model import PropertyType
from chalicelib.core.errors import DomainError, Gone, Invalid, NotFound, Unavailable
from chalicelib.core.ids import new_id
from chalicelib.registry.model import MOST_CAMERAS, Registration, address_lines
from chalicelib.registry.registration import MOST_A_DAY
from chalicelib.web.fields.contact_field_types import Agreed, Email, Phone, Words
from chalicelib.web.fields.place_field_types import Latitude, Longitude, Postcode, TypedPosition
from chalicelib.web.fields.plain_field_types import Choice, WholeNumber
from chalicelib.web.http import headers
from chalicelib.web.http.plausible import map_centre
from chalicelib.web.http.request_context import Call
from chalicelib.web.http.routing import Audience, Routes
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FORM_SENTENCE
from chalicelib.web.resident.account import LONGEST_NAME
from chalicelib.web.resident.links import send_link, token_of
from chalicelib.web.resident.place import Place, find_place

routes = Routes("resident.register", "resident")


class RegistrationForm(TypedPosition):
    """What the registration page sends, in the order of the page."""

    name: Annotated[str, Words("your name", LONGEST_NAME)]
    email: Annotated[str, Email()]
    phone: Annotated[str, Phone()]
    property_type: Annotated[
        PropertyType, Choice("whether it is a home or a business", tuple(PropertyType))
    ]
    address_line_1: Annotated[str, Words("the first line of the address", 100)]
    address_line_2: Annotated[str, Words("the second line of the address", 100, needed=False)]
    town: Annotated[str, Words("the town or city", 60)]
    postcode: Annotated[str, Postcode()]
    latitude: Latitude
    longitude: Longitude
    camera_count: Annotated[int, WholeNumber("the number of cameras", 1, MOST_CAMERAS)]
    consent: Annotated[bool, Agreed()]


@routes.page("/register", Audience.PUBLIC)
def form(call: Call) -> Response:
    """The registration page; somebody signed in need not type again who they are."""
    session = call.services.sessions.owner(call.cookie(headers.OWNER_COOKIE))
    owner = call.services.sites.owner(session.owner_id) if session else None
    known = {"name": owner.name, "email": owner.email, "phone": owner.phone} if owner else {}
    return _form(call, values=known)


@routes.form("/register", Audience.PUBLIC)
def send(call: Call) -> Response:
    """Takes the registration and sends the confirming link.

    The answer is the same for every email address, known or not.
    """
    place = find_place(call, call.form.fields)
    try:
        registration = _registration(call, place)
        send_link(
            lambda: call.services.registrations.ask(registration),
            "Nothing is lost: send this again in a minute",
        )
    except (Invalid, Unavailable) as error:
        seen = {"far": place.far, "outside": place.outside}
        return _form(call, status=error.status, **seen, **call.form.again(error))
    return page(call, "resident/register_sent.html", email=registration.email, most=MOST_A_DAY)


def _form(call: Call, **context: Any) -> Response:
    centre = map_centre(call.services.force_area.bounds())
    return page(call, "resident/register.html", centre=centre, **context)


def _registration(call: Call, place: Place) -> Registration:
    """What was typed, at the place that was found. Raises Invalid with every problem, of the form
    and of the place, in the order of the page."""
    problems = list(place.problems)
    try:
        sent = call.read_form(RegistrationForm)
    except Invalid as error:
        problems += error.fields
    if problems:
        order = list(RegistrationForm.model_fields)
        raise Invalid(FORM_SENTENCE, sorted(problems, key=lambda one: order.index(one[0])))
    return Registration(
        id=new_id(),
        name=sent.name,
        email=sent.email,
        phone=sent.phone,
        property_type=sent.property_type,
        address_line_1=sent.address_line_1,
        address_line_2=sent.address_line_2,
        town=sent.town,
        postcode=sent.postcode,
        camera_count=sent.camera_count,
        latitude_e6=place.latitude_e6,
        longitude_e6=place.longitude_e6,
        position_source=place.source,
        created_at=call.now,
    )


@routes.page("/register/confirm", Audience.PUBLIC)
def look(call: Call) -> Response:
    """Where the link leads. Changes nothing: mail scanners follow links."""
    token = token_of(call)
    try:
        preview = call.services.registrations.preview(token)
    except (NotFound, Gone) as error:
        return link_problem(call, error, "Register your cameras", "/register")
    if preview.registration is None:
        return page(call, "resident/confirmed.html", confirmed={"owner": None})
    return page(
        call,
        "resident/confirm.html",
        registration=preview.registration,
        address=address_lines(preview.registration),
        token=token,
    )


@routes.form("/register/confirm", Audience.PUBLIC)
def confirm(call: Call) -> Response:
    """Puts the site on the register. A second click finds it done."""
    token = token_of(call)
    try:
        confirmed = call.services.registrations.confirm(token)
    except (NotFound, Gone) as error:
        return link_problem(call, error, "Register your cameras", "/register")
    return page(call, "resident/confirmed.html", confirmed=confirmed)


def link_problem(call: Call, error: DomainError, text: str, href: str) -> Response:
    """The page for a link that cannot be used, with what to do instead."""
    heading = "This link cannot be used" if isinstance(error, NotFound) else error.title
    return page(
        call,
        "resident/link_problem.html",
        status=error.status,
        error={"heading": heading, "sentence": error.sentence},
        action={"text": text, "href": href},
    )
