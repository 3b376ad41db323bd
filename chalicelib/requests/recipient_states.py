"""What each state of a recipient means, declared once: to officers, owners, coverage and figures.

A new kind of answer is a state in `model` (with what may follow it) and an entry here. Code that
shows, counts or judges answers goes by these entries, and does not ask for a state by its name. An
entry that is missing, or says too little, is refused when the program starts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.requests.model import (
    ANSWERED,
    ANSWERS,
    TRANSITIONS,
    UNANSWERED,
    UPLOAD_TIME,
    RecipientState,
)
from chalicelib.requests.standings import CameraStatus, CoverageLayer
from chalicelib.telemetry.metrics import Metric


class TriageGroup(StrEnum):
    """What is to be done about a recipient; groups stand in the order of the officer's page."""

    WAITING = "waiting"
    FOOTAGE = "footage"
    ANSWERED = "answered"
    OVER = "over"


class Help(StrEnum):
    """What an owner is thanked for when the incident is closed."""

    SENT = "sent"
    SAVED = "saved"
    LOOKED = "looked"
    UNABLE = "unable"
    DECLINED = "declined"


@dataclass(frozen=True)
class AnswerWords:
    """How the reply page offers an answer and says it back.

    choice, hint: on the form. of_camera: on the form that asks camera by camera. said: after "You
    told us". thanks, next: heading and first paragraph of the page after it. choice_of_several,
    next_of_several: for owners of several cameras, where that is worded otherwise.
    """

    choice: str
    hint: str
    of_camera: str
    said: str
    thanks: str = "Thank you for telling us"
    next: str = ""
    choice_of_several: str = ""
    next_of_several: str = ""


@dataclass(frozen=True)
class StateKind:
    """What one state means.

    meaning: for docs/recipient-states.md. tag: the word that officers see, in the colour `look` (a
    class of frontend/src/styles/_states.scss). group: its place in an officer's list. summary: its
    line in mails to officers, "" when it is counted as no answer yet. of_camera: where coverage
    says it of one camera. layer: what was in view is checked or held. standing: what it proves
    when it proves nothing else; by_reason: more exactly, by the reason that was given. counted_as:
    its metric. help: what its owner is thanked for. words: of an answer given on the reply page.
    """

    meaning: str
    tag: str
    look: str
    group: TriageGroup
    summary: str = ""
    of_camera: str = ""
    layer: CoverageLayer | None = None
    standing: CameraStatus | None = None
    by_reason: Mapping[str, CameraStatus] = field(default_factory=dict)
    counted_as: Metric | None = None
    help: Help | None = None
    words: AnswerWords | None = None

    def standing_for(self, reason: str) -> CameraStatus | None:
        """What this state proves of a camera when the answer was given with this reason."""
        return self.by_reason.get(reason, self.standing)


def check_declared(states: Mapping[RecipientState, StateKind]) -> None:
    """Raises TypeError, with the state and what it lacks, when a declaration is not whole."""
    for state in RecipientState:
        if state not in states:
            raise TypeError(f"{state} has no entry in STATES: nobody knows what it means")
        kind, answered, waited_for = states[state], state in ANSWERED, state in UNANSWERED
        rules = {
            "its value is one word of at most 20 letters, as the audit record keeps it": (
                re.fullmatch("[a-z]{1,20}", state)
            ),
            "what may follow it is in TRANSITIONS": state in TRANSITIONS,
            "what ANSWERS names has words for the reply page, and nothing else has": (
                bool(kind.words) is (state in ANSWERS)
            ),
            "its owner is told what comes next, or sends what was saved": (
                not kind.words or kind.words.next or state is RecipientState.SAVED
            ),
            "what is answered is counted, and nothing else is": bool(kind.counted_as) is answered,
            "an answer proves something, or has a standing that says why not": (
                not answered or kind.layer or kind.standing
            ),
            "an answer has words for one camera, and thanks at the end": (
                not answered or (kind.of_camera and kind.help)
            ),
            "in the group that is waited for are those who have not answered": (
                (kind.group is TriageGroup.WAITING) is waited_for
            ),
            "who is not waited for has a line in mails to officers": kind.summary or waited_for,
        }
        if broken := [rule for rule, kept in rules.items() if not kept]:
            raise TypeError(f"{state}: it must hold that {'; '.join(broken)}")


STATES: Mapping[RecipientState, StateKind] = {
    RecipientState.PENDING: StateKind(
        meaning="chosen by an officer, message not sent yet",
        tag="Being sent",
        look="waiting",
        group=TriageGroup.WAITING,
    ),
    RecipientState.NOTIFIED: StateKind(
        meaning="the message went out", tag="Asked", look="waiting", group=TriageGroup.WAITING
    ),
    RecipientState.VIEWED: StateKind(
        meaning="somebody used the reply page and has not answered",
        tag="Read, no answer yet",
        look="waiting",
        group=TriageGroup.WAITING,
    ),
    RecipientState.SAVED: StateKind(
        meaning="the owner saved the footage; the overwrite clock has stopped, "
        f"{UPLOAD_TIME.days} days to upload",
        tag="Saved, not sent yet",
        look="saved",
        group=TriageGroup.FOOTAGE,
        summary="Saved, not sent yet",
        of_camera="footage saved",
        layer=CoverageLayer.HELD,
        counted_as=Metric.ANSWERS_SAVED,
        help=Help.SAVED,
        words=AnswerWords(
            choice="I have saved the footage",
            hint=f"You then have {UPLOAD_TIME.days} days to send it.",
            of_camera="Saved",
            said="that you saved the footage",
            thanks="Thank you for saving it",
        ),
    ),
    RecipientState.UPLOADED: StateKind(
        meaning="footage arrived",
        tag="Uploaded",
        look="uploaded",
        group=TriageGroup.FOOTAGE,
        summary="Footage received",
        of_camera="footage sent",
        layer=CoverageLayer.HELD,
        counted_as=Metric.ANSWERS_UPLOADED,
        help=Help.SENT,
    ),
    RecipientState.NOTHING: StateKind(
        meaning="the owner looked and there is nothing",
        tag="Nothing seen",
        look="nothing",
        group=TriageGroup.ANSWERED,
        summary="Looked and saw nothing",
        of_camera="looked and saw nothing",
        layer=CoverageLayer.CHECKED,
        counted_as=Metric.ANSWERS_NOTHING,
        help=Help.LOOKED,
        words=AnswerWords(
            choice="I looked and there is nothing to see",
            choice_of_several="I looked at all my cameras and there is nothing to see",
            hint="This helps us too.",
            of_camera="Looked, nothing to see",
            said="that there is nothing to see",
            thanks="Thank you for looking",
            next="It helps us to know where there is nothing to see.",
        ),
    ),
    RecipientState.UNAVAILABLE: StateKind(
        meaning="the camera was off, faces away, or it is already deleted",
        tag="Not available",
        look="unavailable",
        group=TriageGroup.ANSWERED,
        summary="Could not help",
        of_camera="cannot help",
        standing=CameraStatus.SAID_UNAVAILABLE,
        by_reason={
            "off": CameraStatus.SAID_OFF,
            "faces_away": CameraStatus.SAID_FACES_AWAY,
            "overwritten": CameraStatus.SAID_OVERWRITTEN,
        },
        counted_as=Metric.ANSWERS_UNAVAILABLE,
        help=Help.UNABLE,
        words=AnswerWords(
            choice="I cannot help",
            hint="For example, the camera was off or does not point that way.",
            of_camera="Cannot help",
            said="that you cannot help",
            next="We have noted that this camera cannot help this time.",
            next_of_several="We have noted that these cameras cannot help this time.",
        ),
    ),
    RecipientState.DECLINED: StateKind(
        meaning="the owner would rather not",
        tag="Declined",
        look="declined",
        group=TriageGroup.ANSWERED,
        summary="Would rather not",
        of_camera="would rather not",
        standing=CameraStatus.DECLINED,
        counted_as=Metric.ANSWERS_DECLINED,
        help=Help.DECLINED,
        words=AnswerWords(
            choice="I would rather not",
            hint="You do not have to say why. We will not remind you.",
            of_camera="Would rather not",
            said="that you would rather not",
            next="We will not contact you about this again.",
        ),
    ),
    RecipientState.EXPIRED: StateKind(
        meaning="the deadline passed without an answer; a late one is still welcome",
        tag="Deadline passed",
        look="overdue",
        group=TriageGroup.OVER,
        summary="No answer before the deadline",
    ),
    RecipientState.UNDELIVERABLE: StateKind(
        meaning="the message could not reach the owner",
        tag="Could not be reached",
        look="failed",
        group=TriageGroup.OVER,
        summary="Could not be reached",
        standing=CameraStatus.UNREACHED,
    ),
    RecipientState.WITHDRAWN: StateKind(
        meaning="the officer no longer needs it",
        tag="Withdrawn",
        look="withdrawn",
        group=TriageGroup.OVER,
        summary="No longer asked",
        of_camera="withdrawn before an answer",
        standing=CameraStatus.WITHDRAWN,
    ),
}
check_declared(STATES)

MOST_TELLING = tuple(sorted(STATES, key=lambda state: state is not RecipientState.UPLOADED))
"""Every state, `uploaded` first: footage that came goes before what was said of it."""

ANSWER_WORDS: Mapping[RecipientState, AnswerWords] = {
    answer: words for answer in ANSWERS if (words := STATES[answer].words)
}
"""The answers that the reply page offers, in the order of the page."""

EACH_CAMERA = "It is not the same for all my cameras"
"""The choice beside the answers that leads to the form camera by camera."""


def offered_answers(several: bool) -> list[tuple[RecipientState, str]]:
    """The answers in words, as the reply page and messages offer them. several: cameras at the
    site."""
    return [
        (answer, (words.choice_of_several if several else "") or words.choice)
        for answer, words in ANSWER_WORDS.items()
    ]
