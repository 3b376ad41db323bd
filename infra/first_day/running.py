"""How a check of the first day is run: what it may use, what it says, and that it tidies up."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.container import Container
from chalicelib.core.ids import new_id
from infra.deployment.target import Target
from infra.deployment.wiring import services_of
from infra.stacks.applying import parameters_of

T = TypeVar("T")


class Outcome(StrEnum):
    """How a check ended."""

    PROVED = "proved"
    FAILED = "failed"
    NOT_HERE = "not here"
    """The local emulator does not do what AWS does, so that nothing is shown."""


@dataclass(frozen=True)
class TrialFinding:
    """One thing that a check found. said: in words. todo: what to do, "" when nothing."""

    outcome: Outcome
    said: str
    todo: str = ""
    check: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it for --json."""
        return {name: str(value) for name, value in asdict(self).items()}


def proved(said: str) -> TrialFinding:
    """Say what was shown."""
    return TrialFinding(Outcome.PROVED, said)


def failed(said: str, todo: str) -> TrialFinding:
    """Say what is not as it must be, and what to do."""
    return TrialFinding(Outcome.FAILED, said, todo)


def not_here(said: str) -> TrialFinding:
    """Say what only a real account shows, and why."""
    return TrialFinding(Outcome.NOT_HERE, said)


class Check(Protocol):
    """A module of this package: what it shows, and the function that shows it."""

    QUESTION: str

    def prove(self, stage: StageOnTrial) -> Iterator[TrialFinding]:
        """Yield what is found."""


@dataclass
class StageOnTrial:
    """A deployed stage, with what checks need of it. left: what could not be removed again."""

    target: Target
    undo: ExitStack = field(default_factory=ExitStack)
    left: list[str] = field(default_factory=list)

    @property
    def emulated(self) -> bool:
        """True on the local emulator."""
        return self.target.endpoint is not None

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The outputs of the stage's stack. Raises StackError when there is none."""
        return self.target.outputs()

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The parameters that the stage was deployed with."""
        return parameters_of(self.target.client("cloudformation"), self.target.stack)

    @cached_property
    def services(self) -> Container:
        """The application's own services, with the settings of the stage's functions."""
        return services_of(self.target)

    def client(self, name: str) -> Any:
        """A client of AWS with the rights of whoever runs this."""
        return self.target.client(name)

    def own_name(self) -> str:
        """Make a name for something that is removed again."""
        return f"first-day-{new_id()}"

    def remove_later(self, what: str, call: Callable[..., Any], **arguments: Any) -> None:
        """Have a call made when the check is over, however it ends."""

        def remove() -> None:
            try:
                call(**arguments)
            except (ClientError, BotoCoreError) as error:
                self.left.append(f"{what}: {error}")

        self.undo.callback(remove)

    def wait_for(
        self, look: Callable[[], T | None], seconds: float, pause: float = 3.0
    ) -> T | None:
        """Look until there is something; None when nothing came in time."""
        until = time.monotonic() + seconds
        while True:
            if found := look():
                return found
            if time.monotonic() >= until:
                return None
            time.sleep(min(pause, 0.3) if self.emulated else pause)


def run_checks(target: Target, checks: Sequence[tuple[str, Check]]) -> Generator[TrialFinding]:
    """Run checks one after the other; what one made is removed before the next begins.

    A check that AWS refuses something has failed, and the others go on.
    """
    for name, check in checks:
        stage = StageOnTrial(target)
        try:
            with stage.undo:
                for found in check.prove(stage):
                    yield TrialFinding(found.outcome, found.said, found.todo, name)
        except (ClientError, BotoCoreError) as error:
            said = f"AWS refused what the check asked for: {error}"
            todo = "See that whoever runs this may do it (docs/first-day.md), and run it again."
            yield TrialFinding(Outcome.FAILED, said, todo, name)
        except BaseException:  # also Ctrl-C, after which nobody takes findings any more
            for what in stage.left:
                print(f"This could not be removed: {what}", file=sys.stderr)
            raise
        for what in stage.left:
            yield TrialFinding(
                Outcome.FAILED, f"This could not be removed: {what}", "Remove it.", name
            )
