"""Recorders with a disk, and dashcams: they overwrite the oldest when they are full, so how long
they keep footage depends on disk, quality and how much happens, and no maker states a time."""

from __future__ import annotations

from chalicelib.cameras.catalogue_model import DAY, HOUR, Make, Plan, Source

_DAHUA = Source(
    "Dahua, XVR5108C-S2 manual, page 583 (HDD full; auto delete old files)",
    "https://www.easymanua.ls/dahua/xvr5108c-s2/manual?p=583",
)
_GARMIN = Source(
    "Garmin, Dash Cam Recording",
    "https://www8.garmin.com/manuals/webhelp/GUID-8EFC497C-4031-46EE-AC26-B0AE4B3CE8BD/EN-US/"
    "GUID-39BB7445-FF9C-4CC2-89AF-07311CAF07C9.html",
)
_SAFEWISE = Source(
    "SafeWise, Dash cam buyer’s guide (a 32 GB card keeps four or five hours of 1080p)",
    "https://safewise.com/au/dash-cam-buyers-guide",
)

_DISK = "Overwrites the oldest when the disk is full; the days are assumed"
_NOT_SAID = "Nobody has said how large the disk is; two weeks are assumed"

_HIKVISION_STEPS = (
    "On the recorder’s screen right-click, open Menu, then Export (on newer ones File "
    "Management or Backup).",
    "Choose the camera, the start and the end, and Search.",
    "Put an empty USB stick into the recorder, tick the recordings and choose Export.",
    "Or in the Hik-Connect app: open the camera’s Playback, go to the time, and record the clip.",
)
_DAHUA_STEPS = (
    "On the recorder’s screen open Main Menu, then Backup (on some Search, then the scissors).",
    "Put an empty USB stick into the recorder. Choose the camera, the start and the end, then "
    "Search.",
    "Tick the recordings and choose Backup; take the player along if it is offered.",
    "Or in the DMSS app: open the camera’s playback, go to the time, and save the clip.",
)
_SWANN_STEPS = (
    "On the recorder’s screen open Menu, then Search or Backup.",
    "Choose the camera, the day, the start and the end, then Search.",
    "Put an empty USB stick into the recorder, tick the recordings and choose Backup or Copy.",
    "Or in the Swann Security app: open Playback, choose the camera and the day, and download.",
)


def _recorder(
    key: str, name: str, steps: tuple[str, ...], why: str, source: Source | None = None
) -> Make:
    plan = Plan("recorder", "Recorder", 14 * DAY, why, source, fixed=False)
    return Make(key, name, 14 * DAY, _NOT_SAID, steps, plans=(plan,))


SWANN = _recorder("swann", "Swann", _SWANN_STEPS, f"{_DISK}; no page of a manual was found")
HIKVISION = _recorder(
    "hikvision", "Hikvision", _HIKVISION_STEPS, f"{_DISK}; no page of a manual was found"
)
DAHUA = _recorder(
    "dahua",
    "Dahua",
    _DAHUA_STEPS,
    f"{_DISK}. Its owner can also set a number of days after which it deletes",
    _DAHUA,
)

DASHCAM = Make(
    "dashcam",
    "Dashcam",
    4 * HOUR,
    "Hours of driving on a small card of 32 GB; the oldest unlocked files are deleted first",
    (
        "Do not drive with the dashcam on: it records over the oldest footage.",
        "Lock the files of that time if the dashcam has a button for it.",
        "Take the card out of the dashcam and put it into a computer.",
        "Copy the files of that time to the computer before you put the card back.",
    ),
    _GARMIN,
    unknown_source=_SAFEWISE,
)

MAKES = (SWANN, HIKVISION, DAHUA, DASHCAM)
