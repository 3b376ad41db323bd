"""Messages about a registration itself: confirming it, signing in, leaving."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.notify.messages import Sender, compose
from chalicelib.notify.sender import Message


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
