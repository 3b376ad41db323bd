"""Writes docs/retention.md from the catalogue of makes and plans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from chalicelib.cameras import retention
from chalicelib.cameras.catalogue import CameraMake, CatalogueSource, StoragePlan
from chalicelib.cameras.model import DAY, PropertyType
from chalicelib.core.formatting import duration

DOCUMENT = Path(__file__).parents[2] / "docs" / "retention.md"

INTRODUCTION = """\
# How long cameras keep footage

Everything that is asked for is about to be overwritten, so each camera has a figure, in minutes.
This page is made from the catalogue in `chalicelib/cameras/catalogue.json` by
`python -m infra.commands.retention_table`, and a test fails when the two differ.

**The smaller counts.** What the owner said, and what the make and plan allow: a Ring set to 30
days whose owner says 90 keeps 30. A disk or card has no limit of its maker's: it overwrites the
oldest when it is full. What stands here for it is assumed while the owner has not said, and the
owner's own figure counts when they have. Where the owner said how long but not which plan, the
longest plan of the make is the limit.

**Certain** means that the make itself says so and nothing else shortens it. Everything else is
shown to officers as assumed. *Not checked* means that no page was found that says it: the figure
then rests on what such cameras commonly do, and on asking rather too early than too late.

The sources were looked at between {first} and {last}, in
stored copies of their pages; some were read in another language than English. Makes change plans:
look again when a figure matters.
"""

_PLACES = {PropertyType.HOME: "Any other camera, home", PropertyType.BUSINESS: "…, business"}


def document() -> str:
    """Write the whole page docs/retention.md."""
    parts = [_introduction(), _summary(), _nobody_said(), "## Makes and plans\n"]
    parts += [_make(make) for make in retention.catalogue().makes]
    return "\n".join(parts)


def _introduction() -> str:
    """Write the introduction, with the days between which the sources were looked at."""
    known = retention.catalogue()
    every = [source for make in known.makes for source in _sources(make)]
    every += [one.source for one in known.assumptions.every if one.source]
    looked = [source.looked for source in every]
    first, last = min(looked), max(looked)
    same_month = (first.year, first.month) == (last.year, last.month)
    begins = f"{first.day}" if same_month else f"{first.day} {first:%B %Y}"
    return INTRODUCTION.format(first=begins, last=f"{last.day} {last:%B %Y}")


def _summary() -> str:
    makes = retention.catalogue().makes
    plans = [plan for make in makes for plan in make.plans]
    sourced = sum(plan.source is not None for plan in plans)
    certain = sum(plan.certain for plan in plans)
    return (
        f"{len(makes)} makes with {len(plans)} plans: {sourced} with a source, "
        f"{certain} of them certain, {len(plans) - sourced} not checked.\n"
    )


def _nobody_said() -> str:
    """Write what retention is assumed when neither the owner nor the make says anything."""
    assumed = retention.catalogue().assumptions
    rows = [
        ("Doorbell, plan not known", assumed.doorbell),
        ("Dashcam", assumed.dashcam),
        *((_PLACES[place], one) for place, one in assumed.places.items()),
    ]
    lines = ["## Where nobody has said anything\n", "| camera | assumed | why | source |"]
    lines.append("|---|---|---|---|")
    lines += [
        f"| {name} | {retention_words(one.minutes)} | {one.why} | {_source(one.source)} |"
        for name, one in rows
    ]
    return "\n".join(lines) + "\n"


def _make(make: CameraMake) -> str:
    sources = list(dict.fromkeys(_sources(make)))

    def number(source: CatalogueSource | None) -> str:
        return f"[{sources.index(source) + 1}]" if source else "not checked"

    lines = [f"### {make.name}\n", "| plan | keeps | certain | why | source |"]
    lines.append("|---|---|---|---|---|")
    lines += [
        f"| {plan.name} | {retention_words(plan.minutes)} | {_certain(plan)} | {plan.why} "
        f"| {number(plan.source)} |"
        for plan in make.plans
    ]
    said = number(make.unknown_source) if make.unknown_source else "as above"
    lines.append(
        f"| *plan not known* | {retention_words(make.unknown_plan)} | no, assumed | "
        f"{make.unknown_why} "
        f"| {said} |"
    )
    described = number(make.steps_source)
    lines += ["", f"Saving a clip ({described}):", "", *_numbered(make.steps)]
    for plan in make.plans:
        if plan.steps:
            lines += [
                "",
                f"With *{plan.name}* ({number(plan.steps_source)}):",
                "",
                *_numbered(plan.steps),
            ]
    lines += [""] if sources else []
    lines += [f"[{n}] [{one.title}]({one.address})  " for n, one in enumerate(sources, start=1)]
    return "\n".join(lines) + "\n"


def _sources(make: CameraMake) -> Iterator[CatalogueSource]:
    named = [plan.source for plan in make.plans]
    described = [make.steps_source, *(plan.steps_source for plan in make.plans)]
    return (one for one in (*named, make.unknown_source, *described) if one)


def _certain(plan: StoragePlan) -> str:
    if plan.certain:
        return "yes"
    return "no" if plan.fixed else "no, assumed"


def _numbered(steps: Iterable[str]) -> Iterator[str]:
    return (f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _source(source: CatalogueSource | None) -> str:
    return f"[{source.title}]({source.address})" if source else "not checked"


def retention_words(minutes: int) -> str:
    """Write a retention in words and in minutes, like `30 days (43,200)`."""
    if minutes == 0:
        return "nothing"
    words = f"{minutes // DAY} days" if minutes >= 2 * DAY else duration(minutes)
    return f"{words} ({minutes:,})"


if __name__ == "__main__":
    DOCUMENT.write_text(document())
