"""What a camera can prove, and why it can prove nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.geo.sight.field_of_view import NO, UNKNOWN, YES, Lens
from chalicelib.registry.model import PositionSource, Site
from chalicelib.requests.recipients.camera_view import (
    UNCLEAR_WORDS,
    CameraView,
    UnknownViewReason,
    ViewBasis,
    camera_lens,
    camera_view,
)
from tests.support.places import new_site

STATED = Camera(1, CameraKind.FIXED, bearing=0, angle=90, range_m=60)
HERE = (52_476_000, -1_905_300)
AHEAD, BEHIND, FAR = (52_476_270, -1_905_300), (52_475_730, -1_905_300), (52_480_000, -1_905_300)
"""30 m to the north, 30 m to the south, and 445 m away."""


def site(source: PositionSource = PositionSource.PIN) -> Site:
    return replace(new_site(*HERE)[1], position_source=source)


def view(camera: Camera, scene: tuple[int, int] = AHEAD, **changes: PositionSource) -> CameraView:
    return camera_view(camera, site(**changes), scene)


@pytest.mark.parametrize(
    ("camera", "basis", "unclear"),
    [
        (STATED, ViewBasis.STATED, None),
        (replace(STATED, angle=None), ViewBasis.USUAL, None),
        (replace(STATED, range_m=None), ViewBasis.USUAL, None),
        (replace(STATED, bearing=None), ViewBasis.UNKNOWN, UnknownViewReason.FACING),
        (replace(STATED, bearing=None, angle=360), ViewBasis.STATED, None),
        (replace(STATED, kind=CameraKind.PTZ), ViewBasis.UNKNOWN, UnknownViewReason.TURNS),
        (replace(STATED, kind=CameraKind.DASHCAM), ViewBasis.UNKNOWN, UnknownViewReason.MOVES),
        (replace(STATED, kind=CameraKind.UNKNOWN), ViewBasis.STATED, None),
        (
            replace(STATED, kind=CameraKind.UNKNOWN, angle=None),
            ViewBasis.UNKNOWN,
            UnknownViewReason.KIND,
        ),
        (
            replace(STATED, kind=CameraKind.UNKNOWN, range_m=None),
            ViewBasis.UNKNOWN,
            UnknownViewReason.KIND,
        ),
    ],
)
def test_a_view_rests_on_what_its_owner_said(
    camera: Camera, basis: ViewBasis, unclear: UnknownViewReason | None
) -> None:
    found = view(camera)
    assert (found.basis, found.unclear) == (basis, unclear)
    assert found.known == (unclear is None)
    assert unclear is None or UNCLEAR_WORDS[unclear]
    assert found.lens == camera_lens(camera)


def test_a_place_that_nobody_set_by_hand_proves_nothing() -> None:
    found = view(STATED, source=PositionSource.POSTCODE)
    assert (found.unclear, found.sees) == (UnknownViewReason.POSITION, UNKNOWN)
    assert view(STATED, BEHIND, source=PositionSource.POSTCODE).sees == UNKNOWN


@pytest.mark.parametrize(
    ("camera", "ahead", "behind", "far"),
    [
        (STATED, YES, NO, NO),
        # What is not sure may rule a place out, and never say that it is in view.
        (replace(STATED, kind=CameraKind.UNKNOWN, angle=None), UNKNOWN, NO, NO),
        (replace(STATED, kind=CameraKind.PTZ), UNKNOWN, UNKNOWN, NO),
        (Camera(1, CameraKind.PTZ), UNKNOWN, UNKNOWN, NO),
        (replace(STATED, kind=CameraKind.DASHCAM), UNKNOWN, UNKNOWN, UNKNOWN),
        (replace(STATED, bearing=None), UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_what_is_not_known_is_never_a_yes(
    camera: Camera, ahead: str, behind: str, far: str
) -> None:
    assert [view(camera, scene).sees for scene in (AHEAD, BEHIND, FAR)] == [ahead, behind, far]
    assert view(camera).may_see and view(camera, FAR).may_see == (far != NO)


def test_who_keeps_nothing_records_nothing() -> None:
    assert view(STATED).records
    assert not view(replace(STATED, records=False)).records
    assert not view(replace(STATED, retention_minutes=0)).records
    assert view(replace(STATED, retention_minutes=1)).records
    assert view(STATED).kept.minutes == 7 * 24 * 60


def test_a_lens_is_what_the_owner_said_of_the_camera() -> None:
    assert camera_lens(STATED) == Lens("fixed", 0, 90, 60)
    assert camera_lens(Camera(3)) == Lens("unknown")
