"""The middle of the wiring: incidents, searches, requests, and what is said about them.

`container.Services` puts evidence on top of it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.groundwork import Groundwork

if TYPE_CHECKING:
    from chalicelib.incidents.message_templates import Wordings
    from chalicelib.incidents.search_history import SearchLog
    from chalicelib.incidents.search_service import Searches
    from chalicelib.incidents.service import Incidents
    from chalicelib.requests.closing.closing_notices import Farewells
    from chalicelib.requests.closing.service import Closings
    from chalicelib.requests.digest.officer_digest import Newsroom
    from chalicelib.requests.overviews import Overviews
    from chalicelib.requests.recipients.contact_history import FactReader
    from chalicelib.requests.recipients.recipient_batches import Parts
    from chalicelib.requests.recipients.recipient_context import Matters
    from chalicelib.requests.recipients.recipient_list import Roll
    from chalicelib.requests.recipients.recipient_mailer import Post
    from chalicelib.requests.recipients.relevant_cameras import Sought
    from chalicelib.requests.reminders.reminder_workflow import Workflow
    from chalicelib.requests.reminders.reminders import Reminders
    from chalicelib.requests.replies.answers import Answers
    from chalicelib.requests.replies.reply_links import Replies
    from chalicelib.requests.request_service import Requests
    from chalicelib.requests.sending.bounces import Returns
    from chalicelib.requests.sending.bulk_mailer import Letters
    from chalicelib.requests.sending.fan_out import FanOut
    from chalicelib.requests.sending.recipient_admission import Admission
    from chalicelib.requests.sending.recovery import Sweep
    from chalicelib.requests.sending.send_tasks import Deliveries
    from chalicelib.requests.store import RequestStore
    from chalicelib.requests.threads.notices import ThreadPost
    from chalicelib.requests.threads.service import Threads
    from chalicelib.requests.threads.store import ThreadStore


class Asking(Groundwork):
    """What evidence stands on."""

    @cached_property
    def incidents(self) -> Incidents:
        """Incidents and the searches made for them."""
        from chalicelib.incidents.service import Incidents

        return Incidents(self.registry, self.audit, self.clock)

    @cached_property
    def searches(self) -> Searches:
        """Officers' looks at the register."""
        from chalicelib.incidents.search_service import Searches
        from chalicelib.search.index_reader import TableIndexReader
        from chalicelib.search.site_search import SiteSearch

        reader = TableIndexReader(self.client("dynamodb"), self.settings.registry_table)
        return Searches(
            self.incidents,
            self.search_log,
            SiteSearch(reader),
            self.sites,
            self.audit,
            self.clock,
            self.counts,
        )

    @cached_property
    def search_log(self) -> SearchLog:
        """The searches made for incidents."""
        from chalicelib.incidents.search_history import SearchLog

        return SearchLog(self.registry)

    @cached_property
    def sought(self) -> Sought:
        """Where officers looked for cameras."""
        from chalicelib.requests.recipients.relevant_cameras import Sought

        return Sought(self.search_log)

    @cached_property
    def request_store(self) -> RequestStore:
        """Requests and recipients."""
        from chalicelib.requests.store import RequestStore

        return RequestStore(self.registry)

    @cached_property
    def workflow(self) -> Workflow:
        """The reminder state machine."""
        from chalicelib.requests.reminders.reminder_workflow import Workflow

        return Workflow(self.client("stepfunctions"), self.settings.state_machine_arn)

    @cached_property
    def requests(self) -> Requests:
        """Officers asking for footage."""
        from chalicelib.requests.request_service import Requests

        return Requests(
            self.request_store,
            self.parts,
            self.facts,
            self.sites,
            self.sought,
            self.send_queue,
            self.known_officers,
            self.audit,
            self.clock,
            self.contact_budget,
            self.counts,
        )

    @cached_property
    def wordings(self) -> Wordings:
        """What requests can begin with."""
        from chalicelib.incidents.message_templates import Wordings

        return Wordings(self.registry, self.audit, self.clock)

    @cached_property
    def news(self) -> Newsroom:
        """What officers are told of their requests."""
        from chalicelib.requests.digest.officer_digest import Newsroom

        return Newsroom(
            self.registry, self.outbox, self.request_store, self.known_officers, self.mail
        )

    @cached_property
    def farewells(self) -> Farewells:
        """Last messages about closed incidents."""
        from chalicelib.requests.closing.closing_notices import Farewells

        return Farewells(
            self.outbox,
            self.request_store,
            self.sites,
            self.incidents,
            self.known_officers,
            self.mail,
        )

    @cached_property
    def closings(self) -> Closings:
        """Officers closing incidents."""
        from chalicelib.requests.closing.service import Closings

        return Closings(
            self.registry,
            self.outbox,
            self.incidents,
            self.request_store,
            self.farewells,
            self.audit,
        )

    @cached_property
    def overviews(self) -> Overviews:
        """How requests stand."""
        from chalicelib.requests.overviews import Overviews

        return Overviews(self.request_store, self.roll, self.audit)

    @cached_property
    def answers(self) -> Answers:
        """Owners answering."""
        from chalicelib.requests.replies.answers import Answers

        return Answers(
            self.request_store,
            self.news,
            self.audit,
            self.clock,
            self.settings.time_zone,
            self.counts,
        )

    @cached_property
    def matters(self) -> Matters:
        """Recipients with all that belongs to them."""
        from chalicelib.requests.recipients.recipient_context import Matters

        return Matters(self.request_store, self.incidents, self.sites)

    @cached_property
    def replies(self) -> Replies:
        """Reply links."""
        from chalicelib.requests.replies.reply_links import Replies

        return Replies(self.request_store, self.matters, self.links)

    @cached_property
    def post(self) -> Post:
        """Messages to recipients, each once."""
        from chalicelib.notifications.messenger import OutgoingMail
        from chalicelib.requests.recipients.recipient_mailer import Post

        mail = OutgoingMail(self.messenger, self.sender)
        return Post(self.request_store, self.matters, self.links, mail, self.clock, self.pace)

    @cached_property
    def letters(self) -> Letters:
        """First messages, many at a time."""
        from chalicelib.requests.sending.bulk_mailer import Letters

        return Letters(self.post, self.settings.time_zone, self.counts)

    @cached_property
    def deliveries(self) -> Deliveries:
        """What the send queue asks for."""
        from chalicelib.requests.sending.send_tasks import Deliveries

        return Deliveries(self.post, self.letters, self.workflow, self.farewells)

    @cached_property
    def parts(self) -> Parts:
        """Whom requests ask, in parts."""
        from chalicelib.requests.recipients.recipient_batches import Parts

        return Parts(self.registry)

    @cached_property
    def roll(self) -> Roll:
        """Everybody a request is for."""
        from chalicelib.requests.recipients.recipient_list import Roll

        return Roll(self.parts, self.sites, self.sought, self.settings.time_zone)

    @cached_property
    def facts(self) -> FactReader:
        """What is looked at before anybody is asked."""
        from chalicelib.requests.recipients.contact_history import FactReader

        return FactReader(self.registry, self.parts)

    @property
    def contact_budget(self) -> int:
        """How many requests may reach an owner in 30 days."""
        return int(self.settings.contact_budget)

    @cached_property
    def admission(self) -> Admission:
        """Decides for good who is asked."""
        from chalicelib.requests.sending.recipient_admission import Admission

        zone = self.settings.time_zone
        budget = self.contact_budget
        return Admission(self.facts, self.sites, self.sought, self.post, budget, zone)

    @cached_property
    def fan_out(self) -> FanOut:
        """Writes requests out, and to those they ask."""
        from chalicelib.requests.sending.fan_out import FanOut

        return FanOut(
            self.parts,
            self.admission,
            self.incidents,
            self.letters,
            self.deliveries,
            self.send_queue,
        )

    @cached_property
    def thread_store(self) -> ThreadStore:
        """What officers and owners wrote to each other."""
        from chalicelib.requests.threads.store import ThreadStore

        return ThreadStore(self.registry)

    @cached_property
    def threads(self) -> Threads:
        """Officers and owners writing to each other."""
        from chalicelib.requests.threads.service import Threads

        return Threads(
            self.thread_store,
            self.request_store,
            self.send_queue,
            self.audit,
            self.clock,
            self.known_officers,
        )

    @cached_property
    def thread_post(self) -> ThreadPost:
        """Mails that say that somebody wrote."""
        from chalicelib.requests.threads.notices import ThreadPost

        return ThreadPost(self.thread_store, self.post, self.known_officers, self.send_queue)

    @cached_property
    def returns(self) -> Returns:
        """Messages that came back."""
        from chalicelib.requests.sending.bounces import Returns

        return Returns(self.post, self.sites)

    @cached_property
    def reminders(self) -> Reminders:
        """What one wake-up of a recipient's clock does."""
        from chalicelib.requests.reminders.reminders import Reminders

        return Reminders(self.post, self.news, self.settings.time_zone, self.counts)

    @cached_property
    def sweep(self) -> Sweep:
        """Finds clocks that stopped."""
        from chalicelib.requests.sending.recovery import Sweep

        return Sweep(self.request_store, self.send_queue, self.workflow, self.clock)
