"""Works out docs/cost.md: what a month and what one request cost, for forces of three sizes."""

from __future__ import annotations

from pathlib import Path

from infra.cost.lines import MonthOfUse, bill, cost_lines, extra_lines, growth
from infra.cost.prices import NOTED, PRICES
from infra.cost.sizes import LARGE, SIZES
from infra.cost.use import ASSUMED, MEASURED, RULES, CostFigure

DOCUMENT = Path(__file__).parents[2] / "docs" / "cost.md"

INTRODUCTION = """\
# What it costs

In US dollars a month. The page is worked out by `python -m infra.commands.cost` from assumptions
about people, measurements of the system, and AWS's prices; a test fails when page and script
differ, and others when a measurement does. Change an assumption in `infra/cost/use.py`, or a size
in `infra/cost/sizes.py`, and run it again.
"""

MOST = 500
MONTH = MonthOfUse()
"""Of the large force, which the page is about where it names no other."""


def request_cost(recipients: int = MOST) -> float:
    """Compute the dollars of Step Functions for one request when nobody answers."""
    return PRICES["transition"].of(recipients * MONTH.of("whole_clock"))


def _sizes() -> str:
    bills = [bill(MonthOfUse(size)) for size in SIZES]
    totals = [sum(one.values()) for one in bills]
    owners = [MonthOfUse(size).of("owners") for size in SIZES]
    head = " | ".join(size.name for size in SIZES)
    rows = [
        f"| {service} | {' | '.join(f'{one[service]:,.2f}' for one in bills)} |"
        for service in bills[0]
    ]
    said = [f"- **{size.name}**: {size.why}." for size in SIZES]
    return "\n".join(
        [
            "## A month",
            "",
            f"| service | {head} |",
            "|---|" + "--:|" * len(SIZES),
            *rows,
            f"| **all** | {' | '.join(f'**{one:,.2f}**' for one in totals)} |",
            "| cents for each owner | "
            + " | ".join(f"{100 * t / o:.1f}" for t, o in zip(totals, owners, strict=True))
            + " |",
            "",
            *said,
            "",
            "Everything that runs (Lambda, API Gateway, DynamoDB, Step Functions, queues) comes "
            f"to {_running():,.2f} for the large force; the rest follows what people do and what "
            "the force chooses.",
        ]
    )


def _running() -> float:
    names = ("Lambda", "API Gateway", "DynamoDB", "Step Functions", "SQS")
    return sum(bill(MONTH)[name] for name in names)


def _halved() -> str:
    """Name the dearest things, and what halves each, by what the page's own figures then say."""
    whole = sum(bill(MONTH).values())
    switches: list[tuple[str, str, str, dict[str, float]]] = [
        (
            "Text messages",
            "SNS",
            "the switch is the owner's: half as many who choose them (`texts` 0.25 → 0.125); or a "
            "text of one segment instead of two (`notifications/text_messages.py`), which then "
            "says less. SNS's monthly spending limit stops them at a sum, and the e-mails go on",
            {"texts": 0.125},
        ),
        (
            "Footage kept",
            "S3",
            "`--set EvidenceLockDays=182`, and removing what no case needs when its lock ends "
            "(`kept` 12 → 6). Not a colder class of storage: the check reads every file within "
            "28 days, and fetching from there costs more than it saves",
            {"kept": 6},
        ),
        (
            "Officers' sign-in",
            "Cognito",
            "it follows who signs in within the month. Only those who need it: half the officers "
            "in the groups of the directory (`officers` 6,500 → 3,250)",
            {"officers": 3_250},
        ),
    ]
    rows = []
    for what, service, how, changed in switches:
        other = bill(MonthOfUse(changed=changed))
        rows.append(
            f"| {what} | {bill(MONTH)[service]:,.2f} → {other[service]:,.2f} | "
            f"{whole:,.2f} → {sum(other.values()):,.2f} | {how} |"
        )
    return "\n".join(
        [
            "## What is dearest, and what halves it",
            "",
            "| | its service | all | how |",
            "|---|--:|--:|---|",
            *rows,
        ]
    )


def _extra() -> str:
    rows = []
    for switch, line in extra_lines(MONTH):
        each = [MonthOfUse(size) for size in SIZES]
        costs = [
            one.dollars(own) for one in each for _, own in extra_lines(one) if own.what == line.what
        ]
        rows.append(f"| {line.what} | {switch} | {' | '.join(f'{cost:,.2f}' for cost in costs)} |")
    head = " | ".join(size.name for size in SIZES)
    return "\n".join(
        [
            "## What is off unless asked for",
            "",
            f"| what | switch | {head} |",
            "|---|---|" + "--:|" * len(SIZES),
            *rows,
            "",
            "Metrics for each route are the same whoever uses them; a route that is called by two "
            "methods costs twice. `MetricsEnabled` stays `false`: the access log says which route "
            "(docs/operations.md). A second stage costs what stands still: keys, secrets, "
            "firewall, alarms, dashboard and metrics, "
            f"{_standing():,.2f} a month; `--firewall none` takes {_firewall():,.2f} off that.",
        ]
    )


STANDING = {"key", "secret", "acl", "rule", "alarm", "dashboard", "metric"}
"""Prices of what costs the same however much it is used."""


def _standing() -> float:
    return sum(MONTH.dollars(line) for line in cost_lines(MONTH) if line.price in STANDING)


def _firewall() -> float:
    return sum(MONTH.dollars(line) for line in cost_lines(MONTH) if line.price in ("acl", "rule"))


def _growth() -> str:
    rows = []
    columns = [list(growth(MonthOfUse(size), 36)) for size in SIZES]
    for place, (number, _, _) in enumerate(columns[0]):
        if number in (3, 6, 12, 24, 36):
            cells = [f"{c[place][1]:,.0f} GB, {c[place][2]:,.2f}" for c in columns]
            rows.append(f"| {number} | {' | '.join(cells)} |")
    head = " | ".join(size.name for size in SIZES)
    return "\n".join(
        [
            "## How evidence grows",
            "",
            "When nothing is removed; the bill above has twelve months of it. Dollars are for "
            "storage in that month.",
            "",
            f"| after months | {head} |",
            "|--:|" + "---|" * len(SIZES),
            *rows,
        ]
    )


def _request() -> str:
    clock, most = MONTH.of("whole_clock"), 0.20
    return "\n".join(
        [
            f"## One request to {MOST} owners",
            "",
            f"When none of them answers, each clock takes {clock:.0f} transitions: three times "
            "Wait, Wake and Done?, then Last wait and Last wake. "
            f"{MOST} × {clock:.0f} × ${PRICES['transition'].of(1):.6f} = "
            f"**${request_cost():.4f}**, below the {most:.2f} that was the aim. Who answers before "
            f"the first reminder takes {MONTH.of('short_clock'):.0f}.",
        ]
    )


def _flood() -> str:
    """Say what strangers cost: of requests that are stopped, and of registrations that are not."""
    million = PRICES["edge-call"].of(1_000_000) + PRICES["waf"].of(1_000_000)
    reached = million + PRICES["api"].of(1_000_000) + PRICES["invocation"].of(1_000_000)
    reached += PRICES["lambda"].of(1_000_000 * MONTH.of("api_ms") / 1000)
    counted = PRICES["write"].of(1000 * MONTH.of("registration_writes"))
    return "\n".join(
        [
            "## What strangers cost",
            "",
            f"A million requests that the firewall stops: {million:,.2f}. A million that reach the "
            f"function and are answered by it: {reached:,.2f}. A thousand registrations that "
            f"somebody asks for: {counted:,.2f} of writes, their budgets' among them (decision "
            f"26), and {PRICES['email'].of(1000):,.2f} of mail for as many as the budget of the "
            "day lets out.",
        ]
    )


def _figures(title: str, figures: dict[str, CostFigure]) -> str:
    rows = [
        f"| {one.value:,.10g} | {one.unit} | {one.why or 'assumed'} |" for one in figures.values()
    ]
    return "\n".join([f"## {title}", "", "| | | from |", "|--:|---|---|", *rows])


def _lines() -> str:
    rows = [
        f"| {line.service} | {line.what} | {line.quantity:,.0f} | {MONTH.dollars(line):,.2f} |"
        for line in cost_lines(MONTH)
    ]
    head = [f"## Line by line, {LARGE.name}", ""]
    return "\n".join([*head, "| service | what | units | $ |", "|---|---|--:|--:|", *rows])


def _prices() -> str:
    rows = [
        f"| {price.what} | {price.dollars:.10g} | {price.per:,} | aws.amazon.com/{price.page} | "
        f"{price.seen or '–'} |"
        for price in PRICES.values()
    ]
    said = (
        f"For London, as they were known in {NOTED}. AWS's price pages could not be read when they "
        "were written down, so they are from memory, but for those compared with a stored page. "
        "Without tax, free tiers and reductions, so the true bill is lower."
    )
    head = ["| what | $ | for | check at | compared with |", "|---|--:|--:|---|---|"]
    return "\n".join(["## Prices", "", said, "", *head, *rows])


def document() -> str:
    """Write the whole page docs/cost.md."""
    parts = [
        INTRODUCTION.rstrip(),
        _sizes(),
        _halved(),
        _extra(),
        _growth(),
        _request(),
        _flood(),
        _lines(),
        _figures("What people do (assumed)", ASSUMED),
        _figures("What the system does for them (measured)", MEASURED),
        RULES.rstrip(),
        _prices(),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document())
    print(f"${sum(bill(MONTH).values()):,.2f} a month; ${request_cost():.4f} for {MOST} clocks")
