"""Who is asked of the chosen sites, and until when each has its footage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.cameras.model import HOUR as HOUR_MINUTES
from chalicelib.cameras.model import Camera
from chalicelib.core.errors import Refused
from chalicelib.registry.model import Site
from chalicelib.requests.model import Deadline, FootageWindow, SkippedSite, SkipReason
from chalicelib.requests.recipients.eligibility import EligibilityFacts, OwnerFacts, PastContact
from chalicelib.requests.recipients.recipient_selection import RecipientSelection
from tests.support.places import a_site

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = FootageWindow(NOW - 2 * HOUR, NOW - HOUR)


class Register:
    """The facts and the sites; nobody has searched for the incident."""

    def __init__(self, facts: EligibilityFacts, *sites: Site) -> None:
        self.facts, self.sites = facts, sites

    def read_facts(self, *_: Any) -> EligibilityFacts:
        return self.facts

    def sites_by_id(self, ids: Collection[str]) -> dict[str, Site]:
        return {one.id: one for one in self.sites if one.id in ids}

    def of_incident(self, _: str) -> Sequence[Any]:
        return ()


def selection(facts: EligibilityFacts, *sites: Site, budget: int = 4) -> RecipientSelection:
    register: Any = Register(facts, *sites)
    return RecipientSelection(register, register, register, budget)


def facts_of(number: int, owner: OwnerFacts | None = None) -> EligibilityFacts:
    owners = {f"s{n}": f"o{n}" for n in range(number)}
    return EligibilityFacts(owners, dict.fromkeys(owners.values(), owner or OwnerFacts()), {})


def chosen(*ids: str) -> dict[str, FootageWindow]:
    return dict.fromkeys(ids, WINDOW)


def test_registered_sites_are_decided_by_the_rules_and_the_budget() -> None:
    asked_once = OwnerFacts(None, (PastContact("other", "i", NOW - HOUR, ("s0",)),))
    facts = facts_of(1, asked_once)
    decision, known = selection(facts, budget=2).decide(chosen("s0"), "i", "r", NOW, override=False)
    assert (decision.asked, decision.skipped, known) == (("s0",), (), facts)
    often = selection(facts, budget=1)
    decision, _ = often.decide(chosen("s0"), "i", "r", NOW, override=False)
    assert decision.skipped == (SkippedSite("s0", SkipReason.ASKED_OFTEN),)
    decision, _ = often.decide(chosen("s0"), "i", "r", NOW, override=True)
    assert decision.asked == ("s0",)


@pytest.mark.parametrize(
    ("unknown", "more"), [(1, ""), (10, ""), (11, " and 1 more"), (30, " and 20 more")]
)
def test_sites_that_nobody_registered_are_named_ten_at_most(unknown: int, more: str) -> None:
    those = [f"x{number:02}" for number in range(unknown)]
    with pytest.raises(Refused) as refused:
        selection(facts_of(1)).decide(chosen("s0", *those), "i", "r", NOW, override=False)
    ((name, said),) = refused.value.fields
    assert name == "site_ids"
    assert said == f"These sites are not registered: {', '.join(those[:10])}{more}"


def test_of_each_site_the_next_deadline_is_named() -> None:
    short, long = Camera(1, retention_minutes=HOUR_MINUTES), Camera(2, retention_minutes=600)
    place = replace(a_site(short, long), id="s0")
    live = replace(a_site(Camera(1, records=False)), id="s1")
    windows = {"s0": WINDOW, "s1": WINDOW}
    found = selection(facts_of(2), place, live).deadlines(windows, ["s0", "s1"], "i", NOW)
    later = Deadline(WINDOW.start + 10 * HOUR, True)
    assert found == {"s0": later, "s1": None}, "the first camera has nothing left"
    before = selection(facts_of(2), place).deadlines(windows, ["s0"], "i", WINDOW.start)
    assert before == {"s0": Deadline(WINDOW.start + HOUR, True)}
