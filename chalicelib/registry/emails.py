"""E-mails about a registration itself: confirming it, signing in, changing and leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.core.errors import DomainError
from chalicelib.dynamodb.table import Write
from chalicelib.limits.address_mail import AddressMail, MailAsked
from chalicelib.limits.stranger_mail import StrangerMail
from chalicelib.notifications.channels import Mailer, Message
from chalicelib.notifications.notices import Notices
from chalicelib.notifications.rendering import MessageSender, compose_message


class OwnerEmails:
    """Writes e-mails to owners. `send` hands an e-mail over at once; an e-mail about a change is
    kept by `note` in the transaction of the change, and handed on by `queue` afterwards."""

    def __init__(
        self,
        mailer: Mailer,
        sender: MessageSender,
        notices: Notices,
        address_mail: AddressMail,
        stranger_mail: StrangerMail,
    ) -> None:
        self._mailer = mailer
        self._sender = sender
        self.note = notices.record_notice
        self.queue = notices.queue
        self._address_mail = address_mail
        self._stranger_mail = stranger_mail

    def allow(self, asked: MailAsked, *, own: bool) -> Write | None:
        """Return the write that counts a mail which anybody can ask for, for the transaction that
        makes its link; None when the mailbox gets none now (`limits.address_mail`). own: for an
        owner who asks with a browser of theirs.

        Raises ProofNeeded or Flooded when too many people ask for mails (`limits.stranger_mail`).
        """
        counted = self._address_mail.allow(asked)
        if counted is not None:
            self._stranger_mail.count_mail(asked.asker, own=own)
        return counted

    def send(self, message: Message, asked: MailAsked) -> None:
        """Hand a message that was allowed to the mail service at once. Raises as Mailer.send does;
        then the mail does not count as the newest of its mailbox."""
        try:
            self._mailer.send(message)
        except DomainError:
            self._address_mail.forget(asked)
            raise

    def confirm_registration(
        self, to: str, *, address: Sequence[str], cameras: int, token: str, phrase: str
    ) -> Message:
        """Ask the reader whether a registration is theirs. phrase: "" for an unknown address.

        Threat: somebody uses the form to have us send words of their choice to a stranger. So the
        name that was typed is left out.
        """
        return self._compose(
            "confirm_registration",
            to,
            phrase=phrase,
            postcode=address[-1],
            address=address if phrase else address[-1:],
            cameras=cameras,
            link=f"/register/confirm?token={token}",
        )

    def already_registered(
        self, to: str, *, address: Sequence[str], token: str, phrase: str
    ) -> Message:
        """Say that the same premises are registered already, with a link to sign in."""
        link = f"/sign-in/confirm?token={token}"
        return self._compose("already_registered", to, phrase=phrase, address=address, link=link)

    def sign_in_link(self, to: str, *, token: str, phrase: str) -> Message:
        """Give an owner the link to sign in."""
        return self._compose(
            "sign_in_link", to, phrase=phrase, link=f"/sign-in/confirm?token={token}"
        )

    def not_registered(self, to: str) -> Message:
        """Say that somebody asked to sign in with this address, which is not registered.

        Sent so that the page can give the same answer, after the same work, for every address.
        """
        return self._compose("not_registered", to, link="/register")

    def address_refused(self, to: str, *, address: Sequence[str], phrase: str) -> Message:
        """Say that an address could not be checked, so that its cameras left the register."""
        return self._compose(
            "address_refused", to, phrase=phrase, address=address, link="/register"
        )

    def registration_removed(self, to: str, *, phrase: str) -> Message:
        """Say that everything about an owner was removed, as the owner asked."""
        return self._compose("registration_removed", to, phrase=phrase, link="/register")

    def paused(self, to: str, phrase: str, until: datetime | None) -> Message:
        """Say that requests are paused. until: None when only the owner ends the pause."""
        return self._compose("paused", to, phrase=phrase, until=until, link="/account")

    def resumed(self, to: str, phrase: str) -> Message:
        """Say that the owner can be asked for footage again."""
        return self._compose("resumed", to, phrase=phrase, link="/account")

    def confirm_email(self, to: str, *, token: str) -> Message:
        """Ask the reader whether this is an owner's new address.

        Threat: the address is mistyped, or chosen to have us write to a stranger. So neither the
        owner's three words nor anything else about the owner stands in it.
        """
        return self._compose("confirm_email", to, link=f"/email/confirm?token={token}")

    def email_taken(self, to: str) -> Message:
        """Say that this address, which somebody asked to change to, is registered already. Only
        the reader of the mailbox learns that."""
        return self._compose("email_taken", to, link="/sign-in")

    def email_changed(self, to: str, *, phrase: str) -> Message:
        """Tell the old address that it is no longer used, without naming the new address."""
        return self._compose("email_changed", to, phrase=phrase)

    def _compose(self, kind: str, to: str, *, link: str = "", **context: Any) -> Message:
        """Write one message. link: a path within our own site, "" for a message without a link."""
        link = link and self._sender.base_url + link
        return compose_message(self._sender, kind, to, link=link, **context)
