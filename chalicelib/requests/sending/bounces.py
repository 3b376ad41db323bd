"""Messages that came back: the recipient cannot be reached, and the owner is left in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.core.errors import Conflict
from chalicelib.notifications.mail_events import NOT_MADE
from chalicelib.registry.model import Pause
from chalicelib.registry.store import SiteStore
from chalicelib.requests.recipients.recipient_mailer import RecipientMailer

PAUSE = timedelta(days=180)
"""For how long nobody is asked at an address that returned a message or complained."""

_TURNS = 4


class Bounces:
    """Takes in bounces and complaints. Taking the same one in again changes nothing."""

    def __init__(self, post: RecipientMailer, sites: SiteStore) -> None:
        self._recipient_mailer = post
        self._sites = sites

    def record_bounce(self, request_id: str, site_id: str, kind: str) -> None:
        """Notes that a message of this recipient came back, or never went out. kind: bounce,
        complaint, reject or mail_events.NOT_MADE, after which the owner may be asked again.

        An answer that came all the same stands.
        """
        recipient = self._recipient_mailer.store.recipient(request_id, site_id)
        if recipient is None:
            return
        # One message was about all of the owner's sites, so all of them bounced.
        for one in self._recipient_mailer.store.owner_recipients(recipient):
            self._recipient_mailer.mark_undeliverable(one, kind)
        if kind != NOT_MADE:
            self._pause(recipient.owner_id)

    def _pause(self, owner_id: str) -> None:
        for _ in range(_TURNS):
            owner = self._sites.owner(owner_id)
            now = self._recipient_mailer.current_time()
            if owner is None or (owner.paused_until and owner.paused_until > now):
                return
            try:
                self._sites.change_owner(
                    owner, replace(owner, paused_until=now + PAUSE, paused_why=Pause.RETURNED)
                )
            except Conflict:
                continue
            return
