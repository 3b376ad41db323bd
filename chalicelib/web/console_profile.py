"""The console: an officer's own profile, as owners see it and as we write to them."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.known_officers import NEWS_WORDS, News, Profile
from chalicelib.access.permissions import Permission
from chalicelib.errors import Conflict, NotFound
from chalicelib.registry.changes import same_version
from chalicelib.web import resident_fields as fields
from chalicelib.web.call import Call
from chalicelib.web.compose_fields import contact_phone
from chalicelib.web.filters import telephone
from chalicelib.web.forms import FieldProblem, Form
from chalicelib.web.render import page
from chalicelib.web.routing import Audience, Routes, redirect

routes = Routes("console_profile", "console")

LONGEST_NAME = 100


@routes.page("/console/profile", Audience.CONSOLE, Permission.USE_CONSOLE)
def show(call: Call) -> Response:
    """Name, telephone, e-mail address and what to be told of."""
    profile = _own(call)
    values = {"name": profile.name, "phone": telephone(profile.phone), "email": profile.email}
    notice = "Your profile is up to date." if call.query.get("done") else ""
    return _page(call, profile, values, [n for n in News if n not in profile.unwanted], notice)


@routes.form("/console/profile", Audience.CONSOLE, Permission.USE_CONSOLE)
def change(call: Call) -> Response:
    """Keeps it, and puts on record that it was changed."""
    profile, form = _own(call), call.form
    name = form.take("name", fields.words("your name", LONGEST_NAME, needed=False), "")
    phone = form.take("phone", work_phone, "")
    typed = bool(form.typed("email").strip()) and not profile.directory_email
    email = form.take("email", fields.email, "") if typed else ""
    status = 422
    if not form.errors:
        try:
            same_version(form.typed("version"), profile.version)
            call.services.known_officers.change(
                profile, name=name, phone=phone, email=email, unwanted=_unwanted(call, profile)
            )
        except Conflict as error:
            form.problem("", error.sentence)
            profile, status = _own(call), error.status
        else:
            officer = call.officer
            call.services.audit.record(
                Actor.officer(officer), Action.CHANGED_PROFILE, f"officer.{officer.id}"
            )
            return redirect("/console/profile?done=1")
    wanted = [news for news in News if news.value in form.all("news")]
    return _page(call, profile, form.values(), wanted, errors=form, status=status)


def work_phone(typed: str) -> str:
    """As owners' numbers are kept where it is one of those; else as typed, since desks also have
    short numbers and extensions."""
    try:
        return fields.phone(typed)
    except FieldProblem:
        return contact_phone(typed)


def _unwanted(call: Call, profile: Profile) -> frozenset[News]:
    """Of the news that the page offers; whoever cannot ask owners for anything gets none, and is
    not offered any."""
    if not call.officer.may(Permission.REQUEST):
        return profile.unwanted
    return frozenset(news for news in News if news.value not in call.form.all("news"))


def _own(call: Call) -> Profile:
    profile = call.services.known_officers.profile(call.officer.id)
    if profile is None:  # signing in writes it, so this is a session older than profiles
        raise NotFound("Sign out and in again to see your profile.")
    return profile


def _page(
    call: Call,
    profile: Profile,
    values: dict[str, str],
    wanted: list[News],
    notice: str = "",
    errors: Form | None = None,
    status: int = 200,
) -> Response:
    return page(
        call,
        "console/profile.html",
        status=status,
        nav="profile",
        profile=profile,
        values=values,
        wanted=[news.value for news in wanted],
        news=NEWS_WORDS,
        notice=notice,
        errors=errors.messages() if errors else {},
    )
