"""Cameras and entries of the map's index, made in a word."""

from __future__ import annotations

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.registry.site_index import CameraGroup


def view(
    number: int,
    kind: CameraKind,
    kept_minutes: int,
    bearing: int | None = None,
    angle: int | None = None,
    range_m: int | None = None,
) -> CameraGroup:
    """Cameras whose owner said that they keep so many minutes; 0 for live pictures only."""
    said, records = (kept_minutes, True) if kept_minutes else (None, False)
    one = Camera(
        0,
        kind,
        retention_minutes=said,
        records=records,
        bearing=bearing,
        angle=angle,
        range_m=range_m,
    )
    return CameraGroup(number, one)
