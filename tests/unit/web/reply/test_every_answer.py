"""Each kind of answer goes all the way: offered to the owner, said back to them, shown to officers,
counted, and weighed in what the replies show. By its declaration, so a new kind is walked too."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chalicelib.core.countries import COUNTRIES
from chalicelib.registry.model import Owner
from chalicelib.requests.closing.closing_notices import summarise_help
from chalicelib.requests.coverage.coverage_cells import seen_cells
from chalicelib.requests.digest.officer_digest import request_standing
from chalicelib.requests.model import ANSWERS, CameraAnswer, RecipientState
from chalicelib.requests.overviews.triage import triage_recipients
from chalicelib.requests.recipient_states import ANSWER_WORDS, STATES
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.requests.standings import COVERING
from chalicelib.web.coverage.geojson import request_coverage
from chalicelib.web.coverage.words import answer_words
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.templating import environment
from chalicelib.web.models import request_models
from chalicelib.web.reply import view
from chalicelib.web.reply.cameras import read_cameras
from chalicelib.web.reply.form import read_answer
from tests.unit.requests.coverage.coverage_cases import (
    FACING,
    INCIDENT,
    LONDON,
    NOW,
    asked,
    by_camera,
    covered,
    proof,
    request,
    site,
)

SETTINGS = SimpleNamespace(
    force_name="Anytown Police", force_phone="101", basemap_url="", time_zone=LONDON
)
CALL = SimpleNamespace(
    now=NOW,
    services=SimpleNamespace(settings=SETTINGS, clients=SimpleNamespace(country=COUNTRIES["GB"])),
)
ONE, TWO = site(FACING), site(FACING, replace(FACING, number=2))
OWNER = Owner("w" * 16, "Alex", "alex@example.test", "", "amber kettle harbour", NOW)

each_answer = pytest.mark.parametrize("answer", ANSWERS)


def page(template: str, answer: RecipientState | None, *, several: bool = False) -> str:
    """A page behind a reply link, after this answer, as an owner reads it."""
    where = TWO if several else ONE
    one = asked(where, answer or RecipientState.VIEWED).recipient
    matter = RecipientContext(request(), one, INCIDENT, where, OWNER)
    context: dict[str, Any] = view._context(cast("RequestContext", CALL), matter)
    context |= {"settings": SETTINGS, "zone": LONDON, "address": "/reply/x", "errors": {}}
    made = environment(LONDON, "GB").get_template(f"resident/{template}.html")
    return unescape(made.render({**context, "values": view.site_values(matter)}))


@each_answer
@pytest.mark.parametrize("several", [False, True])
def test_the_form_offers_it_and_takes_it(answer: RecipientState, several: bool) -> None:
    words, form = ANSWER_WORDS[answer], page("reply", None, several=several)
    assert f'value="{answer}"' in form and words.hint in form
    assert ((several and words.choice_of_several) or words.choice) in form
    assert read_answer({"answer": [answer]}, ONE).said is answer


@each_answer
def test_the_form_by_camera_offers_it_and_takes_it(answer: RecipientState) -> None:
    form = page("reply_cameras", None, several=True)
    assert form.count(f'value="{answer}"') == 2 and ANSWER_WORDS[answer].of_camera in form
    assert read_cameras({"answer_2": [answer]}, TWO) == (CameraAnswer(2, answer),)


@each_answer
def test_it_is_said_back_to_its_owner(answer: RecipientState) -> None:
    words = ANSWER_WORDS[answer]
    assert f"You told us {words.said} on" in page("reply", answer)
    thanks = page("reply_thanks", answer)
    assert words.thanks in thanks and words.next in thanks
    assert words.next_of_several in page("reply_thanks", answer, several=True)


def test_who_saved_it_is_told_how_often_they_are_reminded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "We will remind you twice at most." in page("reply_thanks", RecipientState.SAVED)
    monkeypatch.setattr(view, "SAVED_MARKS", (0.5, 0.7, 0.9))
    assert "We will remind you 3 times at most." in page("reply_thanks", RecipientState.SAVED)


@pytest.mark.parametrize("state", list(RecipientState))
def test_officers_see_every_state_by_its_own_word(state: RecipientState) -> None:
    tag = str(environment(LONDON, "GB").get_template("parts/status.html").module.answer_tag(state))
    assert tag == f'<span class="tag tag--{STATES[state].look}">{STATES[state].tag}</span>'


@pytest.mark.parametrize("state", list(RecipientState))
def test_it_stands_in_its_group_and_in_mails_to_officers(state: RecipientState) -> None:
    one = asked(ONE, state).recipient
    found = triage_recipients([one], {}, NOW)
    assert found.counts == ((state, STATES[state].group, 1),)
    assert [group for group, _ in found.groups] == [STATES[state].group]
    assert request_standing([one]).said == ((STATES[state].summary or "No answer yet", 1),)


@each_answer
def test_the_api_answers_it(answer: RecipientState) -> None:
    one = by_camera(asked(TWO, answer), (2, answer)).recipient
    made = request_models.RecipientModel.from_domain(one, request()).as_json()
    assert (made["state"], made["answer"]) == (answer, answer)
    assert made["cameras"] == [{"number": 2, "answer": answer, "reason": None}]
    schema = request_models.CameraAnswerModel.model_json_schema()
    assert answer in schema["properties"]["answer"]["enum"]
    assert (
        f"{answer} if any is" in schema["description"] or f"else {answer}" in schema["description"]
    )


def test_the_api_takes_no_other_state_for_an_answer() -> None:
    for state in set(RecipientState) - {*ANSWERS, RecipientState.UPLOADED}:
        with pytest.raises(ValueError, match="is no answer"):
            request_models.CameraAnswerModel.from_source(CameraAnswer(1, state))


@pytest.mark.parametrize("state", [*ANSWERS, RecipientState.UPLOADED])
def test_what_the_replies_show_goes_by_it(state: RecipientState) -> None:
    kind, found = STATES[state], covered(asked(ONE, state))
    (segment,) = found.segments
    (shown,) = segment.counts
    if kind.layer:
        assert shown in COVERING and shown.value == kind.layer.value
    else:
        assert shown is kind.standing
    made = request_coverage(proof(found), seen_cells(found)).as_json()
    assert made["features"][0]["properties"]["cameras"][0]["answer"] == state
    single = by_camera(asked(TWO, state), (1, state))
    (first, _) = covered(single).sites[0].views
    assert answer_words(single, first) == kind.of_camera


@pytest.mark.parametrize("state", [*ANSWERS, RecipientState.UPLOADED])
def test_its_owner_is_thanked_for_it_at_the_end(state: RecipientState) -> None:
    thanked, help_given = summarise_help([(asked(ONE, state).recipient, "1")]), STATES[state].help
    assert help_given and getattr(thanked, help_given.value)
