"""Registering: somebody fills in the page, confirms by e-mail, and the site is on the map.

Nothing that happens here tells whether an e-mail address was known: for every address the same
reads and writes are made and one message is sent; only its receiver sees which.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.one_time_links import LinkPurpose, OneTimeLink, OneTimeLinks
from chalicelib.core.errors import Gone, Unavailable
from chalicelib.core.ids import new_id, token_hash
from chalicelib.core.retries import retry
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.limits.address_mail import MailAsked
from chalicelib.limits.asker import Asker
from chalicelib.notifications.channels import Undeliverable
from chalicelib.notifications.verification_phrase import new_phrase
from chalicelib.registry.emails import OwnerEmails
from chalicelib.registry.model import PENDING_LIFE, Owner, Registration, Site
from chalicelib.registry.store import SiteStore
from chalicelib.registry.vetting.doubts import counted
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric

MOST_A_DAY = 5
"""Confirming links for one e-mail address that go out at once. Threats as in `owner_sign_in`."""

SIGN_IN_LIFE = timedelta(minutes=30)

AGAIN = timedelta(minutes=2)
"""How long after a confirmation the same link still signs its owner in. Of two quick clicks a
browser shows only the second answer, and the first took the link."""

NOBODY = "0" * 16
"""Stands for the owner of an unknown address, so that the same reads are made for every address."""

EXPIRED = (
    "The registration was not confirmed within 7 days, so we deleted it. You can register again."
)


@dataclass(frozen=True)
class ConfirmedRegistration:
    """The outcome of confirming a registration.

    owner, site: whose registration it is and what was confirmed; both None when the link was used
    a while ago or the site has been removed since. new: True when this call put the site on the
    register. texts_to: the number that the owner wants text messages to go to, "" for none.
    """

    owner: Owner | None
    site: Site | None
    new: bool = False
    texts_to: str = ""


class Registrations:
    """Takes registrations and confirms them."""

    def __init__(
        self,
        sites: SiteStore,
        links: OneTimeLinks,
        emails: OwnerEmails,
        audit: AuditLog,
        clock: Clock,
        counts: Counts = UNCOUNTED,
    ) -> None:
        self._sites = sites
        self._links = links
        self._emails = emails
        self._audit = audit
        self._clock = clock
        self._counts = counts

    def begin_registration(self, registration: Registration, asker: Asker) -> None:
        """Keep a registration and send the link that confirms it.

        Returns the same whether the address is known, the place is registered already, or the
        address had its links for now. Raises Undeliverable or Unavailable when the message cannot
        be sent, ProofNeeded or Flooded when too many people ask for one.
        """
        owner_id = self._sites.owner_id_of(registration.email) or NOBODY
        owner = self._sites.owner(owner_id)
        place = self._sites.place_hash(registration)
        already = place in self._sites.places_of(owner_id).values()
        if owner and already:
            token, link = self._links.make_link(LinkPurpose.SIGN_IN, owner.id, SIGN_IN_LIFE)
        else:
            token, link = self._links.make_link(LinkPurpose.CONFIRM, registration.id, PENDING_LIFE)
        own = bool(owner and owner.id == asker.owner_id)
        mailbox = self._sites.mailbox(registration.email)
        asked = MailAsked(mailbox, "register", asker, token_hash(token), MOST_A_DAY, own)
        counted = self._emails.allow(asked, own=own)
        if counted is None:
            return
        try:
            self._sites.transact_raw(
                counted,
                link,
                # Kept in either case: the same work for every address.
                self._sites.new_pending_write(registration),
            )
        except ConditionFailed:
            # Another message went out in this moment, or the same form was sent once more, for
            # which the message has gone out.
            return
        address, phrase = registration.address_lines, owner.phrase if owner else ""
        if owner and already:
            message = self._emails.already_registered(
                owner.email, address=address, token=token, phrase=phrase
            )
        else:
            message = self._emails.confirm_registration(
                registration.email,
                address=address,
                cameras=registration.camera_count,
                token=token,
                phrase=phrase,
            )
        try:
            self._emails.send(message, asked)
        except (Undeliverable, Unavailable):
            # The same form may be sent again, and then sends the message.
            self._sites.transact_raw(self._sites.take_pending_write(registration.id))
            raise

    def preview_registration(self, token: str) -> Registration | None:
        """Read what the link would confirm, None when it was confirmed before. Nothing is changed,
        because mail scanners open links.

        Raises NotFound for a link that is not ours and Gone for one that is too old.
        """
        return self._waiting(token)[1]

    def confirm_registration(self, token: str) -> ConfirmedRegistration:
        """Write the owner, site, cameras and counts of a registration in one transaction.

        A second click, or two at once, changes nothing more. Raises NotFound, Gone or Unavailable.
        """
        confirmed = retry(
            lambda: self._put_on_register(token),
            on=ConditionFailed,  # another click, or another site of the same owner
            most=4,
            otherwise="This could not be confirmed just now. Nothing was lost: try again.",
        )
        if confirmed.owner and confirmed.site and confirmed.new:
            self._counts.add(Metric.REGISTRATIONS_CONFIRMED)
            self._audit.record_act(
                Actor.owner(confirmed.owner.id),
                Action.REGISTERED,
                f"site.{confirmed.site.id}",
                cameras=len(confirmed.site.cameras),
            )
        return confirmed

    def _open(self, token: str) -> OneTimeLink:
        try:
            return self._links.open_link(token, LinkPurpose.CONFIRM)
        except Gone as error:
            raise Gone(EXPIRED) from error

    def _waiting(self, token: str) -> tuple[OneTimeLink, Registration | None]:
        """The link and the registration that it would confirm, None when confirmed already."""
        link = self._open(token)
        if link.used_at is not None:
            return link, None
        registration = self._sites.pending(link.subject)
        if registration and registration.expires_at > self._clock():
            return link, registration
        link = self._open(token)  # another click may have come between the two reads
        if link.used_at is not None:
            return link, None
        raise Gone(EXPIRED)

    def _put_on_register(self, token: str) -> ConfirmedRegistration:
        link, registration = self._waiting(token)
        if registration is None:
            return self._confirmed_before(link)
        now = self._clock()
        owner_id = self._sites.owner_id_of(registration.email)
        owner = self._sites.owner(owner_id) if owner_id else None
        taken = self._sites.take_pending_write(registration.id)
        known = self._sites.places_of(owner.id) if owner else {}
        if owner:
            place = self._sites.place_hash(registration)
            for site_id, known_place in known.items():
                if known_place == place:
                    self._sites.transact_raw(self._links.use_link(link, site_id), taken)
                    return ConfirmedRegistration(owner, self._sites.site(site_id))
            claims = [self._sites.touch_owner_write(owner)]
        else:
            owner = self._new_owner(registration, now)
            claims = self._sites.new_owner_writes(owner)
        site = registration.site(new_id(), owner.id, now)
        site = replace(site, doubts=counted(site.doubts, len(known)))
        self._sites.transact_raw(
            self._links.use_link(link, site.id),
            taken,
            *claims,
            *self._sites.new_site_writes(site),
        )
        texts_to = registration.phone if registration.texts and not owner.texts_to else ""
        return ConfirmedRegistration(owner, site, new=True, texts_to=texts_to)

    def _confirmed_before(self, link: OneTimeLink) -> ConfirmedRegistration:
        """The outcome of a link that has been used.

        Threat: somebody finds the address in the history of a shared browser. After `AGAIN` the
        link tells only that all is well, and signs nobody in.
        """
        nothing = ConfirmedRegistration(None, None)
        if link.used_at is None or self._clock() - link.used_at > AGAIN:
            return nothing
        site = self._sites.site(link.result, consistent=True)
        owner = self._sites.owner(site.owner_id) if site else None
        if owner is None or link.is_of_former_address(owner.email_changed_at):
            return nothing
        return ConfirmedRegistration(owner, site)

    def _new_owner(self, registration: Registration, now: datetime) -> Owner:
        return Owner(
            id=new_id(),
            name=registration.name,
            email=registration.email,
            phone=registration.phone,
            phrase=new_phrase(),
            created_at=now,
        )
