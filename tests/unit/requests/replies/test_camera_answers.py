"""What follows for a site from what its owner says of each camera, and how the form says it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.core.errors import FieldErrors, Invalid
from chalicelib.registry.model import Site
from chalicelib.requests.model import ANSWERS, CameraAnswer, Recipient, RecipientState
from chalicelib.requests.records import recipient_from, recipient_item
from chalicelib.requests.replies.answers import REASONS
from chalicelib.requests.replies.camera_answers import (
    combine_answers,
    recorded_answers,
    site_answer,
    unanswered_cameras,
)
from chalicelib.web.reply.cameras import (
    camera_name,
    camera_values,
    known_reason,
    names_cameras,
    read_cameras,
)
from chalicelib.web.reply.form import ReadAnswer, read_answer
from tests.support.places import a_site

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SAVED, NOTHING, UNAVAILABLE, DECLINED = (
    RecipientState.SAVED,
    RecipientState.NOTHING,
    RecipientState.UNAVAILABLE,
    RecipientState.DECLINED,
)


def said(
    *answers: tuple[int, RecipientState] | tuple[int, RecipientState, str],
) -> tuple[CameraAnswer, ...]:
    return tuple(CameraAnswer(*one) for one in answers)


def recipient(
    answer: RecipientState | None = None, by_camera: tuple[CameraAnswer, ...] = ()
) -> Recipient:
    return Recipient("r" * 16, "s" * 16, "o" * 16, NOW, answer=answer, by_camera=by_camera)


def site(*cameras: Camera) -> Site:
    return a_site(*cameras, created_at=NOW)


def form(**fields: str) -> dict[str, list[str]]:
    return {name: [value] for name, value in fields.items()}


def wrong(site: Site, **fields: str) -> FieldErrors:
    with pytest.raises(Invalid) as caught:
        read_answer(form(**fields), site)
    return caught.value.fields


camera_answers = st.builds(
    CameraAnswer,
    st.integers(1, 50),
    st.sampled_from(ANSWERS),
    st.sampled_from(["", *REASONS]),
)


@pytest.mark.parametrize(
    "answers, answer, reason",
    [
        (said((1, NOTHING), (2, SAVED), (3, DECLINED)), SAVED, ""),
        (said((1, UNAVAILABLE, "off"), (2, NOTHING)), NOTHING, ""),
        (said((1, DECLINED), (2, UNAVAILABLE, "off")), UNAVAILABLE, "off"),
        (said((1, UNAVAILABLE, "off"), (2, UNAVAILABLE, "off")), UNAVAILABLE, "off"),
        (said((1, UNAVAILABLE, "off"), (2, UNAVAILABLE, "faces_away")), UNAVAILABLE, "other"),
        (said((1, UNAVAILABLE)), UNAVAILABLE, ""),
        (said((7, DECLINED)), DECLINED, ""),
    ],
)
def test_what_helps_most_is_the_answer_of_the_site(
    answers: tuple[CameraAnswer, ...], answer: RecipientState, reason: str
) -> None:
    assert site_answer(answers) == (answer, reason)


@given(st.lists(camera_answers, min_size=1))
def test_the_answer_of_the_site_was_said_of_one_of_its_cameras(answers: list[CameraAnswer]) -> None:
    answer, reason = site_answer(answers)
    assert answer in {one.answer for one in answers}
    assert not reason or answer is UNAVAILABLE
    assert site_answer(answers[::-1]) == (answer, reason)


def test_no_answer_at_all_is_no_answer_of_the_site() -> None:
    with pytest.raises(ValueError, match="no camera"):
        site_answer([])


def test_an_answer_of_the_site_holds_for_the_cameras_that_were_not_named() -> None:
    rest = CameraAnswer(0, NOTHING)
    assert combine_answers(said((2, SAVED)), [1, 2, 3], rest) == said(
        (1, NOTHING), (2, SAVED), (3, NOTHING)
    )
    assert combine_answers(said((2, SAVED)), [1, 2, 3], None) == said((2, SAVED))
    # Without any camera named it is the site's own and is kept as that.
    assert combine_answers((), [1, 2, 3], rest) == ()


def test_a_camera_that_was_not_named_has_no_answer() -> None:
    whole = recipient(UNAVAILABLE)
    assert unanswered_cameras(whole, [1, 2]) == []
    part = recipient(NOTHING, said((1, NOTHING)))
    assert unanswered_cameras(part, [1, 2, 3]) == [2, 3]
    assert unanswered_cameras(recipient(), [1]) == []


@given(st.lists(camera_answers, unique_by=lambda one: one.number))
def test_answers_by_camera_are_kept_as_they_were_given(answers: list[CameraAnswer]) -> None:
    ordered = tuple(sorted(answers, key=lambda one: one.number))
    item = recipient_item(recipient(NOTHING, ordered))
    stored = {name: value for name, value in item.items() if value is not None}
    assert recipient_from(stored).by_camera == ordered


def test_the_record_names_no_reasons() -> None:
    assert recorded_answers(said((1, SAVED), (2, UNAVAILABLE, "off"))) == "1 saved, 2 unavailable"
    assert known_reason("off") == "off" and known_reason("") == ""
    assert known_reason("My neighbour Joe turned it off") == "other"


TWO = site(Camera(1, CameraKind.DOORBELL, "ring", "30-days"), Camera(2))


def test_a_form_says_what_of_which_camera() -> None:
    sent = form(answer_1="nothing", answer_2="unavailable", reason_1="off", reason_2="off")
    assert read_cameras(sent, TWO) == said((1, NOTHING), (2, UNAVAILABLE, "off"))
    assert names_cameras(sent) and not names_cameras({"answer": [], "reason": []})
    assert read_cameras(form(answer_1="later", answer_2="saved", answer_3=""), TWO) == said(
        (2, SAVED)
    )


@pytest.mark.parametrize(
    "fields, field, sentence",
    [
        ({"answer_3": "saved"}, "answer_3", "There is no camera 3 at this address"),
        ({"answer_1": "uploaded"}, "answer_1", "Select your answer for camera 1"),
        ({"answer_2": "maybe"}, "answer_2", "Select your answer for camera 2"),
        (
            {"answer_1": "unavailable", "reason_1": "Joe did it"},
            "reason_1",
            "Select the reason from the list",
        ),
    ],
)
def test_what_a_camera_cannot_have_answered_is_said(
    fields: dict[str, str], field: str, sentence: str
) -> None:
    assert wrong(TWO, **fields) == [(field, sentence)]


def test_all_problems_of_an_answer_are_said_at_once() -> None:
    fields = {"answer": "perhaps", "answer_1": "maybe", "answer_3": "saved", "note": "x" * 1001}
    assert [name for name, _ in wrong(TWO, **fields)] == ["answer_1", "answer_3", "answer", "note"]


@pytest.mark.parametrize(
    "fields, found",
    [
        (form(answer="saved", note=" on disk "), ReadAnswer(SAVED, "", "on disk", (), "")),
        (form(answer="nothing", reason="x" * 999), ReadAnswer(NOTHING, "", "", (), "")),
        (
            form(answer="unavailable", reason="It was off"),
            ReadAnswer(UNAVAILABLE, "It was off", "", (), ""),
        ),
        (form(answer="upload", note="see file"), ReadAnswer(None, "", "see file", (), "upload")),
        (form(answer="cameras"), ReadAnswer(None, "", "", (), "cameras")),
        (
            form(answer="cameras", answer_2="saved"),
            ReadAnswer(None, "", "", said((2, SAVED)), ""),
        ),
        (
            form(answer="nothing", answer_2="saved"),
            ReadAnswer(NOTHING, "", "", said((2, SAVED)), ""),
        ),
        (form(answer="nothing", answer_2="later"), ReadAnswer(NOTHING, "", "", (), "")),
    ],
)
def test_a_form_answers_for_the_site_or_its_cameras(
    fields: dict[str, list[str]], found: ReadAnswer
) -> None:
    assert read_answer(fields, TWO) == found


@pytest.mark.parametrize(
    "fields, problem",
    [
        ({}, ("answer", "Select your answer")),
        ({"answer": "uploaded"}, ("answer", "Select your answer")),
        (
            {"answer": "unavailable", "reason": "x" * 201},
            ("reason", "The reason must be 200 characters or fewer"),
        ),
        (
            {"answer": "upload", "note": "a\x00b"},
            ("note", "Character 2 of your note cannot be used"),
        ),
        (
            {"answer": "cameras", "answer_1": "later"},
            ("answer_1", "Select your answer for at least one camera"),
        ),
        ({"answer_2": "later"}, ("answer_1", "Select your answer for at least one camera")),
    ],
)
def test_what_is_no_answer_is_said(fields: dict[str, str], problem: tuple[str, str]) -> None:
    [(name, sentence)] = wrong(TWO, **fields)
    assert name == problem[0] and sentence.startswith(problem[1])


def test_fields_that_are_no_cameras_are_nothing_to_us() -> None:
    sent = form(answer_0="saved", answer_01="saved", answer_x="saved", answer_99999="saved")
    assert read_cameras(sent, TWO) == ()


def test_the_form_shows_again_what_was_answered() -> None:
    before = recipient(NOTHING, said((1, NOTHING), (2, UNAVAILABLE, "off")))
    values = camera_values(before, TWO)
    assert values["answer_2"] == "unavailable" and values["reason_2"] == "off"
    assert read_cameras(form(**values), TWO) == before.by_camera
    assert read_cameras(form(**camera_values(recipient(), TWO)), TWO) == ()
    assert names_cameras({"reason_1": [""]})


@pytest.mark.parametrize(
    "camera, name",
    [
        (
            Camera(1, CameraKind.DOORBELL, "ring", bearing=44),
            "Camera 1: Ring doorbell, faces north-east",
        ),
        (Camera(2, CameraKind.FIXED, "Acme"), "Camera 2: Acme fixed camera"),
        (Camera(3, CameraKind.DASHCAM, "dashcam"), "Camera 3: dashcam"),
        (Camera(4), "Camera 4"),
        (Camera(5, bearing=350), "Camera 5: faces north"),
    ],
)
def test_cameras_have_names_that_their_owners_know(camera: Camera, name: str) -> None:
    assert camera_name(camera) == name
