"""Domain errors: each knows its code, its HTTP status and the sentence a person reads.

A view never builds an error page itself; it raises one of these and `web.http.routing` turns it
into a page (residents, officers) or into `application/problem+json` (API, RFC 9457).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

FieldErrors = list[tuple[str, str]]
"""(field name as in the form or JSON, what to do about it), in the order of the page."""


class DomainError(Exception):
    """Something a person can understand and mostly do something about."""

    code = "error"
    status = 500
    title = "Sorry, there is a problem"

    def __init__(self, sentence: str, fields: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields: FieldErrors = list(fields)


class Invalid(DomainError):
    """What was sent cannot be used; `fields` says which part and why."""

    code, status, title = "invalid", 422, "There is a problem"

    @classmethod
    def field(cls, name: str, message: str) -> Self:
        """One field is wrong."""
        return cls(message, [(name, message)])


class Refused(Invalid):
    """What was sent reads well and still cannot be done: a rule that no schema can say, such as a
    time that must not lie in the future or a site that is not registered."""

    code = "refused"


class Malformed(DomainError):
    """The request itself cannot be read: broken JSON, broken form, wrong type of parameter."""

    code, status, title = "malformed", 400, "There is a problem"


class SignInNeeded(DomainError):
    """Nobody is signed in, or the session has ended."""

    code, status, title = "sign-in-needed", 401, "Sign in first"


class Forbidden(DomainError):
    """Signed in, but not allowed."""

    code, status, title = "forbidden", 403, "You cannot do this"


class NotFound(DomainError):
    """Not there, or not this person's: the two must look the same from outside."""

    code, status, title = "not-found", 404, "Page not found"


class MethodNotAllowed(DomainError):
    """The address exists, but not for this method."""

    code, status, title = "method-not-allowed", 405, "This address cannot be used like this"


class Conflict(DomainError):
    """Somebody or something else changed it first; the current state is the answer."""

    code, status, title = "conflict", 409, "This has changed"


class Gone(DomainError):
    """A link or thing that was there and is not any more."""

    code, status, title = "gone", 410, "This link has been used or has expired"


class TooLarge(DomainError):
    """More bytes, fields or items than is accepted."""

    code, status, title = "too-large", 413, "This is too large"


class WrongType(DomainError):
    """The content type is not one this address takes."""

    code, status, title = "wrong-type", 415, "There is a problem"


class TooMany(DomainError):
    """Asked too often."""

    code, status, title = "too-many", 429, "Too many attempts"


class Unavailable(DomainError):
    """A part this depends on does not answer; trying again later helps."""

    code, status, title = "unavailable", 503, "Sorry, the service is unavailable"
