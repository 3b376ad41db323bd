"""Work on a stack's data: `python -m infra.manage COMMAND`.

Each module in infra/commands/ is one command, named after it (load_postcodes.py → load-postcodes):

    HELP = "One line for --help."
    def arguments(parser: argparse.ArgumentParser) -> None: ...
    def run(options: argparse.Namespace, target: Target) -> int: ...

The stack is the local one (`.local/stack.json`, or the folder in SIGHTLINE_STATE) unless --stage
names one in AWS. Both options stand before or after the command.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
from pathlib import Path
from types import ModuleType

from botocore.exceptions import EndpointConnectionError, NoCredentialsError

import infra.commands
from infra.deployment.target import REGION, Target, local_target
from infra.errors import StackError, report_errors
from infra.paths import LOCAL


def command_line() -> tuple[argparse.ArgumentParser, dict[str, ModuleType]]:
    """Make the parser of the command line; return it with each command's module."""
    whose = argparse.ArgumentParser(add_help=False)
    whose.add_argument(
        "--stage", default=argparse.SUPPRESS, help="a stage in AWS instead of the local stack"
    )
    whose.add_argument(
        "--region", default=argparse.SUPPRESS, help=f"where that stage is ({REGION})"
    )
    parser = argparse.ArgumentParser(
        prog="python -m infra.manage", description=(__doc__ or "").split("\n")[0], parents=[whose]
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    modules: dict[str, ModuleType] = {}
    for found in sorted(pkgutil.iter_modules(infra.commands.__path__), key=lambda m: m.name):
        if found.name.startswith("_"):
            continue
        module = importlib.import_module(f"infra.commands.{found.name}")
        if not hasattr(module, "HELP"):
            continue  # a module beside the commands that needs no stack
        name = found.name.replace("_", "-")
        command = commands.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__ or module.HELP,
            parents=[whose],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.arguments(command)
        modules[name] = module
    return parser, modules


def main() -> int:
    """Run the command line: find the command's module and run it on the stack."""
    parser, modules = command_line()
    options = parser.parse_args()
    try:
        status: int = modules[options.command].run(options, target_of(options))
    except EndpointConnectionError as error:
        raise StackError("The stack does not answer. If it is the local one: make up") from error
    except NoCredentialsError as error:
        raise StackError(
            "AWS knows no credentials here. Sign in first (aws sso login, or AWS_PROFILE=…)."
        ) from error
    return status


def target_of(options: argparse.Namespace) -> Target:
    """Find the stack that a command's options name."""
    if hasattr(options, "stage"):
        return Target(options.stage, getattr(options, "region", REGION))
    return local_target(Path(os.environ.get("SIGHTLINE_STATE", LOCAL)).absolute())


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
