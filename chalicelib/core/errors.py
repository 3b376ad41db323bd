"""Domain errors: each knows its code, its HTTP status and the sentence a person reads.

A view never builds an error page itself; it raises one of these and `web.http.routing` turns it
into a page (residents, officers) or into `application/problem+json` (API, RFC 9457).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

FieldErrors = list[tuple[str, str]]
"""Pairs (field name as in the form or JSON, what to do about it), in the order of the page."""


class DomainError(Exception):
    """An error that a person can understand and mostly do something about."""

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
        """Return the error for a single wrong field, its message being the sentence as well."""
        return cls(message, [(name, message)])


class Refused(Invalid):
    """What was sent is well formed and still cannot be done, by a rule that no schema can express:
    a time must not lie in the future, a site must be registered."""

    code = "refused"


class Malformed(DomainError):
    """The request itself cannot be read: broken JSON, broken form, wrong type of parameter."""

    code, status, title = "malformed", 400, "There is a problem"


class SignInNeeded(DomainError):
    """Nobody is signed in, or the session has ended."""

    code, status, title = "sign-in-needed", 401, "Sign in first"


class Forbidden(DomainError):
    """The person is signed in, but has not the permission."""

    code, status, title = "forbidden", 403, "You cannot do this"


class NotFound(DomainError):
    """What was asked for does not exist or is not this person's; both must look the same."""

    code, status, title = "not-found", 404, "Page not found"


class MethodNotAllowed(DomainError):
    """The address exists, but not for this method."""

    code, status, title = "method-not-allowed", 405, "This address cannot be used like this"


class Conflict(DomainError):
    """What was to be changed has changed meanwhile; the answer shows the current state."""

    code, status, title = "conflict", 409, "This has changed"


class Gone(DomainError):
    """A link or thing that existed and is no longer available."""

    code, status, title = "gone", 410, "This link has been used or has expired"


class TooLarge(DomainError):
    """The request has more bytes, fields or items than are accepted."""

    code, status, title = "too-large", 413, "This is too large"


class WrongType(DomainError):
    """The content type is not one that this address takes."""

    code, status, title = "wrong-type", 415, "There is a problem"


class TooMany(DomainError):
    """The same was attempted or asked for too often."""

    code, status, title = "too-many", 429, "Too many attempts"
    retry_after = 0
    """Seconds after which it can be tried again, for the header Retry-After; 0 when unknown."""


class Unavailable(DomainError):
    """A service that this one depends on is busy or does not answer; trying again later helps."""

    code, status, title = "unavailable", 503, "Sorry, the service is unavailable"
    retry_after = 60
    """Seconds after which to try again, for the header Retry-After."""


class NoAnswer(Unavailable):
    """A service of AWS gave no answer or was too busy, although it was asked several times."""


class Late(Unavailable):
    """The call could not be answered by its deadline (`core.deadline`)."""

    title = "Sorry, this is taking too long"
