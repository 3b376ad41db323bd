"""An owner's mail, text message and reply page, and the officers' pages, never disagree about a
request: not in a minute, a name, a deadline or a number of cameras. For any request."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chalicelib.access.permissions import Officer, Role
from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.core.countries import COUNTRIES
from chalicelib.geo.areas import Circle, Point
from chalicelib.geo.sight import field_of_view
from chalicelib.incidents.records import TeamMember
from chalicelib.incidents.service import Incident
from chalicelib.incidents.site_labels import SiteLabel
from chalicelib.notifications.channels import Message
from chalicelib.notifications.rendering import MessageSender
from chalicelib.registry.model import Owner
from chalicelib.registry.site_index import index_entry
from chalicelib.requests import emails
from chalicelib.requests.model import FootageRequest, RecipientState
from chalicelib.requests.overviews.triage import site_summary, triage_recipients
from chalicelib.requests.recipients.camera_view import camera_lens
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.requests.recipients.recipient_list import new_recipient
from chalicelib.requests.recipients.relevant_cameras import cameras_asked
from chalicelib.search.site_matching import Look, visibility_check
from chalicelib.search.site_search import SiteSearch
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.templating import environment
from chalicelib.web.reply import view
from tests.support.memory_table import MemoryTable
from tests.support.places import a_site

SCENE = Point(52.476270, -1.905300)  # 30 m north of the site
LOOKS: tuple[Look, ...] = (visibility_check(Circle(SCENE, 40))[0],)
MINUTE = timedelta(minutes=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day …


ZONES = {
    "Europe/London": (utc(2026, 3, 29, 1), utc(2026, 10, 25, 1)),
    "Europe/Dublin": (utc(2026, 3, 29, 1), utc(2026, 10, 25, 1)),
    "America/Chicago": (utc(2026, 3, 8, 8), utc(2026, 11, 1, 7)),
    "Australia/Sydney": (utc(2026, 4, 4, 16), utc(2026, 10, 3, 16)),
    "Australia/Lord_Howe": (utc(2026, 4, 4, 15), utc(2026, 10, 3, 15, 30)),
    "Asia/Kolkata": (utc(2026, 3, 29, 1), utc(2026, 10, 25, 1)),
}
"""Zones, with moments (UTC) around which their clocks change; those of Kolkata never do."""

# What the renderings say


class Said(NamedTuple):
    """A time as somebody reads it. zone: its short name, "" where none is given."""

    day: str
    clock: str
    zone: str


_CLOCK = (
    r"(?P<clock>[0-9]{1,2}:[0-9]{2}(?:[ap]m)?)(?: (?P<zone>UTC[+-][0-9:]+|[A-Z]{3,4})(?![a-z]))?"
)
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAY = rf"(?P<number>[0-9]{{1,2}}) (?P<month>{_MONTHS})[a-z]*"
_TIME = re.compile(rf"(?:{_DAY}(?: 20[0-9]{{2}})?,? (?:from )?)?{_CLOCK}")


def times_in(text: str) -> list[Said]:
    """Every time in a text, in order, in one form: with its day, and as a clock of 24 hours."""
    found: list[Said] = []
    day = ""
    for one in _TIME.finditer(text):
        day = f"{one['number']} {one['month']}" if one["number"] else day
        hour, minute = one["clock"].rstrip("apm").split(":")
        if one["clock"].endswith("m"):
            hour = str(int(hour) % 12 + (12 if one["clock"].endswith("pm") else 0))
        found.append(Said(day, f"{int(hour):02}:{minute}", one["zone"] or ""))
    return found


def shown(html: str) -> BeautifulSoup:
    """A page without what it does not show at the moment when it is made."""
    soup = BeautifulSoup(html, "html.parser")
    for part in soup.select("[hidden], script, head, svg"):
        part.decompose()
    return soup


def text_of(part: Any) -> str:
    return " ".join(part.get_text(" ").split())


def between(text: str, begins: str, ends: str) -> str:
    found = re.search(f"{re.escape(begins)}(.*?)(?:{ends})", text, re.DOTALL)
    assert found, f"no “{begins}” in {text}"
    return found[1]


# What is asked

cameras = st.builds(
    Camera,
    st.just(0),
    st.sampled_from([CameraKind.FIXED, CameraKind.DOORBELL, CameraKind.PTZ, CameraKind.UNKNOWN]),
    retention_minutes=st.none() | st.sampled_from([60, 180, 1440, 10_000, 40_000]),
    records=st.booleans() | st.just(True),
    bearing=st.none() | st.sampled_from([0, 90, 180, 270]),
    angle=st.none() | st.sampled_from([60, 120, 360]),
    range_m=st.none() | st.sampled_from([15, 60]),
)


@st.composite
def matters(draw: st.DrawFn) -> tuple[RecipientContext, datetime, str]:
    """One owner who is asked, when that is, and the force's zone. Windows are anywhere in the year
    or in a night that clocks change."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    near = draw(st.sampled_from([*ZONES[zone], utc(2026, 7, 1, 22), utc(2026, 11, 20)]))
    start = near + timedelta(seconds=draw(st.integers(-9000, 9000)))
    end = start + timedelta(seconds=draw(st.integers(60, 12 * 3600)))
    now = end + timedelta(seconds=draw(st.integers(0, 30 * 86400)))
    numbered = [
        replace(camera, number=number)
        for number, camera in enumerate(draw(st.lists(cameras, min_size=1, max_size=4)), start=1)
    ]
    site = a_site(*numbered, property_type=draw(st.sampled_from(PropertyType)))
    contact = draw(st.sampled_from(["", "Sgt Ada Park", "Front desk"]))
    request = FootageRequest(
        id="7k3m9qxa00000000",
        incident_id="1" * 16,
        reference="7K3M-9QXA",
        message="Please look for a red coat.",
        window_from=start,
        window_to=end,
        created_by="2" * 16,
        officer_name="PC Lane",
        created_at=now,
        site_count=1,
        contact_name=contact,
    )
    recipient = new_recipient(request, site, None, zone, LOOKS)
    recipient = replace(recipient, state=RecipientState.NOTIFIED, notified_at=now)
    incident = Incident(
        id="1" * 16,
        crime_reference="20/1/26",
        offence="Burglary",
        latitude_e6=round(SCENE.latitude * 1e6),
        longitude_e6=round(SCENE.longitude * 1e6),
        occurred_from=start,
        occurred_to=end,
        public_description="A house on Test Street was broken into.",
        created_by="PC Lane",
        created_by_id="2" * 16,
        in_charge=TeamMember("2" * 16, "pc.lane"),
        created_at=now,
    )
    owner = Owner(
        "o" * 16, "Alex O'Neill", "alex@example.test", "", "amber kettle harbour", now,
        texts_to="+447700900982",
    )  # fmt: skip
    return RecipientContext(request, recipient, incident, site, owner), now, zone


class Renderings(NamedTuple):
    """Everything that anybody reads of one request to one owner, as plain text."""

    mail: Message
    html: str
    reply: str
    by_camera: str
    request: str
    row: tuple[str, ...]
    recipient: str


def rendered(matter: RecipientContext, now: datetime, zone: str) -> Renderings:
    sender = MessageSender("Anytown Police", "101", "https://sightline.example", zone, "GB")
    mail = emails.request_email(sender, [matter], ["t" * 43], now)
    force = SimpleNamespace(
        force_name="Anytown Police", force_phone="101", basemap_url="", time_zone=zone
    )
    clients = SimpleNamespace(country=COUNTRIES["GB"])
    call = SimpleNamespace(now=now, services=SimpleNamespace(settings=force, clients=clients))
    made = environment(zone, "GB")
    shared: dict[str, Any] = {"settings": force, "zone": zone, "now": now, "values": {}}
    shared |= {"errors": {}, "officer": Officer("9" * 16, "p", frozenset({Role.INVESTIGATOR}))}
    owner_sees = {**shared, **view._context(cast("RequestContext", call), matter)}
    owner_sees["address"] = "/reply/x"
    request, recipient, incident, site, _ = matter
    about = site_summary(site, (incident.latitude_e6, incident.longitude_e6), LOOKS)
    officer_sees = {
        **shared, "request": request, "incident": incident, "recipient": recipient, "site": site,
        "window": matter.window, "about": about, "cameras": {}, "reasons": {}, "files": [],
        "asked": [camera.number for camera, _ in cameras_asked(recipient, site)],
        "clock_values": {}, "thread": None, "label": SiteLabel(1, ""),
    }  # fmt: skip
    listed = {
        **officer_sees, "board": triage_recipients([recipient], {}, now), "unread": {},
        "about": {site.id: about}, "counts": {"total": 1, "answered": 0}, "own_windows": True,
        "labels": {site.id: SiteLabel(1, "")},
    }  # fmt: skip

    def page(name: str, context: dict[str, Any]) -> BeautifulSoup:
        return shown(made.get_template(name).render(context))

    request_page = page("console/request.html", listed)
    return Renderings(
        mail,
        text_of(shown(mail.html)),
        text_of(page("resident/reply.html", owner_sees)),
        text_of(page("resident/reply_cameras.html", owner_sees)),
        text_of(request_page),
        tuple(text_of(cell) for cell in request_page.select("tr[data-item] td")),
        text_of(page("console/recipient.html", officer_sees)),
    )


WINDOW, DEADLINE = 3, 4
"""Cells of a recipient's row on the request's page."""


# What must be true


def minute_of(moment: datetime, zone: str, *, up: bool = False) -> tuple[str, str]:
    """The day and the clock of a whole minute, worked out without our own formatter."""
    whole = moment.replace(second=0, microsecond=0)
    if up and whole != moment:
        whole += MINUTE
    local = whole.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b}", f"{local:%H:%M}"


def is_told_apart(moments: tuple[datetime, datetime], zone: str) -> bool:
    """True when the clocks alone do not say which minutes are meant."""
    there = ZoneInfo(zone)
    first, last = (one.astimezone(there) for one in moments)
    twice = any(
        one.replace(fold=1 - one.fold).utcoffset() != one.utcoffset() for one in (first, last)
    )
    return twice or first.utcoffset() != last.utcoffset()


@given(matters())
# Each example renders six pages and mails: one that fails is shown as it is, not made smaller.
@settings(max_examples=40, deadline=None, phases=[Phase.generate])
def test_no_two_renderings_of_a_request_disagree(
    asked: tuple[RecipientContext, datetime, str],
) -> None:
    matter, now, zone = asked
    seen = rendered(matter, now, zone)
    windows_agree(seen, matter, zone)
    deadlines_agree(seen, matter, now, zone)
    names_and_numbers_agree(seen, matter)


@given(matters(), st.integers(0, 200))
@settings(max_examples=200, deadline=None)
def test_a_search_counts_as_the_request_that_follows(
    asked: tuple[RecipientContext, datetime, str], within: int
) -> None:
    """The list that officers choose from names the deadlines of the request: the next, and those of
    the other cameras, each known or assumed. Also for an incident of a single moment."""
    matter, now, zone = asked
    incident = matter.incident
    if within % 2:
        incident = replace(incident, occurred_to=incident.occurred_from)
    table = MemoryTable().add([index_entry(matter.site)])
    area = Circle(SCENE, 40 + within)
    (found,) = SiteSearch(table).search(area, window_from=incident.footage_from, now=now).sites
    start, end = incident.footage_from, incident.footage_to
    request = replace(matter.request, window_from=start, window_to=end, created_at=now)
    one = new_recipient(request, matter.site, None, zone, (visibility_check(area)[0],))
    assert (found.deadline, found.deadline_certain) == (
        one.deadline,
        one.deadline_certain or one.deadline is None,
    )
    assert [(other.at, other.certain) for other in found.later_deadlines] == [
        (other.at, other.certain) for other in one.later
    ]


def windows_agree(seen: Renderings, matter: RecipientContext, zone: str) -> None:
    start, end = matter.window.start, matter.window.end
    spans = {
        "mail": between(seen.mail.text, "Which footage\n", "\nFrom your"),
        "html": between(seen.html, "Which footage ", " From Your"),
        "text": between(seen.mail.short, " for ", r"\. "),
        "reply": between(seen.reply, "Footage needed ", " From Your| The clocks"),
        "request": between(seen.request, "What was asked", " Message"),
        "row": seen.row[WINDOW],
        "recipient": between(seen.recipient, "Footage between ", " May be|$"),
    }
    said = {where: times_in(words)[:2] for where, words in spans.items()}
    true = (minute_of(start, zone), minute_of(end, zone, up=True))
    ends = (start.replace(second=0), end if not end.second else end.replace(second=0) + MINUTE)
    named = is_told_apart(ends, zone)
    for where, times in said.items():
        assert tuple((one.day, one.clock) for one in times) == true, (where, spans[where])
        assert [one.zone for one in times] == [one.zone for one in said["mail"]], (where, times)
        assert all(bool(one.zone) is named for one in times), (where, times)


def deadlines_agree(seen: Renderings, matter: RecipientContext, now: datetime, zone: str) -> None:
    """One deadline: of the camera that is asked about and loses it next."""
    kept = [
        one.kept_minutes
        for _, one in cameras_asked(matter.recipient, matter.site)
        if one.kept_minutes
    ]
    if not kept:
        assert "We do not know how long you have" in seen.mail.text
        assert (
            "We do not know. Please check" in seen.reply
            and "Not known to record" in seen.row[DEADLINE]
        )
        return
    every = sorted(matter.window.start + minutes * MINUTE for minutes in kept)
    ahead = [one for one in every if one > now]
    deadline = (ahead or every)[0]
    last = matter.window.end + max(kept) * MINUTE
    true = minute_of(deadline, zone)

    def first(text: str) -> tuple[str, str]:
        return times_in(text)[0][:2]

    mail = " ".join(between(seen.mail.text, "How long is left\n", "Answer here").split())
    row = seen.row[DEADLINE]
    assert first(row) == true, row
    assert first(between(seen.recipient, "May be deleted after ", "Recorder’s clock")) == true
    assert first(mail) == true, mail
    assert mail in seen.html
    if ahead:
        assert "may be deleted after" in mail and "deleted now" not in seen.reply
        assert first(between(seen.mail.subject, " by ", ":? footage")) == true
        assert (
            first(between(seen.mail.short, "May be deleted after ", r"\. (?:Officer|Your)")) == true
        )
        assert (
            first(between(seen.reply, "How long is left", "The officer|What the officer")) == true
        )
        left = (deadline - now) // MINUTE
        assert ("Less than a minute" in seen.reply) is (left < 1)
        assert "has passed" not in row
    elif now < last:
        assert "started to delete" in mail and "being deleted now" in seen.mail.short
        going = between(seen.reply, "It is being deleted now.", "What the officer")
        assert first(going) == minute_of(last, zone) == times_in(mail)[1][:2]
    else:
        assert "probably deleted on" in mail and "probably deleted" in seen.mail.short
        assert "It has probably been deleted." in seen.reply


def names_and_numbers_agree(seen: Renderings, matter: RecipientContext) -> None:
    site, place = matter.site, (matter.site.latitude_e6, matter.site.longitude_e6)
    numbers = [camera.number for camera in matter.cameras]
    seeing = [
        camera.number
        for camera in site.cameras
        if any(look(camera_lens(camera), place).sees != field_of_view.NO for look in LOOKS)
    ]
    assert numbers == seeing or len(numbers) == len(site.cameras)
    many = len(numbers)
    yours = "our camera at" if many == 1 else f"our {many} cameras at"
    for text in (seen.mail.text, seen.html, seen.reply):
        assert f"{yours} 12 Test Street" in text
        assert len(set(re.findall(r"our (?:[0-9]+ )?cameras? at", text))) == 1
    assert f"Asked about {many} camera" in seen.recipient
    for number in {camera.number for camera in site.cameras} - set(numbers):
        for text in (*seen[1:5], *seen.row, seen.recipient, seen.mail.text, seen.mail.short):
            # A date may follow the word: "another camera", and in the next cell "2 Jul 2026".
            assert not re.search(rf"[Cc]amera {number}\b(?! [A-Z][a-z]+ \d{{4}})", text), text
    for text in (seen.mail.subject, seen.html, seen.mail.short):
        assert ("lease check your cameras" in text) is (many > 1), text
    contact = matter.request.contact_name or matter.request.officer_name
    for text in (seen.mail.text, seen.html, seen.reply, seen.request):
        assert contact in text
    for text in (seen.mail.text, seen.html, seen.reply, seen.mail.short):
        assert "amber kettle harbour" in text and "7K3M-9QXA" in text
    assert "PC Lane" in seen.mail.text and "Officer PC Lane" in seen.mail.short
