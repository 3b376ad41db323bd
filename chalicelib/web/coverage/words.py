"""Words of the coverage page for cameras, their answers, retention and lengths of time."""

from __future__ import annotations

from chalicelib.core.formatting import compass_point, duration
from chalicelib.geo.sight import field_of_view
from chalicelib.requests.coverage.viewing_log import LEAST_OFFSET, AskedSite
from chalicelib.requests.recipient_states import STATES
from chalicelib.requests.recipients.camera_view import UNCLEAR_WORDS, CameraView, ViewBasis
from chalicelib.requests.recorder_clock import offset_words
from chalicelib.requests.replies.answers import REASONS

_KINDS = {"doorbell": "Doorbell", "ptz": "Moving camera", "dashcam": "Dashcam", "fixed": "Camera"}
_SEES = {
    field_of_view.YES: "has the scene in view",
    field_of_view.NO: "does not have the scene in view",
    field_of_view.UNKNOWN: "may or may not have the scene in view",
}


def facing(bearing: int) -> str:
    """A bearing in degrees as a compass point and its number, like `north-east (45°)`."""
    return f"{compass_point(bearing)} ({bearing}°)"


def camera_words(view: CameraView) -> str:
    """A camera in words: its kind, its direction, whether it sees the scene, how that is known."""
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
    """The owner's answer for one camera in words; "" when the owner answered for the whole site and
    not camera by camera."""
    if not asked.recipient.by_camera:
        return ""
    state, reason = asked.answer(view.camera.number)
    why = REASONS.get(reason, "")
    words = STATES[state].of_camera or "no answer yet"
    return f"{words}: {why[0].lower()}{why[1:]}" if why else words


def clock_words(asked: AskedSite) -> str:
    """The recorder clock's offset, like `recorder’s clock 5 minutes ahead`; "" when the clock is
    right or was not checked."""
    offset = asked.recipient.clock_offset_seconds
    if offset is None or abs(offset) < LEAST_OFFSET:
        return ""
    return f"recorder’s clock {offset_words(offset)}"


def kept_words(view: CameraView) -> str:
    """How long a camera keeps footage, like `keeps 7 days (assumed)`."""
    if not view.records:
        return "keeps nothing"
    return f"keeps {duration(view.kept.minutes)}{'' if view.kept.certain else ' (assumed)'}"


def minutes_words(minutes: float) -> str:
    """A number of minutes in words, to one decimal, like `1 minute` or `12.5 minutes`."""
    number = f"{minutes:.1f}".removesuffix(".0")
    return f"{number} minute{'' if number == '1' else 's'}"
