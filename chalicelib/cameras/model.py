"""What is known of a camera (kind, make, plan, view, retention) and of its property. Pure.

Retention is in minutes, directions in degrees clockwise from north, ranges in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from chalicelib.dynamodb.field_marks import FieldMark

HOUR, DAY = 60, 24 * 60
"""The minutes in an hour and in a day."""


class PropertyType(StrEnum):
    """What stands at a site; decides what is assumed about cameras that nobody described."""

    HOME = "home"
    BUSINESS = "business"


class CameraKind(StrEnum):
    """The kind of device that a camera is, as far as its owner said."""

    DOORBELL = "doorbell"
    FIXED = "fixed"
    PTZ = "ptz"
    DASHCAM = "dashcam"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Camera:
    """One camera at a site.

    number: from 1, within its site. retention_minutes: what the owner said; None when they do
    not know. records: False for a live view that keeps nothing. bearing: where the camera faces,
    degrees clockwise from north. angle: its field of view in degrees. range_m: metres up to which
    it is of use. bearing, angle and range_m are None when the owner did not say.
    """

    number: int
    kind: Annotated[CameraKind, FieldMark.KEPT] = CameraKind.UNKNOWN
    make: Annotated[str, FieldMark.KEPT] = ""
    plan: Annotated[str, FieldMark.KEPT] = ""
    retention_minutes: int | None = None
    records: Annotated[bool, FieldMark.KEPT] = True
    bearing: int | None = None
    angle: int | None = None
    range_m: int | None = None
