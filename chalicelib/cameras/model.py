"""What is known of a camera and of what it belongs to: kind, make, plan, view, retention. Pure.

Retention is in minutes, directions in degrees clockwise from north, ranges in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from chalicelib.dynamodb.field_marks import FieldMark

HOUR, DAY = 60, 24 * 60
"""In minutes."""


class PropertyType(StrEnum):
    """What stands at a site; decides what is assumed about cameras nobody described."""

    HOME = "home"
    BUSINESS = "business"


class CameraKind(StrEnum):
    """What a camera is, as far as its owner said."""

    DOORBELL = "doorbell"
    FIXED = "fixed"
    PTZ = "ptz"
    DASHCAM = "dashcam"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Camera:
    """One device at a site.

    number: from 1, within its site. retention_minutes: what the owner said; None when they do
    not know. records: False for a live view that keeps nothing. bearing: where it faces,
    degrees clockwise from north. angle: its field of view in degrees. range_m: how far it is of
    use. The last three are None when nobody said.
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
