"""The console: an officer's own profile: what owners are shown, and where and of what the officer
is notified."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.officer_profiles import NEWS_WORDS, NotificationTopic, Profile
from chalicelib.access.permissions import Permission
from chalicelib.core.errors import Conflict, DomainError, Invalid, NotFound
from chalicelib.core.typed.email_addresses import shown_email
from chalicelib.registry.owner_changes import same_version
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

routes = Routes("console.profile", "console")


@routes.page("/console/profile", Audience.CONSOLE, Permission.USE_CONSOLE)
def profile_page(call: RequestContext) -> Response:
    """Shows the officer's name, telephone number, e-mail address and chosen notification topics."""
    profile = _own(call)
    phone = call.services.clients.country.written_phone(profile.phone)
    values = {"name": profile.name, "phone": phone, "email": shown_email(profile.email)}
    notice = "Your profile is up to date." if call.query.get("done") else ""
    return _page(
        call, profile, values, [n for n in NotificationTopic if n not in profile.unwanted], notice
    )


def _again(call: RequestContext, error: DomainError) -> Response:
    wanted = [news for news in NotificationTopic if news.value in call.form.all("news")]
    return _page(call, _own(call), call.form.values(), wanted, error=error)


@routes.form("/console/profile", Audience.CONSOLE, Permission.USE_CONSOLE, again=_again)
def submit_profile(call: RequestContext) -> Response:
    """Stores the officer's profile, and puts on record that it was changed."""
    from chalicelib.web.models.profile_models import OwnProfileForm, ProfileForm

    profile, officer = _own(call), call.officer
    try:
        # An address that the force's directory gave is not the officer's to change.
        sent = call.read_form(ProfileForm if profile.directory_email else OwnProfileForm)
        same_version(sent.version, profile.version)
        call.services.access.officer_profiles.change_profile(
            profile,
            name=sent.name,
            phone=sent.phone,
            email=sent.email if isinstance(sent, OwnProfileForm) else "",
            unwanted=sent.unwanted if officer.may(Permission.REQUEST) else profile.unwanted,
        )
    except (Invalid, Conflict) as error:
        return _again(call, error)
    call.services.access.audit.record_act(
        Actor.officer(officer), Action.CHANGED_PROFILE, f"officer.{officer.id}"
    )
    return redirect("/console/profile?done=1")


def _own(call: RequestContext) -> Profile:
    profile = call.services.access.officer_profiles.profile(call.officer.id)
    if profile is None:  # signing in writes the profile, so this session is older than profiles
        raise NotFound("Sign out and in again to see your profile.")
    return profile


def _page(
    call: RequestContext,
    profile: Profile,
    values: dict[str, str],
    wanted: list[NotificationTopic],
    notice: str = "",
    error: DomainError | None = None,
) -> Response:
    return page(
        call,
        "console/profile.html",
        error,
        nav="profile",
        profile=profile,
        values=values,
        wanted=[news.value for news in wanted],
        news=NEWS_WORDS,
        notice=notice,
    )
