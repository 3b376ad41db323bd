"""Decide for good which sites are asked, and write their recipients.

The recipient, its reply link and its owner's list of requests are written in one transaction,
which fails when the owner paused, left or was asked by another request since they were read. So
of two requests at once only one takes the last place of an owner's contact budget, and the other
notes why it skipped their sites.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.core.errors import Unavailable
from chalicelib.dynamodb.outbox import LEASE
from chalicelib.dynamodb.table import ConditionFailed, Write
from chalicelib.incidents.service import Incident
from chalicelib.registry.model import Owner, Site
from chalicelib.registry.store import SiteStore
from chalicelib.requests.model import (
    FootageRequest,
    Recipient,
    RecipientState,
    RequestState,
    SkippedSite,
    SkipReason,
)
from chalicelib.requests.recipients.contact_history import ContactHistory
from chalicelib.requests.recipients.eligibility import OwnerFacts, skip_reason, windows_overlap
from chalicelib.requests.recipients.recipient_batches import RecipientBatch
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.requests.recipients.recipient_list import ended_recipient, new_recipient
from chalicelib.requests.recipients.recipient_mailer import RecipientMailer
from chalicelib.requests.recipients.relevant_cameras import RelevantCameras
from chalicelib.requests.sending.bulk_mailer import OwnerMessage
from chalicelib.search.site_matching import Look

_TURNS = 8  # tries of a chunk that meets others on its owners or its request


@dataclass(frozen=True)
class RegisteredSites:
    """The registered sites and owners of a batch, as read. looks: where officers looked for
    cameras (RelevantCameras)."""

    sites: Mapping[str, Site]
    owners: Mapping[str, tuple[Owner, OwnerFacts]]
    looks: tuple[Look, ...] = ()

    def owner(self, site_id: str) -> tuple[Owner, OwnerFacts] | None:
        """The owner of a site, with facts; None when the site or its owner is gone."""
        site = self.sites.get(site_id)
        return self.owners.get(site.owner_id) if site else None


@dataclass
class AdmittedChunk:
    """What became of some sites. letters: messages that the caller must send. there: recipients
    that were written before."""

    letters: list[OwnerMessage] = field(default_factory=list)
    there: list[Recipient] = field(default_factory=list)


class RecipientAdmission:
    """Writes recipients, each once, claimed by the job that wrote it."""

    def __init__(
        self,
        facts: ContactHistory,
        sites: SiteStore,
        relevant_cameras: RelevantCameras,
        post: RecipientMailer,
        budget: int,
        zone: str,
    ) -> None:
        """budget: how many requests may reach an owner in eligibility.BUDGET_TIME."""
        self._contact_history = facts
        self._sites = sites
        self._relevant_cameras = relevant_cameras
        self._recipient_mailer = post
        self._store = post.store
        self._budget = budget
        self._zone = zone

    def read_registered(self, site_ids: Iterable[str], incident_id: str) -> RegisteredSites:
        """Read the registered sites and their owners. incident_id: for which they are asked."""
        sites = self._sites.sites_by_id(site_ids)
        owners = self._contact_history.whole_owners({site.owner_id for site in sites.values()})
        return RegisteredSites(sites, owners, self._relevant_cameras.of_incident(incident_id))

    def write_chunk(
        self,
        request: FootageRequest,
        incident: Incident,
        part: RecipientBatch,
        chunk: Sequence[Sequence[str]],
        known: RegisteredSites,
    ) -> AdmittedChunk:
        """Decides for each site of a chunk whether it is asked, and writes that down.

        The first turn uses what was read for the whole batch; when another job was quicker, all
        is read again.
        """
        done = AdmittedChunk()
        site_ids = [site_id for group in chunk for site_id in group]
        for turn in range(_TURNS):
            if turn:
                request = self._store.request(request.id) or request
                known = self.read_registered(site_ids, incident.id)
                done.there = self._store.recipients_of_sites(request.id, site_ids)
            settled = {one.site_id for one in done.there} | {one.site_id for one in request.skipped}
            left = [[site for site in group if site not in settled] for group in chunk]
            left = [group for group in left if group]
            if not left:
                return done
            try:
                if request.is_open:
                    done.letters = self._ask(request, incident, part, left, known)
                else:
                    self._note_ended(request, part, left, known)
            except ConditionFailed:
                continue
            return done
        raise Unavailable("Too much is going on with this request. It is tried again.")

    def _ask(
        self,
        request: FootageRequest,
        incident: Incident,
        part: RecipientBatch,
        chunk: Sequence[Sequence[str]],
        known: RegisteredSites,
    ) -> list[OwnerMessage]:
        """Write the recipients that are asked, claimed by this job. Raises ConditionFailed when
        anything is not as it was read."""
        now = self._recipient_mailer.current_time()
        claim = now + LEASE
        skipped: list[SkippedSite] = []
        recipients: list[Recipient] = []
        letters: list[OwnerMessage] = []
        writes: list[Write] = []
        for group in chunk:
            passed = self._passed_over(request, part, group, known)
            skipped += passed
            asked = [one for one in group if one not in {each.site_id for each in passed}]
            found = known.owner(asked[0]) if asked else None
            if found is None:
                continue
            owner, facts = found
            those = [self._claimed(request, part, known, one, asked) for one in asked]
            tokens, links = self._recipient_mailer.make_links(those)
            recipients += those
            writes += [
                self._contact_history.contact_write(owner.id, facts, request, asked, now),
                *links,
            ]
            matters = tuple(
                RecipientContext(request, one, incident, known.sites[one.site_id], owner)
                for one in those
            )
            letters.append(OwnerMessage(matters, tokens, claim, fresh=True))
        if skipped:
            request = self._store.add_skipped(request, skipped)
        if recipients:
            claimed = [replace(one, claimed_until=claim) for one in recipients]
            self._store.add_recipients(request, claimed, writes)
        return letters

    def _claimed(
        self,
        request: FootageRequest,
        part: RecipientBatch,
        known: RegisteredSites,
        site_id: str,
        group: Sequence[str],
    ) -> Recipient:
        site, window = known.sites[site_id], part.windows.get(site_id)
        made = new_recipient(request, site, window, self._zone, known.looks)
        return replace(
            made,
            beside=tuple(one for one in group if one != site_id),
            # Should this job die, recovery finds the recipient by this wake-up.
            next_wake=self._recipient_mailer.current_time() + LEASE,
        )

    def _passed_over(
        self,
        request: FootageRequest,
        part: RecipientBatch,
        group: Sequence[str],
        known: RegisteredSites,
    ) -> list[SkippedSite]:
        """The sites of a group that are not asked after all, each with the reason."""
        gone = [
            SkippedSite(one, SkipReason.NOT_REGISTERED) for one in group if known.owner(one) is None
        ]
        found = known.owner(next((one for one in group if known.owner(one)), ""))
        if found is None:
            return gone
        owner, facts = found
        here = [one for one in group if known.owner(one)]
        override = bool(request.override_reason)
        # The owner's own item holds the pause as well; the facts have only a copy of it.
        known_pause = replace(facts, paused_until=owner.paused_until or facts.paused_until)
        why = skip_reason(
            known_pause, request.id, self._recipient_mailer.current_time(), self._budget, override
        )
        if why:
            return gone + [SkippedSite(one, why) for one in here]
        asked = self._asked_meanwhile(request, part, here, facts)
        return gone + [SkippedSite(one, SkipReason.ALREADY_ASKED) for one in asked]

    def _asked_meanwhile(
        self,
        request: FootageRequest,
        part: RecipientBatch,
        site_ids: Sequence[str],
        facts: OwnerFacts,
    ) -> list[str]:
        """The sites that another request of this incident asked for the same time, perhaps a
        moment ago: two forms sent at once."""
        found: list[str] = []
        for contact in facts.contacts:
            both = [one for one in site_ids if one in contact.site_ids and one not in found]
            same = contact.incident_id == request.incident_id
            if not both or not same or contact.request_id == request.id:
                continue
            other = self._store.request(contact.request_id)
            if other is None or other.state is RequestState.WITHDRAWN:
                continue
            for there in self._store.recipients_of_sites(other.id, both):
                if windows_overlap(
                    there.window or other.window, part.window(there.site_id, request)
                ):
                    found.append(there.site_id)
        return found

    def _note_ended(
        self,
        request: FootageRequest,
        part: RecipientBatch,
        chunk: Sequence[Sequence[str]],
        known: RegisteredSites,
    ) -> None:
        """Note sites whose request ended before their first message; their owners hear nothing."""
        ended = []
        for site_id in (one for group in chunk for one in group):
            window = part.windows.get(site_id)
            if site := known.sites.get(site_id):
                made = new_recipient(request, site, window, self._zone, known.looks)
            else:
                made = Recipient(
                    request.id, site_id, "", request.created_at, RecipientState.PENDING, window
                )
            ended.append(ended_recipient(made, request))
        if gone := [one for one in ended if not one.owner_id]:
            request = self._store.add_skipped(
                request, [SkippedSite(one.site_id, SkipReason.NOT_REGISTERED) for one in gone]
            )
        self._store.add_recipients(request, [one for one in ended if one.owner_id], [])
