"""A signed-in owner sees and changes their own, and nobody else's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.core.ids import new_id, new_token
from chalicelib.registry.map_counts import count_key
from chalicelib.registry.model import Site
from chalicelib.registry.owner_sign_in import MOST_A_DAY
from chalicelib.registry.site_index import index_entry, unpack_entry
from infra.localstack.visitor import VisitedPage
from tests.running import RunningStack
from tests.stack.asking import asked
from tests.stack.residents import (
    Resident,
    audit_of,
    link_item,
    make_old,
    new_email,
    registry,
    store,
)

pytestmark = pytest.mark.usefixtures("area_data")


@pytest.fixture
def site(pat: Resident) -> Site:
    (only,) = pat.sites()
    assert isinstance(only, Site)
    return only


def count_at(stack: RunningStack, site: Site) -> int:
    item = registry(stack).get(*count_key(index_entry(site).h3, 8))
    return int(item["n"]) if item else 0


def on_the_map(stack: RunningStack, site: Site) -> bool:
    """Whether the index has the site where it stands."""
    entry = index_entry(site)
    found = registry(stack).query(
        str(entry.attributes()["cell"]), between=(entry.h3, entry.h3), index=("Cell", "cell", "h3")
    )
    return any(item["PK"] == f"SITE#{site.id}" for item in found)


def change(pat: Resident, path: str, values: dict[str, str], *, ok: bool = True) -> VisitedPage:
    """Opens a page of the account, fills in its form and sends it."""
    return pat.visitor.submit(pat.visitor.open_page(path), values, action=path, ok=ok)


# Signing in


def test_the_account_shows_what_is_registered(stack: RunningStack, pat: Resident) -> None:
    page = pat.visitor.open_page("/account")
    owner = store(stack).owner(pat.owner_id)
    assert owner is not None
    for text in (f"{pat.email[:8]} High Street", "XQ1 1AA", "Camera 2", owner.phrase, pat.email):
        assert text in page.text
    assert "signed in" in audit_of(stack, f"owner.{owner.id}")


def test_the_answer_is_the_same_for_an_unknown_address(stack: RunningStack, pat: Resident) -> None:
    stranger = new_email()
    with stack.visitor() as somebody:
        shown = somebody.open_page("/sign-in")
        unknown = somebody.submit(shown, {"email": stranger}, action="/sign-in")
        known = somebody.submit(shown, {"email": pat.email}, action="/sign-in")
    assert unknown.answer.status_code == known.answer.status_code == 200
    assert unknown.text.replace(stranger, "") == known.text.replace(pat.email, "")
    (mail,) = stack.mails_to(stranger)
    assert mail["Subject"] == "No cameras are registered with this address"
    assert "/sign-in/confirm" not in mail["BodyText"]


def test_an_address_that_is_none_is_told_and_kept(stack: RunningStack) -> None:
    with stack.visitor() as somebody:
        page = somebody.submit(
            somebody.open_page("/sign-in"), {"email": "pat at home"}, action="/sign-in", ok=False
        )
    assert page.answer.status_code == 422
    assert "correct format" in page.text
    assert page.form("/sign-in")[1]["email"] == "pat at home"


def test_a_sign_in_link_works_once_and_only_by_its_button(
    stack: RunningStack, pat: Resident
) -> None:
    with stack.visitor() as somebody:
        somebody.submit(somebody.open_page("/sign-in"), {"email": pat.email}, action="/sign-in")
        link = pat.link("/sign-in/confirm")
        shown = [somebody.open_page(link) for _ in range(3)][-1]
        assert "used_at" not in link_item(stack, link)
        assert "Your cameras" in somebody.submit(shown, {}).text
        for page in (somebody.submit(shown, {}, ok=False), somebody.open_page(link, ok=False)):
            assert page.answer.status_code == 410
            assert "has been used" in page.text


def test_an_old_a_forged_and_a_foreign_sign_in_link(stack: RunningStack, pat: Resident) -> None:
    with stack.visitor() as somebody:
        somebody.submit(somebody.open_page("/sign-in"), {"email": pat.email}, action="/sign-in")
        link = pat.link("/sign-in/confirm")
        shown = somebody.open_page(link)
        make_old(stack, link)
        late = somebody.submit(shown, {}, ok=False)
        assert late.answer.status_code == 410
        assert "more than 30 minutes old" in late.text
        foreign = pat.link("/register/confirm").partition("token=")[2]
        for token in ("", "x", new_token(), foreign):
            page = somebody.open_page(f"/sign-in/confirm?token={token}", ok=False)
            assert page.answer.status_code == 404


def test_one_address_gets_only_so_many_sign_in_links_a_day(stack: RunningStack) -> None:
    email = new_email()
    with stack.visitor() as somebody:
        shown = somebody.open_page("/sign-in")
        pages = [
            somebody.submit(shown, {"email": email}, action="/sign-in")
            for _ in range(MOST_A_DAY + 2)
        ]
    assert len({page.text for page in pages}) == 1
    assert len(stack.mails_to(email)) == MOST_A_DAY


def test_nobody_gets_in_without_a_session(stack: RunningStack, site: Site) -> None:
    paths = ["/account", "/account/details", "/account/remove", f"/account/sites/{site.id}/remove"]
    with stack.http() as http:
        for path in paths:
            for cookie in ("", "__Host-owner=x", f"__Host-owner={new_token()}"):
                answer = http.get(path, headers={"Cookie": cookie} if cookie else {})
                assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert http.post("/account/remove", data={}).status_code == 303


def test_signing_out_ends_the_session_and_not_only_the_cookie(
    stack: RunningStack, pat: Resident
) -> None:
    (kept,) = pat.visitor._cookies.values()
    cookie = "; ".join(f"{name}={value}" for name, value in kept.items())
    pat.visitor.submit(pat.visitor.open_page("/account"), {}, action="/account/sign-out")
    with stack.http() as http:
        assert http.get("/account", headers={"Cookie": cookie}).status_code == 303


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(
    stack: RunningStack, pat: Resident
) -> None:
    with stack.visitor() as somebody:
        somebody.submit(somebody.open_page("/sign-in"), {"email": pat.email}, action="/sign-in")
        target, values = somebody.open_page(pat.link("/sign-in/confirm")).form()
        answer = somebody.send_request("POST", target, data=values)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-owner=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie


# Changing


def test_a_described_camera_changes_the_index(
    stack: RunningStack, pat: Resident, site: Site
) -> None:
    before = index_entry(site)
    done = change(
        pat,
        f"/account/sites/{site.id}/cameras/1",
        {"kind": "doorbell", "model": "ring/30-days", "keeps": "2", "keeps_unit": "weeks"}
        | {"bearing": "90", "angle": "120", "records": "yes"},
    )
    assert "Your camera is up to date" in done.text
    (after,) = pat.sites()
    first, second = after.cameras
    assert (first.kind, first.make, first.plan) == ("doorbell", "ring", "30-days")
    assert (first.retention_minutes, first.bearing, first.angle) == (14 * 24 * 60, 90, 120)
    assert second == site.cameras[1]
    assert index_entry(after) != before
    stored = registry(stack).get(f"SITE#{after.id}", "SITE")
    assert stored is not None
    assert unpack_entry(stored["PK"], stored["v"]) == index_entry(after)
    assert on_the_map(stack, after)
    assert audit_of(stack, f"site.{site.id}") == ["registered a site", "changed a site"]
    shown = pat.visitor.open_page(f"/account/sites/{site.id}/cameras/1").form("/cameras/1")[1]
    assert (shown["model"], shown["keeps"], shown["keeps_unit"]) == ("ring/30-days", "14", "days")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "drone"}, "Select what kind of camera"),
        ({"model": "ring/for-ever"}, "Select the make and plan"),
        ({"model": "other", "make": "<b>"}, "cannot contain"),
        ({"keeps": "long"}, "whole number"),
        ({"keeps": "9999", "keeps_unit": "weeks"}, "5 years or less"),
        ({"keeps": "3", "keeps_unit": "moons"}, "hours, days or weeks"),
        ({"bearing": "361"}, "between 0 and 359"),
        ({"angle": "0"}, "between 1 and 360"),
        ({"records": "perhaps"}, "Select whether it records"),
    ],
)
def test_a_wrong_description_is_told_and_kept(
    pat: Resident, site: Site, values: dict[str, str], said: str
) -> None:
    page = change(pat, f"/account/sites/{site.id}/cameras/1", values, ok=False)
    assert page.answer.status_code == 422
    assert said in page.text
    assert pat.sites() == [site]


def test_more_and_fewer_cameras(pat: Resident, site: Site) -> None:
    path = f"/account/sites/{site.id}/cameras"
    change(pat, path, {"camera_count": "4"})
    assert [camera.number for camera in pat.sites()[0].cameras] == [1, 2, 3, 4]
    pat.visitor.submit(pat.visitor.open_page(f"{path}/2"), {}, action="/cameras/2/remove")
    assert [camera.number for camera in pat.sites()[0].cameras] == [1, 3, 4]
    change(pat, path, {"camera_count": "1"})
    assert [camera.number for camera in pat.sites()[0].cameras] == [1]
    last = pat.visitor.submit(pat.visitor.open_page(f"{path}/1"), {}, action="/cameras/1/remove")
    assert "Remove this address?" in last.text
    assert change(pat, path, {"camera_count": "0"}, ok=False).answer.status_code == 422


def test_moving_the_pin_moves_entry_and_counts(
    stack: RunningStack, pat: Resident, site: Site
) -> None:
    path = f"/account/sites/{site.id}/position"
    far = {"latitude": "52.484000", "longitude": "-1.905387"}
    moved = replace(site, latitude_e6=52_484_000, longitude_e6=-1_905_387)
    old, new = count_at(stack, site), count_at(stack, moved)
    change(pat, path, far)
    assert (count_at(stack, site), count_at(stack, moved)) == (old - 1, new + 1)
    assert (on_the_map(stack, site), on_the_map(stack, moved)) == (False, True)
    assert pat.sites()[0].position_source == "pin"
    change(pat, path, {"latitude": "", "longitude": ""})
    assert (count_at(stack, site), count_at(stack, moved)) == (old, new)
    assert pat.sites()[0].position_source == "postcode"
    wrong = change(pat, path, {"latitude": "51.5", "longitude": "-0.12"}, ok=False)
    assert wrong.answer.status_code == 422


def test_of_two_windows_the_second_is_told(pat: Resident, site: Site) -> None:
    path = f"/account/sites/{site.id}/cameras"
    first, second = pat.visitor.open_page(path), pat.visitor.open_page(path)
    pat.visitor.submit(first, {"camera_count": "3"}, action=path)
    late = pat.visitor.submit(second, {"camera_count": "7"}, action=path, ok=False)
    assert late.answer.status_code == 409
    assert "changed in the meantime" in late.text
    assert late.form(path)[1]["camera_count"] == "7"
    assert len(pat.sites()[0].cameras) == 3
    pat.visitor.submit(late, {}, action=path)
    assert len(pat.sites()[0].cameras) == 7


def test_name_and_phone_can_be_put_right(stack: RunningStack, pat: Resident) -> None:
    first, second = (pat.visitor.open_page("/account/details") for _ in range(2))
    pat.visitor.submit(first, {"name": "Pat Smith", "phone": ""}, action="details")
    owner = store(stack).owner(pat.owner_id)
    assert owner is not None
    assert (owner.name, owner.phone) == ("Pat Smith", "")
    late = pat.visitor.submit(second, {"name": "Pat Brown"}, action="details", ok=False)
    assert late.answer.status_code == 409
    wrong = change(pat, "/account/details", {"phone": "no"}, ok=False)
    assert wrong.answer.status_code == 422


def test_another_owners_site_is_as_one_that_does_not_exist(
    stack: RunningStack, pat: Resident, site: Site
) -> None:
    with stack.visitor() as visitor:
        other = Resident(stack, visitor)
        other.register()
        other.sign_in()
        own = other.sites()[0].id
        for path in ("cameras/1", "cameras", "position", "remove"):
            pages = [
                visitor.open_page(f"/account/sites/{site_id}/{path}", ok=False)
                for site_id in (site.id, new_id(), "x" * 16)
            ]
            assert {page.answer.status_code for page in pages} == {404}
            assert len({page.text for page in pages}) == 1
            target, values = visitor.open_page(f"/account/sites/{own}/{path}").form(f"/{path}")
            answer = visitor.send_request("POST", target.replace(own, site.id), data=values)
            assert answer.status_code == 404
        camera = visitor.open_page(f"/account/sites/{own}/cameras/99", ok=False)
        assert camera.answer.status_code == 404
        request = visitor.open_page("/account").form("/account/sign-out")[1]
        asked = visitor.send_request(
            "POST", f"/account/requests/{new_id()}/{site.id}", data=request
        )
        assert asked.status_code == 404
    assert pat.sites() == [site]


def test_a_form_of_another_session_is_refused(stack: RunningStack, pat: Resident) -> None:
    with stack.visitor() as visitor:
        other = Resident(stack, visitor)
        other.register()
        other.sign_in()
        token = visitor.open_page("/account/remove").form("/account/remove")[1]["csrf_token"]
    answer = pat.visitor.send_request("POST", "/account/remove", data={"csrf_token": token})
    assert answer.status_code == 403
    assert len(pat.sites()) == 1


def test_who_is_signed_in_need_not_say_again_who_they_are(pat: Resident) -> None:
    shown = pat.visitor.open_page("/register").form("/register")[1]
    assert (shown["name"], shown["email"], shown["phone"]) == (
        "Pat Jones",
        pat.email,
        "07700 900982",
    )


# Requests


def test_a_request_that_waits_is_shown_and_leads_to_its_page(stack: RunningStack) -> None:
    with asked(stack) as request, stack.visitor() as visitor, stack.visitor() as another:
        owner = Resident(stack, visitor, request.emails[0])
        account = owner.sign_in()
        assert "Waiting for your answer" in account.text
        assert request.emails[0][:6] in account.text
        shown = visitor.submit(account, {}, action="/account/requests/")
        assert "/reply/" in shown.url
        assert "red coat" in shown.text

        stranger = Resident(stack, another, request.emails[1])
        token = stranger.sign_in().form("/account/sign-out")[1]
        target, _ = account.form("/account/requests/")
        assert another.send_request("POST", target, data=token).status_code == 404

        visitor.submit(shown, {"answer": "nothing"}, action="/reply/")
        assert "Waiting for your answer" not in visitor.open_page("/account").text


# Leaving


def test_removing_a_site_takes_it_off_the_map(
    stack: RunningStack, pat: Resident, site: Site
) -> None:
    before = count_at(stack, site)
    done = change(pat, f"/account/sites/{site.id}/remove", {})
    assert "has been removed" in done.text
    assert pat.sites() == []
    assert store(stack).site(site.id) is None
    assert list(registry(stack).query(f"SITE#{site.id}")) == []
    assert (count_at(stack, site), on_the_map(stack, site)) == (before - 1, False)
    assert audit_of(stack, f"site.{site.id}")[-1] == "removed a site"
    pat.register()
    assert len(pat.sites()) == 1


def test_removing_everything_leaves_only_the_record(
    stack: RunningStack, pat: Resident, site: Site
) -> None:
    pat.register(address_line_1="2 Other Road")
    sites, owner_id = pat.sites(), pat.owner_id
    assert len(sites) == 2
    asked = pat.visitor.open_page("/account/remove")
    assert "2 Other Road" in asked.text
    done = pat.visitor.submit(asked, {}, action="/account/remove")
    assert "has been removed" in done.text
    assert store(stack).owner_id_of(pat.email) is None
    assert store(stack).owner(owner_id) is None
    assert list(registry(stack).query(f"OWNER#{owner_id}")) == []
    for one in sites:
        assert store(stack).site(one.id) is None
        assert not on_the_map(stack, one)
    assert audit_of(stack, f"owner.{owner_id}")[-1] == "removed their registration"
    pat.last_told("Your registration has been removed")
    assert pat.visitor.open_page("/account").url.endswith("/sign-in")


def test_a_session_of_a_removed_owner_ends(stack: RunningStack, pat: Resident) -> None:
    with stack.visitor() as elsewhere:
        same = Resident(stack, elsewhere, pat.email)
        same.sign_in()
        elsewhere.submit(elsewhere.open_page("/account/remove"), {}, action="/account/remove")
    assert pat.visitor.open_page("/account").url.endswith("/sign-in")
    pat.register()
    assert len(pat.sites()) == 1
