"""What a deployment says of the account's e-mail and texts, by answers as AWS documents them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra.account.mail_account import tell_of_messages

DOMAIN = "force.example"
SANDBOX = {
    "ProductionAccessEnabled": False,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 3.0},
}
PRODUCTION = SANDBOX | {
    "ProductionAccessEnabled": True,
    "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0},
}
WAITING = {
    "VerifiedForSendingStatus": False,
    "DkimAttributes": {
        "Status": "PENDING",
        "Tokens": ["one", "two", "three"],
        "SigningHostedZone": "dkim.eu-west-2.amazonses.com",
    },
}
VERIFIED = WAITING | {
    "VerifiedForSendingStatus": True,
    "MailFromAttributes": {
        "MailFromDomain": f"bounce.{DOMAIN}",
        "MailFromDomainStatus": "PENDING",
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
    },
}


@dataclass
class Account:
    """A target whose clients answer what a test gives; an answer that is a text is an error."""

    account: Any = field(default_factory=lambda: PRODUCTION)
    identity: Any = field(default_factory=lambda: VERIFIED)
    parameters: dict[str, str] = field(default_factory=dict)
    texts_sandboxed: Any = False
    limit: str = "5000"
    verified: tuple[str, ...] = ()
    stack: str = "sightline-any"
    region: str = "eu-west-2"

    def client(self, name: str) -> Any:
        made: Any = boto3.Session("AKIDEXAMPLE", "s", region_name=self.region).client(name)
        stub = Stubber(made)
        stub.activate()
        for operation, answer in self.answers(name):
            if isinstance(answer, str):
                stub.add_client_error(operation, answer)
            else:
                stub.add_response(operation, answer)
        return made

    def answers(self, name: str) -> list[tuple[str, Any]]:
        if name == "cloudformation":
            given = {"MailRate": "14", "MailADay": "50000", "TextsUsdAMonth": "2000"}
            given |= self.parameters
            parameters = [{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()]
            stack = {"StackName": self.stack, "StackStatus": "CREATE_COMPLETE"}
            stack |= {"CreationTime": "2026-11-30T00:00:00Z", "Parameters": parameters}  # type: ignore[dict-item]
            return [("describe_stacks", {"Stacks": [stack]})]
        if name == "sns":
            status = self.texts_sandboxed
            first = status if isinstance(status, str) else {"IsInSandbox": status}
            return [
                ("get_sms_sandbox_account_status", first),
                ("get_sms_attributes", {"attributes": {"MonthlySpendLimit": self.limit}}),
            ]
        found = [("get_account", self.account)]
        if isinstance(self.account, dict) and not self.account["ProductionAccessEnabled"]:
            named = [{"IdentityName": n, "VerificationStatus": "SUCCESS"} for n in self.verified]
            named.append({"IdentityName": "waits@example.test", "VerificationStatus": "PENDING"})
            found.append(("list_email_identities", {"EmailIdentities": named}))
        return [*found, ("get_email_identity", self.identity)]


def told(account: Account, identity: str = DOMAIN) -> str:
    return tell_of_messages(account, identity)  # type: ignore[arg-type]


def warnings(account: Account, identity: str = DOMAIN) -> list[str]:
    return [line for line in told(account, identity).splitlines() if line.startswith("!")]


def test_an_account_that_is_ready_has_nothing_to_do() -> None:
    said = told(Account())
    assert warnings(Account()) == []
    assert "SES takes 14 a second and 50,000 in 24 hours (0 sent" in said
    assert "SNS stops at 5,000 USD" in said


def test_a_sandbox_names_whom_it_can_write_to_and_what_to_ask_for() -> None:
    account = Account(account=SANDBOX, verified=("pat@example.test", DOMAIN))
    (sandbox, rates) = warnings(account)
    assert "SANDBOX" in sandbox and f"({DOMAIN}, pat@example.test)" in sandbox
    assert "waits@" not in sandbox and "production access" in sandbox
    assert "SES refuses what is beyond" in rates
    assert rates.endswith("--set MailRate=1 --set MailADay=200")
    assert "none yet" in warnings(Account(account=SANDBOX))[0]
    many = tuple(f"{n}@example.test" for n in range(12))
    assert "and 2 more" in warnings(Account(account=SANDBOX, verified=many))[0]


@pytest.mark.parametrize(
    ("quota", "known", "so"),
    [
        ((50.0, 100000.0), ("14", "50000"), "could take more"),
        ((14.0, 50000.0), ("50", "50000"), "refuses"),
        ((14.0, 50000.0), ("14", "90000"), "refuses"),
        ((14.0, 50000.0), ("0", "0"), "refuses"),
        ((14.0, -1.0), ("14", "50000"), "could take more"),
        ((14.0, -1.0), ("14", "0"), ""),
        ((14.0, 50000.0), ("14", "50000"), ""),
    ],
)
def test_rates_are_compared_with_what_the_stage_goes_by(
    quota: tuple[float, float], known: tuple[str, str], so: str
) -> None:
    rates = {"MaxSendRate": quota[0], "Max24HourSend": quota[1], "SentLast24Hours": 0.0}
    account = Account(account=PRODUCTION | {"SendQuota": rates})
    account.parameters = {"MailRate": known[0], "MailADay": known[1]}
    found = warnings(account)
    assert bool(found) == bool(so) and all(so in line for line in found)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"EnforcementStatus": "SHUTDOWN"}, "PAUSED"),
        ({"SendingEnabled": False}, "PAUSED"),
        ({"EnforcementStatus": "PROBATION"}, "REVIEW"),
    ],
)
def test_an_account_that_is_paused_or_under_review(changed: dict[str, Any], words: str) -> None:
    (line,) = warnings(Account(account=PRODUCTION | changed))
    assert words in line


def test_records_are_printed_as_they_are_to_be_entered() -> None:
    said = told(Account(identity=WAITING))
    assert "NONE GOES OUT" in said and "DKIM PENDING" in said
    assert f"    one._domainkey.{DOMAIN}  CNAME  one.dkim.eu-west-2.amazonses.com\n" in said
    assert f'    _dmarc.{DOMAIN}  TXT  "v=DMARC1; p=none;"\n' in said
    assert f"--set MailFromDomain=bounce.{DOMAIN}" in said and "MX" not in said
    said = told(Account())
    assert "NONE GOES OUT" not in said and "MAIL FROM PENDING" in said
    assert f"    bounce.{DOMAIN}  MX  10 feedback-smtp.eu-west-2.amazonses.com\n" in said
    assert f'    bounce.{DOMAIN}  TXT  "v=spf1 include:amazonses.com ~all"\n' in said


def test_a_single_address_is_confirmed_by_a_link() -> None:
    (line,) = warnings(Account(identity={"VerifiedForSendingStatus": False}), f"us@{DOMAIN}")
    assert f"us@{DOMAIN} is confirmed" in line
    assert warnings(Account(identity={"VerifiedForSendingStatus": True}), f"us@{DOMAIN}") == []


def test_texts_that_reach_nobody_or_stop_before_the_alarm() -> None:
    (sandbox,) = warnings(Account(texts_sandboxed=True))
    assert "SMS SANDBOX" in sandbox
    (limit,) = warnings(Account(limit="1"))
    assert "never before SNS stops" in limit and limit.endswith("--set TextsUsdAMonth=1")
    america = Account(parameters={"Country": "US", "TextSender": "POLICE"})
    assert "TextSender=+1" in warnings(america)[0]
    america.parameters["TextSender"] = "+18005550100"
    assert warnings(america) == []


def test_what_may_not_be_read_is_said_and_stops_nothing() -> None:
    refused = Account("AccessDeniedException", "AccessDeniedException", {}, "AuthorizationError")
    found = warnings(refused)
    assert len(found) == 3 and all("look yourself with aws" in line for line in found)
