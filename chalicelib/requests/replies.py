"""Reply links: what a token from a message opens."""

from __future__ import annotations

from chalicelib.access.links import Links, Purpose
from chalicelib.errors import Gone, NotFound
from chalicelib.requests.matters import Matter, Matters, OwnerGone
from chalicelib.requests.model import read_reference
from chalicelib.requests.store import RequestStore


class LinkGone(Gone):
    """A reply link that was one of ours and leads nowhere any more."""

    title = "This link no longer works"


class Replies:
    """Opens reply links and checks references. Changes nothing: mail scanners follow links."""

    def __init__(self, store: RequestStore, matters: Matters, links: Links) -> None:
        self._store = store
        self._matters = matters
        self._links = links

    def open(self, token: str) -> Matter:
        """The matter that a reply link is about, whether or not its request is still open.

        Every link sent for a recipient opens it, not only the last one: people answer from the
        message they find. Raises NotFound for a token that is not one of ours, LinkGone when
        the time is over or the site is no longer registered.
        """
        link = self._links.open(token, Purpose.REPLY)
        request_id, _, site_id = link.subject.partition(".")
        recipient = self._store.recipient(request_id, site_id)
        if recipient is None:
            raise NotFound("This link does not lead to a request.")
        try:
            return self._matters.of(recipient)
        except OwnerGone as gone:
            raise LinkGone(
                "This camera is not registered any more, so there is nothing to answer."
            ) from gone

    def reference_exists(self, typed: str) -> bool:
        """True when a request has this reference. Says nothing else about it.

        Threat: somebody tries references to learn about cases. There are a million million of
        them, and a hit tells only that one exists.
        """
        reference = read_reference(typed)
        return bool(reference and self._store.request_of_reference(reference))
