"""The application's own services with the settings of a deployed stage, for infra's commands."""

from __future__ import annotations

from typing import Any

from botocore.config import Config

from chalicelib.container import Container
from chalicelib.core.settings import Settings
from infra.deployment.target import Target


class _Clients:
    """Replaces boto3's session for the container, with clients of the target."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def client(self, name: str, config: Any = None, endpoint_url: str | None = None) -> Any:
        """Make a client of the target. config: only how S3's addresses are made, as the rest is
        meant for the functions. endpoint_url: ignored, as the target knows its own."""
        s3 = {"signature_version": config.signature_version, "s3": config.s3}
        return self._target.client(name, config=Config(**s3) if name == "s3" else None)


def services_of(target: Target, **instead: str) -> Container:
    """Make a container with the environment that the stage's functions have, read from a function.

    So a command can never work with other tables or another key than the stage does, unless it says
    so. instead: settings that are to be others, such as the table that a restore is about.
    """
    name = target.physical_name("APIHandler")
    found = target.client("lambda").get_function_configuration(FunctionName=name)
    environment: dict[str, str] = found["Environment"]["Variables"]
    return Container(
        Settings.from_environment({**environment, **instead}), session=_Clients(target)
    )
