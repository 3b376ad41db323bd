"""Quotas of the account that decide whether a stage can work: read before anything is deployed.

Threat: hundreds of reminder timers ring in the same minute and take every place that Lambda gives
this account, so that pages answer "too many requests" while recorders overwrite. So Remind has
places of its own (RemindConcurrency), which bound it. Lambda keeps 100 places for functions without
such a reservation and refuses one that would leave fewer: "You can reserve up to the Unreserved
account concurrency value minus 100" (Configuring reserved concurrency). A new account may have 10
places in all, where nothing can be reserved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.deployment.target import Target
from infra.errors import StackError
from infra.stacks.applying import parameters_of

KEPT_FREE = 100
"""Places that Lambda keeps for functions without a reservation: pages and all other jobs."""
REMIND_PART = 10
"""A stage for which nothing else is said gives reminders this part of all places: one in ten."""
USUAL = 1000
"""Lambda's default quota, which AWS gives back to new accounts on request."""
BUSY_PLACES = 200
"""What a busy stage needs: 100 for pages, as the API lets in 200 requests a second (api.yaml) of
about half a second each; two for Deliver; one for each other job; and the reminders' own."""
CHECKS_A_MINUTE = 1
"""How often Cognito is asked about each officer who is at work (access.presence.account_checks)."""


@dataclass(frozen=True)
class LambdaPlaces:
    """How many functions may run at once in this account and region. unreserved: those that no
    function has for itself. own: those that this stage's reminders have already."""

    all: int
    unreserved: int
    own: int = 0

    @property
    def room(self) -> int:
        """How many places reminders can have for themselves at most."""
        return max(0, self.unreserved + self.own - KEPT_FREE)


@dataclass(frozen=True)
class Quota:
    """A quota as Service Quotas names it. has: its value; needs: what the stage needs of it."""

    service: str
    code: str
    name: str
    has: float
    needs: float

    @property
    def is_too_small(self) -> bool:
        return self.has < self.needs

    def request(self, region: str) -> str:
        """Write the command that asks AWS for what is needed."""
        return (
            "aws service-quotas request-service-quota-increase "
            f"--service-code {self.service} --quota-code {self.code} "
            f"--desired-value {self.needs:.0f} --region {region}"
        )


def fitting_parameters(target: Target, wanted: Mapping[str, str]) -> dict[str, str]:
    """Choose how many places the stage's reminders get, where nobody has chosen yet.

    wanted: the parameters of the coming deployment. Prints what is too small of the account, with
    the command that asks for more. Raises StackError when more is wanted than Lambda can give, as
    the deployment would fail halfway.
    """
    if target.endpoint is not None:  # what an emulator runs at once is its machine's matter
        return {}
    present = parameters_of(target.client("cloudformation"), target.stack)
    own = int(present.get("RemindConcurrency", 0))
    places = read_places(target, own)
    for line in too_small(target, [concurrency_of(places)]):
        print(line, flush=True)
    asked = wanted.get("RemindConcurrency")
    if asked is not None:
        _refuse_what_cannot_be(target, places, int(asked))
        return {}
    if present:
        return {}
    return {"RemindConcurrency": str(min(places.room, places.all // REMIND_PART))}


def _refuse_what_cannot_be(target: Target, places: LambdaPlaces, asked: int) -> None:
    if asked > places.room:
        enough = Quota("lambda", "L-B99A9384", "", places.all, max(USUAL, asked + KEPT_FREE))
        raise StackError(
            f"RemindConcurrency={asked} cannot be: Lambda may run {places.all} functions at once "
            f"in this account, {places.unreserved} of them unreserved, and keeps {KEPT_FREE} of "
            "these. "
            f"At most {places.room} can be reserved. Ask for more, and deploy again:\n"
            f"  {enough.request(target.region)}\n"
            "or deploy with --set RemindConcurrency=0 until it is granted."
        )


def read_places(target: Target, own: int = 0) -> LambdaPlaces:
    """Ask Lambda how many functions may run at once."""
    limit = target.client("lambda").get_account_settings()["AccountLimit"]
    return LambdaPlaces(
        int(limit["ConcurrentExecutions"]), int(limit["UnreservedConcurrentExecutions"]), own
    )


def concurrency_of(places: LambdaPlaces) -> Quota:
    """Say what a stage needs of Lambda's places; a request is for the usual number at once."""
    needs = places.all if places.all >= BUSY_PLACES else USUAL
    return Quota("lambda", "L-B99A9384", "Concurrent executions", places.all, needs)


def quotas_for(target: Target, officers: int) -> list[Quota]:
    """Read the quotas that grow with the officers who are at work at the same time.

    Cognito's are named, as its codes are not in its documents: each officer's account is asked for,
    and its groups, once a minute.
    """
    a_second = officers * CHECKS_A_MINUTE / 60
    wanted = {"Rate of UserRead requests": a_second, "Rate of UserResourceRead requests": a_second}
    found = [concurrency_of(read_places(target))]
    pages = target.client("service-quotas").get_paginator("list_service_quotas")
    for page in pages.paginate(ServiceCode="cognito-idp"):
        found += [
            Quota("cognito-idp", one["QuotaCode"], one["QuotaName"], one["Value"], needs)
            for one in page["Quotas"]
            if (needs := wanted.get(one["QuotaName"])) is not None
        ]
    return found


def too_small(target: Target, quotas: list[Quota]) -> list[str]:
    """Write a paragraph for each quota that is too small, with the request that raises it."""
    return [
        f"\n{quota.name} ({quota.service}): this account has {quota.has:.0f} in {target.region}, "
        f"and a busy stage needs {quota.needs:.0f}. Until it has, people may be told to come back "
        f"later while messages go out. Ask AWS for it:\n  {quota.request(target.region)}"
        for quota in quotas
        if quota.is_too_small
    ]
