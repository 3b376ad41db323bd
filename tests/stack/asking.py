"""Somebody asked for footage, for tests that begin there: two owners, one request, their links."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.core.ids import new_id
from infra.localstack.visitor import Visitor
from tests.running import RunningStack

SCENE = (-1.905387, 52.475939)  # B1 1AY, Birmingham


@dataclass
class Asked:
    """A request that is under way. replies: reply addresses, one for each owner."""

    stack: RunningStack
    officer: Visitor
    token: str
    incident_id: str
    request_id: str
    emails: list[str]
    replies: list[str]
    somebody: Visitor

    def api(self, path: str) -> dict[str, Any]:
        """What the API says to the investigator."""
        return self.officer.json("GET", f"/api/v1/{path}", token=self.token)

    def bearer(self, role: str) -> str:
        """A token of another officer."""
        with signed_in(self.stack, role) as visitor:
            return visitor.bearer()

    def evidence(self) -> list[dict[str, Any]]:
        """What was uploaded for the request."""
        listed: list[dict[str, Any]] = self.api(f"requests/{self.request_id}/evidence")["evidence"]
        return listed

    def decided(self, evidence_id: str) -> dict[str, Any]:
        """The evidence once it left quarantine."""

        def look() -> dict[str, Any] | None:
            found = next(one for one in self.evidence() if one["id"] == evidence_id)
            return found if found["state"] in ("accepted", "rejected") else None

        return self.stack.wait_for(look, "a decision on the upload")


@contextmanager
def signed_in(stack: RunningStack, role: str) -> Iterator[Visitor]:
    """An officer with this role, at the console."""
    officer = stack.officer(role)
    with stack.visitor() as visitor:
        visitor.sign_in(officer["username"], officer["password"])
        yield visitor


@contextmanager
def asked(stack: RunningStack) -> Iterator[Asked]:
    """Two people register, an investigator finds both and asks them."""
    emails = [f"{new_id()}@example.test" for _ in range(2)]
    with ExitStack() as open_things:
        officer = open_things.enter_context(signed_in(stack, "investigator"))
        somebody = open_things.enter_context(stack.visitor())
        for email in emails:
            _register(stack, somebody, email)
        token = officer.bearer()
        incident_id, site_ids = _find(officer, token, len(emails))
        until = datetime.now(UTC).replace(microsecond=0)
        window = {"from": (until - timedelta(hours=2)).isoformat(), "to": until.isoformat()}
        made = officer.json(
            "POST",
            f"/api/v1/incidents/{incident_id}/requests",
            {"site_ids": site_ids, "message": "Please look for a person in a red coat.", **window},
            token=token,
        )
        replies = [stack.link_in_mail(email, "/reply/") for email in emails]
        yield Asked(stack, officer, token, incident_id, made["id"], emails, replies, somebody)


def _register(stack: RunningStack, visitor: Visitor, email: str) -> None:
    visitor.register(
        name="Sam Doorbell",
        email=email,
        phone="",
        property_type="business",
        address_line_1=f"{email[:6]} Test Street",
        address_line_2="",
        town="Birmingham",
        postcode="B1 1AY",
        camera_count="1",
        latitude=str(SCENE[1]),
        longitude=str(SCENE[0]),
        consent="yes",
    )
    visitor.press_button(stack.link_in_mail(email, "/register/confirm"))


def _find(officer: Visitor, token: str, wanted: int) -> tuple[str, list[str]]:
    """A new incident and the sites registered last beside it."""
    now = datetime.now(UTC).replace(microsecond=0)
    before = (now - timedelta(hours=3)).isoformat()
    incident = officer.json(
        "POST",
        "/api/v1/incidents",
        {
            "crime_reference": "20/123456/26",
            "offence": "Burglary",
            "location": {"type": "Point", "coordinates": list(SCENE)},
            "occurred_from": before,
            "occurred_to": now.isoformat(),
            "public_description": "A shop was broken into.",
        },
        token=token,
    )
    area = {"type": "circle", "centre": list(SCENE), "radius_m": 30}
    found = officer.json(
        "POST",
        f"/api/v1/incidents/{incident['id']}/searches",
        {"area": area, "reason": "Cameras beside the scene", "limit": 500},
        token=token,
    )
    assert found["total"] >= wanted
    return incident["id"], [site["id"] for site in found["sites"]]
