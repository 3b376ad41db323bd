"""An example of every answer of the API, for its description; what is sent stands in
`api_examples_sent`."""

from __future__ import annotations

from typing import Any

from chalicelib.web.api_examples_sent import (
    EVIDENCE,
    HASH,
    INCIDENT,
    MESSAGE,
    PLACE,
    REQUEST,
    SAID,
    SEARCH,
    SITE,
    WHY,
    WORDING,
    Sent,
)


class Examples(Sent):
    """The examples of one day, by the model that reads or writes them."""

    def _incident(self) -> dict[str, Any]:
        return {
            "id": INCIDENT,
            **self._new_incident(),
            "state": "open",
            "created_at": self._at("22:40:00"),
            "created_by": "d.okafor",
            "closed_at": None,
            "closed_by": None,
        }

    def _incidents(self) -> dict[str, Any]:
        return {"incidents": [self._incident()], "next_page": None}

    def _incident_with_searches(self) -> dict[str, Any]:
        search = {
            "search_id": SEARCH,
            "at": self._at("22:45:00"),
            "officer": "d.okafor",
            "reason": WHY,
            "area": self._new_search()["area"],
            "started_at": None,
            "speed": None,
            "total": 1,
            "truncated": False,
        }
        return {**self._incident(), "searches": [search]}

    def _search_result(self) -> dict[str, Any]:
        site = {
            "id": SITE,
            "location": PLACE,
            "kind": "home",
            "cameras": 2,
            "distance_m": 85,
            "deadline": self._at("23:59:00"),
            "minutes_left": 74,
            "state": "closing",
            "sees_scene": "yes",
            "views": [{"bearing": 90, "angle": 110, "range_m": 15, "usual": False}],
        }
        return {"search_id": SEARCH, "total": 1, "lost": 0, "truncated": False, "sites": [site]}

    def _contact(self) -> dict[str, Any]:
        return {
            "site_id": SITE,
            "name": "Alex Owner",
            "email": "alex.owner@example.com",
            "phone": None,
            "address": ["12 Example Road", "Anytown", "B1 1AY"],
        }

    def _made_request(self) -> dict[str, Any]:
        return {"id": REQUEST, "recipients": 1, "reference": "7K3M-9QXA", "skipped": []}

    def _check(self) -> dict[str, Any]:
        return {
            "recipients": 1,
            "owners": 1,
            "skipped": [],
            "too_long": [],
            "needs_reason": False,
            "may_override": False,
        }

    def _request(self) -> dict[str, Any]:
        return {
            "id": REQUEST,
            "reference": "7K3M-9QXA",
            "incident_id": INCIDENT,
            "state": "open",
            "message": SAID,
            **self._window,
            "created_at": self._at("22:50:00"),
            "created_by": "Dana Okafor",
            "ended_at": None,
            "end_reason": None,
            "contact_name": None,
            "contact_phone": "101 ext 204",
            "override_reason": None,
            "skipped": [],
        }

    def _request_overview(self) -> dict[str, Any]:
        empty = (
            "viewed_at reason note answered_at upload_by ended_at answer clock_offset_seconds "
            "clock_checked_at clock_check"
        )
        recipient = {
            "site_id": SITE,
            "state": "notified",
            "window": self._window,
            "deadline": self._at("23:59:00"),
            "deadline_certain": True,
            "later_deadlines": [],
            "notified_at": self._at("22:50:05"),
            "asked_too_late": False,
            "reminders_sent": 0,
            "reminded_at": [],
            "reminders_planned": [self._at("23:24:30")],
            "next_wake": self._at("23:24:30"),
            "cameras": [],
            **dict.fromkeys(empty.split()),
        }
        counts = {"notified": 1, "answered": 0, "total": 1}
        return {**self._request(), "counts": counts, "recipients": [recipient]}

    def _thread_message(self) -> dict[str, Any]:
        return {
            "id": MESSAGE,
            "number": 1,
            "by": "officer",
            "name": "Dana Okafor",
            "at": self._at("23:00:00"),
            "text": self._new_message()["text"],
        }

    def _thread(self) -> dict[str, Any]:
        return {"messages": [self._thread_message()], "unread": False}

    def _evidence(self) -> dict[str, Any]:
        return {
            "id": EVIDENCE,
            "reference": "7K3M-9QXA-5T7V",
            "request_id": REQUEST,
            "incident_id": INCIDENT,
            "site_id": SITE,
            "kind": "footage",
            "state": "accepted",
            "reason": None,
            "filename": "front-door.mp4",
            "size": 41_234_567,
            "format": "mp4",
            "playable": True,
            "sha256": HASH,
            "sha256_base64": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
            "sender_sha256": HASH,
            "version_id": "1",
            "created_at": self._at("23:10:00"),
            "received_at": self._at("23:11:00"),
            "decided_at": self._at("23:12:00"),
            "taken_at": None,
            "clock_offset_seconds": 432,
            "clock_checked_at": self._at("23:05:00"),
            "custody_entries": 3,
        }

    def _evidence_list(self) -> dict[str, Any]:
        return {"evidence": [self._evidence()]}

    def _custody(self) -> dict[str, Any]:
        entry = {
            "evidence": EVIDENCE,
            "at": self._at("23:10:00"),
            "actor": f"owner.{SITE}",
            "actor_name": "",
            "act": "began an upload",
            "state": "receiving",
            "reason": "",
            "details": "",
            "sequence": 1,
            "previous": "0" * 64,
            "hash": HASH,
        }
        return {"evidence_id": EVIDENCE, "intact": True, "problem": None, "entries": [entry]}

    def _wordings(self) -> dict[str, Any]:
        wording = {
            "id": WORDING,
            "name": "Burglary",
            "text": "On {day} somebody broke into a shop. Please look for [who or what].",
            "version": 0,
            "changed_at": None,
        }
        return {"wordings": [wording], "placeholders": {"{day}": "The day of the incident"}}

    def _site_map(self) -> dict[str, Any]:
        corners = [
            [-1.918, 52.476],
            [-1.911, 52.472],
            [-1.902, 52.473],
            [-1.899, 52.479],
            [-1.906, 52.483],
            [-1.915, 52.481],
        ]
        cell = {"cell": "87195d2a5ffffff", "boundary": corners, "sites": 41}
        return {"shown": "cells", "total": 41, "cells": [cell], "hint": ""}

    def _audit_page(self) -> dict[str, Any]:
        entry = {
            "at": self._at("22:40:00.000000"),
            "actor": f"officer.{SITE}",
            "actor_name": "d.okafor",
            "action": "recorded an incident",
            "subject": f"incident.{INCIDENT}",
            "reason": "",
            "details": {"crime_reference": "20/123456/26"},
            "sequence": 17,
            "previous": "0" * 64,
            "hash": HASH,
        }
        return {"entries": [entry], "next_page": None}

    def _statistics(self) -> dict[str, Any]:
        names = (
            "registrations removals incidents searches contacts requests recipients answers uploads"
        )
        figures = {name: number for number, name in enumerate(names.split())}
        return {"total": figures, "days": [{"day": self._day.isoformat(), **figures}]}

    def _coverage_body(self) -> dict[str, Any]:
        nothing = "checked_minutes held_minutes covered_minutes covered_minutes_stated"
        return {
            "type": "FeatureCollection",
            "made_at": self._at("23:30:00"),
            "scene": {"type": "Point", "coordinates": PLACE},
            "window": self._window,
            "spans": [self._window],
            "cells": {"system": "H3", "resolution": 12, "counts_when": "centre in view"},
            "summary": {
                "sites": 0,
                "minutes": 45,
                "gap_minutes": 45,
                **dict.fromkeys(nothing.split(), 0),
            },
            "timeline": [],
            "gaps": [],
            "truncated": False,
            "features": [],
        }

    def _of_request(self) -> dict[str, Any]:
        names = ("id", "reference", "incident_id", "state")
        return {name: self._request()[name] for name in names}

    def _coverage(self) -> dict[str, Any]:
        return {**self._coverage_body(), "request": self._of_request()}

    def _incident_coverage(self) -> dict[str, Any]:
        names = ("id", "crime_reference", "occurred_from", "occurred_to")
        return {
            **self._coverage_body(),
            "incident": {name: self._incident()[name] for name in names},
            "requests": [{**self._of_request(), "window": self._window}],
        }

    def _object(self) -> dict[str, Any]:
        return {"openapi": "3.1.0", "info": {"title": "Sightline", "version": "1"}, "paths": {}}

    def _text(self) -> str:
        return "reference,site,asked_at,answer\r\n7K3M-9QXA,1,2026-11-20T22:50:05Z,saved\r\n"
