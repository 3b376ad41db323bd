"""An incident with an officer at work on it, for tests in real time: API, queue, workflow, e-mail
and reply page, nothing moved or called by the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.registry.model import Owner, Site
from infra.localstack.visitor import PageRefused, Visitor
from tests.running import RunningStack
from tests.stack.calling import call_function, event_of
from tests.support.desk import Session, add_incident, add_site, settings_of

KEEPS = timedelta(days=30)
CAMERAS = (Camera(1, make="ring", plan="30-days"),)
TWO = (*CAMERAS, Camera(2, retention_minutes=30 * 24 * 60 + 1))
"""The second keeps it a minute longer."""


@dataclass
class Case:
    """An incident with an officer at work on it."""

    stack: RunningStack
    services: Container
    incident_id: str
    officer: Visitor
    token: str

    def site(self, texts_to: str = "", cameras: tuple[Camera, ...] = CAMERAS) -> tuple[Site, Owner]:
        site, owner = add_site(self.services, cameras)
        if texts_to:
            chosen = replace(owner, texts_to=texts_to)
            owner = self.services.registry.sites.change_owner(owner, chosen)
        return site, owner

    def ask(
        self, *sites: Site, left: timedelta = timedelta(days=3), key: str = ""
    ) -> dict[str, Any]:
        """Asks for the half hour that these sites' recorders lose after `left`."""
        start = datetime.now(UTC) - KEEPS + left
        body = {
            "site_ids": [site.id for site in sites],
            "message": "Please look for a person in a red coat.",
            "from": start.isoformat(),
            "to": (start + timedelta(minutes=30)).isoformat(),
        }
        answer = self.officer.send_request(
            "POST",
            f"/api/v1/incidents/{self.incident_id}/requests",
            headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": key},
            json=body,
        )
        if answer.status_code >= 400:
            raise PageRefused(answer)
        made: dict[str, Any] = answer.json()
        return made

    def renew(self) -> None:
        """After a restart of the stack, whose clients are new."""
        self.services = Container(settings_of(self.stack), session=Session(self.stack))

    def request(self, made: dict[str, Any]) -> dict[str, Any]:
        return self.officer.json("GET", f"/api/v1/requests/{made['id']}", token=self.token)

    def recipient(self, made: dict[str, Any]) -> dict[str, Any]:
        (only,) = self.request(made)["recipients"]
        found: dict[str, Any] = only
        return found

    def wait_state(self, made: dict[str, Any], *states: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found = self.recipient(made)
            return found if found["state"] in states else None

        return self.stack.wait_for(look, f"state {' or '.join(states)}", 400)

    def subjects(self, owner: Owner) -> list[str]:
        return [mail["Subject"] for mail in self.stack.mails_to(owner.email)]

    def executions(self, made: dict[str, Any], status: str) -> list[dict[str, Any]]:
        states = self.stack.client("stepfunctions")
        arn = self.stack.described["state_machine_arn"]
        pages = states.get_paginator("list_executions").paginate(
            stateMachineArn=arn, statusFilter=status
        )
        found = [execution for page in pages for execution in page["executions"]]
        return [execution for execution in found if execution["name"].startswith(made["id"])]

    def transitions(self, execution: dict[str, Any]) -> int:
        """How many states an execution entered, which is what Step Functions charges for."""
        states = self.stack.client("stepfunctions")
        pages = states.get_paginator("get_execution_history").paginate(
            executionArn=execution["executionArn"]
        )
        events = [event["type"] for page in pages for event in page["events"]]
        return sum(kind.endswith("StateEntered") for kind in events)

    def call(self, function: str, source: str, detail: dict[str, Any]) -> None:
        """Calls a function of ours with an event as EventBridge brings it."""
        call_function(self.stack, function, event_of("Test", source, detail))

    def sweep(self) -> None:
        """The sweep now instead of at its next time."""
        self.call("Sweep", "aws.events", {})


@contextmanager
def at_work(stack: RunningStack) -> Iterator[Case]:
    """An investigator with a fresh incident."""
    services = Container(settings_of(stack), session=Session(stack))
    with Visitor(stack.base_url) as visitor:
        officer = stack.officer("investigator")
        visitor.sign_in(officer["username"], officer["password"])
        yield Case(stack, services, add_incident(services).id, visitor, visitor.bearer())
