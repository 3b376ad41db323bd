"""Headers of every answer, and cookies."""

from __future__ import annotations

from chalicelib.settings import Settings


def security(settings: Settings) -> dict[str, str]:
    """What every page and every JSON answer carries.

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
        "Content-Security-Policy": "; ".join(policy),
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
    """A cookie that only we can read, only over TLS, only for this host, not across sites.

    `Lax`, not `Strict`: the person comes back from the hosted sign-in page, or from a link in
    an e-mail, by a top-level GET.
    """
    return f"{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax"


def clear_cookie(name: str) -> str:
    """Makes the browser forget the cookie."""
    return set_cookie(name, "", 0)


def read_cookies(header: str) -> dict[str, str]:
    """The cookies of a Cookie header; anything unreadable is left out."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, separator, value in pairs if separator}
