"""Messages about a registration itself: confirming it, signing in, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.notifications.channels import Mailer, Message
from chalicelib.notifications.notices import Notices
from chalicelib.notifications.rendering import MessageSender, compose_message


class OwnerEmails:
    """Writes e-mails to owners. `send` hands one over at once; one that tells of a change is kept
    by `note` in the change's own transaction, and handed on by `queue` when it is made."""

    def __init__(self, mailer: Mailer, sender: MessageSender, notices: Notices) -> None:
        self._mailer = mailer
        self._sender = sender
        self.note = notices.record_notice
        self.queue = notices.queue

    def send(self, message: Message) -> None:
        """Hands the message to the mail service. Raises as Mailer.send does."""
        self._mailer.send(message)

    def confirm_registration(
        self, to: str, *, address: Sequence[str], cameras: int, token: str, phrase: str
    ) -> Message:
        """Asks whether a registration is theirs. phrase: "" when the address is new to us.

        The name that was typed is left out: threat: somebody uses the form to have us send words
        of their choice to a stranger.
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
        """Somebody registered the same address again: nothing to do, and a way in."""
        link = f"/sign-in/confirm?token={token}"
        return self._compose("already_registered", to, phrase=phrase, address=address, link=link)

    def sign_in_link(self, to: str, *, token: str, phrase: str) -> Message:
        """The way in."""
        return self._compose(
            "sign_in_link", to, phrase=phrase, link=f"/sign-in/confirm?token={token}"
        )

    def not_registered(self, to: str) -> Message:
        """Somebody asked to sign in with an address that we do not know.

        Sent so that the page can give the same answer, after the same work, for every address.
        """
        return self._compose("not_registered", to, link="/register")

    def registration_removed(self, to: str, *, phrase: str) -> Message:
        """Everything about an owner was removed, as they asked."""
        return self._compose("registration_removed", to, phrase=phrase, link="/register")

    def paused(self, to: str, phrase: str, until: datetime | None) -> Message:
        """The owner is not asked for a time; until: None when they have to say when it ends."""
        return self._compose("paused", to, phrase=phrase, until=until, link="/account")

    def resumed(self, to: str, phrase: str) -> Message:
        """The owner can be asked again."""
        return self._compose("resumed", to, phrase=phrase, link="/account")

    def confirm_email(self, to: str, *, token: str) -> Message:
        """Asks whether an address is an owner's new one.

        Threat: the address is mistyped, or chosen to have us write to a stranger. So neither the
        owner's words nor anything else of them stands in it.
        """
        return self._compose("confirm_email", to, link=f"/email/confirm?token={token}")

    def email_taken(self, to: str) -> Message:
        """Somebody wants an address for their registration that has one. Only who reads the mailbox
        learns it."""
        return self._compose("email_taken", to, link="/sign-in")

    def email_changed(self, to: str, *, phrase: str) -> Message:
        """To the old address: it is no longer used. Which one is, it does not say."""
        return self._compose("email_changed", to, phrase=phrase)

    def _compose(self, kind: str, to: str, *, link: str = "", **context: Any) -> Message:
        """link: where the message leads, within our own site; "" for nowhere."""
        link = link and self._sender.base_url + link
        return compose_message(self._sender, kind, to, link=link, **context)
