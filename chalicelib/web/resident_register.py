"""Registering: the page, the message, the confirming link."""

from __future__ import annotations

from chalice import Response

from chalicelib.errors import DomainError, Gone, NotFound
from chalicelib.ids import new_id
from chalicelib.registry.model import (
    MOST_CAMERAS,
    PropertyType,
    Registration,
    address_lines,
)
from chalicelib.registry.register import MOST_A_DAY
from chalicelib.web import headers
from chalicelib.web import resident_fields as fields
from chalicelib.web.call import Call
from chalicelib.web.forms import Form, choice, whole_number
from chalicelib.web.render import page
from chalicelib.web.resident_links import send_link
from chalicelib.web.resident_place import Place, find_place
from chalicelib.web.routing import Audience, Routes

routes = Routes("resident_register", "resident")

PROPERTY_TYPES = tuple(kind.value for kind in PropertyType)


@routes.page("/register", Audience.PUBLIC)
def form(call: Call) -> Response:
    """The registration page; somebody signed in need not type again who they are."""
    session = call.services.sessions.owner(call.cookie(headers.OWNER_COOKIE))
    owner = call.services.sites.owner(session.owner_id) if session else None
    known = {"name": owner.name, "email": owner.email, "phone": owner.phone} if owner else {}
    return page(call, "resident/register.html", values=known)


@routes.form("/register", Audience.PUBLIC)
def send(call: Call) -> Response:
    """Takes the registration and sends the confirming link.

    The answer is the same for every email address, known or not.
    """
    registration, place = read_registration(call, call.form)
    status = send_link(
        call.form,
        lambda: call.services.registrations.ask(registration),
        "Nothing is lost: send this again in a minute",
    )
    if call.form.errors:
        return _again(call, place, status)
    return page(call, "resident/register_sent.html", email=registration.email, most=MOST_A_DAY)


def read_registration(call: Call, form: Form) -> tuple[Registration, Place]:
    """What was typed, in the order of the page; problems are noted on the form."""
    name = form.take("name", fields.words("your name", 100), "")
    email = form.take("email", fields.email, "")
    phone = form.take("phone", fields.phone, "")
    what = choice("whether it is a home or a business", PROPERTY_TYPES)
    property_type = form.take("property_type", what, PropertyType.HOME.value)
    line_1 = form.take("address_line_1", fields.words("the first line of the address", 100), "")
    second = fields.words("the second line of the address", 100, needed=False)
    line_2 = form.take("address_line_2", second, "")
    town = form.take("town", fields.words("the town or city", 60), "")
    postcode = form.take("postcode", fields.postcode, "")
    place = find_place(call, form, postcode)
    many = whole_number("the number of cameras", 1, MOST_CAMERAS)
    cameras = form.take("camera_count", many, 1)
    form.take("consent", fields.agreed, False)
    registration = Registration(
        id=new_id(),
        name=name,
        email=email,
        phone=phone,
        property_type=PropertyType(property_type),
        address_line_1=line_1,
        address_line_2=line_2,
        town=town,
        postcode=postcode,
        camera_count=cameras,
        latitude_e6=place.latitude_e6,
        longitude_e6=place.longitude_e6,
        position_source=place.source,
        created_at=call.now,
    )
    return registration, place


def _again(call: Call, place: Place, status: int) -> Response:
    return page(
        call,
        "resident/register.html",
        status=status,
        values=call.form.values(),
        errors=call.form.messages(),
        far=place.far,
        outside=place.outside,
    )


@routes.page("/register/confirm", Audience.PUBLIC)
def look(call: Call) -> Response:
    """Where the link leads. Changes nothing: mail scanners follow links."""
    token = call.query.get("token", "")
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
    token = call.form.typed("token") or call.query.get("token", "")
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
