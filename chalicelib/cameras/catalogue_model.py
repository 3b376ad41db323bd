"""What the catalogue says of a make of camera: its plans, how long each keeps footage, who says
so, and how an owner saves a clip. Pure values; the makes themselves are in makes_apps and
makes_recorders, and what follows from them in retention.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

HOUR, DAY = 60, 24 * 60

LOOKED = date(2026, 11, 20)
"""When most sources were looked at, in stored copies of their pages."""

LOOKED_AGAIN = date(2026, 11, 28)
"""When others were found that the first look had missed."""

CARD = "A card overwrites its oldest when it is full, and how soon that is depends on its size"


@dataclass(frozen=True)
class Source:
    """A page that says something: its title, its address, when somebody looked at it."""

    title: str
    address: str
    looked: date = LOOKED


@dataclass(frozen=True)
class Plan:
    """What a make keeps under one plan or on one kind of storage.

    minutes: how long footage is kept; 0 for live pictures only. fixed: the plan sets the time;
    otherwise a disk or card overwrites its oldest when it is full, the make sets no limit, and
    `minutes` is only what is assumed while the owner has not said. certain: the make itself says
    so, and nothing else shortens it. why: what the figure rests on. source: None where nobody
    has found one ("not checked"). steps: how to save a clip, where it differs from the make's, and
    who describes them.
    """

    key: str
    name: str
    minutes: int
    why: str
    source: Source | None = None
    certain: bool = False
    fixed: bool = True
    steps: tuple[str, ...] = ()
    steps_source: Source | None = None


@dataclass(frozen=True)
class Make:
    """A make of camera, its plans, and how its owner saves a clip.

    unknown_plan: minutes to assume when the owner did not say which plan; why that many, and
    who says so. steps_source: who describes the steps; None where nobody has found it described.
    models: what people call it besides its name.
    """

    key: str
    name: str
    unknown_plan: int
    unknown_why: str
    steps: tuple[str, ...]
    steps_source: Source | None = None
    plans: tuple[Plan, ...] = ()
    unknown_source: Source | None = None
    models: tuple[str, ...] = ()

    def plan(self, key: str) -> Plan | None:
        """The plan of this key."""
        return next((plan for plan in self.plans if plan.key == key), None)

    @property
    def longest(self) -> int | None:
        """Minutes beyond which no plan keeps anything; None when a disk may, or nobody knows."""
        if not self.plans or not all(plan.fixed for plan in self.plans):
            return None
        return max(plan.minutes for plan in self.plans)


def of_days(like: Plan, *choices: int) -> Iterator[Plan]:
    """One plan for each number of days that an owner can choose; `like` has the rest of it."""
    for days in choices:
        name = like.name.format(days=f"{days} day{'' if days == 1 else 's'}")
        yield replace(like, key=like.key.format(days=days), name=name, minutes=days * DAY)
