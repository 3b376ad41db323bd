"""The application's own services, wired to a deployed stage, for commands run from outside."""

from __future__ import annotations

from typing import Any

from chalicelib.container import Container
from chalicelib.core.settings import Settings
from infra.target import Target


class _Clients:
    """Stands where boto3's session would: clients that reach the target."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def client(self, name: str, config: Any = None) -> Any:
        """The target's client; `config` is the functions' own and does not matter here."""
        return self._target.client(name)


def services_of(target: Target) -> Container:
    """Container with the environment that the stage's functions have, read from a function.

    So a command can never work with other tables or another key than the stage does.
    """
    resource = target.client("cloudformation").describe_stack_resource(
        StackName=target.stack, LogicalResourceId="APIHandler"
    )
    name = resource["StackResourceDetail"]["PhysicalResourceId"]
    found = target.client("lambda").get_function_configuration(FunctionName=name)
    environment: dict[str, str] = found["Environment"]["Variables"]
    return Container(Settings.from_environment(environment), session=_Clients(target))
