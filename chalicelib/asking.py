"""The middle of the wiring: incidents, searches, requests, and what is said about them.

`bootstrap.Services` puts evidence on top of it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.groundwork import Groundwork

if TYPE_CHECKING:
    from chalicelib.requests.admission import Admission
    from chalicelib.requests.answer import Answers
    from chalicelib.requests.clockwork import SendQueue, Workflow
    from chalicelib.requests.closing import Closings
    from chalicelib.requests.deliver import Post
    from chalicelib.requests.deliveries import Deliveries
    from chalicelib.requests.facts import FactReader
    from chalicelib.requests.fan_out import FanOut
    from chalicelib.requests.farewell import Farewells
    from chalicelib.requests.incidents import Incidents
    from chalicelib.requests.letters import Letters
    from chalicelib.requests.matters import Matters
    from chalicelib.requests.news import Newsroom
    from chalicelib.requests.overview import Overviews
    from chalicelib.requests.parts import Parts
    from chalicelib.requests.remind import Reminders
    from chalicelib.requests.replies import Replies
    from chalicelib.requests.returns import Returns
    from chalicelib.requests.roll import Roll
    from chalicelib.requests.search_log import SearchLog
    from chalicelib.requests.searches import Searches
    from chalicelib.requests.send import Requests
    from chalicelib.requests.sought import Sought
    from chalicelib.requests.store import RequestStore
    from chalicelib.requests.sweep import Sweep
    from chalicelib.requests.thread import Threads
    from chalicelib.requests.thread_post import ThreadPost
    from chalicelib.requests.thread_store import ThreadStore
    from chalicelib.requests.wordings import Wordings


class Asking(Groundwork):
    """What evidence stands on."""

    @cached_property
    def incidents(self) -> Incidents:
        """Incidents and the searches made for them."""
        from chalicelib.requests.incidents import Incidents

        return Incidents(self.registry, self.audit, self.clock)

    @cached_property
    def searches(self) -> Searches:
        """Officers' looks at the register."""
        from chalicelib.registry.index_reader import TableIndexReader
        from chalicelib.registry.search import SiteSearch
        from chalicelib.requests.searches import Searches

        reader = TableIndexReader(self.client("dynamodb"), self.settings.registry_table)
        return Searches(
            self.incidents,
            self.search_log,
            SiteSearch(reader),
            self.sites,
            self.audit,
            self.clock,
        )

    @cached_property
    def search_log(self) -> SearchLog:
        """The searches made for incidents."""
        from chalicelib.requests.search_log import SearchLog

        return SearchLog(self.registry)

    @cached_property
    def sought(self) -> Sought:
        """Where officers looked for cameras."""
        from chalicelib.requests.sought import Sought

        return Sought(self.search_log)

    @cached_property
    def request_store(self) -> RequestStore:
        """Requests and recipients."""
        from chalicelib.requests.store import RequestStore

        return RequestStore(self.registry)

    @cached_property
    def send_queue(self) -> SendQueue:
        """The queue in front of what sends first messages."""
        from chalicelib.requests.clockwork import SendQueue

        return SendQueue(self.client("sqs"), self.settings.send_queue_url)

    @cached_property
    def workflow(self) -> Workflow:
        """The reminder state machine."""
        from chalicelib.requests.clockwork import Workflow

        return Workflow(self.client("stepfunctions"), self.settings.state_machine_arn)

    @cached_property
    def requests(self) -> Requests:
        """Officers asking for footage."""
        from chalicelib.requests.send import Requests

        return Requests(
            self.request_store,
            self.parts,
            self.facts,
            self.sites,
            self.sought,
            self.fan_out,
            self.send_queue,
            self.known_officers,
            self.audit,
            self.clock,
            self.contact_budget,
        )

    @cached_property
    def wordings(self) -> Wordings:
        """What requests can begin with."""
        from chalicelib.requests.wordings import Wordings

        return Wordings(self.registry, self.audit, self.clock)

    @cached_property
    def news(self) -> Newsroom:
        """What officers are told of their requests."""
        from chalicelib.requests.news import Newsroom

        return Newsroom(
            self.registry,
            self.request_store,
            self.known_officers,
            self.send_queue,
            self.mailer,
            self.sender,
            self.clock,
        )

    @cached_property
    def farewells(self) -> Farewells:
        """Last messages about closed incidents."""
        from chalicelib.requests.farewell import Farewells

        return Farewells(
            self.registry,
            self.request_store,
            self.sites,
            self.incidents,
            self.known_officers,
            self.send_queue,
            self.mailer,
            self.sender,
            self.clock,
        )

    @cached_property
    def closings(self) -> Closings:
        """Officers closing incidents."""
        from chalicelib.requests.closing import Closings

        return Closings(
            self.registry,
            self.incidents,
            self.request_store,
            self.farewells,
            self.send_queue,
            self.audit,
            self.clock,
        )

    @cached_property
    def overviews(self) -> Overviews:
        """How requests stand."""
        from chalicelib.requests.overview import Overviews

        return Overviews(self.request_store, self.roll, self.audit)

    @cached_property
    def answers(self) -> Answers:
        """Owners answering."""
        from chalicelib.requests.answer import Answers

        return Answers(
            self.request_store, self.news, self.audit, self.clock, self.settings.time_zone
        )

    @cached_property
    def matters(self) -> Matters:
        """Recipients with all that belongs to them."""
        from chalicelib.requests.matters import Matters

        return Matters(self.request_store, self.incidents, self.sites)

    @cached_property
    def replies(self) -> Replies:
        """Reply links."""
        from chalicelib.requests.replies import Replies

        return Replies(self.request_store, self.matters, self.links)

    @cached_property
    def post(self) -> Post:
        """Messages to recipients, each once."""
        from chalicelib.requests.deliver import Post

        return Post(
            self.request_store,
            self.matters,
            self.links,
            self.messenger,
            self.sender,
            self.clock,
            self.pace,
        )

    @cached_property
    def letters(self) -> Letters:
        """First messages, many at a time."""
        from chalicelib.requests.letters import Letters

        return Letters(self.post, self.settings.time_zone)

    @cached_property
    def deliveries(self) -> Deliveries:
        """What the send queue asks for."""
        from chalicelib.requests.deliveries import Deliveries

        return Deliveries(self.post, self.letters, self.workflow, self.farewells)

    @cached_property
    def parts(self) -> Parts:
        """Whom requests ask, in parts."""
        from chalicelib.requests.parts import Parts

        return Parts(self.registry)

    @cached_property
    def roll(self) -> Roll:
        """Everybody a request is for."""
        from chalicelib.requests.roll import Roll

        return Roll(self.parts, self.sites, self.sought, self.settings.time_zone)

    @cached_property
    def facts(self) -> FactReader:
        """What is looked at before anybody is asked."""
        from chalicelib.requests.facts import FactReader

        return FactReader(self.registry, self.parts)

    @property
    def contact_budget(self) -> int:
        """How many requests may reach an owner in 30 days."""
        return int(self.settings.contact_budget)

    @cached_property
    def admission(self) -> Admission:
        """Decides for good who is asked."""
        from chalicelib.requests.admission import Admission

        zone = self.settings.time_zone
        budget = self.contact_budget
        return Admission(self.facts, self.sites, self.sought, self.post, budget, zone)

    @cached_property
    def fan_out(self) -> FanOut:
        """Writes requests out, and to those they ask."""
        from chalicelib.requests.fan_out import FanOut

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
        from chalicelib.requests.thread_store import ThreadStore

        return ThreadStore(self.registry)

    @cached_property
    def threads(self) -> Threads:
        """Officers and owners writing to each other."""
        from chalicelib.requests.thread import Threads

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
        from chalicelib.requests.thread_post import ThreadPost

        return ThreadPost(
            self.thread_store,
            self.request_store,
            self.matters,
            self.links,
            self.messenger,
            self.known_officers,
            self.sender,
            self.send_queue,
            self.clock,
        )

    @cached_property
    def returns(self) -> Returns:
        """Messages that came back."""
        from chalicelib.requests.returns import Returns

        return Returns(self.post, self.sites)

    @cached_property
    def reminders(self) -> Reminders:
        """What one wake-up of a recipient's clock does."""
        from chalicelib.requests.remind import Reminders

        return Reminders(self.post, self.news, self.settings.time_zone)

    @cached_property
    def sweep(self) -> Sweep:
        """Finds clocks that stopped."""
        from chalicelib.requests.sweep import Sweep

        return Sweep(self.request_store, self.send_queue, self.workflow, self.clock)
