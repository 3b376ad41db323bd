"""What an owner changes at one site: a camera, how many there are, the pin, or the whole site.

Each page carries the version of the site that it was made from. When the site was changed
since, in another window perhaps, the page comes back as the site now is, with what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalice import Response

from chalicelib.errors import Conflict, NotFound
from chalicelib.registry.changes import same_version
from chalicelib.registry.model import MOST_CAMERAS, Camera, PositionSource, Site, address_lines
from chalicelib.web import resident_camera_fields as camera_form
from chalicelib.web.call import Call
from chalicelib.web.forms import whole_number
from chalicelib.web.render import page
from chalicelib.web.resident_account import owner_of
from chalicelib.web.resident_place import Place, find_place
from chalicelib.web.routing import Audience, Routes, redirect

routes = Routes("resident_sites", "resident")

SITE = "/account/sites/{site_id}"


def own_site(call: Call) -> Site:
    """The site in the path. Raises NotFound for another owner's as for none."""
    return call.services.owner_changes.site(owner_of(call).id, call.id("site_id"))


def own_camera(call: Call, site: Site) -> Camera:
    """The camera in the path."""
    number = call.parameter("number")
    if number.isascii() and number.isdecimal() and len(number) < 4:
        camera = site.camera(int(number))
        if camera:
            return camera
    raise NotFound("There is no such camera at this address.")


def _show(call: Call, name: str, site: Site, status: int = 200, **context: Any) -> Response:
    shared: dict[str, Any] = {"site": site, "address": address_lines(site), "most": MOST_CAMERAS}
    if status != 200:
        shared |= {"values": call.form.values(), "errors": call.form.messages()}
    return page(call, f"resident/{name}.html", status=status, **{**shared, **context})


def _change(
    call: Call, site: Site, done: str, act: Callable[[], Any]
) -> tuple[Response | None, Site]:
    """Does what the form asks and goes back to the account; or gives the site as it now is."""
    try:
        same_version(call.form.typed("version"), site.version)
        act()
    except Conflict as error:
        call.form.problem("", error.sentence)
        return None, own_site(call)
    return redirect(f"/account?done={done}"), site


@routes.page(f"{SITE}/cameras/{{number}}", Audience.OWNER)
def camera(call: Call) -> Response:
    """What is known of one camera."""
    site = own_site(call)
    found = own_camera(call, site)
    return _show_camera(call, site, found, values=camera_form.shown(found))


def _show_camera(
    call: Call, site: Site, found: Camera, status: int = 200, **context: Any
) -> Response:
    return _show(
        call,
        "camera",
        site,
        status,
        camera=found,
        kinds=camera_form.kind_items(),
        models=camera_form.model_groups(),
        bearings=camera_form.bearing_items(found),
        **context,
    )


@routes.form(f"{SITE}/cameras/{{number}}", Audience.OWNER)
def change_camera(call: Call) -> Response:
    """Describes one camera."""
    site = own_site(call)
    before = own_camera(call, site)
    after = camera_form.read(call.form, before)
    if call.form.errors:
        return _show_camera(call, site, before, 422)
    changed = site.with_camera(after)
    changes = call.services.owner_changes
    done, site = _change(call, site, "camera", lambda: changes.change_site(site, changed, "camera"))
    return done or _show_camera(call, site, own_camera(call, site), 409)


@routes.form(f"{SITE}/cameras/{{number}}/remove", Audience.OWNER)
def remove_camera(call: Call) -> Response:
    """Takes one camera off the register; the last one goes with its site."""
    site = own_site(call)
    found = own_camera(call, site)
    if len(site.cameras) == 1:
        return redirect(f"/account/sites/{site.id}/remove")
    changed, changes = site.without_camera(found.number), call.services.owner_changes
    done, site = _change(
        call, site, "cameras", lambda: changes.change_site(site, changed, "cameras")
    )
    if done:
        return done
    found = own_camera(call, site)
    return _show_camera(call, site, found, 409, values=camera_form.shown(found))


@routes.page(f"{SITE}/cameras", Audience.OWNER)
def count(call: Call) -> Response:
    """How many cameras there are."""
    site = own_site(call)
    return _show(call, "cameras", site, values={"camera_count": str(len(site.cameras))})


@routes.form(f"{SITE}/cameras", Audience.OWNER)
def change_count(call: Call) -> Response:
    """More cameras are not described yet; of fewer, the last in the list go."""
    site = own_site(call)
    many = whole_number("the number of cameras", 1, MOST_CAMERAS)
    number = call.form.take("camera_count", many, 1)
    if call.form.errors:
        return _show(call, "cameras", site, 422)
    changed, changes = site.with_camera_count(number), call.services.owner_changes
    done, site = _change(
        call, site, "cameras", lambda: changes.change_site(site, changed, "cameras")
    )
    return done or _show(call, "cameras", site, 409)


@routes.page(f"{SITE}/position", Audience.OWNER)
def position(call: Call) -> Response:
    """Where the pin is."""
    site = own_site(call)
    typed = {"postcode": site.postcode}
    if site.position_source is PositionSource.PIN:
        typed |= {
            "latitude": f"{site.latitude_e6 / 1e6:.6f}",
            "longitude": f"{site.longitude_e6 / 1e6:.6f}",
        }
    return _show(call, "position", site, values=typed)


@routes.form(f"{SITE}/position", Audience.OWNER)
def change_position(call: Call) -> Response:
    """Moves the pin; with both fields empty it goes back to the postcode."""
    site = own_site(call)
    place = find_place(call, call.form, site.postcode)
    if call.form.errors:
        return _show_position(call, site, place, 422)
    changed = replace(
        site,
        latitude_e6=place.latitude_e6,
        longitude_e6=place.longitude_e6,
        position_source=place.source,
    )
    changes = call.services.owner_changes
    done, site = _change(
        call, site, "position", lambda: changes.change_site(site, changed, "position")
    )
    return done or _show_position(call, site, place, 409)


def _show_position(call: Call, site: Site, place: Place, status: int) -> Response:
    values = {**call.form.values(), "postcode": site.postcode}
    return _show(
        call, "position", site, status, values=values, far=place.far, outside=place.outside
    )


@routes.page(f"{SITE}/remove", Audience.OWNER)
def ask_removal(call: Call) -> Response:
    """Says what removing the site means, and asks."""
    return _show(call, "remove_site", own_site(call))


@routes.form(f"{SITE}/remove", Audience.OWNER)
def remove(call: Call) -> Response:
    """Takes the site off the register."""
    site = own_site(call)
    changes = call.services.owner_changes
    done, site = _change(call, site, "site", lambda: changes.remove_site(site))
    return done or _show(call, "remove_site", site, 409)
