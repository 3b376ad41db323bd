"""Each state of a recipient is declared whole, or the program does not start."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.requests.coverage.standings import Standing
from chalicelib.requests.model import ANSWERED, ANSWERS, State
from chalicelib.requests.recipient_states import (
    ANSWER_WORDS,
    MOST_TELLING,
    STATES,
    Group,
    StateKind,
    check_declared,
)
from chalicelib.telemetry.metrics import Metric

ROOT = Path(__file__).parents[3]
WORDS = ANSWER_WORDS[State.DECLINED]


def with_changes(state: State, **changes: Any) -> dict[State, StateKind]:
    return {**STATES, state: replace(STATES[state], **changes)}


def test_the_declaration_is_whole() -> None:
    check_declared(STATES)
    assert set(STATES) == set(MOST_TELLING) == set(State)
    assert tuple(ANSWER_WORDS) == ANSWERS
    assert MOST_TELLING[0] is State.UPLOADED


@pytest.mark.parametrize("state", list(State))
def test_a_state_without_an_entry_is_refused(state: State) -> None:
    left = {other: kind for other, kind in STATES.items() if other is not state}
    with pytest.raises(TypeError, match=f"{state} has no entry"):
        check_declared(left)


@pytest.mark.parametrize(
    ("state", "changes", "told"),
    [
        (State.DECLINED, {"words": None}, "words for the reply page"),
        (State.VIEWED, {"words": WORDS}, "words for the reply page"),
        (State.DECLINED, {"counted_as": None}, "is counted"),
        (State.EXPIRED, {"counted_as": Metric.SEARCHES}, "is counted"),
        (State.DECLINED, {"standing": None}, "proves something"),
        (State.NOTHING, {"layer": None}, "proves something"),
        (State.NOTHING, {"of_camera": ""}, "words for one camera"),
        (State.UPLOADED, {"help": None}, "thanks at the end"),
        (State.DECLINED, {"group": Group.WAITING}, "waited for"),
        (State.NOTIFIED, {"group": Group.OVER}, "waited for"),
        (State.WITHDRAWN, {"summary": ""}, "a line in mails"),
        (State.DECLINED, {"words": replace(WORDS, next="")}, "what comes next"),
    ],
)
def test_what_is_left_out_is_refused(state: State, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(TypeError, match=f"^{state}: .*{told}"):
        check_declared(with_changes(state, **changes))


def test_an_answer_that_may_follow_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(check_declared.__globals__["TRANSITIONS"], State.DECLINED)
    with pytest.raises(TypeError, match=r"^declined: .*what may follow it"):
        check_declared(STATES)


def test_each_answer_has_a_figure_of_its_own() -> None:
    figures = [STATES[state].counted_as for state in ANSWERED]
    assert len(set(figures)) == len(figures)


def test_every_colour_of_a_state_is_one_of_the_style_sheet() -> None:
    sheet = (ROOT / "frontend" / "src" / "styles" / "_states.scss").read_text()
    assert {kind.look for kind in STATES.values()} <= set(re.findall(r"\.tag--(\w+)", sheet))


def test_the_documents_explain_every_standing_and_every_figure() -> None:
    coverage = (ROOT / "docs" / "coverage.md").read_text()
    assert [one.value for one in Standing if f"`{one.value}`" not in coverage] == []
    operations = (ROOT / "docs" / "operations.md").read_text()
    assert [one.label for one in Metric if one.label not in operations] == []
