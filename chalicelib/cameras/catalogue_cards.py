"""Cameras that keep footage on a memory card, a recorder or in a cloud, as their owner likes.

What is said in makes_apps of figures and sources holds here too.
"""

from __future__ import annotations

from chalicelib.cameras.catalogue_model import CARD, DAY, Make, Plan, Source, of_days

_NETATMO = Source(
    "Netatmo Help Center, What is the maximum amount of time that events can be stored for?",
    "https://helpcenter.netatmo.com/hc/en-us/articles/5491525603218",
)
_REOLINK_CLOUD = Source(
    "Reolink, Understanding Reolink Cloud Video Storage Time and Plan Expiration",
    "https://support.reolink.com/articles/360008518853-Understanding-Reolink-Cloud-Video-Storage-"
    "Time-and-Plan-Expiration/",
)
_REOLINK_CARD = Source(
    "Reolink, Understanding Overwrite Strategies for microSD Card Recording",
    "https://support.reolink.com/hc/en-us/articles/36452367882905",
)
_REOLINK_RECORDER = Source(
    "Reolink, recorder manual, page 30 (Overwrite)",
    "https://manualshive.com/ru/manual/reolink/4ch/1443277?page=30",
)
_TAPO_CARE = Source("TP-Link, Tapo Care FAQ (Chinese page)", "https://test.tapo.com/tw/faq/479")
_TAPO_PLAYBACK = Source(
    "TP-Link community, playback from a Tapo camera’s card",
    "https://community.tp-link.com/en/smart-home/forum/topic/818822",
)

_NETATMO_CARD = "The app deletes after this time; a busy camera’s card of 8 GB is full sooner"

NETATMO = Make(
    "netatmo",
    "Netatmo",
    7 * DAY,
    "The card is usually full before the three months that are set at first; the days are assumed",
    (
        "Open the Home + Security app (Netatmo) and find the event on the timeline.",
        "Open its video and tap Download or Share, then save it to your phone.",
    ),
    None,
    (
        Plan(
            "2-days",
            "Set to 48 hours",
            2 * DAY,
            "The app deletes after this time, long before the card is full",
            _NETATMO,
            certain=True,
        ),
        Plan("7-days", "Set to 1 week", 7 * DAY, _NETATMO_CARD, _NETATMO),
        Plan("30-days", "Set to 1 month", 30 * DAY, _NETATMO_CARD, _NETATMO),
        Plan(
            "longer",
            "Set to 3 or 6 months",
            30 * DAY,
            f"{_NETATMO_CARD}, mostly before three months; a month is assumed",
            _NETATMO,
            fixed=False,
        ),
    ),
)

REOLINK = Make(
    "reolink",
    "Reolink",
    7 * DAY,
    "A common card; nobody has said which storage it has",
    (
        "Open the Reolink app, tap the camera, then Playback.",
        "Choose the day and go to the time.",
        "Tap Download (or the scissors to cut out the minutes), and save it to your phone.",
    ),
    None,
    (
        Plan("card", "Memory card", 7 * DAY, f"{CARD}; the days are assumed", _REOLINK_CARD,
             fixed=False),
        Plan(
            "recorder",
            "Recorder (NVR) or Home Hub",
            14 * DAY,
            "Records over the oldest files when the disk is full; the days are assumed",
            _REOLINK_RECORDER,
            fixed=False,
            steps=(
                "On the recorder’s screen choose Playback, the camera and the day.",
                "Mark the start and the end with the scissors, then choose Backup.",
                "Put an empty USB stick into the recorder and save to it.",
                "Or use the Reolink app or program on a computer: Playback, then Download.",
            ),
        ),
        *of_days(
            Plan(
                "cloud-{days}",
                "Cloud, {days}",
                0,
                "Deleted when the plan’s time is over; the owner may have set it shorter",
                _REOLINK_CLOUD,
                certain=True,
            ),
            *(7, 30),
        ),
    ),
)  # fmt: skip

TAPO = Make(
    "tapo",
    "Tapo (TP-Link)",
    7 * DAY,
    "The shorter of the two subscriptions, and a common card",
    (
        "Open the Tapo app, tap the camera, then Playback & Download.",
        "Choose the memory card or the cloud, the day, and go to the time.",
        "Tap Download, mark the start and the end, and save it to your phone.",
    ),
    _TAPO_PLAYBACK,
    (
        Plan("card", "Memory card", 7 * DAY, f"{CARD}; the days are assumed", fixed=False),
        *of_days(
            Plan(
                "care-{days}",
                "Tapo Care, {days}",
                0,
                "Events are kept so long under the basic (7 days) or the premium plan (30 days)",
                _TAPO_CARE,
                certain=True,
            ),
            *(7, 30),
        ),
    ),
    models=("tp-link", "tplink"),
)

MAKES = (NETATMO, REOLINK, TAPO)
