"""The account of a signed-in owner: their sites and details, signing out, and leaving."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from chalice import Response

from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.cameras.retention import retention
from chalicelib.core.errors import Conflict, DomainError, Invalid, SignInNeeded
from chalicelib.core.typed.email_addresses import shown_email
from chalicelib.registry.model import Owner, Pause, Site
from chalicelib.registry.owner_changes import UNTIL_RESUMED, same_version
from chalicelib.web.fields.contact_field_types import PhoneField, WordsField
from chalicelib.web.fields.plain_field_types import KnownWordField, VersionForm
from chalicelib.web.http import headers
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FormInput, read_query
from chalicelib.web.reply.requests import waiting_with_times
from chalicelib.web.resident.camera_fields import BEARINGS, KINDS

routes = Routes("resident.account", "resident")

LONGEST_NAME = 100

DONE = {
    "camera": "Your camera is up to date.",
    "cameras": "The number of cameras is up to date.",
    "position": "The pin has moved.",
    "site": "The address has been removed.",
    "details": "Your details are up to date.",
    "paused": "Requests are paused. We have sent you an email to confirm this.",
    "resumed": "We may ask you for footage again.",
    "texts": "We will now text you when we ask for footage.",
    "texts-off": "We will no longer text you. You will still get emails.",
}
"""What the account page says after a change, by the value of `done` in its address."""


class AccountQuery(FormInput):
    """The query of the account page. done: the change that was just made, as DONE names it."""

    done: Annotated[str, KnownWordField("what was done", tuple(DONE))]


class DetailsForm(VersionForm):
    """The form for an owner's name and telephone number."""

    name: Annotated[str, WordsField("your name", LONGEST_NAME)]
    phone: Annotated[str, PhoneField()]


def owner_values(call: RequestContext, owner: Owner) -> dict[str, str]:
    """An owner's name, e-mail address and phone number as forms show them."""
    phone = call.services.clients.country.written_phone(owner.phone)
    return {"name": owner.name, "email": shown_email(owner.email), "phone": phone}


def signed_in_owner(call: RequestContext) -> Owner:
    """The signed-in owner. Ends the session and raises SignInNeeded when the owner's registration
    was removed elsewhere."""
    owner = call.services.registry.sites.owner(call.owner_id)
    if owner is None:
        call.services.access.sessions.end_session(call.session)
        raise SignInNeeded("This registration has been removed.")
    return owner


@routes.page("/account", Audience.OWNER)
def account_page(call: RequestContext) -> Response:
    """Shows everything that an owner registered, and the requests that wait for an answer."""
    owner = signed_in_owner(call)
    sites = call.services.registry.sites.sites_of(owner.id)
    waiting = waiting_with_times(call)
    return page(
        call,
        "resident/account.html",
        owner=owner,
        sites=[_described(site) for site in sites],
        waiting=[(one, phases) for one, phases in waiting if one.recipient.answer is None],
        to_send=[(one, phases) for one, phases in waiting if one.recipient.answer is not None],
        pause=current_pause(owner, call.now),
        notice=DONE.get(read_query(AccountQuery, call.query).done, ""),
    )


def current_pause(owner: Owner, now: datetime) -> dict[str, object] | None:
    """An owner's pause of requests, for templates; None when requests are not paused at `now`.
    until: None for a pause without an end. returned: False for a pause that the owner chose."""
    if owner.paused_until is None or owner.paused_until <= now:
        return None
    endless = owner.paused_until >= UNTIL_RESUMED
    return {
        "until": None if endless else owner.paused_until,
        "returned": owner.paused_why is not Pause.OWN,
    }


def _described(site: Site) -> dict[str, object]:
    return {
        "id": site.id,
        "address": site.address_lines,
        "property_type": site.property_type,
        "position_source": site.position_source,
        "unchecked": bool(site.doubts),
        "cameras": [_camera(camera, site.property_type) for camera in site.cameras],
    }


def _camera(camera: Camera, property_type: PropertyType) -> dict[str, object]:
    """A camera as its owner described it: what nobody said is "" and not shown as if said."""
    kept = retention(camera, property_type)
    facing = "" if camera.bearing is None else BEARINGS.get(camera.bearing, f"{camera.bearing}°")
    return {
        "number": camera.number,
        "kind": "" if camera.kind is CameraKind.UNKNOWN else KINDS[camera.kind],
        "described": camera != Camera(camera.number),
        "records": camera.records,
        "kept": kept.minutes,
        "kept_known": kept.certain,
        "facing": facing.lower(),
    }


@routes.page("/account/details", Audience.OWNER)
def details_page(call: RequestContext) -> Response:
    """Shows the form for an owner's name and telephone number."""
    owner = signed_in_owner(call)
    values = owner_values(call, owner)
    return page(call, "resident/details.html", owner=owner, values=values, version=owner.version)


def _details_again(call: RequestContext, error: DomainError) -> Response:
    owner = signed_in_owner(call)  # another window may have changed the owner meanwhile
    return page(call, "resident/details.html", error, owner=owner, version=owner.version)


@routes.form("/account/details", Audience.OWNER, again=_details_again)
def change_details(call: RequestContext) -> Response:
    """Changes an owner's name and telephone number."""
    owner = signed_in_owner(call)
    try:
        sent = call.read_form(DetailsForm)
        same_version(sent.version, owner.version)
        call.services.registry.owner_changes.change_details(owner, sent.name, sent.phone)
    except (Invalid, Conflict) as error:
        return _details_again(call, error)
    return redirect("/account?done=details")


@routes.page("/account/remove", Audience.OWNER)
def account_removal_page(call: RequestContext) -> Response:
    """Says what removing the whole registration means, and asks for confirmation."""
    owner = signed_in_owner(call)
    sites = call.services.registry.sites.sites_of(owner.id)
    return page(
        call,
        "resident/remove_all.html",
        owner=owner,
        sites=[", ".join(site.address_lines) for site in sites],
    )


@routes.form("/account/remove", Audience.OWNER)
def remove_account(call: RequestContext) -> Response:
    """Removes everything about an owner and ends all of their sessions."""
    call.services.registry.owner_changes.remove_everything(signed_in_owner(call))
    call.services.access.sessions.end_all_of_owner(call.owner_id)
    call.services.access.form_drafts.remove_drafts(call.person)
    return redirect("/registration-removed", [headers.clear_cookie(headers.OWNER_COOKIE)])


@routes.page("/registration-removed", Audience.PUBLIC)
def account_removed_page(call: RequestContext) -> Response:
    """Says that everything about an owner has been removed."""
    return page(call, "resident/removed.html")


@routes.form("/account/sign-out", Audience.OWNER)
def owner_sign_out(call: RequestContext) -> Response:
    """Signs an owner out of this session."""
    call.services.registry.owner_sign_in.sign_out(call.owner_id, call.session)
    return redirect("/", [headers.clear_cookie(headers.OWNER_COOKIE)])
