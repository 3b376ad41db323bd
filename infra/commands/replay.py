"""Shows what failed for good, and with --send has it done again.

SendFailures go back to the send queue. Of JobFailures a file that arrived, an event of a mail or a
job's run is given to its function once more; a reminder timer is started again by the sweep, and
entries of the record are copied by their check. A message leaves its queue only after it was handed
on. Mend the cause first: what fails again comes back. Ends with 1 when something is left.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable

from botocore.exceptions import ClientError

from infra.deployment.target import Target
from infra.errors import StackError
from infra.recovery.failure_queues import MENDS, FailedMessage, FailureQueues

HELP = "Show what failed for good, and have it done again."
QUEUES = {"SendFailures": "SendFailuresUrl", "JobFailures": "JobFailuresUrl"}
"""The failure queues, with the outputs that have their addresses."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("queue", nargs="?", choices=sorted(QUEUES), help="only this one")
    parser.add_argument("--send", action="store_true", help="have it done again")


def run(options: argparse.Namespace, target: Target) -> int:
    """Show or replay the queues; return 1 when a message is left in one."""
    outputs = target.outputs()
    queues = FailureQueues(target.client("sqs"), target.client("lambda"), functions_of(target))
    left = 0
    for name, output in QUEUES.items():
        if options.queue in (None, name):
            left += _handle(queues, name, outputs[output], outputs["SendQueueUrl"], options.send)
    return 1 if left else 0


def functions_of(target: Target) -> dict[str, str]:
    """List the names of a stage's functions, with their logical ids."""
    pages = target.client("cloudformation").get_paginator("list_stack_resources")
    return {
        str(one["PhysicalResourceId"]): str(one["LogicalResourceId"])
        for page in pages.paginate(StackName=target.stack)
        for one in page["StackResourceSummaries"]
        if one["ResourceType"] == "AWS::Lambda::Function"
    }


def _handle(queues: FailureQueues, name: str, queue: str, origin: str, send: bool) -> int:
    """Show what is in a queue, and replay it. Returns how many messages are left in it."""
    messages = queues.read_all(queue)
    print(f"{name}: {len(messages) or 'nothing'}{_counted(messages)}")
    if not send:
        queues.show_again(queue, messages)
        return len(messages)
    mended = [one for one in messages if one.event is None and one.function in MENDS]
    others = [one for one in messages if one not in mended]
    left = []
    for one in others:
        if why := _hand_on(queues, name == "SendFailures", queue, origin, one):
            left.append(one)
            print(f"  left: {one.words}: {why}")
    done = len(others) - len(left)
    try:
        queues.forget_mended(queue, mended)
    except ClientError as error:
        print(f"  the job that makes up for {len(mended)} of them cannot be run: {error}")
        left, mended = [*left, *mended], []
    queues.show_again(queue, left)
    if messages:
        print(f"  {done} handed on, {len(mended)} made up for by a job, {len(left)} left.")
    return len(left)


def _hand_on(
    queues: FailureQueues, tasks: bool, queue: str, origin: str, message: FailedMessage
) -> str:
    """Hand a message on to whoever does it; return why that cannot be done, "" when it was."""
    try:
        if tasks:
            queues.send_back(queue, origin, message)
        elif message.function:
            queues.call_again(queue, message)
        else:
            return "nobody takes it. Read it in the SQS console, and delete it when it is of no use"
    except (ClientError, StackError) as error:
        return str(error)
    return ""


def _counted(messages: Iterable[FailedMessage]) -> str:
    kinds = Counter(one.words for one in messages)
    return "".join(f"\n  {number} × {words}" for words, number in kinds.items())
