"""The composition of the services of `notifications`."""

from __future__ import annotations

from chalicelib.clients import Clients
from chalicelib.dynamodb.outbox import Outbox
from chalicelib.notifications.channels import Mailer, Texter
from chalicelib.notifications.mail_standing import MailStandings
from chalicelib.notifications.messenger import Messenger, OutgoingMail
from chalicelib.notifications.notices import Notices
from chalicelib.notifications.rate_limiter import RateLimiter
from chalicelib.notifications.rendering import MessageSender
from chalicelib.notifications.send_queue import SendQueue


class NotificationServices:
    """The services that send messages, the send queue and the outbox.

    rate_limiter: lets this process send first messages at two fifths of the account's rate, since
    two such functions run at once and a fifth is left for all other messages.
    """

    def __init__(self, clients: Clients) -> None:
        own = clients.settings
        self.sender = MessageSender.from_settings(own)
        self.rate_limiter = RateLimiter(0.4 * float(own.mail_rate))
        self.mail_standings = MailStandings(clients.registry_table, clients.clock, clients.counts)
        self.mailer = Mailer(
            clients.client("sesv2"),
            own.mail_from,
            own.force_name,
            own.mail_configuration_set,
            self.mail_standings,
        )
        self.texter = Texter(clients.client("sns"), own.text_sender, clients.counts)
        self.messenger = Messenger(self.mailer, self.texter, clients.clock, own.time_zone)
        self.mail = OutgoingMail(self.mailer, self.sender)
        self.send_queue = SendQueue(clients.client("sqs"), own.send_queue_url)
        self.outbox = Outbox(clients.registry_table, self.send_queue, clients.clock)
        self.notices = Notices(clients.registry_table, self.outbox, self.mailer)
