"""The account shows what an owner said as said, and what is assumed as assumed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.cameras.model import DAY, Camera, CameraKind, PropertyType
from chalicelib.web.http.templating import environment
from chalicelib.web.reply.times import FootageHold, TimeLeft, TimePhase
from chalicelib.web.resident.account import _camera

NOW = datetime(2026, 11, 30, 1, 28, tzinfo=UTC)


def account_html(*cameras: Camera, **more: Any) -> str:
    site = {
        "id": "s" * 16,
        "address": ["12 Test Street", "B1 1AY"],
        "position_source": "pin",
        "cameras": [_camera(one, PropertyType.HOME) for one in cameras],
    }
    owner = SimpleNamespace(
        name="Alex", phone="", texts_to="", email="a@example.test", phrase="three own words"
    )
    shown = {
        "now": NOW,
        "owner": owner,
        "sites": [site],
        "zone": "Europe/London",
        "errors": {},
        **more,
    }
    text = (
        environment("Europe/London", "GB")
        .get_template("resident/account.html")
        .render(settings=SimpleNamespace(force_name="Anytown Police", force_phone="101"), **shown)
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(text)))


@pytest.mark.parametrize(
    ("camera", "said", "unsaid"),
    [
        (Camera(1), "not described it yet. We assume it keeps footage for 7 days", "facing"),
        (
            Camera(1, bearing=180),
            "Faces south We assume it keeps footage for 7 days",
            "Something else",
        ),
        (Camera(1, CameraKind.FIXED, bearing=45), "Fixed camera, facing north-east", "Faces"),
        (Camera(1, CameraKind.DOORBELL), "We assume it keeps footage for 3 hours", "facing"),
        (Camera(1, make="ring"), "We assume it keeps footage for", "Keeps footage"),
        (Camera(1, retention_minutes=9 * DAY), "Keeps footage for 9 days", "assume"),
        (Camera(1, records=False), "Does not record", "assume"),
    ],
)
def test_a_camera_is_shown_as_it_was_described(camera: Camera, said: str, unsaid: str) -> None:
    shown = account_html(camera)
    assert said in shown
    assert unsaid not in shown


def test_what_was_answered_does_not_wait_for_an_answer() -> None:
    def matter(
        *, certain: bool = True, **recipient: Any
    ) -> tuple[SimpleNamespace, list[TimePhase]]:
        known = {
            "request_id": "r" * 16, "site_id": "s" * 16, "saved_at": None, "upload_by": None,
            **recipient,
        }  # fmt: skip
        first = NOW + timedelta(hours=3)
        left = TimeLeft(FootageHold.THERE, certain, 180.0, first, first)
        return SimpleNamespace(
            recipient=SimpleNamespace(**known),
            site=SimpleNamespace(address_line_1="12 Test Street", postcode="B1 1AY"),
            window=SimpleNamespace(start=NOW, end=NOW),
            cameras=(Camera(1),),
        ), [TimePhase(left, None, first)]

    saved = account_html(waiting=[], to_send=[matter(saved_at=NOW, upload_by=NOW)])
    assert "Waiting for your answer" not in saved and "Footage to send us" in saved
    asked = account_html(waiting=[matter(certain=False)], to_send=[])
    assert "Waiting for your answer" in asked and "Footage to send us" not in asked
    assert "3 hours" in asked and "until Monday 30 November 2026, 4:28am" in asked
    assert "We have assumed how long your camera keeps footage" in asked
    assert "We have assumed" not in account_html(waiting=[matter()], to_send=[])
