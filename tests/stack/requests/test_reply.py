"""The reply page from outside: answers camera by camera, ways on, two tabs, late, the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.audit import Action
from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.container import Container
from chalicelib.registry.model import Owner, Site
from chalicelib.requests.model import CameraAnswer, FootageRequest, Recipient, RecipientState
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack
from tests.support.desk import OFFICER, Desk, Session, add_incident, add_site, settings_of

DAY = timedelta(days=1)
ONE = (Camera(1, make="ring", plan="30-days"),)
THREE = (
    Camera(1, CameraKind.DOORBELL, "ring", "30-days", bearing=45),
    Camera(2, CameraKind.FIXED, "hikvision", "recorder", retention_minutes=30 * 24 * 60),
    Camera(3, retention_minutes=30 * 24 * 60),
)


@dataclass
class Asked:
    """One site that was asked, and the link that its owner was sent."""

    services: Container
    request: FootageRequest
    site: Site
    owner: Owner
    link: str

    def recipient(self) -> Recipient:
        found = self.services.requests.store.recipient(self.request.id, self.site.id)
        assert found is not None
        return found

    def acts(self, action: Action = Action.ANSWERED) -> list[dict[str, Any]]:
        """What the audit record says of this owner, oldest first."""
        month = f"{datetime.now(UTC):%Y-%m}"
        entries = self.services.access.audit.of_actor(f"owner.{self.owner.id}", month)
        found = [json.loads(one["details"]) for one in entries if one["action"] == action.value]
        return found[::-1]


class Asking:
    """Asks new sites."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.services = Container(settings_of(stack), session=Session(stack))

    def __call__(
        self, cameras: tuple[Camera, ...] = ONE, ago: timedelta = 28 * DAY, sent: bool = True
    ) -> Asked:
        site, owner = add_site(self.services, cameras)
        start = datetime.now(UTC) - ago
        made = self.services.requests.requests.create_request(
            add_incident(self.services), [site.id], "Please look for a red coat.",
            start, start + timedelta(minutes=30), OFFICER,
        )  # fmt: skip
        link = self.stack.link_in_mail(owner.email, "/reply/")
        found = Asked(self.services, made.request, site, owner, link)
        self.stack.wait_for(
            lambda: found.recipient().state is RecipientState.NOTIFIED, "the message"
        )
        return found


@pytest.fixture(scope="module")
def asking(stack: RunningStack) -> Asking:
    return Asking(stack)


@pytest.fixture
def somebody(stack: RunningStack) -> Iterator[Visitor]:
    with stack.visitor() as visitor:
        yield visitor


@pytest.fixture(scope="module")
def officer(stack: RunningStack) -> Iterator[Visitor]:
    one = stack.officer("investigator")
    with stack.visitor() as visitor:
        visitor.sign_in(one["username"], one["password"])
        yield visitor


def over_the_api(officer: Visitor, asked: Asked) -> dict[str, Any]:
    path = f"/api/v1/requests/{asked.request.id}"
    (only,) = officer.json("GET", path, token=officer.bearer())["recipients"]
    found: dict[str, Any] = only
    return found


def test_answering_camera_by_camera(asking: Asking, somebody: Visitor, officer: Visitor) -> None:
    asked = asking(THREE)
    page = somebody.open_page(asked.link)
    for shown in ("Your 3 cameras", "Camera 3", "(Ring)", "(Hikvision)", "north-east"):
        assert shown in page.text
    # A note that was written before the way to the cameras was chosen is not lost.
    cameras = somebody.submit(page, {"answer": "cameras", "note": "The gate was open."})
    assert cameras.url.endswith("/cameras")
    assert cameras.form()[1]["note"] == "The gate was open."
    assert asked.recipient().state is RecipientState.NOTIFIED and asked.acts() == []
    for shown in ("Camera 1: Ring doorbell", "Camera 2: Hikvision fixed camera", "Camera 3"):
        assert shown in cameras.text

    none = somebody.submit(cameras, {}, ok=False)
    assert none.answer.status_code == 422 and "at least one camera" in none.text
    assert none.form()[1]["note"] == "The gate was open."

    part = somebody.submit(cameras, {"answer_1": "unavailable", "reason_1": "off"})
    assert "Cameras 2, 3: no answer yet" in part.text
    found = over_the_api(officer, asked)
    assert (found["state"], found["answer"], found["reason"]) == (
        "unavailable",
        "unavailable",
        "off",
    )
    assert found["cameras"] == [{"number": 1, "answer": "unavailable", "reason": "off"}]
    shown = officer.open_page(f"/console/requests/{asked.request.id}").text
    assert "Camera 1" in shown and "Cameras 2, 3: no answer yet" in shown

    assert "Answer for cameras 2, 3" in somebody.open_page(asked.link).text
    again = somebody.open_page(f"{asked.link}/cameras")
    assert again.form()[1]["answer_1"] == "unavailable"
    done = somebody.submit(again, {"answer_2": "saved", "answer_3": "nothing"})
    assert "Thank you for saving it" in done.text and "no answer yet" not in done.text
    found = over_the_api(officer, asked)
    assert (found["state"], found["reason"], len(found["cameras"])) == ("saved", None, 3)
    assert found["note"] == "The gate was open."
    assert asked.acts()[-1]["cameras"] == "1 unavailable, 2 saved, 3 nothing"

    # Nothing is chosen for the site, so a correction of the note alone answers for no camera.
    whole = somebody.open_page(asked.link)
    assert whole.form()[1]["answer"] == "cameras"
    somebody.submit(whole, {"answer": "nothing"})
    found = over_the_api(officer, asked)
    assert (found["state"], found["cameras"]) == ("nothing", [])


def test_the_sites_answer_holds_for_cameras_that_were_not_named(
    asking: Asking, somebody: Visitor
) -> None:
    asked = asking(THREE)
    page = somebody.open_page(asked.link)
    sent = {"answer": "nothing", "answer_2": "saved"}
    somebody.submit(page, sent)
    found = asked.recipient()
    assert found.state is RecipientState.SAVED
    assert found.by_camera == (
        CameraAnswer(1, RecipientState.NOTHING),
        CameraAnswer(2, RecipientState.SAVED),
        CameraAnswer(3, RecipientState.NOTHING),
    )


@pytest.mark.parametrize(
    "sent, sentence",
    [
        ({"answer_9": "saved"}, "There is no camera 9"),
        ({"answer_1": "perhaps"}, "Select your answer for camera 1"),
        ({"answer_1": "unavailable", "reason_1": "it broke"}, "Select the reason"),
        ({"answer": "perhaps", "answer_1": "saved"}, "Select your answer"),
        ({"answer_1": "saved", "note": "x" * 1001}, "1000 characters or fewer"),
    ],
)
def test_what_cannot_be_answered_is_said_and_changes_nothing(
    asking: Asking, somebody: Visitor, sent: dict[str, str], sentence: str
) -> None:
    asked = asking(THREE)
    before = asked.recipient()
    page = somebody.open_page(f"{asked.link}/cameras")
    refused = somebody.submit(page, sent, ok=False)
    assert refused.answer.status_code == 422 and sentence in refused.text
    assert asked.recipient() == before


def test_upload_now_answers_nothing_and_keeps_the_note(asking: Asking, somebody: Visitor) -> None:
    asked = asking()
    page = somebody.open_page(asked.link)
    target, fields = page.form()
    sent = somebody.send_request(
        "POST", target, data={**fields, "answer": "upload", "note": "At 2:10."}
    )
    assert sent.status_code == 303 and sent.headers["location"].endswith("#send")
    found = asked.recipient()
    assert (found.state, found.answer, found.note) == (RecipientState.NOTIFIED, None, "At 2:10.")
    assert found.planned and found.next_wake
    assert len(asked.acts(Action.NOTED)) == 1 and asked.acts() == []
    assert somebody.open_page(asked.link).form()[1]["note"] == "At 2:10."


def test_a_double_click_is_one_answer(asking: Asking, stack: RunningStack) -> None:
    asked = asking()
    answers = _at_once(stack, asked, [{"answer": "nothing", "note": "Dark."}] * 2)
    assert {page.url.rsplit("/", 1)[1] for page in answers} == {"thanks"}
    assert asked.recipient().state is RecipientState.NOTHING
    assert [act["answer"] for act in asked.acts()] == ["nothing"]


def test_of_two_tabs_the_last_answer_counts_and_both_are_on_record(
    asking: Asking, stack: RunningStack
) -> None:
    asked = asking()
    _at_once(stack, asked, [{"answer": "saved"}, {"answer": "declined"}])
    found = asked.recipient()
    assert found.state is found.answer and found.state in (
        RecipientState.SAVED,
        RecipientState.DECLINED,
    )
    # A clock runs if, and only if, there is something left to wait for.
    assert bool(found.next_wake) == (found.state is RecipientState.SAVED)
    assert sorted(act["answer"] for act in asked.acts()) == ["declined", "saved"]


def _at_once(stack: RunningStack, asked: Asked, answers: list[dict[str, str]]) -> list[VisitedPage]:
    """Each from a tab of its own, all opened before any is sent."""

    def tab(_: dict[str, str]) -> tuple[Visitor, VisitedPage]:
        visitor = Visitor(stack.base_url)
        return visitor, visitor.open_page(asked.link)

    tabs = [tab(answer) for answer in answers]
    try:
        with ThreadPoolExecutor(len(tabs)) as pool:
            return list(
                pool.map(
                    lambda one: one[0][0].submit(one[0][1], one[1]), zip(tabs, answers, strict=True)
                )
            )
    finally:
        for visitor, _ in tabs:
            visitor.close()


def test_whoever_is_asked_too_late_is_told_kindly_and_may_answer(
    asking: Asking, somebody: Visitor
) -> None:
    asked = asking(ago=40 * DAY)
    page = somebody.open_page(asked.link)
    assert "It is not too late to help" in page.text
    assert "It has probably been deleted" in page.text
    assert "Thank you for saving it" in somebody.submit(page, {"answer": "saved"}).text
    begun = somebody.json(
        "POST",
        f"{asked.link}/uploads",
        {"filename": "late.mp4", "size": 10, "content_type": "video/mp4"},
    )
    assert begun["upload_id"]


def test_of_two_cameras_the_page_says_which_may_still_have_it(
    asking: Asking, somebody: Visitor
) -> None:
    doorbell = Camera(1, CameraKind.DOORBELL)  # keeps three hours
    asked = asking((doorbell, Camera(2, retention_minutes=7 * 24 * 60)), ago=timedelta(hours=5))
    page = somebody.open_page(asked.link)
    assert "Camera 1: doorbell has probably deleted it already" in page.text
    assert "6 days" in page.text and "Camera 2 has" not in page.text
    assert "It has probably been deleted" not in page.text
    # A window of half an hour is lost in half an hour.
    going = asking((doorbell, asked.site.cameras[1]), ago=timedelta(hours=3, minutes=10))
    page = somebody.open_page(going.link)
    assert "Camera 1: doorbell is probably deleting it now" in page.text


READING = ("", "/thanks", "/cameras", "/send", "/sent", "/uploads")
"""Everything behind a reply link that can be read."""


def test_nothing_that_reads_changes_anything(asking: Asking, somebody: Visitor) -> None:
    asked = asking(THREE)
    before = asked.recipient()
    for method in ("GET", "HEAD"):
        for path in READING:
            status = somebody.send_request(method, f"{asked.link}{path}").status_code
            assert status in (200, 303), (method, path, status)
    reference = f"/check?reference={asked.request.reference}"
    for method in ("GET", "HEAD"):
        assert somebody.send_request(method, reference).status_code == 200
    assert asked.recipient() == before
    assert asked.acts() == []


def test_nobody_learns_the_exact_place(asking: Asking, somebody: Visitor) -> None:
    asked = asking()
    incident = asked.services.incidents.incidents.get_incident(asked.request.incident_id)
    shown = somebody.open_page(asked.link).answer.text
    for exact in (incident.latitude, incident.longitude):
        assert f"{abs(exact):.4f}" not in shown
    assert "We show an area and not the exact place" in shown


def test_the_end_of_a_request_is_told_kindly_everywhere(asking: Asking, somebody: Visitor) -> None:
    asked = asking(THREE)
    page = somebody.open_page(asked.link)
    cameras = somebody.open_page(f"{asked.link}/cameras")
    asked.services.requests.withdrawals.withdraw(asked.request.id, "Arrest made", OFFICER)
    for sent in ({"answer": "saved"}, {"answer": "upload", "note": "Wait"}, {"answer": "cameras"}):
        over = somebody.submit(page, sent, ok=False)
        assert over.answer.status_code == 410 and "You do not need to do anything" in over.text
    over = somebody.submit(cameras, {"answer_1": "saved"}, ok=False)
    assert over.answer.status_code == 410
    for path in ("", "/thanks", "/cameras"):
        assert somebody.open_page(f"{asked.link}{path}", ok=False).answer.status_code == 410
    assert asked.recipient().answer is None and asked.recipient().note == ""


def test_a_check_tells_only_that_a_reference_exists(asking: Asking, somebody: Visitor) -> None:
    asked = asking()
    there = somebody.open_page(f"/check?reference={asked.request.reference}")
    nowhere = somebody.open_page("/check?reference=0000-0001")
    assert "is the reference of a request" in there.text
    for secret in (
        "red coat", "Test Street", "Burglary", "Birmingham", "pc.lane", asked.owner.name,
        asked.owner.phrase, asked.request.id, asked.site.id, asked.request.incident_id,
    ):  # fmt: skip
        assert secret not in there.answer.text
    # Apart from the sentence itself both pages are the same.
    assert there.answer.text.count("<form") == nowhere.answer.text.count("<form")


def test_an_answer_by_camera_during_a_reminder_stands(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(stack)
    request, site, owner = desk.ask((Camera(1), Camera(2)))
    desk.now = desk.recipient(request, site).planned[0]
    send = desk.services.notifications.mailer.send
    said = (CameraAnswer(1, RecipientState.NOTHING),)

    def and_answer(message: object) -> str:
        monkeypatch.undo()
        told = send(message)  # type: ignore[arg-type]  # handed on as it came
        desk.services.requests.answers.take_answer(
            request.id, site.id, RecipientState.NOTHING, cameras=said
        )
        return told

    monkeypatch.setattr(desk.services.notifications.mailer, "send", and_answer)
    desk.wake(request, site, 1)
    found = desk.recipient(request, site)
    assert (found.state, found.by_camera) == (RecipientState.NOTHING, said)
    assert found.next_wake is None and found.reminders_sent == 1
    assert len(desk.subjects(owner)) == 2
    # Said again it is the same answer; said otherwise it is another.
    answers = desk.services.requests.answers
    assert answers.take_answer(request.id, site.id, RecipientState.NOTHING, cameras=said) == found
    desk.now += timedelta(minutes=1)
    whole = answers.take_answer(request.id, site.id, RecipientState.NOTHING)
    assert whole.by_camera == () and whole.answered_at == desk.now


def test_late_answers_by_camera_are_welcome(stack: RunningStack) -> None:
    desk = Desk(stack)
    request, site, _ = desk.ask((Camera(1), Camera(2)), left=timedelta(hours=1))
    desk.now += timedelta(hours=2)
    desk.wake(request, site, 1)
    assert desk.recipient(request, site).state is RecipientState.EXPIRED
    said = (
        CameraAnswer(1, RecipientState.SAVED),
        CameraAnswer(2, RecipientState.UNAVAILABLE, "overwritten"),
    )
    late = desk.services.requests.answers.take_answer(
        request.id, site.id, RecipientState.SAVED, cameras=said
    )
    assert late.state is RecipientState.SAVED and late.planned
    desk.services.requests.answers.mark_uploaded(request.id, site.id)
    assert desk.recipient(request, site).by_camera == said


@pytest.mark.parametrize("answer", ["saved", "nothing", "unavailable", "declined"])
def test_an_answers_button_in_the_mail_answers_only_when_it_is_confirmed(
    asking: Asking, somebody: Visitor, answer: str
) -> None:
    """Mail scanners follow every link, so that opening one must change nothing."""
    asked = asking()
    (mail,) = [
        one for one in asking.stack.mails_to(asked.owner.email) if asked.link in one["BodyText"]
    ]
    button = f"{asked.link}?answer={answer}"
    assert button in mail["BodyText"] and button in mail["BodyHtml"]
    for _ in range(2):
        page = somebody.open_page(button)
    assert "Check your answer before you send it" in page.text
    assert ("Why can you not help" in page.text) is (answer == "unavailable")
    assert asked.recipient().state is RecipientState.NOTIFIED and asked.acts() == []
    done = somebody.submit(page, {"note": "The gate was open."})
    assert done.url.endswith("/thanks")
    assert asked.recipient().answer == answer and len(asked.acts()) == 1
    assert asked.recipient().note == "The gate was open."


def test_a_button_pressed_later_shows_what_was_answered_and_an_unknown_one_the_form(
    asking: Asking, somebody: Visitor
) -> None:
    asked = asking(THREE)
    somebody.submit(somebody.open_page(f"{asked.link}?answer=nothing"), {"note": "Nobody."})
    again = somebody.open_page(f"{asked.link}?answer=declined")
    assert "You told us that there is nothing to see" in again.text
    assert again.form()[1]["note"] == "Nobody."
    for unknown in ("upload", "viewed", "<b>", ""):
        page = somebody.open_page(f"{asked.link}?answer={unknown}")
        assert "Check your answer" not in page.text and "I would rather not" in page.text
