"""Reply links: what a token from a message opens, and how owners save footage."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.access.one_time_links import LinkPurpose, OneTimeLinks
from chalicelib.cameras.retention import find_make, saving_steps
from chalicelib.core.errors import Gone, NotFound
from chalicelib.registry.model import Site
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


@dataclass(frozen=True)
class SavingWay:
    """How footage of some cameras is saved. cameras: their numbers. make: "" when not known."""

    cameras: tuple[int, ...]
    make: str
    steps: tuple[str, ...]


def saving_ways(site: Site) -> list[SavingWay]:
    """How the owner of a site saves footage: cameras of one make together, in their order.

    Cameras that keep nothing are left out, unless none keeps anything as far as we know: then
    their owner knows better, and is told all the same.
    """
    found: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for camera in [c for c in site.cameras if c.records] or site.cameras:
        make = find_make(camera.make)
        way = (make.name if make else "", saving_steps(camera))
        found.setdefault(way, []).append(camera.number)
    return [SavingWay(tuple(numbers), *way) for way, numbers in found.items()]
