"""Models of the audit record and of the statistics."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, JsonValue, ValidationInfo, field_validator

from chalicelib.dynamodb.table import Item
from chalicelib.oversight.record_scope import RecordScope
from chalicelib.web.fields.case_field_types import OptionalReferenceField
from chalicelib.web.fields.query_field_types import (
    DayField,
    LimitField,
    MatchingField,
    PageTokenField,
    page_start,
)
from chalicelib.web.http.page_tokens import seal_page_token
from chalicelib.web.http.validation import QueryInput, rule_error
from chalicelib.web.models.response_models import ResponseModel, Sha256, Words

PARAMETERS = ("crime_reference", "subject", "actor", "month", "day", "limit", "page")
PAGE = 50
LARGEST_PAGE = 500


class AuditQuery(QueryInput):
    """The query of the audit record: all entries on the cases of a crime reference, on a subject,
    of one actor's month, or of everybody's day; without these the newest of the last month. page:
    "" for the newest."""

    crime_reference: Annotated[
        str,
        OptionalReferenceField(),
        Field(description="Everything on the incidents of this crime"),
    ] = ""

    subject: Annotated[
        str,
        MatchingField("kind and id, like incident.4f0c2m8k1n5p7q9r", r"[A-Za-z0-9 ./{}_-]{1,200}"),
        Field(description="Kind and id, like incident.4f0c2m8k1n5p7q9r"),
    ] = ""
    actor: Annotated[
        str,
        MatchingField(
            "kind and id, as the entries name their actor",
            r"(officer|owner|system)\.[A-Za-z0-9._-]{1,80}",
        ),
        Field(description="Kind and id, as entries name their actor"),
    ] = ""
    month: Annotated[
        str,
        MatchingField("a month, like 2026-11", r"20[0-9][0-9]-(0[1-9]|1[0-2])"),
        Field(description="The actor's month, like 2026-11; this month without it"),
    ] = ""
    day: Annotated[str, DayField(), Field(description="Everybody's entries of one day (UTC)")] = ""
    limit: Annotated[int, LimitField(most=LARGEST_PAGE)] = PAGE
    page: Annotated[str, PageTokenField()] = ""

    @field_validator("subject")
    @classmethod
    def _of_no_crime(cls, subject: str, info: ValidationInfo) -> str:
        if subject and info.data.get("crime_reference"):
            raise rule_error("Ask for a crime reference or for a subject, not for both")
        return subject

    @field_validator("actor")
    @classmethod
    def _not_both(cls, actor: str, info: ValidationInfo) -> str:
        if actor and info.data.get("crime_reference"):
            raise rule_error("Ask for a crime reference or for an actor, not for both")
        if actor and info.data.get("subject"):
            raise rule_error("Ask for a subject or for an actor, not for both")
        return actor

    @field_validator("day")
    @classmethod
    def _alone(cls, day: str, info: ValidationInfo) -> str:
        if day and any(info.data.get(name) for name in ("crime_reference", "subject", "actor")):
            raise rule_error("A day goes alone: it shows everybody's entries")
        return day

    @field_validator("page")
    @classmethod
    def _is_ours(cls, token: str, info: ValidationInfo) -> str:
        return page_start(token, page_token_scope(info.data), info)

    @property
    def pages(self) -> str:
        """The name of this part of the record in page tokens."""
        return page_token_scope(vars(self))

    @property
    def description(self) -> str:
        """Name in a word or two what is asked for, for the audit entry of this look."""
        if self.crime_reference:
            return f"crime {self.crime_reference}"
        if self.subject:
            return f"subject {self.subject}"
        if self.actor:
            return f"actor {self.actor} {self.month}".rstrip()
        return f"day {self.day}" if self.day else "newest"

    def month_or(self, now: datetime) -> str:
        """Return the month that is asked for, else the present one."""
        return self.month or f"{now:%Y-%m}"


def page_token_scope(asked: Mapping[str, Any]) -> str:
    """Name a part of the record in page tokens, by what was asked for."""
    names = ("crime_reference", "subject", "actor", "month", "day")
    return "\x1f".join(("audit", *(str(asked.get(name, "")) for name in names)))


def fetch_entries(
    scope: RecordScope, query: AuditQuery, cases: Iterable[str], now: datetime, key: bytes
) -> tuple[list[Item], str]:
    """Read the entries, newest first, and make the token of the next page ("" at the end).

    scope: the part of the record that the officer may read. cases: ids of the incidents of the
    crime reference that is asked for. key: the stage's key, with which page tokens are signed.
    """
    found, place = _found(scope, query, cases, now)
    shown = found[: query.limit]
    more = len(found) > query.limit
    return shown, seal_page_token(key, query.pages, str(shown[-1][place])) if more else ""


def _found(
    scope: RecordScope, query: AuditQuery, cases: Iterable[str], now: datetime
) -> tuple[list[Item], str]:
    """Read one entry more than is wanted, and name the attribute at which a next page begins."""
    wanted = query.limit + 1
    if query.crime_reference:
        return scope.of_cases(cases, wanted, query.page), "at"
    if query.actor:
        return scope.of_actor(query.actor, query.month_or(now), wanted, query.page), "SK"
    if query.subject:
        return scope.of_subject(query.subject, wanted, query.page), "at"
    if query.day:
        return scope.of_day(query.day, wanted, query.page), "at"
    return scope.newest(now, wanted, query.page), "at"


class StatisticsQuery(QueryInput):
    """The query of the statistics. limit: of how many days."""

    limit: Annotated[int, LimitField(most=400)] = 30


class AuditEntry(ResponseModel):
    """An entry of the audit record. actor: kind and id; units: those that the officer belonged to
    at the time, each between two commas; hash: over this entry and `previous`."""

    at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    actor: str
    actor_name: str
    units: str
    action: str
    subject: str
    reason: str
    details: dict[str, JsonValue]
    sequence: int
    previous: Sha256
    hash: Sha256

    @classmethod
    def from_domain(cls, entry: Item) -> AuditEntry:
        """Make the answer for a stored entry; `details` becomes an object again."""
        details = json.loads(entry["details"]) if entry["details"] else {}
        kept = {name: entry[name] for name in cls.model_fields if name != "details"}
        return cls.model_validate({**kept, "details": details})


class AuditPage(ResponseModel):
    """A page of the record, newest first. next_page: the `page` parameter of the next page."""

    entries: list[AuditEntry]
    next_page: Words


class Figures(ResponseModel):
    """How often each kind of act was done."""

    registrations: int
    removals: int
    incidents: int
    searches: int
    contacts: int
    requests: int
    recipients: int
    answers: int
    uploads: int


class DayFigures(Figures):
    """The figures of one day, UTC."""

    day: date


class StatisticsModel(ResponseModel):
    """The figures in all, and those of the newest days on which anything was done."""

    total: Figures
    days: list[DayFigures]
