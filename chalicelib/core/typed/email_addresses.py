"""E-mail addresses as people type them, read by the library `email-validator`.

Nobody is asked on the network whether a domain takes mail (`check_deliverability` is off): the
functions that read forms have no way to a resolver, and only the link that is sent can tell whether
anybody reads it. The libraries are loaded when an address is first read.

Kept is the form that SES sends to, with the domain in ASCII (`pat@xn--exmple-cua.com`); people are
shown what they typed (`pat@exämple.com`).
"""

from __future__ import annotations

import re
import unicodedata

from chalicelib.core.typed.mail_domains import meant_domain, undotted_domain
from chalicelib.core.typed.typed_text import PLAIN_DASHES, clean_text

LONGEST_EMAIL = 254  # RFC 5321's path, less its angle brackets

_MOST_PASTED = 1000
"""Most characters in which an address is looked for. Threat: expressions that take the square of
the time for a long text."""
_ALIKE = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc"), "'"),
    **PLAIN_DASHES,
}
"""What telephones and word processors write for the signs that addresses have."""
_WITH_NAME = re.compile(r"[^<>]*<([^<>]+)>[\s.,;]*")
_AROUND = " \t\n.,;:'\"\u201c\u201d()[]"
"""Signs that stand around an address in a sentence, and are copied with it."""


def read_email(typed: str) -> str:
    """Return an address as kept. Raises ValueError when nothing can be sent to it.

    Before the @ stands ASCII, because SES sends to nothing else; after it a domain with a dot.
    """
    from email_validator import validate_email

    text = _address_in(typed)
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


def _address_in(typed: str) -> str:
    """Return the one address in a text that was pasted: without the name beside it (`Pat Jones
    <pat@example.com>`), a link's `mailto:`, and the punctuation of a sentence around it. "" for a
    text that is too long."""
    if len(typed) > _MOST_PASTED:
        return ""
    text = unicodedata.normalize("NFKC", clean_text(typed).translate(_ALIKE)).strip()
    if found := _WITH_NAME.fullmatch(text):
        text = found[1].strip()
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    # A dot at the beginning is no punctuation of a sentence.
    text = re.sub(r"\s*@\s*", "@", text.rstrip(_AROUND))
    return text.lstrip(_AROUND.replace(".", ""))


def near_email(typed: str) -> str:
    """Return the address that was probably meant by a text to which nothing can be sent
    (`pat@gmail.com` for `pat@gmail,com`), "" when none is near."""
    local, _, domain = _address_in(typed).replace("@@", "@").rpartition("@")
    domain = re.sub(r"\s*[.,]+[\s.,]*", ".", domain).lower()
    try:
        kept = read_email(f"{local}@{undotted_domain(domain) or domain}")
    except ValueError:
        return ""
    return meant_email(kept) or kept


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
