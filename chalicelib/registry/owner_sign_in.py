"""Owners sign in by a link in an e-mail; there is no password to lose or to steal."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.one_time_links import LinkPurpose, OneTimeLinks
from chalicelib.access.sessions import Sessions
from chalicelib.core.errors import Gone
from chalicelib.core.ids import token_hash
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.limits.address_mail import MailAsked
from chalicelib.limits.asker import Asker
from chalicelib.registry.emails import OwnerEmails
from chalicelib.registry.store import SiteStore

LINK_LIFE = timedelta(minutes=30)

MOST_A_DAY = 10
"""Links for one e-mail address that go out at once, whoever asks. Threats: the form is used to
flood a stranger, or to use up an owner's links. What comes after these: `limits.address_mail`."""

NOBODY = "0" * 16
"""Stands for the owner of an unknown address, so that the same work is done for it."""

USED = "This link has been used. Ask for a new one: each link works once."
FORMER = "This link went to an address that you no longer use. Ask for a new one."
OVER = "This link is more than 30 minutes old. Ask for a new one."


class OwnerSignIn:
    """Sends sign-in links and turns them into sessions."""

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
        self._links = links
        self._sessions = sessions
        self._emails = emails
        self._audit = audit
        self._clock = clock

    def send_link(self, email: str, asker: Asker) -> None:
        """Send a link to an address that is registered, and to any other a message that it is not.

        Threat: somebody learns who is registered. Reads, writes and message are the same for
        every address; only its receiver sees which it was. Raises Undeliverable, Unavailable,
        ProofNeeded or Flooded.
        """
        owner = self._sites.owner(self._sites.owner_id_of(email) or NOBODY)
        token, link = self._links.make_link(
            LinkPurpose.SIGN_IN, owner.id if owner else NOBODY, LINK_LIFE
        )
        own = bool(owner and owner.id == asker.owner_id)
        mailbox = self._sites.mailbox(email)
        asked = MailAsked(mailbox, "sign-in", asker, token_hash(token), MOST_A_DAY, own)
        counted = self._emails.allow(asked, own=own)
        if counted is None:
            return  # the newest link in the mailbox works
        try:
            self._sites.transact_raw(counted, link)
        except ConditionFailed:
            return  # another link went out in this moment
        if owner:
            message = self._emails.sign_in_link(owner.email, token=token, phrase=owner.phrase)
        else:
            message = self._emails.not_registered(email)
        self._emails.send(message, asked)

    def check_link(self, token: str) -> None:
        """Refuse a link that cannot be used; nothing is changed, as mail scanners open links.

        Raises NotFound for a link that is not ours, Gone for one used or too old.
        """
        try:
            link = self._links.open_link(token, LinkPurpose.SIGN_IN)
        except Gone as error:
            raise Gone(OVER) from error
        if link.used_at is not None:
            raise Gone(USED)

    def sign_in(self, token: str) -> tuple[str, str]:
        """Use the link up and return the owner's id and the token of a new session, for the cookie.

        Raises as `check_link` does, also when somebody else used the link a moment ago.
        """
        self.check_link(token)
        link = self._links.open_link(token, LinkPurpose.SIGN_IN)
        try:
            self._sites.transact_raw(self._links.use_link(link))
        except ConditionFailed as error:
            raise Gone(USED) from error
        owner = self._sites.owner(link.subject)
        if owner is None:
            raise Gone("This registration has been removed.")
        if link.is_of_former_address(owner.email_changed_at):
            raise Gone(FORMER)
        return owner.id, self.begin_session(owner.id)

    def begin_session(self, owner_id: str) -> str:
        """Sign in an owner who has just shown, by a link, that they read their mail. Return the
        token of the new session, for the cookie."""
        session = self._sessions.create_owner(owner_id)
        self._audit.record_act(Actor.owner(owner_id), Action.SIGNED_IN, f"owner.{owner_id}")
        return session

    def sign_out(self, owner_id: str, session_hash: str) -> None:
        self._sessions.end_session(session_hash)
        self._audit.record_act(Actor.owner(owner_id), Action.SIGNED_OUT, f"owner.{owner_id}")
