"""`make demo`: the local stack with sample data and one request under way.

The households are written by the application's own store; everything that people do in the demo
(registering, signing in, asking, answering, uploading) goes through pages and the API. When the
command is run again, it only prints the addresses.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from tqdm import tqdm

from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.core.errors import Conflict
from chalicelib.core.ids import new_id
from chalicelib.notifications.verification_phrase import new_phrase
from chalicelib.registry.model import Owner, PositionSource, Site
from infra import local
from infra.deployment.target import local_target
from infra.deployment.wiring import services_of
from infra.errors import report_errors
from infra.localstack.mails import newest_link
from infra.localstack.visitor import Visitor
from infra.paths import SHARED_DATA
from infra.sampling import demo_street
from infra.sampling.sample import Household, Sample, SamplePlace, make_sample

CLIP = Path("video/car-detection.mp4")
DAY = 24 * 60
ASKED = 18  # owners asked in the request under way
BEFORE = timedelta(minutes=35)  # how long before the first window the second request begins
ANSWERS: tuple[tuple[str, dict[str, str]] | None, ...] = (
    None,  # the nearest owner has not answered, so that the demo can show an open reply page
    None,
    ("unavailable", {"reason": "off"}),
    ("unavailable", {"reason": "faces_away"}),
    ("nothing", {"note": "I watched all of it. Only the post."}),
    ("declined", {}),
    ("nothing", {}),
    ("saved", {"note": "Saved to my phone. There is somebody in dark clothes at the corner."}),
    ("saved", {"note": "I have saved from five past to twenty past. A van goes by twice."}),
)
"""What owners beyond the street answer, the nearest first. The last owner sends the clip too."""


@dataclass(frozen=True)
class DemoStage:
    """The running stack, with what the demo needs of it. described: the content of stack.json."""

    described: dict[str, Any]

    def visitor(self) -> Visitor:
        """Make a visitor of the stack, who has no session yet."""
        return Visitor(str(self.described["base_url"]))

    def link(self, address: str, path: str) -> str:
        """Wait for an e-mail to this address with a link to `path`; return the newest link. Raises
        TimeoutError after a minute."""
        begins = str(self.described["base_url"]) + path
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if found := newest_link(str(self.described["messages_url"]), address, begins):
                return found
            time.sleep(0.5)
        raise TimeoutError(f"No e-mail with a link to {path} came within a minute.")


def households(sample: Sample, seed: int = 11) -> Iterator[tuple[Owner, Site]]:
    """Make owners and sites of the sample's households; some owners described their cameras."""
    dice = random.Random(seed)  # noqa: S311 - sample data
    now = datetime.now(UTC)
    for household in sample.households:
        made = now - timedelta(days=dice.randint(1, 400))
        owner = Owner(
            id=new_id(),
            name=household.name,
            email=household.email,
            phone="",
            phrase=new_phrase(),
            created_at=made,
        )
        yield owner, _site(household, owner.id, made, dice)


def _site(household: Household, owner_id: str, made: datetime, dice: random.Random) -> Site:
    return Site(
        id=new_id(),
        owner_id=owner_id,
        address_line_1=household.address_line_1,
        address_line_2="",
        town=household.town,
        postcode=household.postcode,
        latitude_e6=round(household.latitude * 1e6),
        longitude_e6=round(household.longitude * 1e6),
        position_source=PositionSource.PIN,
        property_type=PropertyType(household.property_type),
        cameras=tuple(
            _camera(number, household.property_type, dice)
            for number in range(1, household.cameras + 1)
        ),
        created_at=made,
    )


def _camera(number: int, property_type: str, dice: random.Random) -> Camera:
    """Make a camera. Two in three owners describe theirs beyond counting them."""
    if dice.random() < 0.33:
        return Camera(number)
    bearing = dice.randrange(0, 360, 15)
    if property_type == "business":
        keeps = dice.choice((14, 28, 30, 31)) * DAY
        return Camera(number, CameraKind.FIXED, "Hikvision", "", keeps, True, bearing, 90, 30)
    if dice.random() < 0.6:
        make, keeps = dice.choice(
            (("Ring", 30 * DAY), ("Nest", 180), ("Eufy", 30 * DAY), ("Ring", 7 * DAY))
        )
        return Camera(number, CameraKind.DOORBELL, make, "", keeps, True, bearing, 150, 10)
    return Camera(number, CameraKind.FIXED, "Reolink", "", 5 * DAY, True, bearing, 95, 25)


def tell_the_story(stage: DemoStage, sample: Sample) -> dict[str, str]:
    """Register a doorbell, record five incidents, send requests, answer them and upload a clip.

    Returns the addresses worth opening, by name.
    """
    burglary = sample.incidents[0]
    print("A neighbour registers a doorbell camera and confirms it from the e-mail…")
    _register_doorbell(stage, sample, burglary)
    officer = next(o for o in stage.described["officers"] if o["role"] == "investigator")
    with stage.visitor() as investigator:
        investigator.sign_in(officer["username"], officer["password"])
        token = investigator.bearer()
        print("An investigator records five incidents and asks the owners near the first…")
        incidents = [
            _record(investigator, token, place, number)
            for number, place in enumerate(sample.incidents, start=1)
        ]
        owners = _owners_near(investigator, token, incidents[0], burglary)
        street = {email: site for email, site in owners.items() if demo_street.neighbour_of(email)}
        late = [email for email in street if _is_late(email)]
        first = [site for email, site in owners.items() if email not in late][:ASKED]
        request = _ask(investigator, token, incidents[0], burglary, first)
        print("Some owners answer, one uploads a clip, one finds that a recorder's clock is slow…")
        reply = _answer(stage, [email for email, site in owners.items() if site in first])
        print("The investigator asks about the minutes before as well…")
        second = [street[email] for email in late] + first[:1]
        _ask(investigator, token, incidents[0], burglary, second, before=True)
        _answer(stage, late)
    base = stage.described["base_url"]
    incident = f"{base}/console/incidents/{incidents[0]['id']}"
    return {
        "The burglary": incident,
        "The request": f"{base}/console/requests/{request}",
        "What replies show": f"{incident}/coverage",
        "What an owner sees": reply,
    }


def _is_late(email: str) -> bool:
    neighbour = demo_street.neighbour_of(email)
    return neighbour is not None and neighbour.late


def _register_doorbell(stage: DemoStage, sample: Sample, near: SamplePlace) -> None:
    household = min(
        sample.households,
        key=lambda h: (h.latitude - near.latitude) ** 2 + (h.longitude - near.longitude) ** 2,
    )
    with stage.visitor() as owner:
        owner.register(
            name="Sam Doorbell",
            email="sam.doorbell@example.test",
            phone="",
            property_type="home",
            address_line_1=f"1A {household.address_line_1.split(' ', 1)[1]}",
            address_line_2="",
            town=household.town,
            postcode=household.postcode,
            camera_count="1",
            latitude=f"{household.latitude:.6f}",
            longitude=f"{household.longitude:.6f}",
            consent="yes",
        )
        owner.press_button(stage.link("sam.doorbell@example.test", "/register/confirm"))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_NOW = datetime.now(UTC).replace(second=0, microsecond=0)


def _window(number: int) -> tuple[datetime, datetime]:
    """Choose an incident's times in the last days. The first incident began two hours ago, so that
    doorbells still have its footage."""
    begin = _NOW - timedelta(hours=2 + 17 * (number - 1))
    return begin, begin + timedelta(minutes=50)


def _record(investigator: Visitor, token: str, place: SamplePlace, number: int) -> dict[str, Any]:
    begin, end = _window(number)
    return investigator.json(
        "POST",
        "/api/v1/incidents",
        {
            "crime_reference": f"20/{410000 + 137 * number}/{begin:%y}",
            "offence": place.offence,
            "location": {"type": "Point", "coordinates": [place.longitude, place.latitude]},
            "occurred_from": _utc(begin),
            "occurred_to": _utc(end),
            "public_description": f"{place.offence} on or near {place.street}.",
        },
        token=token,
    )


def _owners_near(
    investigator: Visitor, token: str, incident: dict[str, Any], place: SamplePlace
) -> dict[str, str]:
    """Search around the incident; return e-mail address → site id, the nearest first."""
    found = investigator.json(
        "POST",
        f"/api/v1/incidents/{incident['id']}/searches",
        {
            "area": {
                "type": "circle",
                "centre": [place.longitude, place.latitude],
                "radius_m": 450,
            },
            "reason": "Cameras that may have seen the offender come or go",
        },
        token=token,
    )
    services = services_of(local_target(local.state_folder()))
    emails = {}
    for one in sorted(found["sites"], key=lambda site: site["distance_m"]):
        site = services.registry.sites.site(one["id"])
        owner = services.registry.sites.owner(site.owner_id) if site else None
        if owner:
            emails[owner.email] = str(one["id"])
    return emails


def _ask(
    investigator: Visitor,
    token: str,
    incident: dict[str, Any],
    place: SamplePlace,
    site_ids: list[str],
    before: bool = False,
) -> str:
    """Send a request for the time of the incident, or for the time before it; return its id."""
    begin, end = _window(1)
    if before:
        begin, end = begin - BEFORE, begin + timedelta(minutes=5)
    made = investigator.json(
        "POST",
        f"/api/v1/incidents/{incident['id']}/requests",
        {
            "site_ids": site_ids,
            "message": f"A house on {place.street} was broken into. We are looking for a dark "
            "van and one person in dark clothes.",
            "from": _utc(begin),
            "to": _utc(end),
        },
        token=token,
    )
    return str(made["id"])


def _answer(stage: DemoStage, emails: list[str]) -> str:
    """Send the prepared answers; return the reply page of an owner who has not answered."""
    zone = services_of(local_target(local.state_folder())).settings.time_zone
    others = [email for email in emails if not demo_street.neighbour_of(email)]
    for email in emails:
        if neighbour := demo_street.neighbour_of(email):
            with stage.visitor() as owner:
                link = stage.link(email, "/reply/")
                demo_street.answer_request(neighbour, owner, link, datetime.now(UTC), zone)
    answered = list(zip(others, ANSWERS, strict=False))
    for email, prepared in answered:
        if prepared:
            with stage.visitor() as owner:
                page = owner.open_page(stage.link(email, "/reply/"))
                owner.submit(page, {"answer": prepared[0], **prepared[1]})
    if not answered:
        return ""
    with stage.visitor() as uploader:
        link = stage.link(answered[-1][0], "/reply/")
        uploader.upload(link, "Front door.mp4", _clip())
        asked = "Is this enough, or shall I save the hour before as well?"
        uploader.submit(uploader.open_page(link), {"text": asked}, action="/messages")
    return stage.link(others[0], "/reply/")


def _clip() -> bytes:
    """Read a real clip when there is one, else make a small file that begins as an MP4 does."""
    file = SHARED_DATA / CLIP
    if file.exists():
        return file.read_bytes()
    return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 4096


def main() -> int:
    """Run the command line: start the local stack and fill it with the demo."""
    state = local.state_folder()
    described = local.start_stack(state)
    done = state / "demo.json"
    if not done.exists():
        sample = make_sample()
        if not sample.real:
            print("../shared is not there: a small invented town takes the place of the real one.")
        services = services_of(local_target(state))
        everybody = tqdm(
            chain(demo_street.neighbours(sample), households(sample)),
            "Registering households",
            len(sample.households) + len(demo_street.STREET),
            unit="household",
        )
        for owner, site in everybody:
            # A demo that was interrupted carries on: owners who are registered already stay.
            with suppress(Conflict):
                services.registry.sites.transact(
                    *services.registry.sites.new_owner_writes(owner),
                    *services.registry.sites.new_site_writes(site),
                )
        done.write_text(json.dumps(tell_the_story(DemoStage(described), sample), indent=2) + "\n")
    print(f"\n{local.where_to_click(described)}\n")
    for what, address in json.loads(done.read_text()).items():
        print(f"{what + ':':20}{address}")
    return 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
