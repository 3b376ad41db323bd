"""What answers prove, in the words of the console."""

from __future__ import annotations

from chalicelib.core.formatting import duration
from chalicelib.geo.sight import field_of_view
from chalicelib.requests.coverage.viewing_log import LEAST_OFFSET, AskedSite
from chalicelib.requests.recipient_states import STATES
from chalicelib.requests.recipients.camera_view import UNCLEAR_WORDS, CameraView, ViewBasis
from chalicelib.requests.recorder_clock import offset_words
from chalicelib.requests.replies.answers import REASONS

_POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
_KINDS = {"doorbell": "Doorbell", "ptz": "Moving camera", "dashcam": "Dashcam", "fixed": "Camera"}
_SEES = {
    field_of_view.YES: "has the scene in view",
    field_of_view.NO: "does not have the scene in view",
    field_of_view.UNKNOWN: "may or may not have the scene in view",
}


def facing(bearing: int) -> str:
    """`north-east (45°)`."""
    return f"{_POINTS[round(bearing / 45) % 8]} ({bearing}°)"


def camera_words(view: CameraView) -> str:
    """One camera in a sentence: what it is, where it looks and how that is known."""
    camera = view.camera
    said = [_KINDS.get(camera.kind.value, "Camera")]
    if camera.bearing is not None:
        said.append(f"faces {facing(camera.bearing)}")
    said.append(_SEES[view.sees])
    words = ", ".join(said)
    if view.unclear and view.sees != field_of_view.NO:
        return f"{words}: {UNCLEAR_WORDS[view.unclear]}"
    if view.basis is ViewBasis.USUAL:
        return f"{words}, if it sees as such cameras usually do"
    return words


def answer_words(asked: AskedSite, view: CameraView) -> str:
    """What was said of one camera of a site whose owner answered camera by camera; "" where the
    site's answer is all there is."""
    if not asked.recipient.by_camera:
        return ""
    state, reason = asked.answer(view.camera.number)
    why = REASONS.get(reason, "")
    words = STATES[state].of_camera or "no answer yet"
    return f"{words}: {why[0].lower()}{why[1:]}" if why else words


def clock_words(asked: AskedSite) -> str:
    """`recorder’s clock 5 minutes ahead`; "" where it is right or nobody has checked."""
    offset = asked.recipient.clock_offset_seconds
    if offset is None or abs(offset) < LEAST_OFFSET:
        return ""
    return f"recorder’s clock {offset_words(offset)}"


def kept_words(view: CameraView) -> str:
    """`keeps 7 days (assumed)`."""
    if not view.records:
        return "keeps nothing"
    return f"keeps {duration(view.kept.minutes)}{'' if view.kept.certain else ' (assumed)'}"


def minutes_words(minutes: float) -> str:
    """`1 minute`, `12 minutes`, `12.5 minutes`."""
    number = f"{minutes:.1f}".removesuffix(".0")
    return f"{number} minute{'' if number == '1' else 's'}"
