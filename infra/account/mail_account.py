"""What e-mail and texts of an account still lack for a stage, in words and as DNS records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.deployment.target import Target

_SHOWN = 10
"""How many verified addresses of a sandbox are named."""


def tell_of_messages(target: Target, identity: str) -> str:
    """Say what is missing, or will hold messages up, before e-mail and texts of a stage reach
    everybody. identity: the SES identity behind the sender."""
    parameters = stage_parameters(target)
    ses, sns = target.client("sesv2"), target.client("sns")
    parts = [
        _readable("sesv2 get-account", lambda: account_words(ses.get_account(), ses, parameters)),
        _readable(
            "sesv2 get-email-identity",
            lambda: identity_words(
                ses.get_email_identity(EmailIdentity=identity), identity, target.region
            ),
        ),
        _readable("sns get-sms-attributes", lambda: text_words(sns, parameters)),
    ]
    return "\n".join(["", *(line for part in parts for line in part)])


def stage_parameters(target: Target) -> dict[str, str]:
    """Read the parameters that the stage was deployed with."""
    stacks = target.client("cloudformation").describe_stacks(StackName=target.stack)["Stacks"]
    return {p["ParameterKey"]: p["ParameterValue"] for p in stacks[0].get("Parameters", [])}


def _readable(call: str, say: Callable[[], list[str]]) -> list[str]:
    """Return what `say` says, or that AWS refused to tell: the stage is deployed all the same."""
    try:
        return say()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return [f"! Not known ({code}): look yourself with aws {call}."]


def account_words(account: Mapping[str, Any], ses: Any, parameters: Mapping[str, str]) -> list[str]:
    """Say what the account's standing with SES means for the stage.

    account: the answer of GetAccount. parameters: of the stage.
    """
    said = []
    if account.get("EnforcementStatus") == "SHUTDOWN" or not account.get("SendingEnabled", True):
        said.append(
            "! E-mail: AWS has PAUSED sending for this account. Nothing goes out; what is to go "
            "waits and goes by itself afterwards. Answer the case that AWS opened, in the SES "
            "console under Account dashboard."
        )
    elif account.get("EnforcementStatus") == "PROBATION":
        said.append(
            "! E-mail: AWS has this account under REVIEW, because too much mail came back or was "
            "marked as spam. It may be paused: read the case in the SES console."
        )
    if not account.get("ProductionAccessEnabled"):
        said += _sandbox(ses)
    return said + _rates(account.get("SendQuota", {}), parameters)


def _sandbox(ses: Any) -> list[str]:
    """Say whom an account in the sandbox can write to."""
    found = ses.list_email_identities(PageSize=100).get("EmailIdentities", [])
    verified = [one["IdentityName"] for one in found if one.get("VerificationStatus") == "SUCCESS"]
    named = ", ".join(sorted(verified)[:_SHOWN]) or "none yet"
    more = f" and {len(verified) - _SHOWN} more" if len(verified) > _SHOWN else ""
    return [
        "! E-mail: this account is in the SES SANDBOX. It writes to verified addresses and domains "
        f"alone ({named}{more}), and so to no resident; mail to others waits, and goes by itself "
        "afterwards. Ask AWS for production access: SES console, Account dashboard, Request "
        "production access (a day or two)."
    ]


def _rates(quota: Mapping[str, float], parameters: Mapping[str, str]) -> list[str]:
    """Compare what SES allows with what the stage keeps to. -1 is SES's word for no daily quota."""
    rate, day = int(quota.get("MaxSendRate", 0)), int(quota.get("Max24HourSend", 0))
    if rate < 1:
        return []
    day = max(day, 0)  # 0 is the stage's word for it
    in_a_day = f"{day:,} in 24 hours" if day else "any number a day"
    sent = int(quota.get("SentLast24Hours", 0))
    said = [
        f"  E-mail: SES takes {rate} a second and {in_a_day} ({sent:,} sent in the last 24 hours)."
    ]
    known = (int(parameters.get("MailRate", 0)), int(parameters.get("MailADay", 0)))
    if known != (rate, day):
        so = "refuses what is beyond" if _beyond(known, (rate, day)) else "could take more"
        said.append(
            f"! E-mail: the stage goes by {known[0]} a second and {known[1]:,} a day, so SES {so}. "
            f"Tell the stage: --set MailRate={rate} --set MailADay={day}"
        )
    return said


def _beyond(known: tuple[int, int], allowed: tuple[int, int]) -> bool:
    """Tell whether a stage sends more than SES takes; 0 stands for no limit."""
    return any(may and (has == 0 or has > may) for has, may in zip(known, allowed, strict=True))


def identity_words(found: Mapping[str, Any], identity: str, region: str) -> list[str]:
    """Give the DNS records of the sender's domain as they are to be entered, with how each stands.

    found: the answer of GetEmailIdentity.
    """
    verified = bool(found.get("VerifiedForSendingStatus"))
    if "@" in identity:
        if verified:
            return []
        return [
            f"! E-mail: none goes out until {identity} is confirmed by the link AWS sent there."
        ]
    dkim, returned = found.get("DkimAttributes", {}), found.get("MailFromAttributes", {})
    zone = dkim.get("SigningHostedZone") or "dkim.amazonses.com"
    records = [
        (f"{token}._domainkey.{identity}", "CNAME", f"{token}.{zone}")
        for token in dkim.get("Tokens", [])
    ]
    state = {f"DKIM {dkim.get('Status', 'unknown')}"}
    if own := returned.get("MailFromDomain"):
        records += [
            (own, "MX", f"10 feedback-smtp.{region}.amazonses.com"),
            (own, "TXT", '"v=spf1 include:amazonses.com ~all"'),
        ]
        state.add(f"MAIL FROM {returned.get('MailFromDomainStatus', 'unknown')}")
    records.append((f"_dmarc.{identity}", "TXT", '"v=DMARC1; p=none;"'))
    mark = " " if verified else "!"
    missing = "" if verified else " NONE GOES OUT before the DKIM records are found."
    said = [f"{mark} E-mail of {identity}: {', '.join(sorted(state))}.{missing} DNS records:"]
    said += [f"    {name}  {kind}  {value}" for name, kind, value in records]
    said.append(
        "    The last one (DMARC) only where the domain, or the one above it, has none; make it "
        "p=quarantine or p=reject once reports are clean."
    )
    if not own:
        said.append(
            "    SPF needs no record: mail comes back to amazonses.com, and DMARC passes by DKIM. "
            f"For a domain of your own: --set MailFromDomain=bounce.{identity}"
        )
    return said


def text_words(sns: Any, parameters: Mapping[str, str]) -> list[str]:
    """Say what the account's standing with SNS means for text messages."""
    said = []
    if sns.get_sms_sandbox_account_status()["IsInSandbox"]:
        said.append(
            "! Texts: this account is in the SMS SANDBOX. They reach verified numbers alone; e-mail"
            " goes without them. SNS console, Text messaging (SMS), Exit SMS sandbox."
        )
    asked = ["MonthlySpendLimit"]
    limit = sns.get_sms_attributes(attributes=asked)["attributes"].get(asked[0], "1")
    alarm = float(parameters.get("TextsUsdAMonth", 0))
    said.append(f"  Texts: SNS stops at {float(limit):,.0f} USD a month.")
    if float(limit) <= alarm:
        said.append(
            f"! Texts: the alarm rings beyond {alarm:,.0f} USD, so never before SNS stops. Raise "
            "the limit (Service Quotas, then aws sns set-sms-attributes --attributes "
            f"MonthlySpendLimit=…), or --set TextsUsdAMonth={max(1, int(float(limit) * 0.8))}"
        )
    sender = parameters.get("TextSender", "")
    if parameters.get("Country") == "US" and not sender.removeprefix("+").isdigit():
        said.append(
            "! Texts: networks in the US take none without a number of your own: "
            "--set TextSender=+1…"
        )
    return said
