"""The rules by which use of the register counts as unusual. Pure.

Each rule is one figure and one sentence. None of them says that somebody did wrong: a murder
enquiry looks like a harvest. They choose what a supervisor looks into, who knows the cases. The
figures, and why: docs/decisions/0028-budgets-and-unusual-use.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from chalicelib.oversight.day_use import DayUse


class UnusualKind(StrEnum):
    """A way in which use can be unusual."""

    REVEALS = "many contact details"
    SITES = "many sites"
    PLACES = "many places"
    NEVER_ASKED = "cases never asked for"
    NIGHT = "at night"
    ONE_ADDRESS = "one address, several cases"
    REFUSED = "refused looks"
    SAME_REASON = "one reason many times"
    PATIENT = "more than colleagues over weeks"


MANY_REVEALS = 20
"""Contact details in a day; the usual day of a detective has a handful."""
MANY_SEARCHES, MANY_SITES = 40, 10_000
MANY_PLACES = 6
"""Places of about 6 km across that were searched in a day; a case has one or two."""
UNASKED_REVEALS, UNASKED_SEARCHES = 3, 10
"""Looks in a case in which nobody was asked for footage."""
NIGHT_LOOKS, NIGHT_SHARE, NIGHT_KNOWN = 5, 0.2, 20
"""Looks in a night, by somebody with no more than this share of looks at night before. Who has less
than NIGHT_KNOWN looks behind them is not known to work at night."""
REFUSED_LOOKS, OVER_BUDGET_LOOKS = 5, 3
SAME_REASON_DAY, SAME_REASON_WEEKS = 20, 60

WINDOWS = (14, 30)
"""Days over which sums are compared with colleagues'."""
TIMES_USUAL = 3
"""How many times what is usual a sum must be."""
FEWEST_COLLEAGUES = 3
"""With fewer colleagues than this, what is usual is taken from FLOORS."""
FLOORS: Mapping[str, int] = {"searches": 3, "sites": 300, "reveals": 1, "places": 1}
"""What is at least taken as usual for a working day; there are five in a week."""

_WORDS = {
    "searches": "searches",
    "sites": "sites shown by searches",
    "reveals": "owners’ contact details seen",
    "places": "places searched",
}


@dataclass(frozen=True)
class UseFinding:
    """Something unusual: its kind, and a sentence for the supervisor."""

    kind: UnusualKind
    words: str


def find_unusual(
    day: DayUse,
    before: Sequence[DayUse],
    others: Mapping[int, Sequence[Mapping[str, int]]],
    was_asked: Callable[[str], bool],
) -> list[UseFinding]:
    """List what is unusual of an officer's day.

    before: the officer's 29 days before it, the newest first, those without any use as empty ones.
    others: for each of WINDOWS the sums of colleagues. was_asked: whether a request was ever made
    in the incident of this id.
    """
    return [
        *_of_amounts(day),
        *_of_cases(day, was_asked),
        *_of_night(day, before),
        *_of_addresses(day, before),
        *_of_reasons(day, before),
        *_of_weeks(day, before, others),
    ]


def _of_amounts(day: DayUse) -> list[UseFinding]:
    found = []
    if day.reveals >= MANY_REVEALS:
        said = f"Saw the contact details of owners {day.reveals} times in one day."
        found.append(UseFinding(UnusualKind.REVEALS, said))
    if day.searches >= MANY_SEARCHES or day.sites >= MANY_SITES:
        said = f"Made {day.searches} searches that showed {day.sites:,} sites in one day."
        found.append(UseFinding(UnusualKind.SITES, said))
    if len(day.places) >= MANY_PLACES:
        said = f"Searched in {len(day.places)} places kilometres apart in one day."
        found.append(UseFinding(UnusualKind.PLACES, said))
    if day.refused >= REFUSED_LOOKS or day.over_budget >= OVER_BUDGET_LOOKS:
        parts = []
        if day.refused:
            parts.append(f"{day.refused} times for cases that they did not need to know of")
        if day.over_budget:
            parts.append(f"{day.over_budget} times because the day’s budget was used up")
        said = f"Was refused {' and '.join(parts)}."
        found.append(UseFinding(UnusualKind.REFUSED, said))
    return found


def _of_cases(day: DayUse, was_asked: Callable[[str], bool]) -> list[UseFinding]:
    looked = {
        case: counts
        for case, counts in day.cases.items()
        if counts[1] >= UNASKED_REVEALS or counts[0] >= UNASKED_SEARCHES
    }
    unasked = [counts for case, counts in looked.items() if not was_asked(case)]
    if not unasked:
        return []
    searches, reveals = (sum(counts[n] for counts in unasked) for n in (0, 1))
    cases = f"{len(unasked)} case{'' if len(unasked) == 1 else 's'}"
    said = (
        f"Made {searches} searches and saw contact details {reveals} times in {cases} "
        "in which nobody was asked for footage."
    )
    return [UseFinding(UnusualKind.NEVER_ASKED, said)]


def _of_night(day: DayUse, before: Sequence[DayUse]) -> list[UseFinding]:
    if day.night < NIGHT_LOOKS:
        return []
    looks, nights = sum(one.looks for one in before), sum(one.night for one in before)
    if looks >= NIGHT_KNOWN and nights > NIGHT_SHARE * looks:
        return []  # Somebody who works at night.
    said = f"Made {day.night} looks between 10pm and 6am, when this officer seldom works."
    return [UseFinding(UnusualKind.NIGHT, said)]


def _of_addresses(day: DayUse, before: Sequence[DayUse]) -> list[UseFinding]:
    cases = dict[str, set[str]]()
    for use in (day, *before):
        for site, case in use.revealed:
            cases.setdefault(site, set()).add(case)
    today = {site for site, _ in day.revealed}
    several = [site for site in today if len(cases[site]) > 1]
    if not several:
        return []
    most = max(len(cases[site]) for site in several)
    owners = "one owner" if len(several) == 1 else f"each of {len(several)} owners"
    said = f"Saw the contact details of {owners} for up to {most} different cases in 30 days."
    return [UseFinding(UnusualKind.ONE_ADDRESS, said)]


def _of_reasons(day: DayUse, before: Sequence[DayUse]) -> list[UseFinding]:
    weeks = Counter[str]()
    for use in (day, *before):
        weeks.update(use.reasons)
    today = max(day.reasons.values(), default=0)
    longest = max((weeks[key] for key in day.reasons), default=0)
    if today < SAME_REASON_DAY and longest < SAME_REASON_WEEKS:
        return []
    said = f"Gave the same reason {today} times in one day, and {longest} times in 30 days."
    return [UseFinding(UnusualKind.SAME_REASON, said)]


def _of_weeks(
    day: DayUse, before: Sequence[DayUse], others: Mapping[int, Sequence[Mapping[str, int]]]
) -> list[UseFinding]:
    for days in WINDOWS:
        own = sums_of((day, *before[: days - 1]))
        for name, amount in own.items():
            usual, whose = _usual(name, days, others.get(days, ()))
            if amount >= TIMES_USUAL * usual:
                said = (
                    f"In {days} days {amount:,} {_WORDS[name]}: {amount / usual:.0f} times {whose} "
                    f"({usual:,.0f})."
                )
                return [UseFinding(UnusualKind.PATIENT, said)]
    return []


def _usual(name: str, days: int, others: Sequence[Mapping[str, int]]) -> tuple[float, str]:
    """What is usual over some days, and whose it is."""
    floor = FLOORS[name] * days * 5 / 7
    if len(others) < FEWEST_COLLEAGUES:
        return floor, "what is usual"
    middle = float(median(one[name] for one in others))
    return (middle, "what colleagues have") if middle > floor else (floor, "what is usual")


def sums_of(days: Sequence[DayUse]) -> dict[str, int]:
    """Add up days of one officer, by the names in FLOORS."""
    return {
        "searches": sum(one.searches for one in days),
        "sites": sum(one.sites for one in days),
        "reveals": sum(one.reveals for one in days),
        "places": len(frozenset[str]().union(*(one.places for one in days))),
    }
