"""The account lets enough functions run at once for pages and reminders."""

from __future__ import annotations

from collections.abc import Iterator

from infra.account.quotas import KEPT_FREE, concurrency_of, read_places
from infra.first_day.running import StageOnTrial, TrialFinding, failed, not_here, proved

QUESTION = "May enough functions run at once, and are reminders bounded?"


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Read Lambda's quota, and what is kept for reminders."""
    if stage.emulated:
        yield not_here("How many functions the emulator runs at once is this machine's matter.")
        return
    own = int(stage.parameters.get("RemindConcurrency", 0))
    quota = concurrency_of(read_places(stage.target, own))
    if quota.is_too_small:
        yield failed(
            f"Only {quota.has:.0f} functions may run at once in this account.",
            f"Ask AWS for more: {quota.request(stage.target.region)}",
        )
    else:
        yield proved(f"{quota.has:.0f} functions may run at once.")
    if own:
        yield proved(f"Reminders take {own} of these places at most; {KEPT_FREE} stay for pages.")
    else:
        yield failed(
            "Reminders have no bound, and can take every place from the pages.",
            "Once the quota is there: deploy with --set RemindConcurrency=100.",
        )
