"""E-mail addresses as people type them, read by the library `email-validator`.

Nobody is asked on the network whether a domain takes mail (`check_deliverability` is off): the
functions that read forms have no way to a resolver, and only the link that is sent can tell whether
anybody reads it. The libraries are loaded when an address is first read.

Kept is the form that SES sends to, with the domain in ASCII (`pat@xn--exmple-cua.com`); people are
shown what they typed (`pat@exämple.com`).
"""

from __future__ import annotations

import unicodedata

from chalicelib.core.typed.mail_domains import meant_domain
from chalicelib.core.typed.typed_text import clean_text

LONGEST_EMAIL = 254  # RFC 5321's path, less its angle brackets


def read_email(typed: str) -> str:
    """Return an address as kept. Raises ValueError when nothing can be sent to it.

    Before the @ stands ASCII, because SES sends to nothing else; after it a domain with a dot.
    """
    from email_validator import validate_email

    text = unicodedata.normalize("NFKC", clean_text(typed)).strip()
    # test_environment: made-up people have addresses at example.test, which nobody can own.
    read = validate_email(
        text,
        allow_smtputf8=False,
        check_deliverability=False,
        strict=True,
        test_environment=True,
    )
    local, _, domain = (read.ascii_email or "").rpartition("@")
    kept = f"{local}@{domain.lower()}"
    dot, ending = domain.rpartition(".")[1:]
    if not dot or len(ending) < 2 or len(kept) > LONGEST_EMAIL:
        raise ValueError("no address that SES sends to")
    return kept


def shown_email(kept: str) -> str:
    """Return a kept address with its domain as its owner writes it."""
    local, _, domain = kept.rpartition("@")
    if "xn--" not in domain:
        return kept
    import idna

    try:
        return f"{local}@{idna.decode(domain)}"
    except UnicodeError:
        return kept


def meant_email(kept: str) -> str:
    """Return the address that was probably meant (`pat@gmail.com` for `pat@gmail.con`), "" when the
    domain is likely to be right."""
    local, _, domain = kept.rpartition("@")
    meant = meant_domain(domain)
    return f"{local}@{meant}" if meant else ""
