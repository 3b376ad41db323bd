"""Reply links: what a token from a message opens."""

from __future__ import annotations

from chalicelib.access.one_time_links import LinkPurpose, OneTimeLinks
from chalicelib.core.errors import Gone, NotFound
from chalicelib.requests.model import read_reference
from chalicelib.requests.recipients.recipient_context import (
    OwnerGone,
    RecipientContext,
    RecipientContextReader,
)
from chalicelib.requests.store import RequestStore
from chalicelib.telemetry.logs import follow_request


class LinkGone(Gone):
    """A reply link that was once valid and leads nowhere any more."""

    title = "This link no longer works"


class ReplyLinks:
    """Opens reply links and checks references. Changes nothing: mail scanners follow links."""

    def __init__(
        self, store: RequestStore, matters: RecipientContextReader, links: OneTimeLinks
    ) -> None:
        self._store = store
        self._contexts = matters
        self._links = links

    def open_link(self, token: str) -> RecipientContext:
        """The recipient context that a reply link leads to, whether or not its request is open.

        Every link sent for a recipient opens it, not only the last one: people answer from the
        message they find. Raises NotFound for a token that was never issued, LinkGone when
        the time is over or the site is no longer registered.
        """
        link = self._links.open_link(token, LinkPurpose.REPLY)
        request_id, _, site_id = link.subject.partition(".")
        recipient = self._store.recipient(request_id, site_id)
        if recipient is None:
            raise NotFound("This link does not lead to a request.")
        follow_request(request_id)
        try:
            matter = self._contexts.read_context(recipient)
        except OwnerGone as gone:
            raise LinkGone(
                "This camera is not registered any more, so there is nothing to answer."
            ) from gone
        if link.is_of_former_address(matter.owner.email_changed_at):
            raise LinkGone(
                "This link went to an email address that you no longer use. Sign in with your new "
                "address to see requests waiting for your answer."
            )
        return matter

    def reference_exists(self, typed: str) -> bool:
        """True when a request has this reference. Says nothing else about it.

        Threat: somebody tries references to learn about cases. There are a million million of
        them, and a hit tells only that one exists.
        """
        reference = read_reference(typed)
        return bool(reference and self._store.request_of_reference(reference))
