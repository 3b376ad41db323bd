"""The local stack: `python -m infra.local start_stack | stop_stack | stack_status | remove_stack`.

All its files are in one folder: `.local/`, or the one that SIGHTLINE_STATE names; its port is 4566
or SIGHTLINE_PORT. So several stacks can run side by side, each with a folder and a port.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

from infra.building.package import build_package
from infra.building.steps import one_at_a_time
from infra.deploy import DeploymentOptions, deploy
from infra.deployment.target import REGION, Target
from infra.errors import StackError, report_errors
from infra.localstack.emulator import Emulator, running_port
from infra.localstack.emulator_gaps import complete_stack, make_up_for_stop
from infra.localstack.local_data import load_area
from infra.localstack.officers import OfficerAccount, ensure_officers, let_see_map
from infra.paths import LOCAL, SHARED_DATA

STAGE = "local"
PORT = 4566


def state_folder() -> Path:
    """Find the folder of this command's local stack."""
    return Path(os.environ.get("SIGHTLINE_STATE", LOCAL)).absolute()


def emulator(state: Path, port: int | None = None) -> Emulator:
    """Describe a folder's emulator: on the given port, else its present or last one, else 4566."""
    wanted = port or int(os.environ.get("SIGHTLINE_PORT", 0))
    return Emulator(state, wanted or _last_port(state) or PORT)


def _last_port(state: Path) -> int | None:
    """Find the port on which the emulator runs, or ran last; None before its first start."""
    return running_port(state) or _described(state).get("port")


def start_stack(
    state: Path, port: int | None = None, with_data: bool = True, rebuild_frontend: bool = True
) -> dict[str, Any]:
    """Start and deploy the stack, make officers, load the area; return the content of stack.json.

    Running it again is quick and changes nothing. Raises StackError.
    """
    with one_at_a_time("local", state):
        machine = emulator(state, port)
        running = running_port(state)
        if running not in (None, machine.port):
            raise StackError(
                f"This stack already runs on port {running}. To move it: make down, "
                f"then SIGHTLINE_PORT={machine.port} make up"
            )
        machine.start()
        target = Target(STAGE, REGION, machine.endpoint)
        outputs = deploy(target, local_wishes(machine, rebuild_frontend))
        complete_stack(target, build_package().template, outputs)
        officers = ensure_officers(target, outputs["UserPoolId"], state / "officers.json")
        let_see_map(target, outputs["UserPoolId"], outputs["RegistryTable"])
        described = _describe(machine, outputs, officers)
        file = state / "stack.json"
        file.touch(mode=0o600)  # it holds passwords, if only of sample officers
        file.write_text(json.dumps(described, indent=2) + "\n")
        if with_data:
            load_area(state)
        if running is None:
            make_up_for_stop(target)
    return described


def _describe(
    machine: Emulator, outputs: dict[str, str], officers: list[OfficerAccount]
) -> dict[str, Any]:
    """Make the content of stack.json: the first nine keys are documented, the rest is for tests."""
    return {
        "base_url": outputs["BaseUrl"],
        "aws_endpoint": machine.endpoint,
        "region": REGION,
        "user_pool_id": outputs["UserPoolId"],
        "client_id": outputs["ClientId"],
        "registry_table": outputs["RegistryTable"],
        "audit_table": outputs["AuditTable"],
        "evidence_bucket": outputs["EvidenceBucket"],
        "officers": officers,
        "stage": STAGE,
        "port": machine.port,
        "audit_bucket": outputs["AuditBucket"],
        "assets_bucket": outputs["AssetsBucket"],
        "send_queue_url": outputs["SendQueueUrl"],
        "state_machine_arn": outputs["StateMachineArn"],
        "messages_url": f"{machine.endpoint}/_ministack/ses/messages",
    }


def local_wishes(machine: Emulator, rebuild_frontend: bool) -> DeploymentOptions:
    """Make what the local stack is deployed with. Each parameter that is not as in production has
    its reason in docs/first-day.md, and what holds the promise instead."""
    basemap = SHARED_DATA / "basemap" / "west_midlands.pmtiles"
    return DeploymentOptions(
        parameters={
            "SignInUrl": machine.endpoint,
            "EvidenceOrigin": machine.lambda_endpoint,
            "MailFrom": "footage@sightline.example",
            "MailIdentityName": "sightline.example",
            "ForceName": "West Midlands Police (demonstration)",
            "OfficerTotp": "OPTIONAL",
            "Protect": "no",
            "Emulator": "yes",
            "MailRate": "0",
            "MailADay": "0",
            # Tests, benchmarks and tries of whole regions are made by the same few officers.
            # Contact details have the budget of any other stage.
            "SearchesADay": "500",
            "SitesADay": "1000000",
            "SweepSchedule": "rate(1 minute)",
            "SweepSeconds": "15",
            "ReviewSchedule": "rate(5 minutes)",
            # Each concurrent call is a process that unpacks the package again.
            "RemindConcurrency": "6",
            "AuditLockMode": "GOVERNANCE",
            # All of AWS in one process: what takes a second there may take half a minute here while
            # much else runs. The shorter times of AWS are tested without an emulator.
            "AnswerSeconds": "80",
            "ApiSeconds": "100",
        },
        edge_parameters={"ApiSeconds": "110"},
        basemap=basemap if basemap.exists() else None,
        rebuild_frontend=rebuild_frontend,
    )


def stop_stack(state: Path) -> bool:
    """Stop the emulator and wait until everything is saved; False when it did not run."""
    if not state.exists():
        return False
    with one_at_a_time("local", state):
        return emulator(state).stop()


def remove_stack(state: Path) -> None:
    """Stop the stack and remove everything that it stored."""
    stop_stack(state)
    if state.exists():
        shutil.rmtree(state)


def stack_status(state: Path) -> str:
    """Say in one or two sentences whether the stack runs, and what to do next."""
    machine = emulator(state)
    described = _described(state)
    if machine.process_id() is None:
        if (state / "emulator.json").exists():
            return (
                "The emulator ended without being asked to; what came since its start may be lost. "
                "`make up` starts it again from its last save."
            )
        return f"Not running. `make up` starts it{' with its data' if described else ''}."
    if not machine.answers():
        return "The emulator runs but does not answer. `make down`, then `make up`."
    if not described:
        return "The emulator runs, but the deployment did not finish. `make up` carries on."
    return f"Running at {described['base_url']}\n\n{where_to_click(described)}"


def where_to_click(described: dict[str, Any]) -> str:
    """Write the addresses and sign-ins that a person needs to try the stack."""
    base = described["base_url"]
    officers = "\n".join(f"  {o['username']:15} {o['password']}" for o in described["officers"])
    return (
        f"Residents:  {base}/register\n"
        f"Officers:   {base}/console\n{officers}\n"
        f"E-mails:    {described['messages_url']}\n"
        "Programs:   .local/stack.json says everything.\n"
        "`make down` stops it and keeps the data; `make clean` removes all of it."
    )


def _described(state: Path) -> dict[str, Any]:
    try:
        described: dict[str, Any] = json.loads((state / "stack.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return described


def main() -> int:
    """Run the command line: start, stop, describe or remove the local stack."""
    summary = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=summary)
    parser.add_argument("command", choices=["up", "down", "status", "clean"])
    parser.add_argument("--no-data", action="store_true", help="up without postcodes and boundary")
    parser.add_argument(
        "--no-frontend", action="store_true", help="up with scripts as they were built last"
    )
    parser.add_argument("--quiet", action="store_true", help="up without saying where to click")
    options = parser.parse_args()
    state = state_folder()
    if options.command == "up":
        began = time.monotonic()
        described = start_stack(state, None, not options.no_data, not options.no_frontend)
        print(f"\nUp in {time.monotonic() - began:.0f} seconds.")
        if not options.quiet:
            print(f"\n{where_to_click(described)}")
    elif options.command == "down":
        print("Stopped; the data stays." if stop_stack(state) else "It was not running.")
    elif options.command == "clean":
        remove_stack(state)
        print("Stopped and removed.")
    else:
        print(stack_status(state))
    return 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
