"""Pages on which an owner changes a site: a camera, how many there are, the pin, or all of it.

Each page carries the version of the site that it was made from. When the site was changed
since, perhaps in another window, the page shows the site as it now is, with what was typed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from chalice import Response

from chalicelib.cameras.model import Camera
from chalicelib.cameras.retention import retention
from chalicelib.core.errors import Conflict, DomainError, Invalid, NotFound
from chalicelib.registry.model import MOST_CAMERAS, PositionSource, Site
from chalicelib.registry.owner_changes import same_version
from chalicelib.registry.vetting.doubts import moved
from chalicelib.web.fields.plain_field_types import (
    KnownWordField,
    VersionForm,
    WholeNumberField,
)
from chalicelib.web.http.plausible import map_centre
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FORM_SENTENCE, FormInput, read_form, read_query
from chalicelib.web.resident import camera_fields as camera_form
from chalicelib.web.resident.account import signed_in_owner
from chalicelib.web.resident.place import FoundPlace, PlaceForm, find_place

routes = Routes("resident.sites", "resident")

SITE = "/account/sites/{site_id}"

NEXT = "next"
WALK = {
    "registered": "",
    "texts": "Text messages are on.",
    "no-code": "We could not send you a text message just now. You can turn text messages on in "
    "your account.",
    NEXT: "",
}
"""Ways on which an owner comes from registering to the page that describes a camera, and what that
page says of them. With all but NEXT, which is the way from camera to camera, it says as well that
the cameras are registered."""


def describing_address(site_id: str, walk: str, number: int = 1) -> str:
    """The address of the page that describes a camera, for an owner who has just registered.
    walk: as in WALK."""
    return f"/account/sites/{site_id}/cameras/{number}?walk={walk}"


class CameraPath(FormInput):
    """The part of a path that names a camera of the site."""

    number: Annotated[int, WholeNumberField("the number of the camera", 1, 999)]


class WalkQuery(FormInput):
    """The query of the page that describes a camera, and a field of its form. walk: a word of
    WALK while an owner is led through the cameras that they have just registered."""

    walk: Annotated[str, KnownWordField("the way here", tuple(WALK))]


class CountForm(VersionForm):
    """The form that changes how many cameras a site has."""

    camera_count: Annotated[int, WholeNumberField("the number of cameras", 1, MOST_CAMERAS)]


def own_site(call: RequestContext) -> Site:
    """The signed-in owner's site in the path. Raises NotFound for another owner's as for none."""
    return call.services.registry.owner_changes.site(signed_in_owner(call).id, call.id("site_id"))


def own_camera(call: RequestContext, site: Site) -> Camera:
    """The camera of `site` that the path names. Raises NotFound."""
    try:
        path = read_query(CameraPath, {"number": call.parameter("number")})
    except Invalid:
        camera = None
    else:
        camera = site.camera(path.number)
    if camera is None:
        raise NotFound("There is no such camera at this address.")
    return camera


def _show(
    call: RequestContext, name: str, site: Site, error: DomainError | None = None, **context: Any
) -> Response:
    shared: dict[str, Any] = {"site": site, "address": site.address_lines, "most": MOST_CAMERAS}
    return page(call, f"resident/{name}.html", error, **shared, **context)


def _change(
    call: RequestContext, site: Site, changed: Site | None, done: str, onward: str = ""
) -> Response:
    """Stores `changed` in the place of a site, or takes the site off the register when it is None,
    and goes on to `onward`, or else back to the account. Raises Conflict when the form was made
    from another version."""
    same_version(call.form.read(VersionForm).version, site.version)
    if changed:
        call.services.registry.owner_changes.change_site(site, changed, done)
    else:
        call.services.registry.owner_changes.remove_site(site)
    return redirect(onward or f"/account?done={done}")


@routes.page(f"{SITE}/cameras/{{number}}", Audience.OWNER)
def camera_page(call: RequestContext) -> Response:
    """Shows what is known of one camera, to be changed. Owners who have just registered come here
    first, and are told so."""
    site = own_site(call)
    found = own_camera(call, site)
    walk = read_query(WalkQuery, call.query).walk
    new = bool(walk) and walk != NEXT
    return _show_camera(
        call,
        site,
        found,
        values=camera_form.stored_values(found),
        walk=walk,
        told=WALK.get(walk, ""),
        phrase=signed_in_owner(call).phrase if new else "",
    )


def _show_camera(
    call: RequestContext,
    site: Site,
    found: Camera,
    error: DomainError | None = None,
    **context: Any,
) -> Response:
    return _show(
        call,
        "camera",
        site,
        error,
        assumed=retention(replace(found, retention_minutes=None), site.property_type).minutes,
        camera=found,
        kinds=camera_form.kind_items(),
        models=camera_form.model_groups(),
        bearings=camera_form.bearing_items(found),
        **context,
    )


def _camera_again(call: RequestContext, error: DomainError) -> Response:
    site, walk = own_site(call), call.form.read(WalkQuery).walk
    return _show_camera(call, site, own_camera(call, site), error, walk=walk)


@routes.form(f"{SITE}/cameras/{{number}}", Audience.OWNER, again=_camera_again)
def change_camera(call: RequestContext) -> Response:
    """Stores an owner's description of one camera."""
    site = own_site(call)
    before = own_camera(call, site)
    walk = call.form.read(WalkQuery).walk
    try:
        changed = site.with_camera(call.form.read(camera_form.CameraForm).described(before))
        onward = _next_camera(site, before.number) if walk else ""
        return _change(call, site, changed, "camera", onward)
    except (Invalid, Conflict) as error:
        return _camera_again(call, error)


def _next_camera(site: Site, number: int) -> str:
    """The address of the page that describes the camera after `number`, "" after the last."""
    later = [camera.number for camera in site.cameras if camera.number > number]
    return describing_address(site.id, NEXT, min(later)) if later else ""


@routes.form(f"{SITE}/cameras/{{number}}/remove", Audience.OWNER)
def remove_camera(call: RequestContext) -> Response:
    """Takes a camera off the register; for the last one, leads to removing the whole site."""
    site = own_site(call)
    found = own_camera(call, site)
    if len(site.cameras) == 1:
        return redirect(f"/account/sites/{site.id}/remove")
    try:
        return _change(call, site, site.without_camera(found.number), "cameras")
    except Conflict as error:
        now = own_site(call)
        found = own_camera(call, now)
        return _show_camera(call, now, found, error, values=camera_form.stored_values(found))


@routes.page(f"{SITE}/cameras", Audience.OWNER)
def count_page(call: RequestContext) -> Response:
    """Shows how many cameras a site has, to be changed."""
    site = own_site(call)
    return _show(call, "cameras", site, values={"camera_count": str(len(site.cameras))})


@routes.form(
    f"{SITE}/cameras",
    Audience.OWNER,
    again=lambda call, error: _show(call, "cameras", own_site(call), error),
)
def change_count(call: RequestContext) -> Response:
    """Changes how many cameras a site has: new ones are not described yet; for fewer, the last in
    the list go."""
    site = own_site(call)
    try:
        changed = site.with_camera_count(call.form.read(CountForm).camera_count)
        return _change(call, site, changed, "cameras")
    except (Invalid, Conflict) as error:
        return _show(call, "cameras", own_site(call), error)


@routes.page(f"{SITE}/position", Audience.OWNER)
def position_page(call: RequestContext) -> Response:
    """Shows the position of a site, to be changed."""
    site = own_site(call)
    typed = {"postcode": site.postcode}
    if site.position_source is PositionSource.PIN:
        typed |= {
            "latitude": f"{site.latitude_e6 / 1e6:.6f}",
            "longitude": f"{site.longitude_e6 / 1e6:.6f}",
        }
    return _show_position(call, site, values=typed)


def _show_position(
    call: RequestContext, site: Site, error: DomainError | None = None, **context: Any
) -> Response:
    centre = map_centre(call.services.registry.force_area.bounds())
    return _show(call, "position", site, error, centre=centre, **context)


def _position_again(
    call: RequestContext, error: DomainError, place: FoundPlace | None = None
) -> Response:
    site, place = own_site(call), place or FoundPlace()
    values = {**call.form.values(), "postcode": site.postcode}
    seen = {"values": values, "far": place.far, "outside": place.outside}
    return _show_position(call, site, error, **seen)


@routes.form(f"{SITE}/position", Audience.OWNER, again=_position_again)
def change_position(call: RequestContext) -> Response:
    """Moves a site's pin; with both fields empty the site goes back to its postcode's position."""
    site = own_site(call)
    fields = {**call.form.fields, "postcode": [site.postcode]}
    place = find_place(call, fields)
    try:
        read_form(PlaceForm, fields, call.context)
        if place.problems:
            raise Invalid(FORM_SENTENCE, place.problems)
        changed = replace(
            site,
            latitude_e6=place.latitude_e6,
            longitude_e6=place.longitude_e6,
            position_source=place.source,
            doubts=moved(site.doubts, place.doubts),
        )
        return _change(call, site, changed, "position")
    except (Invalid, Conflict) as error:
        return _position_again(call, error, place)


@routes.page(f"{SITE}/remove", Audience.OWNER)
def site_removal_page(call: RequestContext) -> Response:
    """Says what removing a site means, and asks for confirmation."""
    return _show(call, "remove_site", own_site(call))


@routes.form(f"{SITE}/remove", Audience.OWNER)
def remove_site(call: RequestContext) -> Response:
    """Takes a site off the register."""
    site = own_site(call)
    try:
        return _change(call, site, None, "site")
    except Conflict as error:
        return _show(call, "remove_site", own_site(call), error)
