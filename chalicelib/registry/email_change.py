"""Changing an owner's e-mail address: a link to the new address, a notice to the old one.

Threats: the form is used to flood a stranger, to learn who is registered, or to take over a
registration from a session left open. So messages are few for each owner and each address; the
page says the same for every address; only a POST from the new mailbox changes anything; and the
old mailbox is told at once, with all its links and sessions ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.one_time_links import LinkPurpose, OneTimeLink, OneTimeLinks
from chalicelib.access.sessions import Sessions
from chalicelib.core.errors import Gone
from chalicelib.core.ids import new_id, token_hash
from chalicelib.core.retries import retry
from chalicelib.core.times import Clock
from chalicelib.dynamodb.field_marks import Epoch, Personal
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import ConditionFailed, equals
from chalicelib.limits.address_mail import MailAsked
from chalicelib.limits.asker import Asker
from chalicelib.notifications.notices import Notice
from chalicelib.registry.emails import OwnerEmails
from chalicelib.registry.model import Owner, Pause
from chalicelib.registry.records import OWNER
from chalicelib.registry.store import SiteStore

LINK_LIFE = timedelta(hours=24)
"""Longer than for signing in: the new mailbox may be on another device, and the link alone shows
nothing and signs nobody in."""

MOST_A_DAY = 5
"""Most links in a day for one owner, and for one address."""

_KEY = "NEWEMAIL"
_EXPIRED = "This link is more than 24 hours old. Ask for a new one."
_OTHER = "You have asked for another address, or asked again, since. Use the newest link."
_TAKEN = "Another registration uses this address now, so it cannot be used here."


@dataclass(frozen=True)
class NewEmail:
    """A new e-mail address that is not confirmed yet. change: an id that its link names too."""

    owner_id: str
    email: Personal
    change: str
    expires_at: Epoch


NEW_EMAIL = StoredRecord("e-mail address to be confirmed", NewEmail, "OWNER#{owner_id}", _KEY)

ITEMS: tuple[DeclaredItem, ...] = (NEW_EMAIL,)


class EmailChanges:
    """Changes an owner's e-mail address: request, preview and confirmation."""

    def __init__(
        self,
        sites: SiteStore,
        links: OneTimeLinks,
        sessions: Sessions,
        emails: OwnerEmails,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._sites = sites
        self._table = sites.table  # one transaction changes the address and the unconfirmed one
        self._links = links
        self._sessions = sessions
        self._emails = emails
        self._audit = audit
        self._clock = clock

    def request_change(self, owner: Owner, email: str, asker: Asker) -> None:
        """Send a link to the new address or, when it is registered already, a message without a
        link; nothing else tells the two apart. Raises Undeliverable, Unavailable, ProofNeeded or
        Flooded."""
        taken = self._sites.owner_id_of(email) is not None
        now, change = self._clock(), new_id()
        token, link = self._links.make_link(
            LinkPurpose.NEW_EMAIL, f"{owner.id}.{change}", LINK_LIFE
        )
        waiting = NewEmail(owner.id, email, change, expires_at=now + LINK_LIFE)
        mailbox = self._sites.mailbox(email)
        asked = MailAsked(mailbox, "new-email", asker, token_hash(token), MOST_A_DAY)
        counted = self._emails.allow(asked, own=True)
        if counted is None:
            return
        try:
            self._sites.transact_raw(
                counted,
                self._sites.asked_write(owner.email, "new-email-for", now, MOST_A_DAY),
                link,
                self._table.put_write(NEW_EMAIL.item(waiting)),
            )
        except ConditionFailed:
            return  # enough for today; the page says how many messages there can be
        if taken:
            message = self._emails.email_taken(email)
        else:
            message = self._emails.confirm_email(email, token=token)
        self._emails.send(message, asked)

    def preview_change(self, token: str) -> str:
        """Return the address that the link would confirm, "" when it is confirmed already. Nothing
        is changed, because mail scanners follow links. Raises NotFound or Gone."""
        link = self._open(token)
        return "" if link.used_at else self._waiting(link).email

    def confirm_change(self, token: str) -> None:
        """Make the new address the owner's, end the owner's sessions and notify the old address.

        A second click, or two at once, changes nothing more. Raises NotFound, Gone or Unavailable.
        """
        moved = retry(
            lambda: self._move(token),
            on=ConditionFailed,  # another click, or another change of the owner
            most=4,
            otherwise="This could not be done just now. Nothing was lost: try again.",
        )
        if moved:
            owner, notice = moved
            self._sessions.end_all_of_owner(owner.id)
            self._audit.record_act(Actor.owner(owner.id), Action.CHANGED_EMAIL, f"owner.{owner.id}")
            self._emails.queue(notice)

    def _move(self, token: str) -> tuple[Owner, Notice] | None:
        """Change the address in one transaction, with the notice to the old address.

        Returns the owner before the change and that notice, None when the link was used before."""
        link = self._open(token)
        if link.used_at:
            return None
        waiting = self._waiting(link)
        owner = self._sites.owner(link.subject.partition(".")[0])
        if owner is None:
            raise Gone("This registration has been removed.")
        # A mailbox that is gone cannot be told, and that may be why it was left.
        message = self._emails.email_changed(owner.email, phrase=owner.phrase)
        notice, told = self._emails.note(message)
        changes: dict[str, object] = {
            "email": waiting.email,
            "email_changed_at": self._clock(),
            "version": owner.version + 1,
        }
        if owner.paused_why is Pause.RETURNED:
            # It was the old address that could not be reached.
            changes |= {"paused_until": None, "paused_why": None}
        try:
            self._sites.transact_raw(
                self._links.use_link(link, owner.id),
                *self._sites.move_address_writes(owner, waiting.email),
                self._table.update_write(
                    *OWNER.key(owner),
                    assign=OWNER.changes(**changes),
                    when=equals("version", owner.version),
                ),
                self._table.delete_write(
                    *NEW_EMAIL.key(waiting), when=equals("change", waiting.change)
                ),
                told,
            )
        except ConditionFailed as failed:
            if failed.index == 1:
                raise Gone(_TAKEN) from None
            raise
        return owner, notice

    def _open(self, token: str) -> OneTimeLink:
        try:
            return self._links.open_link(token, LinkPurpose.NEW_EMAIL)
        except Gone as error:
            raise Gone(_EXPIRED) from error

    def _waiting(self, link: OneTimeLink) -> NewEmail:
        owner_id, _, change = link.subject.partition(".")
        item = self._table.get(f"OWNER#{owner_id}", _KEY, consistent=True)
        waiting = NEW_EMAIL.read(item) if item else None
        if waiting is None or waiting.change != change:
            raise Gone(_OTHER)
        return waiting
