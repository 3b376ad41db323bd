"""How long cameras keep footage: makes and plans, each with its source. Pure.

Retention is in minutes. `certain` means that the maker states a fixed time; recorders that
overwrite the oldest when full are never certain, because it depends on disk, quality and how
much happens. Checked in November 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.registry.model import ASSUMED_RETENTION, Camera, CameraKind, PropertyType

HOUR, DAY = 60, 24 * 60


@dataclass(frozen=True)
class Retention:
    """For how many minutes footage is kept. source: who says so, for officers."""

    minutes: int
    certain: bool
    source: str


@dataclass(frozen=True)
class Plan:
    """What a make keeps under one plan. minutes 0: it shows live pictures and keeps nothing."""

    key: str
    name: str
    minutes: int
    certain: bool = True


@dataclass(frozen=True)
class Make:
    """A make of camera, its plans, and how its owner saves a clip.

    unknown_plan: minutes to assume when the owner did not say which plan; the shortest that is
    common, because asking too early costs nothing and too late everything.
    """

    key: str
    name: str
    source: str
    unknown_plan: int
    steps: tuple[str, ...]
    plans: tuple[Plan, ...] = field(default=())

    def plan(self, key: str) -> Plan | None:
        """The plan of this key."""
        return next((plan for plan in self.plans if plan.key == key), None)


def _days(*choices: int) -> tuple[Plan, ...]:
    return tuple(
        Plan(f"{n}-days", f"Paid, set to {n} day{'' if n == 1 else 's'}", n * DAY) for n in choices
    )


_RECORDER_STEPS = (
    "On the recorder, open Playback or Search and choose the camera, the day and the time.",
    "Choose Backup, Export or Clip and mark the start and the end.",
    "Put an empty USB stick into the recorder and save the clip in the recorder's own format.",
    "Play the clip from the stick on a computer before you take the stick out.",
)

_MAKES = (
    Make(
        "ring",
        "Ring",
        "Ring, Understanding and Adjusting Your Video Storage Time (support article 1nce1)",
        30 * DAY,
        (
            "Open the Ring app and choose the camera, then History.",
            "Find the event by its time and open it.",
            "Choose Download (or Share, then Save video).",
        ),
        (
            Plan("free", "No subscription: live view only", 0),
            *_days(1, 3, 7, 14, 21, 30, 60, 90, 120, 150, 180),
        ),
    ),
    Make(
        "blink",
        "Blink",
        "Blink, Blink Storage Options (30 days in the UK)",
        30 * DAY,
        (
            "Open the Blink app and choose Clips.",
            "Find the clip by its time and open it.",
            "Choose Share, then Save to your device.",
        ),
        (
            Plan("paid", "Subscription", 30 * DAY),
            Plan("local", "USB stick in a Sync Module", 30 * DAY, certain=False),
            Plan("free", "No subscription and no USB stick", 0),
        ),
    ),
    Make(
        "nest",
        "Google Nest",
        "Google Nest Help, Learn about video history (answer 9250426)",
        3 * HOUR,
        (
            "Open the Google Home app and choose the camera, then History.",
            "Find the event by its time and open it.",
            "Choose More, then Download clip.",
        ),
        (
            Plan("free", "No subscription", 3 * HOUR),
            Plan("free-6h", "No subscription, wired model of 2025 or later", 6 * HOUR),
            Plan("standard", "Home Premium Standard (Nest Aware)", 30 * DAY),
            Plan("advanced", "Home Premium Advanced (Nest Aware Plus)", 60 * DAY),
        ),
    ),
    Make(
        "arlo",
        "Arlo",
        "Arlo Support, How long are my recordings stored in the cloud?",
        30 * DAY,
        (
            "Open the Arlo app and choose Library or Feed.",
            "Choose the day, then the recording.",
            "Choose Download.",
        ),
        (
            Plan("secure", "Arlo Secure", 30 * DAY),
            Plan("local", "USB stick or card in the hub", 30 * DAY, certain=False),
            Plan("free", "No subscription and no storage of its own", 0),
        ),
    ),
    Make(
        "eufy",
        "Eufy",
        "Eufy Support, local storage of HomeBase (oldest overwritten when full)",
        30 * DAY,
        (
            "Open the eufy app and choose Events.",
            "Find the event by its time and open it.",
            "Choose Download.",
        ),
        (
            Plan("local", "HomeBase or built-in storage", 30 * DAY, certain=False),
            Plan("cloud", "Cloud plan", 30 * DAY),
        ),
    ),
    Make(
        "netatmo",
        "Netatmo",
        "Netatmo Help Center, article 5491525603218 (48 hours to 6 months, until the card is full)",
        7 * DAY,
        (
            "Open the Netatmo Security app and find the event on the timeline.",
            "Open the event and choose Download.",
        ),
        (
            Plan("2-days", "Set to 48 hours", 2 * DAY),
            Plan("7-days", "Set to 1 week", 7 * DAY, certain=False),
            Plan("30-days", "Set to 1 month or longer", 30 * DAY, certain=False),
        ),
    ),
    Make(
        "reolink",
        "Reolink",
        "Reolink Support, article 360008518853 (cloud); recorders overwrite the oldest when full",
        7 * DAY,
        (
            "Open the Reolink app or program, choose the camera, then Playback.",
            "Choose the day and the time, then Download or Clip.",
        ),
        (
            Plan("card", "Memory card", 7 * DAY, certain=False),
            Plan("recorder", "Recorder (NVR)", 14 * DAY, certain=False),
            *(Plan(f"cloud-{n}", f"Cloud, {n} days", n * DAY) for n in (7, 30)),
        ),
    ),
    *(
        Make(key, name, f"{name} manuals (oldest overwritten when the disk is full)", 14 * DAY,
             _RECORDER_STEPS, (Plan("recorder", "Recorder", 14 * DAY, certain=False),))
        for key, name in (("swann", "Swann"), ("hikvision", "Hikvision"), ("dahua", "Dahua"))
    ),
    Make(
        "dashcam",
        "Dashcam",
        "Common 64 GB card at 1080p: about four hours of driving (DESIGN §5)",
        4 * HOUR,
        (
            "Do not drive with the dashcam on: it records over the oldest footage.",
            "Take the card out of the dashcam and put it into a computer.",
            "Copy the files of that time to the computer before you put the card back.",
        ),
    ),
)  # fmt: skip

CATALOGUE: dict[str, Make] = {make.key: make for make in _MAKES}
"""Makes by their key, in the order that a form offers them."""

GENERAL_STEPS = (
    "Open your camera's app, or play back on its recorder.",
    "Find the day and the time, and open the recording.",
    "Choose Download, Save, Export or Backup, and keep the file in its original form.",
)

DOORBELL_WITHOUT_PLAN = Retention(3 * HOUR, False, "assumed for a doorbell without a known plan")
DASHCAM = Retention(4 * HOUR, False, "assumed for a dashcam: four hours of driving")


def find_make(text: str) -> Make | None:
    """The make meant by a key or by what somebody typed (`Ring`, `Ring Pro 2`), or None."""
    folded = text.casefold().replace("google", "").strip()
    return CATALOGUE.get(folded) or CATALOGUE.get(folded.split(" ")[0] if folded else "")


def stated(camera: Camera) -> Retention | None:
    """What the make and plan allow; None when the catalogue does not know the make."""
    make = find_make(camera.make)
    if make is None:
        return None
    plan = make.plan(camera.plan)
    if plan is None:
        return Retention(make.unknown_plan, False, f"{make.name}, plan not known")
    return Retention(plan.minutes, plan.certain, f"{make.name}: {plan.name}")


def assumed(camera: Camera, property_type: PropertyType) -> Retention:
    """What DESIGN §5 assumes where nobody said anything."""
    if camera.kind is CameraKind.DOORBELL:
        return DOORBELL_WITHOUT_PLAN
    if camera.kind is CameraKind.DASHCAM:
        return DASHCAM
    minutes = ASSUMED_RETENTION[property_type]
    return Retention(minutes, False, f"assumed for a {property_type.value}")


def retention(camera: Camera, property_type: PropertyType) -> Retention:
    """For how long this camera keeps what it saw.

    The smaller of what the owner said and what make and plan allow; where neither is known,
    what is assumed. Example: a Ring on the 180-day plan whose owner set 30 days keeps 30.
    """
    said = (
        Retention(camera.retention_minutes, True, "the owner")
        if camera.retention_minutes is not None
        else None
    )
    known = [found for found in (said, stated(camera)) if found]
    if not known:
        return assumed(camera, property_type)
    return min(known, key=lambda found: found.minutes)


def saving_steps(camera: Camera) -> tuple[str, ...]:
    """How the owner of this camera saves a clip."""
    make = find_make(camera.make) or (
        CATALOGUE["dashcam"] if camera.kind is CameraKind.DASHCAM else None
    )
    return make.steps if make else GENERAL_STEPS
