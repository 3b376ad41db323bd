"""What an officer is told about their own looks: what is nearly used up of the day's budget, what a
supervisor granted, and a reason that is given again and again."""

from __future__ import annotations

from chalicelib.access.audit import Action, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.times import Clock
from chalicelib.core.typed.reasons import same_reason
from chalicelib.oversight.look_budgets import LookBudgets

LOOKED_BACK = 60
"""How many of an officer's newest acts are compared for their reasons."""

OFTEN = 10
"""From how many looks for one reason on the officer is told."""

_LOOKS = (Action.SEARCHED.value, Action.REVEALED_CONTACT.value)


class LookHints:
    """Makes the sentences for an officer's own pages. They refuse nothing: a large case has many
    looks for one reason, and the officer knows best. Supervisors see how often a reason came."""

    def __init__(self, budgets: LookBudgets, audit: AuditLog, clock: Clock) -> None:
        self._budgets = budgets
        self._audit = audit
        self._clock = clock

    def of_officer(self, officer: Officer, reason: str = "") -> list[str]:
        """Say what the officer should know of their looks. reason: that of the look which is now
        shown, "" for none."""
        said = self._budgets.day_of(officer.id).hints()
        if reason and (times := self._times_given(officer, reason)) >= OFTEN:
            said.append(
                f"You gave this reason for {times} of your last looks. Say what each look is for: "
                "people who read the record will ask."
            )
        return said

    def _times_given(self, officer: Officer, reason: str) -> int:
        month = f"{self._clock():%Y-%m}"
        acts = self._audit.of_actor(f"officer.{officer.id}", month, limit=LOOKED_BACK)
        wanted = same_reason(reason)
        return sum(
            act["action"] in _LOOKS
            and '"again"' not in act["details"]
            and same_reason(act["reason"]) == wanted
            for act in acts
        )
