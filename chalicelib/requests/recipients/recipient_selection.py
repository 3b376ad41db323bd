"""Who is asked of the sites that an officer chose, and until when each still has its footage."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from chalicelib.core.errors import Refused
from chalicelib.registry.store import SiteStore
from chalicelib.requests.model import Deadline, FootageWindow
from chalicelib.requests.recipients import eligibility
from chalicelib.requests.recipients.contact_history import ContactHistory
from chalicelib.requests.recipients.eligibility import Decision, EligibilityFacts
from chalicelib.requests.recipients.relevant_cameras import RelevantCameras, select_relevant
from chalicelib.requests.reminder_schedule import overwrite_deadlines, still_ahead


class RecipientSelection:
    """Applies the rules of `eligibility` to what is known now. It writes nothing.

    budget: how many requests may reach an owner in eligibility.BUDGET_TIME.
    """

    def __init__(
        self,
        facts: ContactHistory,
        sites: SiteStore,
        relevant_cameras: RelevantCameras,
        budget: int,
    ) -> None:
        self._contact_history = facts
        self._sites = sites
        self._relevant_cameras = relevant_cameras
        self._budget = budget

    def decide(
        self,
        windows: Mapping[str, FootageWindow],
        incident_id: str,
        request_id: str,
        now: datetime,
        *,
        override: bool,
    ) -> tuple[Decision, EligibilityFacts]:
        """The decision, and what it went by. windows: the chosen sites, each with the time that
        it would be asked for. Raises Refused saying which sites are not registered."""
        facts = self._contact_history.read_facts(list(windows), incident_id, request_id)
        unknown = [one for one in windows if one not in facts.owners]
        if unknown:
            shown = ", ".join(i[:16] for i in unknown[:10])
            more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
            raise Refused.field("site_ids", f"These sites are not registered: {shown}{more}")
        return eligibility.decide_recipients(
            windows, facts, request_id, now, self._budget, override
        ), facts

    def deadlines(
        self,
        windows: Mapping[str, FootageWindow],
        site_ids: Collection[str],
        incident_id: str,
        now: datetime,
    ) -> dict[str, Deadline | None]:
        """For each of these sites the next deadline; None for one that keeps nothing."""
        looks = self._relevant_cameras.of_incident(incident_id)
        return {
            one: still_ahead(
                overwrite_deadlines(
                    windows[one].start, select_relevant(site, looks), site.property_type
                ),
                now,
            )[0]
            for one, site in self._sites.sites_by_id(site_ids).items()
        }
