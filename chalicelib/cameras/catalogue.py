"""What the catalogue says of a make of camera: its plans, how long each keeps footage, which source
says so, and how an owner saves a clip. Dataclasses only, each of which checks its own values.

The makes themselves are data in catalogue.json, which catalogue_file reads. How long a camera keeps
footage is worked out from them in retention.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar

from chalicelib.cameras.model import PropertyType


class _InTheFile:
    """Base of all that the file holds: an unknown field or another type is refused on reading.

    pydantic finds this setting by its name, so this module need not import pydantic.
    """

    __pydantic_config__: ClassVar = {"strict": True, "extra": "forbid"}


@dataclass(frozen=True)
class CatalogueSource(_InTheFile):
    """A web page that a figure or a step rests on: its title, its address, the day it was read.

    Pages were read in stored copies, and some are in a language other than English.
    """

    title: str
    address: str
    looked: date

    def __post_init__(self) -> None:
        _need(self.title, "a source needs a title")
        fits = self.address.startswith("https://") and " " not in self.address
        _need(fits, "the address of a source starts with https:// and has no spaces")


@dataclass(frozen=True)
class StoragePlan(_InTheFile):
    """How long a make keeps footage under one plan or on one kind of storage.

    minutes: how long footage is kept; 0 for live pictures only. fixed: True when the plan sets the
    time; otherwise a disk or card overwrites its oldest footage when it is full, the make sets no
    limit, and `minutes` is only assumed while the owner has not said. certain: True when the make
    itself states the time and nothing else shortens it. why: what the figure rests on. source: None
    where none was found ("not checked"). steps: how to save a clip, where that differs from the
    make's steps. steps_source: the page that describes these steps.
    """

    key: str
    name: str
    minutes: int
    why: str
    source: CatalogueSource | None = None
    certain: bool = False
    fixed: bool = True
    steps: tuple[str, ...] = ()
    steps_source: CatalogueSource | None = None

    def __post_init__(self) -> None:
        _need(self.key and self.name, "a plan needs a key and a name")
        _need(self.minutes >= 0, "the minutes of a plan cannot be fewer than none")
        _need(self.why, "a plan says why it has this figure")
        sure = self.source and self.fixed
        _need(sure or not self.certain, "a certain figure has a source and is fixed")
        _need(self.steps or not self.steps_source, "steps_source is for a plan with its own steps")


@dataclass(frozen=True)
class CameraMake(_InTheFile):
    """A make of camera, its plans, and how its owner saves a clip.

    unknown_plan: minutes to assume when the owner did not say which plan. unknown_why and
    unknown_source: why that many, and the page that says so. steps_source: the page that describes
    the steps; None where none was found. models: what people call the make besides its name.
    """

    key: str
    name: str
    unknown_plan: int
    unknown_why: str
    steps: tuple[str, ...]
    steps_source: CatalogueSource | None = None
    plans: tuple[StoragePlan, ...] = ()
    unknown_source: CatalogueSource | None = None
    models: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _need(self.key and self.name, "a make needs a key and a name")
        _need(self.unknown_plan >= 0, "the minutes of an unknown plan cannot be fewer than none")
        _need(self.unknown_why, "a make says why it has this figure for an unknown plan")
        _need(self.steps, "a make says how a clip is saved")
        _once("plan", (plan.key for plan in self.plans))

    def plan(self, key: str) -> StoragePlan | None:
        """Return the plan with this key, or None when the make has no such plan."""
        return next((plan for plan in self.plans if plan.key == key), None)

    @property
    def longest(self) -> int | None:
        """Most minutes that a plan keeps footage; None when one has no limit or none is known."""
        if not self.plans or not all(plan.fixed for plan in self.plans):
            return None
        return max(plan.minutes for plan in self.plans)

    @property
    def called(self) -> Iterator[str]:
        """The names that somebody may type for this make, in small letters, each once."""
        names = (self.key, self.name, self.name.split(" (")[0], *self.models)
        yield from dict.fromkeys(name.casefold() for name in names)


@dataclass(frozen=True)
class Assumption(_InTheFile):
    """The retention assumed where neither the owner nor a make states one, and why.

    minutes: how long footage is taken to be kept. said: the assumption in words, for officers.
    """

    minutes: int
    said: str
    why: str
    source: CatalogueSource | None = None

    def __post_init__(self) -> None:
        _need(self.minutes > 0, "what is assumed is some minutes")
        _need(self.said and self.why, "an assumption says what it is and why")


@dataclass(frozen=True)
class Assumptions(_InTheFile):
    """The assumption for a camera nobody described: by its kind, else by the type of property."""

    doorbell: Assumption
    dashcam: Assumption
    places: dict[PropertyType, Assumption]

    def __post_init__(self) -> None:
        _need(set(self.places) == set(PropertyType), "each kind of place has an assumption")

    @property
    def every(self) -> tuple[Assumption, ...]:
        """All assumptions, whatever they are made for."""
        return (self.doorbell, self.dashcam, *self.places.values())


@dataclass(frozen=True)
class Catalogue(_InTheFile):
    """All makes of camera and all assumptions. makes: in the order that a form offers them."""

    makes: tuple[CameraMake, ...]
    assumptions: Assumptions

    def __post_init__(self) -> None:
        _once("make", (make.key for make in self.makes))
        _once("name of a make", (name for make in self.makes for name in make.called))
        _need("dashcam" in self.by_key, "dashcams are a make too: owners are told how to save")

    @cached_property
    def by_key(self) -> dict[str, CameraMake]:
        """The makes of camera by their key."""
        return {make.key: make for make in self.makes}

    @cached_property
    def by_name(self) -> dict[str, CameraMake]:
        """The makes of camera by each name that somebody may type for them, in small letters."""
        return {name: make for make in self.makes for name in make.called}


def _need(true: object, rule: str) -> None:
    if not true:
        raise ValueError(rule)


def _once(what: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        _need(key not in seen, f"the {what} “{key}” stands twice")
        seen.add(key)
