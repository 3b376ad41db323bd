"""Works out docs/cost.md: what a month and what one request cost."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from infra.cost.prices import NOTED, PRICES
from infra.cost.use import ASSUMED, MEASURED, RULES, CostFigure, assumed, cost_lines, measured

DOCUMENT = Path(__file__).parents[2] / "docs" / "cost.md"

INTRODUCTION = f"""\
# What it costs

For {assumed("owners"):,.0f} owners and {assumed("officers"):,.0f} officers, in US dollars a month,
London. The page is worked out by `python -m infra.commands.cost` from assumptions about people,
measurements of the system, and AWS's prices; a test fails when page and script differ, and others
when a measurement does. Change an assumption in `infra/cost/use.py` and run it again.
"""

MOST = 500


def request_cost(recipients: int = MOST) -> float:
    """Compute the dollars of Step Functions for one request when nobody answers."""
    return PRICES["transition"].of(recipients * measured("whole_clock"))


def bill() -> dict[str, float]:
    """Compute the dollars a month by service, the dearest first."""
    found: dict[str, float] = defaultdict(float)
    for line in cost_lines():
        found[line.service] += PRICES[line.price].of(line.quantity)
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _summary() -> str:
    total = sum(bill().values())
    rows = [f"| {service} | {cost:,.2f} | {cost / total:.0%} |" for service, cost in bill().items()]
    return "\n".join(
        [
            "## A month",
            "",
            "| service | $ | of all |",
            "|---|--:|--:|",
            *rows,
            f"| **all** | **{total:,.2f}** | |",
            "",
            f"That is {100 * total / assumed('owners'):.1f} cents for each owner. The dearest are "
            f"{_dearest()}: they follow what people do and a choice of the force's, not how the "
            "system is made. Everything that runs (Lambda, API Gateway, DynamoDB, Step Functions, "
            f"queues) comes to {_running():,.2f}.",
        ]
    )


def _dearest() -> str:
    names = list(bill())[:3]
    return f"{names[0]}, {names[1]} and {names[2]}"


def _running() -> float:
    names = ("Lambda", "API Gateway", "DynamoDB", "Step Functions", "SQS")
    return sum(bill()[name] for name in names)


def _request() -> str:
    clock, most = measured("whole_clock"), 0.20
    return "\n".join(
        [
            f"## One request to {MOST} owners",
            "",
            f"When none of them answers, each clock takes {clock:.0f} transitions: three times "
            "Wait, Wake and Done?, then Last wait and Last wake. "
            f"{MOST} × {clock:.0f} × ${PRICES['transition'].of(1):.6f} = "
            f"**${request_cost():.4f}**, below the {most:.2f} that was the aim. Who answers before "
            f"the first reminder takes {measured('short_clock'):.0f}.",
        ]
    )


def _figures(title: str, figures: dict[str, CostFigure]) -> str:
    rows = [f"| {one.value:,.10g} | {one.unit} | {one.why or '–'} |" for one in figures.values()]
    return "\n".join([f"## {title}", "", "| | | from |", "|--:|---|---|", *rows])


def _lines() -> str:
    rows = [
        f"| {line.service} | {line.what} | {line.quantity:,.0f} | "
        f"{PRICES[line.price].of(line.quantity):,.2f} |"
        for line in cost_lines()
    ]
    head = ["## Line by line", "", "| service | what | units | $ |", "|---|---|--:|--:|"]
    return "\n".join([*head, *rows])


def _prices() -> str:
    rows = [
        f"| {price.what} | {price.dollars:.10g} | {price.per:,} | aws.amazon.com/{price.page} |"
        for price in PRICES.values()
    ]
    said = (
        f"As AWS's price pages were known in {NOTED}; written down from memory, not fetched. "
        "Without tax, free tiers and reductions, so the true bill is lower."
    )
    head = ["## Prices", "", said, "", "| what | $ | for | check at |", "|---|--:|--:|---|"]
    return "\n".join([*head, *rows])


def document() -> str:
    """Write the whole page docs/cost.md."""
    parts = [
        INTRODUCTION.rstrip(),
        _summary(),
        _request(),
        _lines(),
        _figures("What people do (assumed)", ASSUMED),
        _figures("What the system does for them (measured)", MEASURED),
        RULES.rstrip(),
        _prices(),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document())
    print(f"${sum(bill().values()):,.2f} a month; ${request_cost():.4f} for {MOST} clocks")
