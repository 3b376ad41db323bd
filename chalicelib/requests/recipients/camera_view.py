"""What one camera can prove about a place: whether it surely had it in view. Pure.

A view is only known when the owner said where the camera faces (or that it sees all round) and
the site's position was set by hand. What is not known proves nothing, and says why. Where the
owner gave the direction but not the angle or the range, a camera of a known kind is taken to see
as such cameras usually do (geo.field_of_view), and every claim that rests on it is marked `usual`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.cameras.retention import Retention, retention
from chalicelib.geo.sight import field_of_view
from chalicelib.geo.sight.field_of_view import Lens, Place
from chalicelib.registry.model import PositionSource, Site

WHOLE = 360


class ViewBasis(StrEnum):
    """What a camera's view rests on."""

    STATED = "stated"
    USUAL = "usual"
    UNKNOWN = "unknown"


class UnknownViewReason(StrEnum):
    """Why a camera's view is not known."""

    FACING = "facing"
    POSITION = "position"
    TURNS = "turns"
    MOVES = "moves"
    KIND = "kind"


UNCLEAR_WORDS = {
    UnknownViewReason.FACING: "its owner has not said which way it faces",
    UnknownViewReason.POSITION: "its owner has not set its place on the map",
    UnknownViewReason.TURNS: "it turns, and nobody knows where it looked",
    UnknownViewReason.MOVES: "it is in a vehicle",
    UnknownViewReason.KIND: "nobody has said what kind of camera it is",
}


@dataclass(frozen=True)
class CameraView:
    """What a camera can prove about a scene.

    sees: yes, no or unknown; `yes` only when the view is known. lens: for drawing what it has in
    view, whatever of it is known. kept: for how long its recorder keeps footage.
    """

    camera: Camera
    lens: Lens
    sees: str
    basis: ViewBasis
    unclear: UnknownViewReason | None
    kept: Retention

    @property
    def known(self) -> bool:
        """True when it is known what the camera has in view."""
        return self.unclear is None

    @property
    def records(self) -> bool:
        """True when the camera keeps any footage at all."""
        return self.camera.records and self.kept.minutes > 0

    @property
    def may_see(self) -> bool:
        """True unless the camera surely does not see the scene."""
        return self.sees != field_of_view.NO


def camera_lens(camera: Camera) -> Lens:
    """A camera's lens: what the owner said of its kind, bearing, angle and range."""
    return Lens(camera.kind.value, camera.bearing, camera.angle, camera.range_m)


def camera_view(camera: Camera, site: Site, scene: Place) -> CameraView:
    """What this camera, as its site describes it, can prove about the scene."""
    lens = camera_lens(camera)
    unclear = _unclear(camera, lens, site)
    return CameraView(
        camera=camera,
        lens=lens,
        sees=_sees(lens, unclear, (site.latitude_e6, site.longitude_e6), scene),
        basis=ViewBasis.UNKNOWN if unclear else _basis(lens),
        unclear=unclear,
        kept=retention(camera, site.property_type),
    )


def _unclear(camera: Camera, lens: Lens, site: Site) -> UnknownViewReason | None:
    if camera.kind is CameraKind.DASHCAM:
        return UnknownViewReason.MOVES
    if camera.kind is CameraKind.PTZ:
        return UnknownViewReason.TURNS
    if not lens.beyond:
        return UnknownViewReason.FACING
    if site.position_source is PositionSource.POSTCODE:
        return UnknownViewReason.POSITION
    if camera.kind is CameraKind.UNKNOWN and _basis(lens) is ViewBasis.USUAL:
        return UnknownViewReason.KIND
    return None


def _basis(lens: Lens) -> ViewBasis:
    said = lens.angle is not None and lens.range_m is not None
    return ViewBasis.STATED if said else ViewBasis.USUAL


def _sees(lens: Lens, unclear: UnknownViewReason | None, camera: Place, scene: Place) -> str:
    if unclear is None:
        return field_of_view.sees_point(lens, camera, scene).sees
    if unclear in (UnknownViewReason.MOVES, UnknownViewReason.POSITION):
        return field_of_view.UNKNOWN
    if unclear is UnknownViewReason.TURNS:
        # Wherever it turns, it sees only so far.
        lens = replace(lens, bearing=0, angle=WHOLE)
    found = field_of_view.sees_point(lens, camera, scene).sees
    return field_of_view.UNKNOWN if found == field_of_view.YES else found
