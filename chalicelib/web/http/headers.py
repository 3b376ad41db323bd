"""The security headers of every answer, and the cookies of sessions."""

from __future__ import annotations

from chalicelib.access.sessions import OWNER_LIFE
from chalicelib.core.settings import Settings

CONTENT_SECURITY_POLICY = "Content-Security-Policy"


def allow_mail_styles(settings: Settings) -> dict[str, str]:
    """Return the policy of a page that shows an e-mail as owners see it. Style attributes are
    allowed, because mail programs know no other styles. Style sheets and scripts stay our own.

    Threat: typed text that escaped its place in such a page could change how the page looks, and
    so what an officer presses. Only the page on which a request is written has this policy; what
    it shows was typed by the officer who looks at it, stands escaped in a document of its own,
    and that document in a frame without scripts, forms or ways out.
    """
    policy = security_headers(settings)[CONTENT_SECURITY_POLICY]
    return {CONTENT_SECURITY_POLICY: f"{policy}; style-src-attr 'unsafe-inline'"}


def security_headers(settings: Settings) -> dict[str, str]:
    """Return the headers that every page and every JSON answer carries.

    The policy allows our own files only; presigned uploads and downloads go to the evidence
    bucket; forms may also end at Cognito's sign-in page. No inline script or style anywhere.
    """
    policy = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self' data: blob: {settings.evidence_origin}",
        "font-src 'self'",
        f"connect-src 'self' {settings.evidence_origin}",
        f"media-src 'self' {settings.evidence_origin}",
        # MapLibre's worker is a file of our own.
        "worker-src 'self'",
        "manifest-src 'self'",
        f"form-action 'self' {settings.sign_in_url} {settings.inbox_origin}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
    return {
        CONTENT_SECURITY_POLICY: "; ".join(policy),
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # Reply and sign-in links are secrets: no address of ours leaves with a click.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        # Pages show personal data: no shared or back-button cache keeps them.
        "Cache-Control": "no-store",
    }


OFFICER_COOKIE = "__Host-officer"
OWNER_COOKIE = "__Host-owner"
SIGN_IN_COOKIE = "__Host-sign-in"


def set_cookie(name: str, value: str, seconds: int) -> str:
    """Write a Set-Cookie value: only for this host, only over TLS, hidden from scripts.

    `Lax`, not `Strict`, because the person comes back from the hosted sign-in page, or from a
    link in an e-mail, by a top-level GET.
    """
    return f"{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax"


def owner_cookie(session: str) -> str:
    """Write the Set-Cookie value that signs an owner in. session: the new session's token."""
    return set_cookie(OWNER_COOKIE, session, int(OWNER_LIFE.total_seconds()))


def clear_cookie(name: str) -> str:
    """Write the Set-Cookie value that makes the browser forget a cookie."""
    return set_cookie(name, "", 0)


def read_cookies(header: str) -> dict[str, str]:
    """Read the cookies of a Cookie header; parts that have no name and value are left out."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, separator, value in pairs if separator}
