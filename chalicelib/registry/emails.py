"""Messages about a registration itself: confirming it, signing in, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.notifications.channels import Message
from chalicelib.notifications.rendering import Sender, compose


def confirm_registration(
    sender: Sender, to: str, *, address: Sequence[str], cameras: int, token: str, phrase: str
) -> Message:
    """Asks whether a registration is theirs. phrase: "" when the address is new to us.

    The name that was typed is left out: threat: somebody uses the form to have us send words
    of their choice to a stranger.
    """
    return compose(
        sender,
        "confirm_registration",
        to,
        phrase=phrase,
        postcode=address[-1],
        address=address if phrase else address[-1:],
        cameras=cameras,
        link=f"{sender.base_url}/register/confirm?token={token}",
    )


def already_registered(
    sender: Sender, to: str, *, address: Sequence[str], token: str, phrase: str
) -> Message:
    """Somebody registered the same address again: nothing to do, and a way in."""
    return compose(
        sender,
        "already_registered",
        to,
        phrase=phrase,
        address=address,
        link=f"{sender.base_url}/sign-in/confirm?token={token}",
    )


def sign_in_link(sender: Sender, to: str, *, token: str, phrase: str) -> Message:
    """The way in."""
    return compose(
        sender,
        "sign_in_link",
        to,
        phrase=phrase,
        link=f"{sender.base_url}/sign-in/confirm?token={token}",
    )


def not_registered(sender: Sender, to: str) -> Message:
    """Somebody asked to sign in with an address that we do not know.

    Sent so that the page can give the same answer, after the same work, for every address.
    """
    return compose(sender, "not_registered", to, link=f"{sender.base_url}/register")


def registration_removed(sender: Sender, to: str, *, phrase: str) -> Message:
    """Everything about an owner was removed, as they asked."""
    return compose(
        sender, "registration_removed", to, phrase=phrase, link=f"{sender.base_url}/register"
    )


def paused(sender: Sender, to: str, phrase: str, until: datetime | None) -> Message:
    """The owner is not asked for a time; until: None when they have to say when it ends."""
    return compose(
        sender, "paused", to, phrase=phrase, until=until, link=f"{sender.base_url}/account"
    )


def resumed(sender: Sender, to: str, phrase: str) -> Message:
    """The owner can be asked again."""
    return compose(sender, "resumed", to, phrase=phrase, link=f"{sender.base_url}/account")


def confirm_email(sender: Sender, to: str, *, token: str) -> Message:
    """Asks whether an address is an owner's new one.

    Threat: the address is mistyped, or chosen to have us write to a stranger. So neither the
    owner's words nor anything else of them stands in it.
    """
    link = f"{sender.base_url}/email/confirm?token={token}"
    return compose(sender, "confirm_email", to, link=link)


def email_taken(sender: Sender, to: str) -> Message:
    """Somebody wants an address for their registration that has one. Only who reads the mailbox
    learns it."""
    return compose(sender, "email_taken", to, link=f"{sender.base_url}/sign-in")


def email_changed(sender: Sender, to: str, *, phrase: str) -> Message:
    """To the old address: it is no longer used. Which one is, it does not say."""
    return compose(sender, "email_changed", to, phrase=phrase)
