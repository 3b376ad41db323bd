"""Each state of a recipient is declared whole, or the program does not start."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.requests.model import ANSWERED, ANSWERS, RecipientState
from chalicelib.requests.recipient_states import (
    ANSWER_WORDS,
    MOST_TELLING,
    STATES,
    StateKind,
    TriageGroup,
    check_declared,
)
from chalicelib.requests.standings import CameraStatus
from chalicelib.telemetry.metrics import Metric

ROOT = Path(__file__).parents[3]
WORDS = ANSWER_WORDS[RecipientState.DECLINED]


def with_changes(state: RecipientState, **changes: Any) -> dict[RecipientState, StateKind]:
    return {**STATES, state: replace(STATES[state], **changes)}


def test_the_declaration_is_whole() -> None:
    check_declared(STATES)
    assert set(STATES) == set(MOST_TELLING) == set(RecipientState)
    assert tuple(ANSWER_WORDS) == ANSWERS
    assert MOST_TELLING[0] is RecipientState.UPLOADED


@pytest.mark.parametrize("state", list(RecipientState))
def test_a_state_without_an_entry_is_refused(state: RecipientState) -> None:
    left = {other: kind for other, kind in STATES.items() if other is not state}
    with pytest.raises(TypeError, match=f"{state} has no entry"):
        check_declared(left)


@pytest.mark.parametrize(
    ("state", "changes", "told"),
    [
        (RecipientState.DECLINED, {"words": None}, "words for the reply page"),
        (RecipientState.VIEWED, {"words": WORDS}, "words for the reply page"),
        (RecipientState.DECLINED, {"counted_as": None}, "is counted"),
        (RecipientState.EXPIRED, {"counted_as": Metric.SEARCHES}, "is counted"),
        (RecipientState.DECLINED, {"standing": None}, "proves something"),
        (RecipientState.NOTHING, {"layer": None}, "proves something"),
        (RecipientState.NOTHING, {"of_camera": ""}, "words for one camera"),
        (RecipientState.UPLOADED, {"help": None}, "thanks at the end"),
        (RecipientState.DECLINED, {"group": TriageGroup.WAITING}, "waited for"),
        (RecipientState.NOTIFIED, {"group": TriageGroup.OVER}, "waited for"),
        (RecipientState.WITHDRAWN, {"summary": ""}, "a line in mails"),
        (RecipientState.DECLINED, {"words": replace(WORDS, next="")}, "what comes next"),
    ],
)
def test_what_is_left_out_is_refused(
    state: RecipientState, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(TypeError, match=f"^{state}: .*{told}"):
        check_declared(with_changes(state, **changes))


def test_an_answer_that_may_follow_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(check_declared.__globals__["TRANSITIONS"], RecipientState.DECLINED)
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
    assert [one.value for one in CameraStatus if f"`{one.value}`" not in coverage] == []
    operations = (ROOT / "docs" / "operations.md").read_text()
    assert [one.label for one in Metric if one.label not in operations] == []
