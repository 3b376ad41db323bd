"""E-mail goes out in bulk, by the template that comes with the call, and what bounces comes back.

It goes to the addresses that SES keeps for this and that cost no reputation ("Using the mailbox
simulator"). A rule and a queue show the event that the application is woken by.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from chalicelib.notifications.channels import Message
from infra.first_day.running import StageOnTrial, TrialFinding, failed, not_here, proved

QUESTION = "Does e-mail go out in bulk, and does a bounce come back?"
TAKEN, BOUNCES = "success@simulator.amazonses.com", "bounce@simulator.amazonses.com"
BACK_WITHIN = 180
"""Seconds within which a bounce of the simulator comes back."""


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Send two messages in one call, and wait for the bounce of one."""
    identity = stage.outputs["MailIdentity"]
    known = stage.client("sesv2").get_email_identity(EmailIdentity=identity)
    if not known["VerifiedForSendingStatus"]:
        yield failed(
            f"SES does not take mail from {identity} yet.",
            "Set the DNS records that the deployment printed, and run this again.",
        )
        return
    queue = _queue_of_events(stage)
    mark = stage.own_name()
    messages = [
        Message(to, "First day", f"{mark}: a trial.", f"<p>{mark}: a trial.</p>", kind="trial",
                tags={"trial": mark})
        for to in (TAKEN, BOUNCES)
    ]  # fmt: skip
    answers = stage.services.notifications.mailer.send_many(messages)
    refused = [str(answer) for answer in answers if not isinstance(answer, str)]
    if refused:
        yield failed(
            f"SES refused messages of a bulk call: {'; '.join(refused)}",
            "Look at SES's account page: sending may be paused, or the quota used up.",
        )
        return
    yield proved("Two messages went out in one call, by the template that came with it.")
    if stage.emulated:
        yield not_here("The emulator sends nothing, so nothing bounces: only SES shows that.")
        return
    bounce = stage.wait_for(lambda: _bounce(stage, queue, str(answers[1])), BACK_WITHIN)
    if bounce:
        yield proved("The bounce came back as the event that the application waits for.")
    else:
        yield failed(
            f"No bounce came back within {BACK_WITHIN} seconds.",
            "Look at the event destination of the configuration set in SES, and at EventBridge.",
        )


def _queue_of_events(stage: StageOnTrial) -> str:
    """Make a queue that gets the events of mail which the application gets; return its address."""
    events, sqs, name = stage.client("events"), stage.client("sqs"), stage.own_name()
    queue = str(sqs.create_queue(QueueName=name)["QueueUrl"])
    stage.remove_later(f"queue {name}", sqs.delete_queue, QueueUrl=queue)
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    configuration = stage.outputs["MailConfigurationSet"]
    pattern = {
        "source": ["aws.ses"],
        "detail": {"mail": {"tags": {"ses:configuration-set": [configuration]}}},
    }
    rule = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    stage.remove_later(f"rule {name}", events.delete_rule, Name=name)
    allowed = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn["Attributes"]["QueueArn"],
                "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
            }
        ],
    }
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(allowed)})
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn["Attributes"]["QueueArn"]}])
    stage.remove_later(f"target of {name}", events.remove_targets, Rule=name, Ids=["1"])
    return queue


def _bounce(stage: StageOnTrial, queue: str, message_id: str) -> bool | None:
    """Look for the bounce of one message; None while it has not come."""
    sqs: Any = stage.client("sqs")
    told = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10, MaxNumberOfMessages=10)
    for one in told.get("Messages", []):
        event = json.loads(one["Body"])
        same = event["detail"].get("mail", {}).get("messageId") == message_id
        if same and event["detail-type"] == "Email Bounced":
            return True
    return None
