"""A stage in Kansas City: its own area, time zone and ZIP codes, from registering to searching.

The application runs in this process with the settings of such a stage, over a table of its own in
the emulator; deploying a second stage would show the same and take a minute.
"""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from chalice.test import Client

import chalicelib.container
import chalicelib.web.http.routing
from app import app
from chalicelib.access.permissions import Officer, Role
from chalicelib.access.sessions import Tokens
from chalicelib.container import Container
from chalicelib.core.ids import new_id
from chalicelib.core.times import utc_now
from chalicelib.registry.model import PositionSource
from chalicelib.web.http.headers import OFFICER_COOKIE
from infra.commands import load_force_area, load_postcodes
from infra.deployment.target import Target
from infra.errors import StackError
from infra.localstack.mails import newest_link
from infra.localstack.officers import let_see_map
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack
from tests.stack.tables import create_registry
from tests.support.desk import Session, settings_of

CHICAGO = ZoneInfo("America/Chicago")
CITY = [[-94.8, 38.8], [-94.3, 38.8], [-94.3, 39.4], [-94.8, 39.4], [-94.8, 38.8]]
ZIP_CODES = "zip,latitude,longitude\n64106,39.1052,-94.5699\n64108-1234,39.0835,-94.5862\n"
ZIP_CODES += "10001,40.7506,-73.9972\n"
FORM = {
    "name": "Pat Jones",
    "phone": "(816) 555-0142",
    "property_type": "home",
    "address_line_1": "12 Oak Street",
    "town": "Kansas City",
    "postcode": "64106-1234",
    "camera_count": "2",
    "latitude": "",
    "longitude": "",
    "consent": "yes",
}


class InProcess(httpx.BaseTransport):
    """Carries requests to the application as API Gateway does."""

    def __init__(self, client: Client) -> None:
        self._http = client.http

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        path = request.url.raw_path.decode()
        headers = dict(request.headers)
        answer = self._http.request(request.method, path, headers=headers, body=request.read())
        fields: list[tuple[str, str]] = []
        values: Mapping[str, Any] = answer.headers  # cookies come as a list
        for name, value in values.items():
            fields += [(name, one) for one in (value if isinstance(value, list) else [value])]
        return httpx.Response(answer.status_code, headers=fields, content=answer.body)


@dataclass(frozen=True)
class Elsewhere(Target):
    """The stage as commands see it."""

    table: str = ""

    def outputs(self) -> dict[str, str]:
        """What its stack would say."""
        return {**super().outputs(), "RegistryTable": self.table, "Country": "US"}


@dataclass
class City:
    """The stage. browser: somebody's who has no cookies yet."""

    stack: RunningStack
    services: Container
    target: Target
    client: Client

    def browser(self) -> Visitor:
        return Visitor(self.services.settings.base_url, InProcess(self.client))

    def link(self, email: str, path: str) -> str:
        url, base = str(self.stack.described["messages_url"]), self.services.settings.base_url
        return self.stack.wait_for(lambda: newest_link(url, email, base + path), "a link")

    def register(self, visitor: Visitor, **values: str) -> str:
        """Registers somebody and confirms; gives the address."""
        email = f"{new_id()}@example.test"
        visitor.register(**{**FORM, "email": email, **values})
        visitor.press_button(self.link(email, "/register/confirm"))
        return email

    def officer(self) -> Visitor:
        """An investigator, signed in."""
        later = self.services.clock() + timedelta(hours=1)
        account = self.stack.client("cognito-idp").admin_get_user(
            UserPoolId=self.services.settings.user_pool_id, Username=Role.INVESTIGATOR.value
        )
        said = {one["Name"]: one["Value"] for one in account["UserAttributes"]}
        token = self.services.access.sessions.create_officer(
            Officer(said["sub"], Role.INVESTIGATOR.value, frozenset({Role.INVESTIGATOR})),
            Tokens("an id token", "a refresh token", later),
            new_id(),
        )
        visitor = self.browser()
        visitor.set_cookie(OFFICER_COOKIE, token)
        return visitor


@pytest.fixture(scope="module")
def city(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    name = f"kansas-city-{new_id()}"
    create_registry(stack.client("dynamodb"), name)
    target = Elsewhere(stack.target.stage, endpoint=stack.target.endpoint, table=name)
    folder = tmp_path_factory.mktemp("city")
    (folder / "area.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [CITY]}))
    load_force_area.run(Namespace(file=folder / "area.geojson"), target)
    let_see_map(target, str(stack.described["user_pool_id"]), name)
    (folder / "zcta.csv").write_text(ZIP_CODES)
    assert load_postcodes.run(Namespace(file=folder / "zcta.csv"), target) == 0
    settings = replace(
        settings_of(stack),
        registry_table=name,
        country="US",
        time_zone="America/Chicago",
        force_name="Kansas City Police",
        force_phone="816 555 0100",
        direct_calls="allowed",
    )
    services = Container(settings, utc_now, Session(stack))
    with pytest.MonkeyPatch.context() as patched, Client(app) as client:
        patched.setattr(chalicelib.container, "services", lambda: services)
        patched.setattr(chalicelib.web.http.routing, "services", lambda: services)
        yield City(stack, services, target, client)


def test_a_site_is_registered_by_its_zip_code_and_found_by_a_search(city: City) -> None:
    with city.browser() as visitor:
        asked = visitor.open_page("/register")
        assert "ZIP code" in asked.text and "ostcode" not in asked.text
        email = city.register(visitor)
    owner_id = city.services.registry.sites.owner_id_of(email)
    assert owner_id
    owner, (site,) = (
        city.services.registry.sites.owner(owner_id),
        city.services.registry.sites.sites_of(owner_id),
    )
    assert owner and owner.phone == "+18165550142"
    assert (site.postcode, site.position_source) == ("64106", PositionSource.POSTCODE)
    assert (site.latitude_e6, site.longitude_e6) == (39_105_200, -94_569_900)

    with city.officer() as officer:
        shown = officer.open_page("/console/map")
        assert shown.soup.select("[data-west='-94.8'][data-north='39.4']")
        assert "1 registered site in and around" in shown.text

        start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=3)
        here = start.astimezone(CHICAGO)
        page = officer.submit(
            officer.open_page("/console/incidents/new"),
            {
                "crime_reference": "KC26-123456",
                "offence": "Burglary",
                "occurred_from": f"{here:%Y-%m-%dT%H:%M}",
                "occurred_to": f"{here + timedelta(minutes=30):%Y-%m-%dT%H:%M}",
                "public_description": "A shop was broken into.",
                "postcode": "64106",
            },
            action="/console/incidents/new",
        )
        incident = city.services.incidents.incidents.get_incident(page.url.rpartition("/")[2])
        assert incident.occurred_from == start
        assert f"{here:%H:%M}" in page.text
        wanted = {"latitude": "39.1052", "longitude": "-94.5699", "radius_m": "300"}
        found = officer.submit(page, {**wanted, "reason": "The way home"}, action="/searches")
        assert site.id in found.answer.text


def sentences(page: VisitedPage) -> str:
    assert page.answer.status_code == 422
    return page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"postcode": "B1 1AY"}, "Enter a ZIP code of five digits, like 64106"),
        ({"postcode": ""}, "Enter your ZIP code"),
        ({"postcode": "64199"}, "We cannot find 64199. Check it."),
        ({"postcode": "10001"}, "Kansas City Police serves. Find your own police department"),
        ({"phone": "555 0142"}, "like 816 555 0142"),
        ({"latitude": "-94.57", "longitude": "39.1"}, "between -90 and 90, like 39.09973"),
        ({"latitude": "52.475939", "longitude": "-1.905387"}, "This place is outside the area"),
        ({"latitude": "west", "longitude": "-94.57"}, "degrees, like 39.09973"),
    ],
)
def test_what_cannot_be_there_is_told_in_words(
    city: City, typed: dict[str, str], said: str
) -> None:
    with city.browser() as visitor:
        page = visitor.submit(
            visitor.open_page("/register"),
            {**FORM, "email": "pat@example.test", **typed},
            action="/register",
            ok=False,
        )
    assert said in sentences(page)
    assert "UK" not in page.text and "ostcode" not in page.text


def test_an_owner_has_a_number_of_the_country_and_moves_the_pin(city: City) -> None:
    with city.browser() as visitor:
        email = city.register(visitor, postcode="64108")
        account = visitor.open_page("/account")
        assert "(816) 555-0142" in account.text
        assert "The middle of your ZIP code" in account.text
        texts = visitor.open_page("/account/texts")
        assert "US mobile number" in texts.text
        for number in ("+44 7700 900 982", "416 555 0142"):
            page = visitor.submit(texts, {"phone": number}, action="/account/texts", ok=False)
            assert "Enter a US mobile phone number, like 816 555 0142" in sentences(page)

        owner_id = city.services.registry.sites.owner_id_of(email)
        assert owner_id
        (site,) = city.services.registry.sites.sites_of(owner_id)
        address = f"/account/sites/{site.id}/position"
        far = {"latitude": "52.475939", "longitude": "-1.905387"}
        page = visitor.submit(visitor.open_page(address), far, action=address, ok=False)
        assert "This place is outside the area" in sentences(page)
        near = {"latitude": "39.0840", "longitude": "-94.5870"}
        visitor.submit(visitor.open_page(address), near, action=address)
        (moved,) = city.services.registry.sites.sites_of(owner_id)
        assert (moved.latitude_e6, moved.longitude_e6) == (39_084_000, -94_587_000)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"postcode": "B1 1AY"}, "Enter a ZIP code of five digits, like 64106"),
        ({"postcode": ""}, "Enter a ZIP code, or the exact position"),
        ({"latitude": "52.48", "longitude": "-1.9"}, "far outside the area that this force"),
        ({"latitude": "-94.57", "longitude": "39.1"}, "between -90 and 90, like 39.09973"),
    ],
)
def test_officers_are_told_the_same(city: City, typed: dict[str, str], said: str) -> None:
    with city.officer() as officer:
        asked = officer.open_page("/console/incidents/new")
        page = officer.submit(asked, typed, action="/console/incidents/new", ok=False)
    assert said in sentences(page)


def test_the_pin_is_looked_up_by_zip_code(city: City) -> None:
    with city.browser() as visitor:
        found = visitor.json("GET", "/postcode?postcode=64106-9999")
        assert found == {"postcode": "64106", "latitude": 39.1052, "longitude": -94.5699}
        assert visitor.send_request("GET", "/postcode?postcode=B1+1AY").status_code == 422


def test_files_of_another_country_are_refused_in_words(city: City, tmp_path: Path) -> None:
    (tmp_path / "uk.csv").write_text("postcode,latitude,longitude\nB1 1AY,52.475939,-1.905387\n")
    with pytest.raises(StackError, match=r"No row of uk\.csv could be used"):
        load_postcodes.run(Namespace(file=tmp_path / "uk.csv"), city.target)
