"""A stack of the tests' own: on a free port, with its state in a temporary folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from infra import local
from infra.deployment.target import Target, local_target
from infra.localstack.emulator import free_port
from infra.localstack.mails import mails_to, newest_link, texts_to
from infra.localstack.officers import OfficerAccount
from infra.localstack.patience import PatientTransport
from infra.localstack.visitor import Visitor

T = TypeVar("T")


class LocalhostTransport(PatientTransport):
    """Reaches *.localhost, which browsers resolve and Python does not; the Host header stays."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host.endswith(".localhost"):
            request.url = request.url.copy_with(host="localhost")
        return super().handle_request(request)


@dataclass
class RunningStack:
    """A running stack of the tests: the content of stack.json, and clients of the stack."""

    state: Path
    described: Mapping[str, Any]
    _clients: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def start(cls, state: Path) -> RunningStack:
        """Deploy the present tree onto an emulator of its own; everything as `make up` does it."""
        return cls(state, local.start_stack(state, free_port()))

    @property
    def base_url(self) -> str:
        return str(self.described["base_url"])

    @property
    def target(self) -> Target:
        return local_target(self.state)

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator's root, kept for the session."""
        if service not in self._clients:
            self._clients[service] = self.target.client(service)
        return self._clients[service]

    def officer(self, username: str) -> OfficerAccount:
        """The sample officer with this user name; the first one with a role is named for it."""
        officers: list[OfficerAccount] = self.described["officers"]
        return next(officer for officer in officers if officer["username"] == username)

    def visitor(self) -> Visitor:
        """Somebody with a browser and no cookies yet."""
        return Visitor(self.base_url)

    def http(self) -> httpx.Client:
        """A plain client: no redirects followed, paths from the public origin."""
        return httpx.Client(base_url=self.base_url, transport=LocalhostTransport(), timeout=120)

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        """E-mails sent to this address so far, oldest first, as the emulator noted them."""
        return mails_to(str(self.described["messages_url"]), address)

    def texts_to(self, phone: str) -> list[str]:
        """Text messages to this number so far, oldest first."""
        return texts_to(str(self.described["aws_endpoint"]), phone)

    def link_in_mail(self, address: str, path: str) -> str:
        """The newest link to `path` that was sent to this address, waited for."""
        url = str(self.described["messages_url"])
        return self.wait_for(
            lambda: newest_link(url, address, self.base_url + path), f"a link to {path} in a mail"
        )

    def wait_for(self, look: Callable[[], T | None], what: str, seconds: float = 400) -> T:
        """Look until there is something; fails saying what did not come."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := look():
                return found
            time.sleep(0.3)
        raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")

    def put_down(self) -> None:
        """Stop the stack as `make down` does, and wait until everything is saved."""
        local.stop_stack(self.state)

    def bring_up(self) -> None:
        """Start the stack again as `make up` does, after it was stopped."""
        self.described = local.start_stack(self.state)
        self._clients.clear()
