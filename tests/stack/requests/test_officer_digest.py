"""Officers hear of their requests: one mail now and then, nothing lost, nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.id_tokens import Identity
from chalicelib.access.officer_profiles import NotificationTopic
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict, Unavailable
from chalicelib.core.ids import new_id
from chalicelib.incidents.teams.team_rules import WantedTeam
from chalicelib.notifications.channels import Mailer
from chalicelib.registry.model import Site
from chalicelib.requests.digest.officer_digest import GAP, GATHER, NEWS
from chalicelib.requests.model import FootageRequest, RecipientState
from tests.running import RunningStack
from tests.stack.asking import asked, signed_in
from tests.support.desk import OFFICER, Desk

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    made = Desk(stack)
    later = datetime(2027, 1, 1, tzinfo=UTC)
    email = f"{new_id()}@example.test"
    made.services.access.officer_profiles.record_sign_in(
        Identity(OFFICER, later, name="PC Alex Lane", email=email)
    )
    return made


def sent(desk: Desk) -> list[dict[str, Any]]:
    profile = desk.services.access.officer_profiles.profile(OFFICER.id)
    assert profile
    return desk.stack.mails_to(profile.email)


def mails(desk: Desk) -> list[str]:
    return [mail["Subject"] for mail in sent(desk)]


def later(desk: Desk, wait: timedelta, request: FootageRequest) -> None:
    """Time passes, and the queue, which really waits, brings what it was asked to."""
    desk.now += wait
    desk.services.requests.officer_digest.send_digest(request.id)


def note(desk: Desk, request: FootageRequest, kind: NotificationTopic) -> None:
    """Something happened to the request; whatever it was is in the same transaction."""
    noted = desk.services.requests.officer_digest.record_event(request.id, kind)
    desk.services.clients.registry_table.transact_with_retry(noted.write)
    desk.services.requests.officer_digest.queue(noted)


def save(desk: Desk, made: tuple[FootageRequest, Site, object]) -> None:
    desk.services.requests.answers.take_answer(made[0].id, made[1].id, RecipientState.SAVED)


def test_many_answers_are_one_mail(desk: Desk) -> None:
    request, *_ = made = desk.ask()
    save(desk, made)
    for _ in range(20):
        note(desk, request, NotificationTopic.FOOTAGE)
    assert mails(desk) == []
    later(desk, GATHER, request)
    assert mails(desk) == [f"Request {request.reference}: 20 new files to look at"]
    assert "Footage was saved at 1 site" in sent(desk)[0]["BodyText"]
    later(desk, GATHER, request)
    desk.services.requests.officer_digest.send_digest(request.id)
    assert len(mails(desk)) == 1


def test_the_next_mail_waits_and_says_only_what_is_new(desk: Desk) -> None:
    request, *_ = made = desk.ask()
    save(desk, made)
    later(desk, GATHER, request)
    note(desk, request, NotificationTopic.FOOTAGE)
    later(desk, GATHER, request)
    assert len(mails(desk)) == 1
    later(desk, GAP, request)
    assert mails(desk)[1:] == [f"Request {request.reference}: 1 new file to look at"]


def test_what_is_noted_while_a_mail_goes_out_is_in_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, *_ = made = desk.ask()
    save(desk, made)
    send = Mailer.send

    def note_first(mailer: Mailer, message: object) -> str:
        note(desk, request, NotificationTopic.FOOTAGE)
        return send(mailer, message)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Mailer, "send", note_first)
        later(desk, GATHER, request)
    assert len(mails(desk)) == 1
    later(desk, GAP, request)
    assert mails(desk)[1:] == [f"Request {request.reference}: 1 new file to look at"]


def test_two_who_meet_send_one_mail_and_one_that_fails_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, *_ = made = desk.ask()
    save(desk, made)
    desk.now += GATHER

    def busy(*_: object) -> str:
        raise Unavailable("Messages cannot be sent at the moment.")

    with monkeypatch.context() as patched:
        patched.setattr(Mailer, "send", busy)
        with pytest.raises(Unavailable):
            desk.services.requests.officer_digest.send_digest(request.id)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(desk.services.requests.officer_digest.send_digest, [request.id] * 4))
    assert len(mails(desk)) == 1


def test_a_lost_task_is_found_by_the_sweep(desk: Desk) -> None:
    request, *_ = made = desk.ask()
    save(desk, made)
    desk.queued()
    assert desk.recover(NEWS) == 0
    desk.now += 3 * MINUTE
    assert desk.recover(NEWS) == 1
    assert desk.tasks("news") == [{"request_id": request.id}]
    desk.services.requests.officer_digest.send_digest(request.id)
    assert len(mails(desk)) == 1
    assert desk.recover(NEWS) == 0


def test_the_deadline_tells_the_officer_and_the_end_is_told_once(desk: Desk) -> None:
    request, site, _ = desk.ask(left=timedelta(hours=4))
    desk.queued()
    for _ in range(8):
        wake = desk.wake(request, site)
        if wake.done:
            break
        desk.now = max(desk.now, wake.at) + MINUTE
    later(desk, GATHER, request)
    (subject,) = mails(desk)
    assert subject.endswith("The deadline passed without an answer at 1 site")
    assert "the request has finished" in sent(desk)[0]["BodyText"]
    note(desk, request, NotificationTopic.ENDED)
    later(desk, GAP + MINUTE, request)
    assert len(mails(desk)) == 1


def test_without_an_address_nothing_is_sent_and_nothing_fails(stack: RunningStack) -> None:
    desk = Desk(stack)  # whose officer never signed in
    request, *_ = made = desk.ask()
    save(desk, made)
    later(desk, GATHER, request)
    assert desk.services.access.officer_profiles.profile(OFFICER.id) is None


def test_a_profile_is_what_the_directory_says_but_for_what_the_officer_typed(desk: Desk) -> None:
    known = desk.services.access.officer_profiles
    before = known.profile(OFFICER.id)
    assert before and before.name == "PC Alex Lane" and before.phone == ""
    known.change_profile(
        before,
        name="Alex from Digby Road",
        phone="+441214960199",
        email="elsewhere@example.test",
        unwanted=frozenset({NotificationTopic.DEADLINE}),
    )
    with pytest.raises(Conflict):
        known.change_profile(before, name="", phone="", email="", unwanted=frozenset())
    after = known.profile(OFFICER.id)
    assert after and (after.name, after.phone) == ("Alex from Digby Road", "+441214960199")
    assert after.email == before.email, "where the directory gives one, no other is written to"
    assert not after.wants(NotificationTopic.DEADLINE) and after.wants(NotificationTopic.FOOTAGE)
    known.record_sign_in(
        Identity(OFFICER, desk.now, name="PC Alex Lane-Smith", phone="+441214960102")
    )
    again = known.profile(OFFICER.id)
    assert again and (again.name, again.phone) == ("Alex from Digby Road", "+441214960199")
    assert again.email == ""


def test_after_a_hand_over_those_who_see_the_incident_hear_of_it(desk: Desk) -> None:
    """Whoever made the request hears of it as long as they see the incident."""
    shah, address = Officer(new_id(), "dc.shah", OFFICER.roles), f"{new_id()}@example.test"
    known = desk.services.access.officer_profiles
    known.record_sign_in(Identity(shah, desk.now, name="DC Shah", email=address))
    request, *_ = made = desk.ask()
    teams = desk.services.incidents.teams
    handed = teams.change_team(desk.incident, WantedTeam((), (), True, "dc.shah"), OFFICER)
    save(desk, made)
    later(desk, GATHER, request)
    news = f"Request {request.reference}: Footage was saved at 1 site"
    assert mails(desk)[-1] == news
    assert news in [mail["Subject"] for mail in desk.stack.mails_to(address)]
    teams.leave(handed, OFFICER)
    note(desk, request, NotificationTopic.FOOTAGE)
    later(desk, GAP + MINUTE, request)
    assert mails(desk)[-1] == news
    assert len([m for m in desk.stack.mails_to(address) if request.reference in m["Subject"]]) == 2


# from outside


def test_an_officer_changes_the_profile_that_owners_see(stack: RunningStack) -> None:
    with signed_in(stack, "supervisor") as officer:
        page = officer.open_page("/console/profile")
        assert "supervisor@example.test" in page.text
        _, fields = page.form("/console/profile")
        assert fields["name"] == "Sgt Priya Nair" and fields["phone"] == "0121 496 0102"
        bad = {**fields, "phone": "not a phone", "name": "<b>"}
        refused = officer.submit(page, bad, action="/console/profile", ok=False)
        assert refused.answer.status_code == 422 and "Enter a phone number" in refused.text
        good = {"name": "Sgt P. Nair", "phone": "0121 496 0111 ext 7", "news": "footage"}
        saved = officer.submit(page, good, action="/console/profile")
        assert "Your profile is up to date" in saved.text
        stale = officer.submit(page, good, action="/console/profile", ok=False)
        assert stale.answer.status_code == 409
        boxes = saved.soup.select("input[name=news]")
        assert [box["value"] for box in boxes if box.has_attr("checked")] == ["footage"]
        back = {"name": "", "phone": "0121 496 0102", "news": "footage"}
        officer.submit(officer.open_page("/console/profile"), back, action="/console/profile")


def test_in_real_time_the_officer_hears_of_a_saved_recording(stack: RunningStack) -> None:
    with asked(stack) as made:
        reference = made.api(f"requests/{made.request_id}")["reference"]
        reply = made.somebody.open_page(made.replies[0])
        made.somebody.submit(reply, {"answer": "saved"})

        def news() -> list[dict[str, Any]]:
            # Of other requests there may be news at the same time.
            mails = stack.mails_to("investigator@example.test")
            return [mail for mail in mails if reference in mail["Subject"]]

        told = stack.wait_for(news, "news")
        assert "Footage was saved at 1 site" in told[0]["BodyText"]
        assert made.emails[0] not in told[0]["BodyText"] + told[0]["BodyHtml"]
