"""What is missing before SES sends e-mail of a stage."""

from __future__ import annotations

from infra.deployment.target import Target


def mail_to_do(target: Target, identity: str) -> str:
    """Say what is missing before SES sends e-mail for this identity; "" when nothing is."""
    found = target.client("sesv2").get_email_identity(EmailIdentity=identity)
    if found["VerifiedForSendingStatus"]:
        return ""
    tokens = found.get("DkimAttributes", {}).get("Tokens", [])
    if not tokens:
        return f"\nNo e-mail goes out yet: confirm {identity} with the link that AWS sent there."
    records = "\n".join(
        f"  {token}._domainkey.{identity}  CNAME  {token}.dkim.amazonses.com" for token in tokens
    )
    return f"\nNo e-mail goes out until the domain has these DNS records:\n{records}"
