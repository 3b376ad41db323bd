"""Cameras and doorbells that keep footage in a cloud. Figures for the United Kingdom.

Each figure has its source, or says that none was found. The pages were read in stored copies,
some of them in another language than English; docs/retention.md has all of it as a table.
"""

from __future__ import annotations

from chalicelib.cameras.catalogue_model import (
    CARD,
    DAY,
    HOUR,
    LOOKED_AGAIN,
    Make,
    Plan,
    Source,
    of_days,
)

_RING_TIMES = Source(
    "Ring, Understanding and Adjusting Your Video Storage Time (German page)",
    "https://ring.com/de/de/support/articles/1nce1/Understanding-and-Adjusting-Your-Video-Storage-Time",
)
_RING_RECORDINGS = Source(
    "Ring, Understanding Ring Video Recordings",
    "https://support.ring.com/hc/en-us/articles/360030587812-Video-Recordings",
)
_RING_VIDEOS = Source(
    "Ring, Managing Your Ring Videos (Japanese page)",
    "https://ring.com/jp/ja/support/articles/6shp7/managing-your-ring-videos",
)
_BLINK_STORAGE = Source(
    "Blink, Blink Storage Options (German page)",
    "https://support.blinkforhome.com/de_DE/before-you-begin/blink-storage-options",
)
_BLINK_OLDER = Source(
    "Blink, Blink Storage Options: older devices (German page)",
    "https://blink.helpjuice.com/de_DE/using-your-camera/blink-storage-options",
)
_BLINK_FULL = Source(
    "Blink, Local Storage FAQ",
    "https://support.blinkforhome.com/en_US/local-storage-faq",
    LOOKED_AGAIN,
)
_BLINK_EJECT = Source(
    "Blink, How Do I Use Clip Backup?",
    "https://support.blinkforhome.com/en_US/clips-et-detection-mouvement/how-do-i-use-clip-backup",
    LOOKED_AGAIN,
)
_NEST_STORES = Source(
    "Google, How Nest cameras store your recorded video",
    "https://support.google.com/googlenest/answer/9242083?hl=en",
    LOOKED_AGAIN,
)
_NEST_SCHEMA = Source(
    "Google, Nest Schema Reference (data portability)",
    "https://developers.google.com/data-portability/schema-reference/nest",
    LOOKED_AGAIN,
)
_NEST_QUOTED = Source(
    "TechRadar, quoting Google’s support pages on cameras without a subscription",
    "https://www.techradar.com/home/home-security/how-did-authorities-retrieve-seemingly-"
    "inaccessible-video-doorbell-cam-footage-in-the-nancy-guthrie-case-and-the-questions-it-"
    "raises-about-your-nest-cam-account",
)
_ARLO_LOCAL = Source(
    "Arlo, What is Direct Storage Access and how do I use it? (German page)",
    "https://arlo.com/de_de/support/faq/000062337/What-is-Direct-Storage-Access-and-how-do-I-use-it",
)
_ARLO_FREE = Source(
    "Tweakers, on the end of Arlo’s free storage of seven days from 2024 (Dutch)",
    "https://tweakers.net/nieuws/205088/arlo-stopt-volgend-jaar-met-gratis-beeldopslag-voor-"
    "verschillende-cameras.html",
)
_EUFY_QUOTED = Source(
    "eufy’s own figures for HomeBase 2 and SoloCam S40, quoted in eufy-security-client issue 295",
    "https://github.com/bropat/eufy-security-client/issues/295",
)
_NO_FIGURE = "The maker’s page was not found; the figure is what such plans commonly keep"

RING = Make(
    "ring",
    "Ring",
    30 * DAY,
    "What Ring sets for a new camera with a subscription in the United Kingdom",
    (
        "Open the Ring app and tap History.",
        "Find the event by its day and time, tap the three dots beside it, then Download.",
        "Do the same for every event in the time that is asked for.",
        "On a computer: sign in at ring.com, open History, choose Manage, tick the events, and "
        "choose Download. They come as one file.",
    ),
    _RING_VIDEOS,
    (
        Plan(
            "free",
            "No subscription: live view only",
            0,
            "Without a subscription Ring records nothing",
            _RING_RECORDINGS,
            certain=True,
        ),
        *of_days(
            Plan(
                "{days}-days",
                "Subscription, set to {days}",
                0,
                "Deleted after the time that the owner chose for the camera",
                _RING_TIMES,
                certain=True,
            ),
            *(1, 3, 7, 14, 21, 30, 60, 90, 120, 180),
        ),
    ),
)

BLINK = Make(
    "blink",
    "Blink",
    30 * DAY,
    "What the subscription keeps in the United Kingdom",
    (
        "Open the Blink app and tap Clips at the bottom.",
        "Find the clip by its camera and time, and open it.",
        "Tap Share, then save it to your phone.",
    ),
    None,
    (
        Plan(
            "paid",
            "Subscription",
            30 * DAY,
            "Deleted after 30 days in the United Kingdom and the EU, 60 elsewhere",
            _BLINK_STORAGE,
            certain=True,
        ),
        Plan(
            "local",
            "USB stick or card in a Sync Module, no subscription",
            30 * DAY,
            "Up to 256 GB. When it is full, saving stops and nothing is overwritten, until "
            "somebody deletes clips; the days are assumed",
            _BLINK_FULL,
            fixed=False,
            steps=(
                "Open the Blink app and tap Clips at the bottom. If there is a tab Local Storage, "
                "tap it.",
                "Find the clip by its camera and time, open it and save it to your phone.",
                "Or scroll down the home screen to the Sync Module, tap it, Local Storage, then "
                "Safe Eject USB, and wait for “USB Disconnected”.",
                "Then copy the clips from the stick to a computer. The times in their names are "
                "UTC: an hour behind British summer time.",
            ),
            steps_source=_BLINK_EJECT,
        ),
        Plan(
            "older",
            "XT, XT2 or first Indoor, no subscription",
            7 * DAY,
            "Two hours of clips for each Sync Module, the oldest deleted first; the number of "
            "days is assumed",
            _BLINK_OLDER,
            fixed=False,
        ),
        Plan(
            "free",
            "No subscription and no USB stick",
            0,
            "Newer cameras without either keep no clips",
            _BLINK_STORAGE,
            certain=True,
        ),
    ),
)

NEST = Make(
    "nest",
    "Google Nest",
    3 * HOUR,
    "What most models keep without a subscription; asking too late would cost everything",
    (
        "Open the Google Home app, tap the camera, then History (or Activity).",
        "Find the event by its time and open it.",
        "Tap the three dots, then Download clip. Do it for every event in the time asked for.",
        "Cameras set up in the Nest app: open the camera there, tap New clip, choose the start "
        "and the length, and save it.",
    ),
    None,
    (
        Plan(
            "free",
            "No subscription",
            3 * HOUR,
            "Up to 3 hours of events, clips of up to 5 minutes",
            _NEST_QUOTED,
            certain=True,
        ),
        Plan(
            "free-6h",
            "No subscription, wired model of 2025 or later",
            6 * HOUR,
            "Cam Indoor (wired, 3rd gen), Cam Outdoor (wired, 2nd gen), Doorbell (wired, 3rd gen): "
            "up to 6 hours of previews of up to 10 seconds",
            _NEST_QUOTED,
            certain=True,
        ),
        Plan(
            "standard",
            "Home Premium Standard (Nest Aware): events",
            30 * DAY,
            "With a subscription 30 to 60 days, depending on the plan",
            _NEST_SCHEMA,
        ),
        Plan(
            "advanced",
            "Home Premium Advanced (Nest Aware Plus): events",
            60 * DAY,
            "Said of Nest Aware Plus, as the plan was called before",
            _NEST_STORES,
        ),
        Plan(
            "continuous",
            "Home Premium Advanced, recording all the time",
            10 * DAY,
            "Said of Nest Aware Plus, as the plan was called before; events are kept longer",
            _NEST_STORES,
        ),
    ),
    models=("google nest", "google"),
)

ARLO = Make(
    "arlo",
    "Arlo",
    30 * DAY,
    "What the subscription keeps, as far as is known",
    (
        "Open the Arlo app and tap Library or Feed.",
        "Choose the day, then the recording.",
        "Tap Download (or Share, then save it to your phone).",
        "On a computer: sign in at my.arlo.com, open Library, choose the recordings, Download.",
    ),
    None,
    (
        Plan("secure", "Arlo Secure subscription", 30 * DAY, _NO_FIGURE),
        Plan(
            "local",
            "USB stick or card in the hub",
            30 * DAY,
            f"{CARD}; the days are assumed",
            _ARLO_LOCAL,
            fixed=False,
            steps=(
                "Open the Arlo app, Settings, My Devices, the hub, then Storage Settings.",
                "Eject the USB stick or card there before you take it out.",
                "Copy the recordings of that day from it to a computer, and put it back.",
            ),
        ),
        Plan(
            "free",
            "No subscription and no storage of its own",
            0,
            "Free storage of seven days ended for most models in 2024; some may still have it",
            _ARLO_FREE,
        ),
    ),
)

EUFY = Make(
    "eufy",
    "Eufy",
    30 * DAY,
    "What a HomeBase 2 holds of two cameras",
    (
        "Open the eufy app and tap Events.",
        "Find the event by its camera and time, and open it.",
        "Tap Download. Do it for every event in the time that is asked for.",
    ),
    None,
    (
        Plan(
            "local",
            "HomeBase or storage in the camera",
            30 * DAY,
            "HomeBase 2: two months of one camera or one month of two, at 30 events a day; the "
            "oldest is overwritten",
            _EUFY_QUOTED,
            fixed=False,
        ),
        Plan("cloud", "Cloud plan", 30 * DAY, _NO_FIGURE),
    ),
)

MAKES = (RING, BLINK, NEST, ARLO, EUFY)
