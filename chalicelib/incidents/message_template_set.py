"""The message templates that every force starts with, one for each kind of offence that door and
street cameras help with most. Administrators change, remove and add to the templates
(incidents/message_templates.py).

A template is plain English for a person who opens the message on a phone: what to look for, then
what to do. It says nothing of a victim, a suspect or an address: what happened, where and when
stands in every message, in the words of the incident. The officer fills in square brackets.
"""

from __future__ import annotations

STANDARD: tuple[tuple[str, str], ...] = (
    (
        "Burglary",
        "Please look for anybody who walks up to a house, looks at doors or windows, or carries "
        "bags or tools, and for a vehicle that waits with somebody in it. People often look at a "
        "street before they come back, so the same person passing twice matters too. Keep the "
        "recording even if you are not sure.",
    ),
    (
        "Robbery",
        "Please look for one or more people who follow somebody, wait at a corner, or run or "
        "ride away in a hurry. We are interested in [clothing, or a bicycle or vehicle]. The "
        "minutes before matter as much as the minutes after. Keep the recording even if you "
        "only see somebody from behind.",
    ),
    (
        "Vehicle crime",
        "Please look for anybody who tries door handles, looks into parked vehicles, or lies "
        "beside or under one, and for a vehicle that is driven or towed away. We are interested "
        "in [make and colour of the vehicle]. A number plate helps, even a part of it.",
    ),
    (
        "Assault",
        "Please look for people arguing, somebody being followed, or anybody who leaves in a "
        "hurry on foot or in a vehicle. We are interested in [clothing or direction]. You may "
        "see something that upsets you: you do not need to watch it, only to keep the recording.",
    ),
    (
        "Missing person",
        "Please look for [age, height and clothing], on foot and perhaps alone or confused. The "
        "direction that they went in helps us most. If you think that you can see them now, "
        "call 999 before you do anything else.",
    ),
    (
        "Anti-social behaviour",
        "Please look for a group of people or for vehicles that gather, make a noise, damage "
        "things or throw them. We are interested in who comes and goes and in number plates. "
        "Please do not go out to film: a recording that your camera has made anyway is enough.",
    ),
    (
        "Collision",
        "Please look for [vehicles and their direction] before and after it happened: how they "
        "were driven, who got out, and whether a vehicle left. A number plate helps, even a part "
        "of it. If your camera records sound, please keep the sound as well.",
    ),
    (
        "Criminal damage",
        "Please look for anybody who stops at a wall, window, fence or vehicle, carries a tool, "
        "spray can or bottle, or leaves in a hurry. Keep the recording even if it only shows "
        "somebody walking past.",
    ),
    (
        "Theft",
        "Please look for anybody who picks up or carries away [what was taken], looks into front "
        "gardens or porches, or follows a delivery. A face, a vehicle or a number plate helps, "
        "even for a moment.",
    ),
    (
        "Fire",
        "Please look for anybody who goes to or comes from [the place], carries a container, or "
        "stands and watches, and for when smoke or light is first seen. The time on your "
        "recorder matters: please do not change its clock.",
    ),
    (
        "Any other offence",
        "Please look for people or vehicles that seem out of place, and keep the recording even "
        "if you are not sure.",
    ),
)
"""Each template's name and text. An incident's offence is compared with the name."""
