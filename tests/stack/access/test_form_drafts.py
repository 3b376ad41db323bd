"""What was typed is not lost when a session has ended, a page is too old or the service fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.form_drafts import FormDrafts
from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.core.ids import token_hash
from chalicelib.core.times import iso_seconds, utc_now
from chalicelib.web.http.csrf import make_csrf_token
from chalicelib.web.http.headers import OFFICER_COOKIE, OWNER_COOKIE
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack
from tests.stack.asking import Asked, asked, signed_in
from tests.stack.residents import Resident, registry
from tests.support.desk import Session, add_site, settings_of

LETTER = "Please look for two people with a ladder, about ten past nine."
HERE = "Your letter is here; nothing has been sent"


@pytest.fixture(scope="module")
def case(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def removed_afterwards(stack: RunningStack) -> Iterator[None]:
    """Every sign-in of the next hour would lead these officers to what is left here."""
    yield
    cognito, pool = stack.client("cognito-idp"), str(stack.described["user_pool_id"])
    drafts = FormDrafts(registry(stack), lambda: datetime.now(UTC))
    for name in ("investigator", "supervisor"):
        user = cognito.admin_get_user(UserPoolId=pool, Username=name)
        said = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
        drafts.remove_drafts(f"officer.{said['sub']}")


def compose(case: Asked, officer: Visitor) -> tuple[str, dict[str, Any]]:
    """The address and the fields of a letter that an officer has written to a new owner."""
    services = Container(settings_of(case.stack), utc_now, Session(case.stack))
    site, _ = add_site(services, [Camera(1, retention_minutes=28 * 1440)])
    found = officer.submit(
        officer.open_page(f"/console/incidents/{case.incident_id}"),
        {"reason": "Cameras", "radius_m": "100"},
        action="/searches",
    )
    target, fields = officer.submit(found, {"site_id": site.id}, action="/compose").form(
        "/requests"
    )
    return target, {**fields, "site_id": site.id, "message": LETTER}


def end_session(stack: RunningStack, visitor: Visitor, cookie: str = OFFICER_COOKIE) -> None:
    """Nobody used the session for longer than it lasts."""
    old = iso_seconds(datetime.now(UTC) - timedelta(hours=3))
    partition = f"SESSION#{token_hash(visitor.cookie(cookie))}"
    registry(stack).update(partition, "SESSION", assign={"seen_at": old})


def sign_in_again(stack: RunningStack, visitor: Visitor, role: str, to: str = "") -> VisitedPage:
    """Signs in from the address that the service led to, else with nothing in mind."""
    account = stack.officer(role)
    visitor.sign_in(account["username"], account["password"])
    return visitor.open_page(to or "/console")


def requests_of(case: Asked) -> int:
    page = case.officer.open_page(f"/console/incidents/{case.incident_id}")
    return page.answer.text.count('href="/console/requests/')


@pytest.mark.parametrize("cookie", ["kept", "gone"])
def test_a_letter_outlives_the_session(stack: RunningStack, case: Asked, cookie: str) -> None:
    with signed_in(stack, "supervisor") as officer:
        target, letter = compose(case, officer)
        end_session(stack, officer)
        if cookie == "gone":
            officer.set_cookie(OFFICER_COOKIE, "")
        before = requests_of(case)
        answers = [officer.send_request("POST", target, data=letter) for _ in range(2)]
        places = {answer.headers["location"] for answer in answers}
        assert len(places) == 1, "a reload keeps it once"
        (place,) = places
        assert place.startswith("/console/sign-in?to=%2Fconsole%2Fdrafts%2F")
        draft = "/console/drafts/" + place.rpartition("%2F")[2]
        assert (
            LETTER not in place
            and "/console/sign-in" in officer.send_request("GET", draft).headers["location"]
        )
        page = sign_in_again(stack, officer, "supervisor", draft)
        assert HERE in page.text
        again, fields = page.form("/requests")
        assert fields["message"] == LETTER and again.endswith("/requests")
        assert fields["site_id"] == letter["site_id"], "the only one that is ticked"
        assert requests_of(case) == before, "it is never sent by itself"
        sent = officer.send_request("POST", again, data=fields)
        assert sent.status_code == 303 and "/console/requests/" in sent.headers["location"]
        gone = officer.open_page(draft, ok=False)
        assert gone.answer.status_code == 410 and "has been sent since" in gone.text


def test_a_letter_is_its_writers_alone(stack: RunningStack, case: Asked) -> None:
    """At a shared desk the next officer signs in in the same browser."""
    with signed_in(stack, "investigator") as officer:
        target, letter = compose(case, officer)
        own = officer.cookie(OFFICER_COOKIE)
        other = stack.officer("supervisor")
        officer.set_cookie(OFFICER_COOKIE, "")
        officer.sign_in(other["username"], other["password"])
        refused = officer.send_request("POST", target, data=letter)
        assert refused.status_code == 403
        assert "opened by somebody else" in refused.text and LETTER not in refused.text
        stored = [
            item
            for item in registry(stack).query("DRAFTS#officer." + sub(officer), prefix="DRAFT#")
            if LETTER[:20] in str(item)
        ]
        assert stored == []
        officer.set_cookie(OFFICER_COOKIE, own)
        end_session(stack, officer)
        place = officer.send_request("POST", target, data=letter).headers["location"]
        draft = "/console/drafts/" + place.rpartition("%2F")[2]
        page = sign_in_again(stack, officer, "supervisor")
        assert HERE not in page.text
        assert officer.open_page(draft, ok=False).answer.status_code == 410
    with stack.visitor() as writer:
        back = sign_in_again(stack, writer, "investigator", draft)
        assert HERE in back.text and back.form("/requests")[1]["message"] == LETTER


def sub(officer: Visitor) -> str:
    """Whose session it is, as Cognito names them."""
    import base64

    claims = officer.bearer().split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])


def test_a_draft_lasts_an_hour(stack: RunningStack, case: Asked) -> None:
    with signed_in(stack, "investigator") as officer:
        target, letter = compose(case, officer)
        end_session(stack, officer)
        place = officer.send_request("POST", target, data=letter).headers["location"]
        draft_id = place.rpartition("%2F")[2]
        sign_in_again(stack, officer, "investigator")
        partition = f"DRAFTS#officer.{sub(officer)}"
        item = registry(stack).get(partition, f"DRAFT#{draft_id}")
        assert item is not None
        left = item["expires_at"] - datetime.now(UTC).timestamp()
        assert 3400 < left <= 3600
        registry(stack).update(
            partition, f"DRAFT#{draft_id}", assign={"ends_at": "2020-01-01T00:00:00Z"}
        )
        assert officer.open_page(f"/console/drafts/{draft_id}", ok=False).answer.status_code == 410


@pytest.mark.parametrize(
    ("page", "action", "field"),
    [
        ("/console/incidents/{incident}/closing", "/closing", "words"),
        ("/console/requests/{request}/recipients/{site}", "/messages", "text"),
        ("/console/requests/{request}", "/withdrawal", "reason"),
        ("/console/incidents/new", "/console/incidents/new", "public_description"),
        ("/console/incidents/{incident}/contacts/{site}", "/contacts/", "reason"),
        ("/console/incidents/{incident}", "/searches", "reason"),
    ],
)
def test_whatever_an_officer_writes_is_kept(
    stack: RunningStack, case: Asked, page: str, action: str, field: str
) -> None:
    recipient = case.api(f"requests/{case.request_id}")["recipients"][0]
    at = page.format(incident=case.incident_id, request=case.request_id, site=recipient["site_id"])
    with signed_in(stack, "investigator") as officer:
        target, fields = officer.open_page(at).form(action)
        end_session(stack, officer)
        sent = officer.send_request("POST", target, data={**fields, field: LETTER})
        draft = "/console/drafts/" + sent.headers["location"].rpartition("%2F")[2]
        back = sign_in_again(stack, officer, "investigator", draft)
        assert "You were signed out" in back.text and "nothing has been sent" in back.text
        assert not back.text.startswith("Error")
        assert back.form(action)[1][field] == LETTER


def test_what_somebody_else_makes_a_browser_send_is_not_kept(
    stack: RunningStack, case: Asked
) -> None:
    with signed_in(stack, "investigator") as officer:
        target, letter = compose(case, officer)
        end_session(stack, officer)
        until, mac, signed, person = str(letter["csrf_token"]).split(".", 3)
        forged = ["", "x", f"{until}.{mac}", f"{until}.{mac}.{signed}.officer.other"]
        forged.append(f"{until}.{mac}.{'0' * 64}.{person}")
        for token in forged:
            answer = officer.send_request("POST", target, data={**letter, "csrf_token": token})
            assert answer.headers["location"] == "/console/sign-in"
        elsewhere = officer.send_request(
            "POST", target, data=letter, headers={"Origin": "https://elsewhere.example"}
        )
        assert elsewhere.status_code in (303, 403)
        assert "drafts" not in elsewhere.headers.get("location", "")


def test_an_owner_finds_what_they_entered(stack: RunningStack, pat: Resident) -> None:
    page = pat.visitor.open_page("/account/details")
    end_session(stack, pat.visitor, OWNER_COOKIE)
    asked_for = pat.visitor.submit(page, {"name": "Pat Jones-Green"}, action="/account/details")
    assert asked_for.url.endswith("/sign-in?kept=yes")
    assert "Nothing has been sent" in asked_for.text
    back = pat.sign_in()
    assert "/account/drafts/" in back.url and "What you entered is here" in back.text
    assert back.form("/account/details")[1]["name"] == "Pat Jones-Green"
    done = pat.visitor.submit(back, {}, action="/account/details")
    assert "Your details are up to date" in done.text
    assert "/account/drafts/" not in pat.sign_in().url, "it was sent"


def test_nothing_stays_of_an_owner_who_leaves(stack: RunningStack, pat: Resident) -> None:
    page = pat.visitor.open_page("/account/details")
    end_session(stack, pat.visitor, OWNER_COOKIE)
    pat.visitor.submit(page, {"name": "Pat Jones-Green"}, action="/account/details")
    pat.sign_in()
    partition = f"DRAFTS#owner.{pat.owner_id}"
    assert list(registry(stack).query(partition))
    leaving = pat.visitor.open_page("/account/remove")
    pat.visitor.submit(leaving, {}, action="/account/remove")
    assert list(registry(stack).query(partition)) == []
    late = pat.visitor.submit(page, {"name": "Pat"}, action="/account/details")
    assert late.url.endswith("/sign-in") and list(registry(stack).query(partition)) == []


def key_of(stack: RunningStack) -> bytes:
    secrets = stack.client("secretsmanager")
    value = secrets.get_secret_value(SecretId=stack.target.outputs()["SecretArn"])
    return str(json.loads(value["SecretString"])["key"]).encode()


def test_a_page_without_a_session_that_was_open_for_long_shows_what_was_typed(
    stack: RunningStack, case: Asked
) -> None:
    """The reply page of somebody who came back the next day."""
    page = case.somebody.open_page(f"{case.replies[0]}/messages")
    old = make_csrf_token(key_of(stack), "", datetime.now(UTC) - timedelta(hours=25))
    refused = case.somebody.submit(
        page, {"text": LETTER, "csrf_token": old}, action="/messages", ok=False
    )
    assert refused.answer.status_code == 403
    assert "open for too long. Check what you entered and send it again" in refused.text
    assert refused.form("/messages")[1]["text"] == LETTER
    sent = case.somebody.submit(refused, {}, action="/messages")
    assert "Your message has been sent" in sent.text
    assert sent.text.count(LETTER) == 1


def test_a_script_is_told_where_to_go(stack: RunningStack, case: Asked) -> None:
    """It cannot see where a redirect leads."""
    with signed_in(stack, "investigator") as officer:
        page = "/console/profile"
        opened = officer.open_page(page)
        target, hidden = opened.form(page)
        # As they are: later tests wait for mails that this officer gets.
        fields = {**hidden, "news": opened.checked("news")}
        asks = {"Accept": "application/json"}
        taken = officer.send_request("POST", target, data=fields, headers=asks)
        assert taken.status_code == 200
        assert taken.json() == {"location": "/console/profile?done=1"}
        wrong = officer.send_request(
            "POST", target, data={**fields, "name": "x" * 500}, headers=asks
        )
        assert wrong.status_code == 422 and "<h1" in wrong.text
        end_session(stack, officer)
        ended = officer.send_request("POST", target, data=fields, headers=asks)
        assert ended.json()["location"].startswith("/console/sign-in?to=%2Fconsole%2Fdrafts%2F")
