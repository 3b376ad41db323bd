"""Make the services of requests and of the rooms within it."""

from __future__ import annotations

from chalicelib.access.services import AccessServices
from chalicelib.clients import Clients
from chalicelib.incidents.services import IncidentServices
from chalicelib.notifications.messenger import OutgoingMail
from chalicelib.notifications.services import NotificationServices
from chalicelib.oversight.services import OversightServices
from chalicelib.registry.services import RegistryServices
from chalicelib.requests.closing.closing_notices import ClosingNotices
from chalicelib.requests.closing.service import ClosingService
from chalicelib.requests.digest.officer_digest import OfficerDigest
from chalicelib.requests.overviews.request_overviews import RequestOverviews
from chalicelib.requests.overviews.site_notes import SiteNotesReader
from chalicelib.requests.recipients.contact_history import ContactHistory
from chalicelib.requests.recipients.contact_reveals import ContactReveals
from chalicelib.requests.recipients.recipient_batches import RecipientBatches
from chalicelib.requests.recipients.recipient_context import RecipientContextReader
from chalicelib.requests.recipients.recipient_list import RecipientList
from chalicelib.requests.recipients.recipient_mailer import RecipientMailer
from chalicelib.requests.recipients.recipient_selection import RecipientSelection
from chalicelib.requests.recipients.relevant_cameras import RelevantCameras
from chalicelib.requests.reminders.reminder_workflow import ReminderWorkflow
from chalicelib.requests.reminders.reminders import Reminders
from chalicelib.requests.replies.answers import AnswerService
from chalicelib.requests.replies.reply_links import ReplyLinks
from chalicelib.requests.request_service import RequestService, RequestWriter
from chalicelib.requests.sending.bounces import Bounces
from chalicelib.requests.sending.bulk_mailer import BulkMailer
from chalicelib.requests.sending.fan_out import FanOut
from chalicelib.requests.sending.recipient_admission import RecipientAdmission
from chalicelib.requests.sending.recovery import Recovery
from chalicelib.requests.sending.send_tasks import SendTasks
from chalicelib.requests.store import RequestStore
from chalicelib.requests.threads.notices import ThreadNotices
from chalicelib.requests.threads.service import ThreadService
from chalicelib.requests.threads.store import ThreadStore
from chalicelib.requests.withdrawals import Withdrawals


class RequestServices:
    """The services for asking owners for footage and taking their answers."""

    def __init__(
        self,
        clients: Clients,
        access: AccessServices,
        notifications: NotificationServices,
        registry: RegistryServices,
        incidents: IncidentServices,
        oversight: OversightServices,
    ) -> None:
        settings, counts = clients.settings, clients.counts
        table, clock, zone = clients.registry_table, clients.clock, settings.time_zone
        audit, links, profiles = access.audit, access.one_time_links, access.officer_profiles
        mail, outbox, queue = notifications.mail, notifications.outbox, notifications.send_queue
        sites, incidents_kept = registry.sites, incidents.incidents
        budget = int(settings.contact_budget)

        # What is kept, what waits to be done, and when.
        self.store = RequestStore(table)
        self.recipient_batches = RecipientBatches(table)
        self.thread_store = ThreadStore(table)
        self.reminder_workflow = ReminderWorkflow(
            clients.client("stepfunctions"), settings.state_machine_arn
        )

        # Whom a request asks.
        self.contact_history = ContactHistory(table, self.recipient_batches)
        self.relevant_cameras = RelevantCameras(incidents.search_history)
        self.recipient_selection = RecipientSelection(
            self.contact_history, sites, self.relevant_cameras, budget
        )
        self.recipient_list = RecipientList(
            self.recipient_batches, sites, self.relevant_cameras, zone
        )
        self.recipient_context = RecipientContextReader(self.store, incidents_kept, sites)

        # What goes out.
        self.recipient_mailer = RecipientMailer(
            self.store,
            self.recipient_context,
            links,
            OutgoingMail(notifications.messenger, notifications.sender),
            clock,
            notifications.rate_limiter,
        )
        self.bulk_mailer = BulkMailer(self.recipient_mailer, zone, counts)
        self.closing_notices = ClosingNotices(
            outbox, self.store, sites, incidents_kept, profiles, mail
        )
        self.send_tasks = SendTasks(
            self.recipient_mailer, self.bulk_mailer, self.reminder_workflow, self.closing_notices
        )
        self.recipient_admission = RecipientAdmission(
            self.contact_history, sites, self.relevant_cameras, self.recipient_mailer, budget, zone
        )
        self.fan_out = FanOut(
            self.recipient_batches,
            self.recipient_admission,
            incidents_kept,
            self.bulk_mailer,
            self.send_tasks,
            queue,
        )
        self.officer_digest = OfficerDigest(table, outbox, self.store, incidents.case_readers, mail)
        self.reminders = Reminders(self.recipient_mailer, self.officer_digest, zone, counts)
        self.bounces = Bounces(self.recipient_mailer, sites)
        self.recovery = Recovery(self.store, queue, self.reminder_workflow, clock)

        # What officers do.
        writer = RequestWriter(self.store, self.recipient_batches, queue, counts)
        self.requests = RequestService(
            self.store, self.recipient_selection, writer, profiles, audit, clock
        )
        self.overviews = RequestOverviews(self.store, self.recipient_list, audit, clock)
        self.site_notes = SiteNotesReader(
            self.contact_history, incidents.site_labels, registry.place_names
        )
        self.contact_reveals = ContactReveals(
            sites, incidents.found_sites, self.contact_history, oversight.look_budgets, audit
        )
        self.withdrawals = Withdrawals(self.store, queue, audit, clock)
        self.closings = ClosingService(
            table, outbox, incidents_kept, self.store, self.closing_notices, audit
        )

        # What owners do, and what both write to each other.
        self.reply_links = ReplyLinks(self.store, self.recipient_context, links)
        self.answers = AnswerService(self.store, self.officer_digest, audit, clock, zone, counts)
        self.threads = ThreadService(
            self.thread_store, self.recipient_context, queue, audit, clock, profiles
        )
        self.thread_notices = ThreadNotices(
            self.thread_store,
            self.recipient_mailer,
            incidents.case_readers,
            queue,
            incidents.site_numbers,
        )
