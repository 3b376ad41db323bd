"""Figures that decisions give are those of the code and of the cost page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.limits.acts import BUDGETS, Act
from chalicelib.oversight import unusual_use
from infra.building.templates import read_stage_template
from infra.cost.lines import MonthOfUse, rules
from infra.cost.prices import PRICES
from infra.paths import ROOT

DECISIONS = ROOT / "docs" / "decisions"
MONEY = re.compile(r"\d[\d,.]* (?:US )?dollars|dollar-cents?|\$\d")


def decision(number: int) -> str:
    (page,) = DECISIONS.glob(f"{number:04}-*.md")
    return page.read_text()


def cells(text: str, first: str) -> list[str]:
    """The other cells of the row that begins so."""
    row = next(line for line in text.splitlines() if line.startswith(f"| {first}"))
    return [cell.strip() for cell in row.strip("|").split("|")][1:]


@pytest.mark.parametrize(
    ("words", "acts"),
    [
        ("registering", [Act.REGISTER]),
        ("asking for a link to sign in", [Act.SIGN_IN]),
        ("asking for a link to a new address", [Act.NEW_EMAIL, Act.TEXT_CODE]),
        ("using a link, answering", [Act.USE_LINK, Act.REPLY]),
        ("steps of uploads", [Act.UPLOAD]),
        ("checking references", [Act.CHECK]),
        ("coming back from the officers", [Act.OFFICER_SIGN_IN]),
    ],
)
def test_floods(words: str, acts: list[Act]) -> None:
    free, most = cells(decision(26), words)
    for act in acts:
        budget = BUDGETS[act]
        assert f"{budget.most:,}" == most
        assert free == (f"{budget.free:,}" if budget.proof else "")


def test_budgets_and_unusual_use() -> None:
    text, parameters = decision(28), read_stage_template()["Parameters"]
    for parameter, words in {
        "SearchesADay": "searches a day",
        "SitesADay": "sites shown a day",
        "RevealsADay": "contact details a day",
    }.items():
        assert cells(text, words)[0] == f"{parameters[parameter]['Default']:,}"
    use = unusual_use
    for words, said in {
        "unusual: contact details in a day": f"{use.MANY_REVEALS}",
        "unusual: searches, or sites, in a day": f"{use.MANY_SEARCHES}, {use.MANY_SITES:,}",
        "unusual: places in a day": f"{use.MANY_PLACES}",
        "unusual: a case in which nobody": f"{use.UNASKED_REVEALS} contact details or "
        f"{use.UNASKED_SEARCHES} searches",
        "unusual: refused": f"{use.REFUSED_LOOKS} cases not to be known of, "
        f"{use.OVER_BUDGET_LOOKS} budgets used up",
        "unusual: one reason": f"{use.SAME_REASON_DAY} in a day, {use.SAME_REASON_WEEKS} in 30",
        "unusual: over 14 or 30 days": f"{use.TIMES_USUAL} times",
    }.items():
        assert cells(text, words)[0].startswith(said), words


def test_what_floods_cost_is_what_the_cost_page_says() -> None:
    text = decision(26)
    assert rules() == 11 and "eleven rules" in text
    for price in ("acl", "secret", "waf"):
        assert f"{PRICES[price].dollars:.2f}".removesuffix(".00") in text
    cents = 100 * PRICES["write"].of(1000 * MonthOfUse().of("registration_writes"))
    assert round(cents) == 1 and "a dollar-cent of writes" in text


@pytest.mark.parametrize("page", sorted(DECISIONS.glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_that_names_money_names_where_it_is_worked_out(page: Path) -> None:
    text = page.read_text()
    assert not MONEY.search(text) or "cost.md" in text or "infra/cost" in text
