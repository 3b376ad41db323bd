"""What owners say of each camera, and what follows from it for the site. Pure.

An owner may answer for the site alone, which then holds for all its cameras, or camera by camera.
A camera that was not named then has no answer yet: that somebody looked at the footage of one
camera says nothing about another, and coverage must not claim that it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chalicelib.requests.model import ANSWERS, CameraAnswer, Recipient, RecipientState

OTHER_REASON = "other"
"""The reason given for a site whose cameras cannot help for different reasons."""


def site_answer(answers: Sequence[CameraAnswer]) -> tuple[RecipientState, str]:
    """The answer and reason of a site whose cameras were answered one by one.

    What helps most counts: saved if any was saved, else nothing if any was looked at, else
    unavailable, else declined. Raises ValueError for no answers at all.
    """
    given = {one.answer for one in answers}
    answer = next((state for state in ANSWERS if state in given), None)
    if answer is None:
        raise ValueError("no camera was answered")
    reasons = {one.reason for one in answers if one.answer is RecipientState.UNAVAILABLE}
    if answer is not RecipientState.UNAVAILABLE:
        return answer, ""
    return answer, reasons.pop() if len(reasons) == 1 else OTHER_REASON


def combine_answers(
    named: Sequence[CameraAnswer], numbers: Iterable[int], rest: CameraAnswer | None
) -> tuple[CameraAnswer, ...]:
    """The answers of a site's cameras, by number. rest: what was said of the site as a whole
    beside them, which then holds for every camera that was not named; its number is of no
    account."""
    said = {one.number: one for one in named}
    if rest and said:
        for number in numbers:
            said.setdefault(number, CameraAnswer(number, rest.answer, rest.reason))
    return tuple(said[number] for number in sorted(said))


def unanswered_cameras(recipient: Recipient, numbers: Iterable[int]) -> list[int]:
    """The cameras, by number, that still have no answer of a site that began to answer camera by
    camera; empty for one that answered as a whole or not at all."""
    if not recipient.by_camera:
        return []
    said = {one.number for one in recipient.by_camera}
    return [number for number in numbers if number not in said]


def recorded_answers(answers: Iterable[CameraAnswer]) -> str:
    """Write answers for the audit record, as `1 saved, 2 unavailable`, without reasons, which may
    be an owner's own words."""
    return ", ".join(f"{one.number} {one.answer.value}" for one in answers)
