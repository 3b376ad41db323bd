"""A force's directory for tests: a server of OpenID Connect, connected to the stack as a force
connects its own, with officers who really sign in there."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from infra.building.package import build_package
from infra.deploy import DeploymentOptions, deploy
from infra.deployment.force_directory import check_directory
from infra.localstack.emulator import free_port
from infra.localstack.emulator_gaps import complete_stack
from infra.localstack.force_directory import make_directory
from infra.localstack.patience import PatientTransport
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack

NAME = "ForceID"
STARTS_WITHIN = 60
"""Seconds for the server's process to answer; two on a quiet machine."""


class CognitosHost(PatientTransport):
    """Reaches the emulator under the name that Cognito's own pages have on AWS, to which the
    directory sends the browser back."""

    def __init__(self, emulator: str) -> None:
        super().__init__()
        self._emulator = httpx.URL(emulator)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host.endswith(".amazoncognito.com"):
            there = self._emulator
            request.url = request.url.copy_with(
                scheme=there.scheme, host=there.host, port=there.port
            )
            request.headers["Host"] = there.netloc.decode()
        return super().handle_request(request)


@dataclass
class DirectoryServer:
    """A running directory, as the stack knows it."""

    stack: RunningStack
    issuer: str

    def say(self, sub: str, **claims: Any) -> None:
        """Have the directory say this of an officer from now on, and nothing else."""
        httpx.put(f"{self.issuer}/users/{sub}", json=claims).raise_for_status()

    def visitor(self) -> Visitor:
        endpoint = str(self.stack.described["aws_endpoint"])
        return Visitor(self.stack.base_url, CognitosHost(endpoint))

    def sign_in(self, visitor: Visitor, sub: str) -> VisitedPage:
        """Press the directory's button on Cognito's page, and sign in at the directory."""
        chosen = visitor.send_request("GET", "/console/sign-in").headers["location"]
        page = visitor.open_page(f"{chosen}&identity_provider={NAME}")
        assert page.url.startswith(self.issuer), page.url
        sent = visitor.send_request("POST", page.url, data={"sub": sub})
        return visitor.open_page(str(sent.headers["location"]), ok=False)

    def pool(self, call: str, sub: str, **more: Any) -> Any:
        """Have an administrator do something with an officer's profile in the pool."""
        pool, account = str(self.stack.described["user_pool_id"]), f"{NAME}_{sub}"
        done = getattr(self.stack.client("cognito-idp"), call)
        return done(UserPoolId=pool, Username=account, **more)

    def profile(self, sub: str) -> dict[str, str]:
        """What the pool knows of an officer."""
        attributes = self.pool("admin_get_user", sub)["UserAttributes"]
        return {one["Name"]: one["Value"] for one in attributes}


@contextmanager
def connected_directory(stack: RunningStack, roles: str) -> Iterator[DirectoryServer]:
    """Start a directory and connect the stack to it by parameters; take both away at the end."""
    with _server() as issuer:
        client = _register(stack, issuer)
        secret = f"directory-{free_port()}"
        stack.client("secretsmanager").create_secret(
            Name=secret, SecretString=client["client_secret"]
        )
        told = {
            "DirectoryKind": "oidc",
            "DirectoryName": NAME,
            "DirectoryIssuer": issuer,
            "DirectoryClientId": client["client_id"],
            "DirectorySecret": secret,
            "DirectoryScopes": "openid profile email phone",
            "DirectoryRoles": roles,
        }
        with told_of_directory(stack, told):
            yield DirectoryServer(stack, issuer)


@contextmanager
def told_of_directory(
    stack: RunningStack, parameters: dict[str, str], after: dict[str, str] | None = None
) -> Iterator[None]:
    """Deploy the stage with a directory, and at the end without any. after: what else is told
    then."""
    _tell(stack, parameters)
    try:
        yield
    finally:
        _tell(stack, {"DirectoryKind": "none", "DirectoryRoles": "", **(after or {})})


def _tell(stack: RunningStack, parameters: dict[str, str]) -> None:
    """Deploy the stage again with these parameters, as `infra.deploy --set` does."""
    target = stack.target
    check_directory(parameters)
    outputs = deploy(target, DeploymentOptions(parameters, rebuild_frontend=False))
    template = build_package().template
    complete_stack(target, template, outputs)
    make_directory(target, template, outputs["UserPoolId"])


def _register(stack: RunningStack, issuer: str) -> dict[str, str]:
    """Register Cognito with the directory, which gives it a secret."""
    cognito, pool = stack.client("cognito-idp"), str(stack.described["user_pool_id"])
    domain = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["Domain"]
    back = f"https://{domain}.auth.{stack.target.region}.amazoncognito.com/oauth2/idpresponse"
    wanted = {"redirect_uris": [back], "token_endpoint_auth_method": "client_secret_post"}
    answer = httpx.post(f"{issuer}/oauth2/clients", json=wanted)
    answer.raise_for_status()
    client: dict[str, str] = answer.json()
    return client


@contextmanager
def _server() -> Iterator[str]:
    """The server is a process of its own, because its libraries warn of each other."""
    port = free_port()
    program = [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*program, "--port", str(port), "--require-registration", "true"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    issuer = f"http://localhost:{port}"
    try:
        until = time.monotonic() + STARTS_WITHIN
        while not _answers(issuer):
            assert process.poll() is None, "the directory ended at once"
            assert time.monotonic() < until, "the directory does not answer"
            time.sleep(0.1)
        yield issuer
    finally:
        process.terminate()
        process.wait(30)


def _answers(issuer: str) -> bool:
    try:
        return httpx.get(f"{issuer}/.well-known/openid-configuration").status_code == 200
    except httpx.TransportError:
        return False
