"""What cameras and answers can contribute to a minute of the scene, with words for each. Pure."""

from __future__ import annotations

from enum import StrEnum


class CoverageLayer(StrEnum):
    """What an answer makes of everything that a camera had in view."""

    CHECKED = "checked"
    HELD = "held"


class CameraStatus(StrEnum):
    """What one camera contributes to one minute of the scene; the most telling first, which is
    what a site of several cameras, or asked several times, counts as."""

    words: str
    """How the console says it."""

    HELD = "held", "footage is kept"
    CHECKED = "checked", "looked and saw nothing"
    HELD_UNCLEAR = "held_view_unknown", "footage is kept, but it is not known what it shows"
    CHECKED_UNCLEAR = (
        "checked_view_unknown",
        "looked and saw nothing, but it is not known what the camera sees",
    )
    WAITING = "not_answered", "not answered, may still have it"
    CLOCK = (
        "recorder_clock_wrong",
        "looked at other minutes, as the recorder’s clock was wrong",
    )
    LATER = "after_the_answer", "answered before this minute had passed"
    OVERWRITTEN = "overwritten", "deleted before anybody looked or saved it"
    LOST = "not_answered_overwritten", "not answered, probably deleted by now"
    REJECTED = "file_rejected", "what was sent was rejected"
    SAID_OFF = "said_off", "camera was off, says the owner"
    SAID_FACES_AWAY = "said_faces_away", "does not point that way, says the owner"
    SAID_OVERWRITTEN = "said_overwritten", "already deleted, says the owner"
    SAID_UNAVAILABLE = "said_unavailable", "cannot help, says the owner"
    DECLINED = "declined", "would rather not"
    UNREACHED = "not_reached", "could not be reached"
    WITHDRAWN = "withdrawn", "had not answered when the request was withdrawn or closed"
    RECORDS_NOTHING = "records_nothing", "keeps no footage"
    SEES_NOT = "faces_elsewhere", "does not have the scene in view"
    GONE = "no_longer_registered", "no longer registered"
    NOT_ASKED = "not_asked", "was asked for other minutes"

    def __new__(cls, value: str, words: str) -> CameraStatus:
        made = str.__new__(cls, value)
        made._value_, made.words = value, words
        return made


COVERING = frozenset({CameraStatus.CHECKED, CameraStatus.HELD})
POSSIBLE = frozenset({CameraStatus.CHECKED_UNCLEAR, CameraStatus.HELD_UNCLEAR})
"""Standings of cameras that may have shown the minute, though nobody can say so."""
OPEN = frozenset({CameraStatus.WAITING, CameraStatus.CLOCK})
"""Standings of cameras in whose footage another look may still close the gap."""
