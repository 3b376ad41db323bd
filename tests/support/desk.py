"""Our services in the test's own process, against the emulator, with a clock that stands where
the test puts it.

A `Desk` has a table and a queue of its own, so that the stack's own jobs do not act on what a
test moves through time, and notes which executions would have been started instead of starting
them. The way through API, queue and workflow is tested in test_requests_real_time.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.access.permissions import Officer, Role
from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.core.ids import new_id
from chalicelib.core.settings import Settings
from chalicelib.dynamodb.outbox import EntryKind
from chalicelib.incidents.service import Incident, NewIncident
from chalicelib.registry.model import Owner, Site
from chalicelib.requests.model import FootageRequest, Recipient
from infra.localstack.officers import UNIT
from tests.running import RunningStack
from tests.support.places import PHRASE as PHRASE
from tests.support.places import a_site, an_owner

OFFICER = Officer(new_id(), "pc.lane", frozenset({Role.INVESTIGATOR}), frozenset({UNIT}))
"""An officer who never signs in, of the unit of most sample officers, who so see the incidents."""


class Session:
    """Makes clients of the emulator as boto3 makes them of AWS."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack

    def client(self, name: str, **_: Any) -> Any:
        return self._stack.client(name)


class NotedWorkflow:
    """Notes which state machine executions would be started. `lose` ends every running execution;
    while `lost` is set, no execution that is started runs."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int, datetime]] = []
        self.lost = False
        self._gone = 0

    def lose(self) -> None:
        """End every execution that was started so far."""
        self._gone = len(self.started)

    def is_running(self, recipient: Recipient) -> bool:
        alive = [] if self.lost else self.started[self._gone :]
        return any(started[:2] == (recipient.key, recipient.run) for started in alive)

    def start(self, recipient: Recipient, wake_at: datetime) -> None:
        self.started.append((recipient.key, recipient.run, wake_at))


def settings_of(stack: RunningStack) -> Settings:
    """Read the settings that the stack's own functions have in their environment."""
    pages = stack.client("lambda").get_paginator("list_functions").paginate()
    for page in pages:
        for function in page["Functions"]:
            variables = function.get("Environment", {}).get("Variables", {})
            own = function["FunctionName"].startswith(f"{stack.target.stack}-")
            if own and "REGISTRY_TABLE" in variables:
                return Settings.from_environment(variables)
    raise AssertionError("no function of ours in the stack")


def add_site(
    services: Container, cameras: Sequence[Camera] = (Camera(1),), email: str = ""
) -> tuple[Site, Owner]:
    """A confirmed site with its owner."""
    owner = an_owner(services.clock().replace(microsecond=0), email)
    site = a_site(*cameras, id=new_id(), owner_id=owner.id, created_at=owner.created_at)
    sites = services.registry.sites
    sites.transact(*sites.new_owner_writes(owner), *sites.new_site_writes(site))
    return site, owner


def add_incident(services: Container) -> Incident:
    """A burglary two hours ago."""
    now = services.clock().replace(microsecond=0)
    new = NewIncident(
        crime_reference=f"20/{now:%f%S%M}/26",
        offence="Burglary",
        latitude_e6=52_475_939,
        longitude_e6=-1_905_387,
        occurred_from=now - timedelta(hours=2),
        occurred_to=now - timedelta(hours=1),
        public_description="A house on Test Street was broken into.",
    )
    return services.incidents.incidents.create_incident(new, OFFICER)


def pause(desk: Desk, owner: Owner) -> None:
    """The owner wants no requests for a while."""
    now = desk.services.registry.sites.owner(owner.id)
    assert now
    until = desk.now + timedelta(days=20)
    desk.services.registry.sites.change_owner(now, replace(now, paused_until=until))


class Desk:
    """One force's requests at a time of the test's choosing."""

    def __init__(self, stack: RunningStack) -> None:
        self.now = datetime(2026, 11, 20, 10, tzinfo=UTC)
        self.stack = stack
        name = f"desk-{new_id()}"
        self.queue = stack.client("sqs").create_queue(QueueName=name)["QueueUrl"]
        _create_table(stack.client("dynamodb"), name)
        own = replace(settings_of(stack), registry_table=name, send_queue_url=self.queue)
        self.workflow = NotedWorkflow()
        self.services = Container(own, lambda: self.now, Session(stack))
        started = self.services.requests.reminder_workflow
        vars(started).update(start_timer=self.workflow.start, is_running=self.workflow.is_running)
        self.incident = add_incident(self.services)

    def ask(
        self,
        cameras: Sequence[Camera] = (Camera(1),),
        *,
        left: timedelta = timedelta(days=4),
        deliver: bool = True,
    ) -> tuple[FootageRequest, Site, Owner]:
        """Make a request to one new site that keeps its footage for `left` more (the recorder keeps
        a week), and send it unless told otherwise."""
        site, owner = add_site(self.services, cameras)
        start = self.now - timedelta(days=7) + left
        made = self.services.requests.requests.create_request(
            self.incident, [site.id], "Please look for a red coat.", start,
            start + timedelta(minutes=30), OFFICER,
        )  # fmt: skip
        self.fan_out(made.request) if deliver else self.write_out(made.request)
        return made.request, site, owner

    def fan_out(self, request: FootageRequest) -> None:
        """Fan out a new request as the job does: write out each recipient batch, send the messages
        and start the reminder timers."""
        whole = self.services.requests.recipient_batches.read_request(request.id)
        assert whole
        for part in whole.parts:
            self.services.requests.fan_out.write_and_send(request.id, part.number)
            self.services.requests.send_tasks.start_reminders(request.id, *part.site_ids)

    def write_out(self, request: FootageRequest) -> None:
        """Write out a request as if the job had ended after it wrote the recipients and before it
        sent anything, and as if its claims had expired."""
        own = self.services
        whole = own.requests.recipient_batches.read_request(request.id)
        assert whole
        for part in whole.parts:
            known = own.requests.recipient_admission.read_registered(
                part.site_ids, request.incident_id
            )
            incident = own.incidents.incidents.get_incident(request.incident_id)
            chunk = [[site_id] for site_id in part.site_ids]
            written = own.requests.recipient_admission.write_chunk(
                request, incident, part, chunk, known
            )
            for letter in written.letters:
                for recipient in letter.recipients:
                    own.requests.store.release(recipient, letter.claim)
            own.requests.recipient_batches.mark_written(part, self.now)

    def recipient(self, request: FootageRequest, site: Site) -> Recipient:
        found = self.services.requests.store.recipient(request.id, site.id)
        assert found is not None
        return found

    def subjects(self, owner: Owner) -> list[str]:
        """List the subjects of the e-mails that were sent to an owner so far."""
        return [mail["Subject"] for mail in self.stack.mails_to(owner.email)]

    def wake(self, request: FootageRequest, site: Site, run: int | None = None) -> Any:
        return self.services.requests.reminders.wake(request.id, site.id, run)

    def token(self, owner: Owner) -> str:
        """The newest reply token that this owner was sent."""
        return self.stack.link_in_mail(owner.email, "/reply/").rsplit("/", 1)[1]

    def queued(self) -> list[str]:
        """Takes everything out of the queue."""
        taken: list[str] = []
        sqs = self.stack.client("sqs")
        while messages := sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=0
        ).get("Messages", []):
            for message in messages:
                taken.append(message["Body"])
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def tasks(self, kind: str) -> list[dict[str, str]]:
        """Takes everything out of the queue; what the tasks of this kind name."""
        found = [json.loads(body) for body in self.queued()]
        return [
            {name: value for name, value in one.items() if name not in ("task", "correlation_id")}
            for one in found
            if one["task"] == kind
        ]

    def recover(self, kind: EntryKind) -> int:
        """Recover outbox entries of one kind, as the sweep does."""
        return self.services.notifications.outbox.recover(kind)

    def set_due(self, recipient: Recipient, moment: datetime) -> None:
        """Set a recipient's next wake-up to the time that the test wants."""
        self.services.requests.store.change_recipient(
            recipient, {"next_wake": moment}, states=[recipient.state]
        )


def _create_table(client: Any, name: str) -> None:
    indexes = {
        "Owner": ("owner_id", "sent_at"),
        "Due": ("due_day", "due_at"),
        "Listing": ("listing", "listed_at"),
    }
    attributes = {"PK", "SK"}.union(*indexes.values())
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in sorted(attributes)
        ],
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": partition, "KeyType": "HASH"},
                    {"AttributeName": sort, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, (partition, sort) in indexes.items()
        ],
    )
