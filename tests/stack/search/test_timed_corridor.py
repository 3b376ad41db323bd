"""A timed corridor along a real street, from the search over the request to what an owner reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.core.formatting import local_window
from chalicelib.core.ids import new_id
from chalicelib.core.times import iso_seconds, parse_iso, utc_now
from chalicelib.geo.areas import Corridor, Point
from chalicelib.geo.timed_path import PAD
from chalicelib.registry.model import Owner, Site
from chalicelib.web.api.openapi import described_models
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.support.desk import PHRASE, Session, add_site, settings_of

# From Centenary Square along Broad Street over Five Ways into Hagley Road, Birmingham.
STREET = (
    (52.4785, -1.9085), (52.4762, -1.9118), (52.4738, -1.9152), (52.4725, -1.9183),
    (52.4718, -1.9228), (52.4714, -1.9285),
)  # fmt: skip
WAY = Corridor(tuple(Point(*place) for place in STREET), 80)
CAMERA_MINUTES = 3 * 24 * 60
WALKING = (0.8, 2.5)


@dataclass
class Street:
    """An officer at an incident at the street's beginning, and a site every 300 m of it.

    sites: by metres along the way.
    """

    officer: Visitor
    token: str
    incident: str
    started_at: datetime
    sites: dict[int, Site]
    owners: dict[str, Owner]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.officer.json("POST", path, body, token=self.token)
        return answer

    def search(self, **more: Any) -> dict[str, Any]:
        area = {"type": "corridor", "path": [[lng, lat] for lat, lng in STREET], "width_m": 80}
        body = {"area": area, "reason": "The way he ran", **more}
        found = self.post(f"/api/v1/incidents/{self.incident}/searches", body)
        described_models()["SearchResultModel"].model_validate(found)
        return found

    def timed(self) -> dict[str, dict[str, Any]]:
        """Our sites as a timed search finds them, by id."""
        found = self.search(
            started_at=iso_seconds(self.started_at), speed={"preset": "walking"}, limit=1000
        )
        ours = {site.id for site in self.sites.values()}
        return {site["id"]: site for site in found["sites"] if site["id"] in ours}


@pytest.fixture(scope="module")
def street(stack: RunningStack) -> Iterator[Street]:
    services = Container(settings_of(stack), utc_now, Session(stack))
    sites, owners = {}, {}
    for along in range(100, int(WAY.length_m), 300):
        latitude, longitude = WAY.place_at(along)
        site, owner = _site_at(services, latitude + 60, longitude + 60)
        sites[along] = site
        owners[site.id] = owner
    started_at = (utc_now() - timedelta(hours=2)).replace(second=0, microsecond=0)
    with signed_in(stack, "investigator") as officer:
        token = officer.bearer()
        incident = officer.json(
            "POST",
            "/api/v1/incidents",
            {
                "crime_reference": f"20/{new_id()[:6]}/26",
                "offence": "Robbery",
                "location": [STREET[0][1], STREET[0][0]],
                "occurred_from": iso_seconds(started_at - timedelta(minutes=5)),
                "occurred_to": iso_seconds(started_at),
                "public_description": "Somebody was robbed in the street.",
            },
            token=token,
        )
        yield Street(officer, token, incident["id"], started_at, sites, owners)


def _site_at(services: Container, latitude_e6: int, longitude_e6: int) -> tuple[Site, Owner]:
    """A site that keeps footage for three days, and its owner."""
    now = services.clock().replace(microsecond=0)
    owner = Owner(new_id(), "Alex Owner", f"{new_id()}@example.test", "", PHRASE, now)
    pattern, _ = add_site(services)
    site = replace(
        pattern,
        id=new_id(),
        owner_id=owner.id,
        latitude_e6=latitude_e6,
        longitude_e6=longitude_e6,
        cameras=(Camera(1, retention_minutes=CAMERA_MINUTES),),
    )
    own = services.registry.sites
    own.transact(*own.new_owner_writes(owner), *own.new_site_writes(site))
    return site, owner


def test_each_site_has_the_minutes_in_which_a_walker_can_have_passed(street: Street) -> None:
    found = street.timed()
    assert len(found) == len(street.sites)
    before = (street.started_at - 2 * PAD,) * 2
    for along, site in sorted(street.sites.items()):
        window = found[site.id]["window"]
        start, end = parse_iso(window["from"]), parse_iso(window["to"])
        slowest, fastest = (street.started_at + timedelta(seconds=along / v) for v in WALKING)
        assert start + PAD <= fastest <= slowest <= end - PAD
        assert before[0] <= start
        assert before[1] <= end
        assert end - start < timedelta(hours=1)
        assert parse_iso(found[site.id]["deadline"]) == start + timedelta(minutes=CAMERA_MINUTES)
        before = (start, end)


def test_without_a_start_nothing_is_timed(street: Street) -> None:
    found = street.search(limit=1000)
    assert all("window" not in site for site in found["sites"])


def test_the_search_is_kept_with_its_start_and_speed(street: Street) -> None:
    made = street.search(
        started_at=iso_seconds(street.started_at), speed={"min_kmh": 4, "max_kmh": 12}
    )
    path = f"/api/v1/incidents/{street.incident}"
    shown = street.officer.json("GET", path, token=street.token)
    described_models()["IncidentWithSearches"].model_validate(shown)
    (kept,) = [one for one in shown["searches"] if one["search_id"] == made["search_id"]]
    assert parse_iso(kept["started_at"]) == street.started_at
    assert kept["speed"] == {"min_kmh": 4, "max_kmh": 12}


@pytest.mark.parametrize(
    "more, names",
    [
        ({"speed": {"preset": "walking"}}, {"started_at"}),
        ({"started_at": "2026-11-20T10:00:00Z"}, {"speed"}),
        ({"started_at": "at ten", "speed": {"preset": "flying"}}, {"started_at", "speed.preset"}),
        ({"started_at": "2999-01-01T00:00:00Z", "speed": {"preset": "walking"}}, {"started_at"}),
    ],
)
def test_what_cannot_be_timed_is_said_at_its_field(
    street: Street, more: dict[str, Any], names: set[str]
) -> None:
    area = {"type": "corridor", "path": [[lng, lat] for lat, lng in STREET], "width_m": 80}
    answer = street.officer.send_request(
        "POST",
        f"/api/v1/incidents/{street.incident}/searches",
        json={"area": area, "reason": "The way he ran", **more},
        headers={"Authorization": f"Bearer {street.token}"},
    )
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == names


def test_owners_are_asked_for_their_own_minutes(stack: RunningStack, street: Street) -> None:
    """From the search's windows to the recipients' deadlines, the message and the reply page."""
    found = street.timed()
    near, far, other = list(street.sites.values())[:3]
    windows = {site.id: found[site.id]["window"] for site in (near, far)}
    whole = {
        "from": iso_seconds(street.started_at - timedelta(hours=1)),
        "to": iso_seconds(street.started_at + timedelta(hours=1)),
    }
    made = street.post(
        f"/api/v1/incidents/{street.incident}/requests",
        {
            "site_ids": [near.id, far.id, other.id],
            "message": "Please look for a man who runs.",
            **whole,
            "windows": windows,
        },
    )
    shown = street.officer.json("GET", f"/api/v1/requests/{made['id']}", token=street.token)
    described_models()["RequestOverviewModel"].model_validate(shown)
    recipients = {one["site_id"]: one for one in shown["recipients"]}
    for site, window in ((near, windows[near.id]), (far, windows[far.id]), (other, whole)):
        kept = recipients[site.id]["window"]
        assert {name: parse_iso(kept[name]) for name in kept} == {
            name: parse_iso(window[name]) for name in window
        }
        deadline = parse_iso(window["from"]) + timedelta(minutes=CAMERA_MINUTES)
        assert parse_iso(recipients[site.id]["deadline"]) == deadline

    minutes = parse_iso(windows[far.id]["from"]), parse_iso(windows[far.id]["to"])
    email = street.owners[far.id].email
    link = stack.link_in_mail(email, "/reply/")
    (mail,) = [one for one in stack.mails_to(email) if "/reply/" in one["BodyText"]]
    with stack.visitor() as owner:
        page = owner.open_page(link).text
    assert local_window(*minutes, "Europe/London") in mail["BodyText"]
    assert local_window(*minutes, "Europe/London") in page


def test_windows_that_cannot_be_are_said(street: Street) -> None:
    site, stranger = street.sites[100], new_id()
    now = datetime.now(UTC)
    windows = {
        site.id: {"from": iso_seconds(now - timedelta(hours=1)), "to": "2020-01-01T00:00:00Z"},
        stranger: {"from": iso_seconds(now + timedelta(days=1)), "to": "2999-01-01T00:00:00Z"},
    }
    answer = street.officer.send_request(
        "POST",
        f"/api/v1/incidents/{street.incident}/requests",
        json={
            "site_ids": [site.id],
            "message": "Please look.",
            "from": iso_seconds(now - timedelta(hours=1)),
            "to": iso_seconds(now),
            "windows": windows,
        },
        headers={"Authorization": f"Bearer {street.token}"},
    )
    assert answer.status_code == 422
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {
        f"windows.{site.id}.to",
        f"windows.{stranger}",
        f"windows.{stranger}.from",
        f"windows.{stranger}.to",
    }
